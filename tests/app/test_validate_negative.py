import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions

GRAPH = CausalGraph(
    edges=[("a", "t"), ("a", "y"), ("a", "w_$x"), ("w_$x", "y"), ("t", "y"), ("z", "t"), ("t", "m")]
)


def frame(hidden=0.0):
    random = np.random.default_rng(5)
    a, u, z = random.normal(size=(3, 1500))
    t = (0.6 * a + 0.5 * z + hidden * u + random.logistic(size=1500) > 0).astype(int)
    w = 0.5 * a + hidden * u + random.normal(size=1500)
    y = t + a + w + hidden * u + random.normal(size=1500)
    m = t + random.normal(size=1500)
    return pd.DataFrame({"a": a, "z": z, "t": t, "w_$x": w, "y": y, "m": m})


@pytest.fixture
def opened(open_frame):
    def made(table, graph=GRAPH, adjust_for=("a",), methods=("regression_adjustment",)):
        app = open_frame(
            table,
            "validate",
            graph=graph,
            question={"treatment": "t", "outcome": "y", "adjust_for": adjust_for},
            estimate=EstimateOptions(methods=methods),
        )
        app.segmented_control[0].set_value("Negative controls").run()
        assert not app.exception
        return app

    return made


def run(app, until):
    app.button(key="start-controls").click().run()
    return until(app, lambda app: any("none of this" in each.value for each in app.subheader) or app.error)


@pytest.mark.parametrize(
    ("hidden", "words"), [(0.0, "✓** No control shows a sign"), (1.0, "✗** Something is left")]
)
def test_the_controls_of_the_graph_are_tested_and_judged(opened, until, texts_of, hidden, words):
    app = opened(frame(hidden))
    chosen = next(each for each in app.multiselect if each.key.startswith("controls-chosen"))
    assert chosen.value == [("outcome", "w_$x"), ("exposure", "z")]
    run(app, until)
    assert not app.exception
    page = texts_of(app).replace("\\", "")
    assert words in page
    assert "adjusted together (Holm)" in page
    assert "No sign is therefore no proof" in page
    assert "w\\_\\$x" in texts_of(app)


def test_a_column_of_ones_own_is_told_what_the_graph_says(opened, until, texts_of):
    app = opened(frame())
    own = next(each for each in app.selectbox if each.key.startswith("controls-own"))
    own.set_value("m").run()
    assert "By the graph t causes m" in texts_of(app)
    run(app, until)
    assert "– m** (control outcome, 1 against 0): says nothing here" in texts_of(app).replace("\\", "")


def test_a_graph_without_controls_says_what_one_would_be(opened, texts_of):
    app = opened(frame(), graph=CausalGraph(edges=[("a", "t"), ("a", "y"), ("t", "y")]))
    assert "The graph offers no control." in texts_of(app)
    assert not [each for each in app.button if each.key == "start-controls"]


def test_without_a_set_no_control_is_held_to_zero(opened, texts_of):
    graph = CausalGraph(edges=[("t", "y"), ("a", "y")], bidirected=[("t", "y")])
    app = opened(frame(), graph=graph, adjust_for=None)
    assert "no control can be held to zero" in texts_of(app)


def test_a_study_without_an_adjusting_method_is_sent_to_estimate(opened, texts_of):
    app = opened(frame(), methods=("difference_in_means",))
    assert "None of the study's methods adjusts" in texts_of(app).replace("\\", "")
