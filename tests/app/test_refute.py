import pandas as pd
import pytest

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions, RefuteOptions

QUICK = RefuteOptions(refuters=("placebo_treatment", "bootstrap"), simulations=20)


def plain(app, texts_of):
    return texts_of(app).replace("\\", "")


@pytest.fixture
def refuted(open_demo, until):
    """Call with a demo's name: its Refute page once the refutations are there."""

    def done(name, **parts):
        parts = {"refute": QUICK, **parts}
        app = open_demo(name, "refute", **parts)
        start(app, "start-estimate")
        until(app, lambda app: not any(each.key == "cancel-estimate" for each in app.button))
        return run(app, until)

    return done


def start(app, key):
    # Another test may have asked the same; then the engine has kept the answer.
    if any(each.key == key for each in app.button):
        app.button(key=key).click().run()


def run(app, until):
    start(app, "start-refute")
    return until(app, lambda app: any("none of this" in each.value for each in app.subheader) or app.error)


def test_without_an_estimate_it_says_so_and_links_there(open_demo, texts_of):
    app = open_demo("nhefs", "refute")
    assert "There is no estimate yet of the study as it stands." in plain(app, texts_of)
    assert app.get("page_link")[0].proto.page == "estimate"
    assert app.button(key="start-estimate").label == "Estimate the effect first"


def test_each_refuter_says_what_it_did_saw_and_cannot_tell(refuted, texts_of):
    app = refuted(
        "kidney_stones",
        estimate=EstimateOptions(methods=("difference_in_means", "ipw")),
        refute=RefuteOptions(refuters=("placebo_treatment", "unobserved_common_cause"), simulations=20),
    )
    page = plain(app, texts_of)
    assert not app.exception
    cards = ["Placebo treatment", "Unobserved common cause", "Robustness value", "E-value", "Overlap"]
    assert all(f"**{label}** · **" in page for label in [*cards, "Rosenbaum bounds"])
    assert page.count("**Done:**") == page.count("**Cannot tell:**") == page.count("**Seen:**") == 6
    assert "(20 simulations)" in page
    assert "**✓ no problem found**" in page
    assert "Inverse probability weighting" in page
    assert "No refuter can detect hidden confounding" in page
    assert "of what is still unexplained in who was treated" in page
    assert "Judged here is the shift in standard errors." in page
    assert "p = " not in page.split("**Robustness value**")[0]
    assert len(app.get("plotly_chart")) == 4


def test_the_whole_is_said_in_one_line_at_the_top(refuted, texts_of):
    app = refuted("nhefs", estimate=EstimateOptions(methods=("aipw",)))
    page = plain(app, texts_of)
    assert not app.exception
    line = next(text for text in page.split("\n") if "the strongest known, a graph" in text)
    assert line.startswith("**A hidden confounder ")
    assert len(line.split()) <= 30
    assert "What would have to be true for this conclusion to be wrong?" in page
    assert page.index(line) < page.index("survived")
    app.radio(key=next(each.key for each in app.radio if each.key.startswith("sensitivity"))).set_value(
        "curve"
    )
    app.run()
    assert not app.exception
    assert "the same share of what is left of treatment and outcome" in plain(app, texts_of)


def test_in_a_trial_the_randomisation_test_has_a_p_value_and_confounding_does_not_apply(refuted, texts_of):
    app = refuted(
        "retention_offers",
        estimate=EstimateOptions(methods=("difference_in_means",)),
        refute=RefuteOptions(refuters=("randomisation", "graph"), simulations=20),
    )
    page = plain(app, texts_of)
    assert not app.exception
    assert "of the 1,999 re-drawn assignments" in page
    assert "**An assignment not carried out as planned, " in page
    assert "the randomisation test of no effect on anybody gives p < 0.001" in page
    assert "Assignment is known, so a hidden cause cannot make it wrong." in page
    assert (
        "**Robustness value**, **E-value**, **Rosenbaum bounds** · – Not applicable: assignment was random"
        in page
    )
    assert "**Graph** · **✓ no problem found**" in page
    assert [each.proto.page for each in app.get("page_link")].count("check") == 1


