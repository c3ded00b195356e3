import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions

GRAPH = CausalGraph(edges=[("a", "t"), ("a", "y"), ("t", "y")])


def frame():
    random = np.random.default_rng(1)
    sample = np.repeat(["trial", "survey_$x"], [300, 500])
    t = np.where(sample == "trial", random.integers(0, 2, 800), 0)
    a = random.normal(size=800) + (sample != "trial")
    lift = 1.5 * ((sample != "trial") & (t == 0))
    y = a + 2 * t + lift + random.normal(size=800)
    return pd.DataFrame({"sample": sample, "t": t, "a": a, "y": y})


@pytest.fixture
def opened(open_frame):
    def made(table=None, **question):
        app = open_frame(
            frame() if table is None else table,
            "validate",
            graph=GRAPH,
            question={"treatment": "t", "outcome": "y", "target": "ATT", **question},
            estimate=EstimateOptions(methods=("ipw", "regression_adjustment")),
        )
        app.segmented_control[0].set_value("Against an experiment").run()
        assert not app.exception
        return app

    return made


def box(app, start):
    return next(each for each in (*app.selectbox, *app.multiselect) if each.key.startswith(start))


def test_the_samples_are_chosen_compared_and_judged(opened, until, texts_of):
    app = opened()
    # A column that is called so, and a value that says so, are chosen to begin with.
    assert box(app, "experiment-column").value == "sample"
    assert box(app, "experiment-trial").value == ["trial"]
    assert box(app, "experiment-other").value == ["survey_$x"]
    app.button(key="start-experiment").click().run()
    until(app, lambda app: any("misled" in each.value for each in app.markdown))
    assert not app.exception
    page = texts_of(app).replace("\\", "")
    assert "Would we have been misled?** · ✗ **Yes" in page
    assert "rows are in both estimates" in page
    assert "below the experimental one" in page
    threshold = app.number_input[0]
    assert threshold.value == pytest.approx(1.0, abs=0.3)
    threshold.set_value(10.0).run()
    assert "Would we have been misled?** · ✓ **No" in texts_of(app).replace("\\", "")
    app.switch_page("pages/data.py").run()
    app.switch_page("pages/validate.py").run()
    assert app.number_input[0].value == 10.0


def test_a_sample_without_a_value_is_asked_for(opened, texts_of):
    app = opened()
    box(app, "experiment-other").set_value([]).run()
    assert not app.exception
    assert "Choose at least one value for each sample." in texts_of(app)


def test_a_table_without_such_a_column_says_what_it_would_need(opened, texts_of):
    app = opened(frame().assign(sample=np.arange(800.0)))
    assert "No column of this table could say which rows are randomised" in texts_of(app)


def test_one_value_for_both_samples_is_refused_in_words(opened, until, texts_of):
    app = opened()
    box(app, "experiment-other").set_value(["trial"]).run()
    app.button(key="start-experiment").click().run()
    until(app, lambda app: app.error)
    assert "cannot mark the randomised and the observational rows" in texts_of(app)


def test_the_demo_of_an_experiment_needs_no_choice(open_demo, until, texts_of):
    app = open_demo("lalonde", "validate", estimate=EstimateOptions(methods=("linear_regression", "ipw")))
    app.segmented_control[0].set_value("Against an experiment").run()
    assert box(app, "experiment-trial").value == ["experiment"]
    assert box(app, "experiment-assignment").value == "assigned"
    app.button(key="start-experiment").click().run()
    until(app, lambda app: any("misled" in each.value for each in app.markdown))
    assert not app.exception
    page = texts_of(app).replace("\\", "")
    # Weighting speaks for the study; its difference from the experiment is not settled.
    assert "Would we have been misled?** · ? **Not settled" in page
    assert "The observational estimate lies 614 (US dollars of 1978) below the experimental one" in page
    assert "185 rows are in both estimates" in page
    box(app, "experiment-method").set_value("difference_in_means").run()
    assert "Would we have been misled?** · ✗ **Yes" in texts_of(app).replace("\\", "")
