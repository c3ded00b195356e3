import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions, Question

GRAPH = CausalGraph(edges=[("x", "t$"), ("x", "y"), ("t$", "y")])
QUICK = EstimateOptions(methods=("dose_response", "linear_regression", "ipw"), nuisances="linear")


def frame_of():
    random = np.random.default_rng(1)
    x = random.normal(size=200)
    t = 10 + x + 2 * random.normal(size=200)
    return pd.DataFrame({"x": x, "t$": t.round(3), "y": 0.5 * t + x + 0.3 * random.normal(size=200)})


def opened(open_frame, page, **parts):
    question = Question(treatment="t$", outcome="y", control=10, unit="points")
    return open_frame(frame_of(), page, graph=GRAPH, question=question, estimate=QUICK, **parts)


def plain(app, texts_of):
    return texts_of(app).replace("\\", "")


def test_the_data_page_shows_the_doses_and_takes_a_reference(open_frame, texts_of):
    app = opened(open_frame, "data")
    assert not app.exception
    assert not app.error
    assert "A number with more than 20 different values is a dose" in plain(app, texts_of)
    assert not any(radio.label == "Whose effect" for radio in app.radio)
    (reference,) = (each for each in app.number_input if each.label.startswith("Reference"))
    assert reference.value == 10
    reference.set_value(11.5).run()
    assert app.session_state["open_study"].study.question.control == 11.5
    assert app.get("plotly_chart")


def test_a_reference_out_of_range_is_said_and_can_be_mended(open_frame, texts_of):
    question = Question(treatment="t$", outcome="y", control=500)
    app = open_frame(frame_of(), "data", graph=GRAPH, question=question)
    assert '"500" is no dose of "t$"' in plain(app, texts_of)
    (reference,) = (each for each in app.number_input if each.label.startswith("Reference"))
    reference.set_value(9.0).run()
    assert app.session_state["open_study"].study.question.control == 9
    assert not app.error


def test_the_estimate_page_shows_the_curve_in_words_and_picture(open_frame, until, texts_of):
    app = opened(open_frame, "estimate")
    assert not app.exception
    if any(each.key == "start-estimate" for each in app.button):
        app.button(key="start-estimate").click().run()
    until(app, lambda app: app.get("plotly_chart") or app.error)
    page = plain(app, texts_of)
    assert not app.exception
    assert not app.error
    assert "Moving t$ from 10 to " in page
    assert "(points) on average over everybody (95 % interval" in page
    assert "One unit more of t$ changes y by +0." in page
    assert "200 of 200 rows used." in page
    assert "It assumes that the outcome is a smooth curve of the dose" in page
    assert "Tested: that the curve is a straight line." in page
    assert "Inverse probability weighting**: Inverse probability weighting compares arms" in page
    radio = next(each for each in app.radio if each.label == "Scale")
    radio.set_value("change").run()
    assert not app.exception


@pytest.mark.parametrize(
    "page", ["validate", "refute", "uplift", "policy", "identify", "graph", "read", "compare", "check"]
)
def test_other_pages_say_what_a_dose_lacks_and_do_not_crash(open_frame, texts_of, page):
    app = opened(open_frame, page)
    assert not app.exception
    assert not app.error
    if page in {"validate", "refute", "uplift", "policy"}:
        assert "Cut the dose into a few levels" in plain(app, texts_of)
        assert not any(each.key and each.key.startswith("start-") for each in app.button)
