import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("dowhy", "sklearn", "statsmodels", "lightgbm", "scipy.stats")


def plain(app, texts_of):
    """What the page says, without Markdown's escapes."""
    return texts_of(app).replace("\\", "") + "\n".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def estimated(open_demo, until):
    """Call with a demo's name: its Estimate page once the estimates are there."""

    def done(name, **parts):
        app = open_demo(name, "estimate", **parts)
        return run(app, until)

    return done


def run(app, until):
    # Another test may have asked the same; then the engine has kept the answer.
    if any(each.key == "start-estimate" for each in app.button):
        app.button(key="start-estimate").click().run()
    return until(app, lambda app: any("95 % interval" in each.value for each in app.markdown) or app.error)


def test_nothing_is_estimated_before_it_is_asked_for(open_demo, texts_of):
    app = open_demo("nhefs", "estimate")
    assert app.button(key="start-estimate").label == "Estimate the effect"
    assert not app.get("plotly_chart")
    assert "qsmk = 0" in plain(app, texts_of)


def test_the_answer_is_a_sentence_with_interval_population_unit_and_ground(estimated, texts_of):
    app = estimated(
        "retention_observational",
        estimate=EstimateOptions(methods=("difference_in_means", "ipw", "matching")),
    )
    page = plain(app, texts_of)
    assert not app.exception
    assert (
        "Setting offer to 1 instead of 0 raises kept by 0.0984 (share of customers kept) on average over "
        "everybody (95 % interval 0.0806 to 0.116), which is 16 % of the mean under 0, 0.628."
    ) in page
    assert "This holds if the graph is right and the models behind the number fit." in page
    assert "Without adjustment the difference is −0.069: an association" in page
    assert "10,000 of 10,000 rows used." in page
    assert "Adjusted for engagement, support_calls, tenure." in page
    assert "association, not an effect" in page  # the table's note on the plain difference
    assert "DoWhy" in page
    assert app.get("page_link")[-1].proto.page == "validate"


def test_the_pages_import_nothing_heavy():
    code = (
        "import sys, pages.shared.estimate_parts, pages.shared.estimate_controls, pages.shared.refute_parts;"
    )
    code += f"print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_another_target_makes_the_old_number_out_of_date(estimated, until, texts_of):
    app = estimated("kidney_stones", estimate=EstimateOptions(methods=("ipw",)))
    assert "over everybody" in plain(app, texts_of)
    app.radio[0].set_value("ATT").run()
    assert app.session_state["open_study"].study.question.target == "ATT"
    page = plain(app, texts_of)
    assert "Out of date" in page
    assert "over everybody" not in page
    assert not app.get("plotly_chart")
    assert "over those who were treated" in plain(run(app, until), texts_of)


def test_relative_to_the_mean_under_control(estimated, texts_of):
    app = estimated("nhefs", estimate=EstimateOptions(methods=("ipw",)))
    app.radio[1].set_value("relative").run()
    page = plain(app, texts_of)
    assert "divided by that method's estimate of the mean under 0" in page
    assert "its own uncertainty is not in them" in page
    assert not app.exception


def test_several_arms_have_a_sentence_each(estimated, texts_of):
    app = estimated("retention_offers", estimate=EstimateOptions(methods=("difference_in_means",)))
    page = plain(app, texts_of)
    for arm in ("discount", "personal message", "premium feature"):
        assert f"Setting offer to {arm} instead of nothing raises kept by 0.0" in page
    assert "Assignment was random" in page
    assert "19,223 of 20,000 rows used." in page
    assert "777 left out because a value was missing: age in 777." in page
    app.selectbox(key=f"estimate-arm-{app.session_state['open_study'].token}").set_value(2).run()
    assert not app.exception


def test_an_instrument_is_named_and_those_who_cannot_answer_say_why(estimated, texts_of):
    app = estimated("encouragement")
    page = plain(app, texts_of)
    assert (
        "lowers energy by 41.3 (kWh a month) on average over those whose treatment the instrument moves"
        in page
    )
    assert "LATE" in page
    assert "Cannot answer here: Linear regression" in [each.label for each in app.expander]
    assert "Linear regression: No set exists" in page.replace("**", "")
    assert "Instrument: letter." in page
    app.radio[1].set_value("relative").run()
    assert "people this effect is about is not known" in plain(app, texts_of)


def test_a_front_door_is_named(estimated, texts_of):
    page = plain(estimated("smoking_tar"), texts_of)
    assert "lowers cancer by 0.045" in page
    assert "Front door: tar." in page


def test_the_method_that_the_graph_asks_for_is_proposed(open_demo, texts_of):
    app = open_demo("encouragement", "estimate", estimate=EstimateOptions(methods=("linear_regression",)))
    assert "the graph allows Two-stage least squares or Wald ratio" in plain(app, texts_of)


