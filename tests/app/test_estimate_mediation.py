import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions

METHODS = EstimateOptions(methods=("regression_adjustment", "mediation"))


def plain(app, texts_of):
    """What the page says, without Markdown's escapes."""
    return texts_of(app).replace("\\", "") + "\n".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def estimated(until):
    """Call with an app on its Estimate page: the same once the estimates are there."""

    def done(app):
        if any(each.key == "start-estimate" for each in app.button):
            app.button(key="start-estimate").click().run()
        return until(
            app, lambda app: any("95 % interval" in each.value for each in app.markdown) or app.error
        )

    return done


def test_the_split_is_said_drawn_and_listed(open_demo, estimated, texts_of):
    app = estimated(open_demo("service", "estimate", estimate=METHODS))
    page = plain(app, texts_of)
    assert not app.exception
    assert "What runs through engagement" in page
    assert (
        "−0.092 (95 % interval −0.105 to −0.0786) through engagement (natural indirect effect, NIE(1))"
        in page
    )
    assert (
        "68 % of the total effect runs through the mediators (95 % interval 55 % to 85 %, Fieller)." in page
    )
    assert "The mediator held at 50.22, its mean, for everybody." in page
    assert "Adjusted for calls_before, customer_value." in page
    assert "What was checked along the way" in page
    assert "Mediator: engagement; adjusted for calls_before, customer_value." in page
    # Parts of an effect never speak for the whole.
    assert "By Regression adjustment." in page
    figure = app.get("plotly_chart")[0].proto.spec
    for part in ("NDE(0)", "NIE(1)", "TE", "CDE(m=50.22)"):
        assert part in figure


def test_mediator_and_level_are_chosen_here(open_demo, texts_of):
    app = open_demo("service", "estimate", estimate=METHODS)
    token = app.session_state["open_study"].token
    assert app.selectbox(key=f"estimate-mediator-{token}").options == [
        "all of the graph, jointly",
        "engagement",
    ]
    app.number_input(key=f"estimate-mediator-value-{token}").set_value(40.0).run()
    assert app.session_state["open_study"].study.estimate.mediator_value == 40.0
    app.selectbox(key=f"estimate-mediator-{token}").set_value("").run()
    assert app.session_state["open_study"].study.question.mediator is None
    assert not app.exception
    app.checkbox(key=f"estimate-method-mediation-{token}").uncheck().run()
    assert not any(each.key.startswith("estimate-mediator") for each in app.selectbox)


def test_a_confounder_that_the_treatment_changes_is_refused_in_words(open_demo, estimated, texts_of):
    late = [("solved", "calls_before"), ("calls_before", "engagement"), ("calls_before", "churn")]
    graph = CausalGraph([*late, ("solved", "engagement"), ("engagement", "churn"), ("solved", "churn")])
    app = estimated(open_demo("service", "estimate", graph=graph, estimate=METHODS))
    page = plain(app, texts_of).replace("**", "")
    assert "What goes through engagement cannot be told from what does not." in page
    assert "calls_before is itself an effect of solved" in page
    assert "What runs through" not in page


def test_several_instruments_speak_together(open_frame, estimated, texts_of):
    random = np.random.default_rng(0)
    letters = random.integers(0, 2, (3000, 2))
    u = random.normal(size=3000)
    visit = (letters.sum(axis=1) + u + random.normal(size=3000) > 1).astype(int)
    frame = pd.DataFrame(
        {"_z1_": letters[:, 0], "$z2$": letters[:, 1], "visit": visit, "use": 2 * visit + u + letters[:, 1]}
    )
    app = open_frame(
        frame,
        "estimate",
        graph=CausalGraph([("_z1_", "visit"), ("$z2$", "visit"), ("visit", "use")], [("visit", "use")]),
        question={"treatment": "visit", "outcome": "use"},
        estimate=EstimateOptions(methods=("two_stage_least_squares", "wald")),
    )
    app = estimated(app)
    page = plain(app, texts_of)
    assert not app.exception
    assert "Instruments: $z2$, _z1_." in page
    assert "Hansen J" in page
    assert "They disagree" in page
    assert "First-stage F" in page
    assert "alone; _z1_ left to two-stage least squares" in page
    study = app.session_state["open_study"].study
    assert dataclasses.replace(study.question, instrument=("_z1_", "$z2$")).instrument == ("_z1_", "$z2$")