def test_without_a_known_assignment_the_randomisation_test_says_so(refuted, texts_of):
    refuters = RefuteOptions(refuters=("randomisation", "bootstrap"), simulations=20)
    app = refuted("kidney_stones", estimate=EstimateOptions(methods=("ipw",)), refute=refuters)
    page = plain(app, texts_of)
    assert "**Randomisation test** · – not tried" in page
    assert "how treatment was assigned is not known" in page


def test_a_changed_option_makes_the_old_verdict_out_of_date(refuted, until, texts_of):
    app = refuted("kidney_stones", estimate=EstimateOptions(methods=("linear_regression", "ipw")))
    assert "survived" in plain(app, texts_of)
    app.number_input[0].set_value(30).run()
    page = plain(app, texts_of)
    assert "Out of date" in page
    assert "survived" not in page
    assert not app.get("plotly_chart")
    app = run(app, until)
    assert "(30 simulations)" in plain(app, texts_of)
    app.selectbox[0].set_value("linear_regression").run()
    assert app.session_state["open_study"].study.refute.method == "linear_regression"
    assert "Out of date" in plain(app, texts_of)
    assert "Tried: Linear regression" in plain(run(app, until), texts_of)


def test_an_association_is_not_offered_to_be_tried(refuted):
    app = refuted("kidney_stones", estimate=EstimateOptions(methods=("difference_in_means", "ipw")))
    assert app.selectbox[0].options == ["The headline's method", "Inverse probability weighting"]


def test_arms_are_chosen_by_name_and_verdict(refuted, texts_of):
    app = refuted("premium", estimate=EstimateOptions(methods=("linear_regression",)))
    study = app.session_state["open_study"]
    arm = app.selectbox(key=f"refute-arm-{study.token}")
    assert len(arm.options) == 2
    assert all(": " in option for option in arm.options)
    arm.set_value(arm.options[1].split(":")[0]).run()
    assert not app.exception
    assert f"= {arm.options[1].split(':')[0]} against" in plain(app, texts_of)


def test_an_instrument_is_tried_itself_and_its_assumption_said(refuted, texts_of):
    app = refuted("encouragement", refute=RefuteOptions(("placebo_treatment", "unobserved_common_cause"), 20))
    page = plain(app, texts_of)
    assert "LATE of visit = 1 against 0" in page
    assert "The instrument was shuffled along with the treatment." in page
    assert "Unobserved common cause** · – not tried" in page
    assert "everything rests on the instrument touching the outcome through the treatment alone" in page


def test_an_association_alone_is_not_tried(open_demo, until, texts_of):
    app = open_demo("encouragement", "refute", estimate=EstimateOptions(methods=("difference_in_means",)))
    start(app, "start-estimate")
    until(app, lambda app: "There is no effect to refute" in texts_of(app))
    assert not app.error
    assert not app.exception


def test_no_refuter_is_no_error(refuted, texts_of):
    app = refuted("kidney_stones", estimate=EstimateOptions(methods=("ipw",)))
    app.multiselect[0].set_value([]).run()
    assert "Choose at least one refuter." in plain(app, texts_of)
    assert not app.exception


def test_names_from_data_are_shown_as_text(open_frame, until):
    arms = ["*a*", "<img src=x onerror=alert(1)>", ":red[$x$]"] * 40
    frame = pd.DataFrame({"_t_": arms, "y": [float(row * row % 17) for row in range(120)]})
    app = open_frame(
        frame,
        "refute",
        graph=CausalGraph([("_t_", "y")]),
        question={"treatment": "_t_", "outcome": "y", "control": "*a*", "randomised": True},
        estimate=EstimateOptions(methods=("difference_in_means",)),
        refute=QUICK,
    )
    start(app, "start-estimate")
    until(app, lambda app: any(each.key == "start-refute" for each in app.button) or app.error)
    app = run(app, until)
    assert not app.exception
    for element in (*app.markdown, *app.caption):
        assert "<img" not in element.value.replace("\\<", "")
