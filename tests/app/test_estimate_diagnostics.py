import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions

GRAPH = CausalGraph(edges=[("a_$x", "t"), ("a_$x", "y"), ("t", "y")])


def frame(arms):
    random = np.random.default_rng(1)
    a = random.normal(size=500)
    t = np.clip(np.floor(a + random.normal(size=500) + arms / 2), 0, arms - 1).astype(int)
    return pd.DataFrame({"a_$x": a, "t": t, "y": a**2 + t + random.normal(size=500)})


@pytest.fixture
def looked(open_frame, until):
    def made(arms=2, methods=("ipw", "entropy_balancing", "matching"), graph=GRAPH):
        app = open_frame(
            frame(arms),
            "estimate",
            graph=graph,
            question={"treatment": "t", "outcome": "y"},
            estimate=EstimateOptions(methods=methods),
        )
        app.button(key="start-estimate").click().run()
        until(app, lambda app: any("95 % interval" in each.value for each in app.markdown))
        if any(each.key == "start-diagnosis" for each in app.button):
            app.button(key="start-diagnosis").click().run()
            until(app, lambda app: any(each.label == "What to look at" for each in app.segmented_control))
        assert not app.exception
        return app

    return made


def section(app):
    return next(each for each in app.segmented_control if each.label == "What to look at")


def test_each_look_says_what_it_found(looked, texts_of):
    app = looked()
    assert section(app).options == ["Balance by method", "Heaviest rows", "Residuals"]
    after = next(each for each in app.selectbox if each.label == "After")
    assert after.options == [
        "Inverse probability weighting",
        "Entropy balancing",
        "Nearest-neighbour matching",
    ]
    after.set_value("entropy_balancing").run()
    assert "and 0.00 after weighting" in texts_of(app).replace("\\", "")
    section(app).set_value("Heaviest rows").run()
    assert not app.exception
    assert "Without them the estimate is" in texts_of(app)
    section(app).set_value("Residuals").run()
    assert not app.exception
    page = texts_of(app)
    assert "The square of a covariate is missing\\: a\\_\\$x" in page
    assert "adjusted for the number of arms" in page


def test_the_heaviest_rows_are_first_those_of_the_headline(looked):
    app = looked(2, ("matching", "aipw", "ipw"))
    section(app).set_value("Heaviest rows").run()
    method = next(each for each in app.selectbox if each.key.startswith("diagnosis-weights"))
    assert method.options[0] == "Nearest-neighbour matching"
    assert method.value == "aipw"


def test_several_arms_show_the_overlap_of_all(looked, texts_of):
    app = looked(3, ("ipw",))
    section(app).set_value("All arms' overlap").run()
    assert not app.exception
    assert "its least probability among all rows is" in texts_of(app)


def test_without_a_set_there_is_nothing_to_look_closer_at(looked):
    graph = CausalGraph(edges=[("t", "y"), ("a_$x", "y")], bidirected=[("t", "y")])
    app = looked(2, ("difference_in_means",), graph)
    assert not any("Look closer" in each.label for each in app.expander)
