import numpy as np
import pandas as pd

from causal_core.graph import CausalGraph
from causal_core.study.options import EstimateOptions, RefuteOptions

METHODS = ("linear_regression", "regression_adjustment")
GRAPH = CausalGraph([("<b>age</b>", "pain"), ("<b>age</b>", "drug"), ("drug", "pain")])
ASKED = {"treatment": "drug", "outcome": "pain", "unit": "points"}


def people(missing=True, n=300):
    random = np.random.default_rng(0)
    age = random.normal(size=n)
    drug = (age + random.normal(size=n) > 0).astype(int)
    pain = 2 * drug + age + random.normal(size=n)
    lost = random.uniform(size=n) < 1 / (1 + np.exp(1 - pain))
    return pd.DataFrame({"<b>age</b>": np.where(lost & missing, np.nan, age), "drug": drug, "pain": pain})


def page_of(app, texts_of):
    return texts_of(app).replace("\\", "") + "\n".join(element.proto.body for element in app.get("html"))


def opened(open_frame, page="estimate", frame=None, missing="complete", **question):
    frame = people() if frame is None else frame
    return open_frame(
        frame,
        page,
        graph=GRAPH,
        question={**ASKED, **question},
        estimate=EstimateOptions(methods=METHODS, missing=missing, imputations=4),
        refute=RefuteOptions(refuters=("random_common_cause",), simulations=20),
    )


def run(app, until, step="estimate", holds=lambda app: any("95 % interval" in e.value for e in app.markdown)):
    if any(each.key == f"start-{step}" for each in app.button):
        app.button(key=f"start-{step}").click().run()
    return until(app, lambda app: holds(app) or app.error)


def radio(app):
    return next(each for each in app.radio if each.label == "Rows that lack a covariate")


def test_the_choice_the_report_and_what_the_choice_changes(open_frame, until, texts_of):
    app = run(opened(open_frame), until)
    assert not app.exception
    assert not app.error
    page = page_of(app, texts_of)
    assert radio(app).value == "complete"
    assert "whether a value is missing has nothing to do with the outcome" in page
    assert "&lt;b&gt;age&lt;/b&gt;" in page
    assert "<td>&lt;b&gt;age&lt;/b&gt;</td><td>covariate</td>" in page
    assert any("rows lack something" in each.label for each in app.expander)
    app = run(app, until, "missing", lambda app: "The choice" in texts_of(app))
    page = page_of(app, texts_of)
    assert not app.error
    assert "The choice moves the answer: the values differ by" in page
    assert "Greenland &amp; Finkle 1995" in page
    assert "Effect (points)" in page


def test_imputation_is_chosen_by_a_click_and_pooled(open_frame, until, texts_of):
    app = opened(open_frame)
    radio(app).set_value("imputation").run()
    assert app.session_state["open_study"].study.estimate.missing == "imputation"
    tables = next(each for each in app.number_input if each.label == "Completed tables")
    tables.set_value(3).run()
    assert app.session_state["open_study"].study.estimate.imputations == 3
    app = run(app, until)
    page = page_of(app, texts_of)
    assert "300 of 300 rows used." in page
    assert "Missing covariates were imputed." in page
    assert "Pooled over 3 completed tables" in page
    assert "missing at random" in page


def test_refuters_say_that_they_try_the_first_completed_table(open_frame, until, texts_of):
    app = opened(open_frame, "refute", missing="imputation")
    app = run(app, until, holds=lambda app: any(each.key == "start-refute" for each in app.button))
    app = run(app, until, "refute", lambda app: "Seen:" in texts_of(app))
    assert "Tried on the first of 4 completed tables" in page_of(app, texts_of)


def test_an_indicator_is_said_to_be_refused_before_it_is_run(open_frame, texts_of):
    app = opened(open_frame, missing="indicator")
    assert "Assignment was not random: methods that adjust refuse an indicator." in page_of(app, texts_of)


def test_what_becomes_of_covariates_is_not_asked_where_only_treatment_or_outcome_is_missing(open_frame):
    frame = people(missing=False)
    frame = frame.assign(
        drug=frame["drug"].where(frame.index > 5), pain=frame["pain"].where(frame.index < 290)
    )
    app = opened(open_frame, frame=frame)
    assert not app.exception
    assert all(each.label != "Rows that lack a covariate" for each in app.radio)


def test_a_table_without_gaps_has_no_such_question(open_frame, until, texts_of):
    app = run(opened(open_frame, frame=people(missing=False)), until)
    assert all(each.label != "Rows that lack a covariate" for each in app.radio)
    assert not any("lack something" in each.label for each in app.expander)
