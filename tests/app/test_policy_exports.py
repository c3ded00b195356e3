import numpy as np
import pandas as pd

from causal_core.graph import CausalGraph
from causal_core.study.options import PolicyOptions, UpliftOptions
from tests.app.shown import by_label


def test_a_policy_that_is_not_written_out_is_still_carried_out(open_frame, until, texts_of):
    """Nearest neighbours are not exported as a program; who gets what is there all the same."""
    random = np.random.default_rng(2)
    frame = pd.DataFrame({"x": random.normal(size=300), "arm": random.choice(["a", "b"], 300)})
    frame["y"] = frame["x"] * (frame["arm"] == "b") + 0.5 * random.normal(size=300)
    page = open_frame(
        frame,
        "policy",
        graph=CausalGraph(edges=[("x", "y"), ("arm", "y")]),
        question={"treatment": "arm", "outcome": "y", "control": "a", "randomised": True},
        uplift=UpliftOptions(learners=("t",), base="nearest_neighbours"),
        policy=PolicyOptions(share=0.4),
    )
    page = until(page.button(key="start-uplift").click().run(), lambda each: each.metric)
    page.session_state[f"policy-part-{page.session_state['open_study'].token}"] = "Export"
    page = page.run()
    assert "cannot be written out as a program" in texts_of(page).replace("\\", "")
    page = page.button(key="start-assignments").click().run()
    page = until(page, lambda each: "All rows of the table" in texts_of(each))
    labels = [each.proto.label for each in page.get("download_button")]
    assert "Assignments as csv" in labels
    assert "Policy as Python" not in labels
    assert by_label(page.selectbox, "Rows are named by").value == "the row's number"
    assert not page.exception
