"""A count on the What-if page: told, shown with its fit, and open to choice."""

import numpy as np
import pandas as pd

from causal_core.graph import CausalGraph
from tests.app.shown import by_label, tables

GRAPH = CausalGraph(edges=[("use", "calls<i>"), ("calls<i>", "paid")])


def test_a_count_is_told_and_its_ways_are_offered(open_frame, said_by, until):
    random = np.random.default_rng(0)
    use = random.normal(size=400)
    calls = random.poisson(np.exp(0.4 + 0.5 * use))
    frame = pd.DataFrame({"use": use, "calls<i>": calls, "paid": calls + random.normal(size=400)})
    question = {"treatment": "use", "outcome": "calls<i>"}
    page = open_frame(frame, "what_if", graph=GRAPH, question=question)
    page.button[0].click().run()
    page = until(page, lambda app: bool(app.segmented_control))
    page.segmented_control[0].set_value("One row").run()
    assert not page.exception
    assert "open: several values give this count" in tables(page)
    assert "on average" in tables(page)
    page.segmented_control[0].set_value("The model").run()
    assert "count, linear" in tables(page)
    assert "as count, linear. Higher is better" in said_by(page)
    picked = by_label(page.radio, "Mechanism")
    assert picked.options == ["as the data say", "linear", "boosted", "count, linear", "count, boosted"]