def test_without_identification_only_an_association_is_offered(open_demo, until, texts_of):
    graph = CausalGraph([("visit", "energy")], bidirected=[("visit", "energy")])
    app = open_demo(
        "encouragement",
        "estimate",
        graph=graph,
        question={"instrument": None},
        estimate=EstimateOptions(methods=("difference_in_means", "ipw")),
    )
    assert "Nothing here identifies the effect: what follows is an association only." in plain(app, texts_of)
    page = plain(run(app, until), texts_of)
    assert "Rows with visit = 1 have energy 61.3 (kWh a month) lower than rows with 0" in page
    assert "This is an association, not an effect" in page
    assert "Setting visit" not in page


def test_a_wrong_set_is_said_before_the_number(open_demo, texts_of):
    app = open_demo("retention_observational", "estimate", question={"adjust_for": ("satisfaction",)})
    page = plain(app, texts_of)
    assert "The set in use does not identify the effect." in page
    assert "satisfaction was measured after the treatment, yet adjusted for" in page


def test_no_method_is_no_error(open_demo, texts_of):
    app = open_demo("nhefs", "estimate")
    token = app.session_state["open_study"].token
    for name in app.session_state["open_study"].study.estimate.methods:
        app.checkbox(key=f"estimate-method-{name}-{token}").uncheck().run()
    assert "Choose at least one method." in plain(app, texts_of)
    assert "None chosen yet." in plain(app, texts_of)
    assert not app.exception
    app.checkbox(key=f"estimate-method-ipw-{token}").check().run()
    assert app.session_state["open_study"].study.estimate.methods == ("ipw",)
    assert "Choose at least one method." not in plain(app, texts_of)


def test_a_method_that_is_added_comes_last_and_loses_no_other_option(open_demo):
    app = open_demo("nhefs", "estimate")
    before = app.session_state["open_study"].study
    app.checkbox(
        key=f"estimate-method-entropy_balancing-{app.session_state['open_study'].token}"
    ).check().run()
    after = app.session_state["open_study"].study
    assert after.estimate.methods == (*before.estimate.methods, "entropy_balancing")
    assert dataclasses.replace(after.estimate, methods=before.estimate.methods) == before.estimate
    assert after.question == before.question


def test_methods_that_the_graph_does_not_allow_are_said_to_be_so(open_demo, texts_of):
    page = plain(open_demo("nhefs", "estimate"), texts_of)
    assert "This graph has no instrument." in page
    assert "This graph has no front door." in page
    assert "This graph has no instrument." not in plain(open_demo("encouragement", "estimate"), texts_of)


def test_a_treatment_that_the_graph_hides_is_a_problem_in_words(open_demo):
    app = open_demo("nhefs", "estimate", graph=CausalGraph([("qsmk", "wt82_71")], latent=["qsmk"]))
    assert not app.exception
    assert "qsmk" in app.error[0].value
    assert not app.button


def test_a_yes_or_no_outcome_is_also_told_as_risks(estimated, texts_of):
    app = estimated("kidney_stones", estimate=EstimateOptions(methods=("ipw", "standardisation")))
    page = plain(app, texts_of)
    assert "As risks" in [each.label for each in app.expander]
    assert "Risk ratio (95 % interval)" in page
    assert "one more in " in page
    assert "Number needed to treat" in page
    app = estimated("nhefs", estimate=EstimateOptions(methods=("ipw",)))
    assert "As risks" not in [each.label for each in app.expander]


def test_names_from_data_are_shown_as_text(open_frame, until, texts_of):
    random = np.random.default_rng(0)
    arms = ["$none$", "<img src=x onerror=alert(1)>", ":red[*x_1*]"]
    arm = random.integers(0, 3, 300)
    frame = pd.DataFrame({"_t_ $x$": np.array(arms)[arm], "`y` <b>": arm + random.normal(size=300)})
    app = open_frame(
        frame,
        "estimate",
        graph=CausalGraph([("_t_ $x$", "`y` <b>")]),
        question={"treatment": "_t_ $x$", "outcome": "`y` <b>", "control": "$none$", "unit": "$_$"},
        estimate=EstimateOptions(methods=("difference_in_means", "linear_regression", "dml")),
    )
    app = run(app, until)
    assert not app.exception
    assert any(r"Setting \_t\_ \$x\$ to" in each.value for each in app.markdown)
    for element in (*app.markdown, *app.caption, *app.warning, *app.error):
        for mark in ("<img", "$x", ":red[*"):
            assert mark not in element.value.replace("\\" + mark[0], "")
    for element in app.get("html"):
        assert "<img" not in element.proto.body
