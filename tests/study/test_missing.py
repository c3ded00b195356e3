import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from causal_core import Study
from causal_core.engine.inline import run_inline
from causal_core.problem import DoesNotApply
from causal_core.study import missing as handling
from causal_core.study.missing_choice import choice_plan, chosen_method
from causal_core.study.missing_words import indicator_doubt, missing_rows, missing_summary, tried_sentence
from causal_core.study.report import report
from causal_core.study.steps import estimate_plan, result_key

METHODS = ("difference_in_means", "linear_regression", "regression_adjustment")


def data(randomised=False, n=500):
    """The effect is 2; age is missing more often where the outcome is high."""
    random = np.random.default_rng(0)
    age = random.normal(size=n)
    town = random.choice(["<b>a</b>", "b"], n)
    arm = random.integers(0, 2, n) if randomised else (age + random.normal(size=n) > 0).astype(int)
    pain = 2 * arm + age + (town == "b") + random.normal(size=n)
    frame = pd.DataFrame({"drug": arm, "age": age, "town": town, "pain": pain})
    # In a trial covariates are lost before the arm is drawn.
    cause = 2 * age if randomised else pain
    frame.loc[random.uniform(size=n) < 1 / (1 + np.exp(1.5 - cause)), "age"] = np.nan
    frame.loc[random.uniform(size=n) < 0.1, "town"] = None
    frame.loc[:4, "pain"] = np.nan
    return frame


@pytest.fixture
def study(tmp_path, home):
    def made(missing="imputation", randomised=False, methods=METHODS, frame=None, **options):
        frame = data(randomised) if frame is None else frame
        frame.to_csv(tmp_path / "data.csv", index=False)
        arrows = "age -> pain; town -> pain; drug -> pain;" + (
            "" if randomised else "age -> drug; town -> drug"
        )
        (tmp_path / "study.toml").write_text(
            f"""version = 1
[data]
path = "data.csv"
[graph]
text = "{arrows}"
[question]
treatment = "drug"
outcome = "pain"
randomised = {str(randomised).lower()}
[estimate]
methods = {json.dumps(methods)}
missing = "{missing}"
imputations = 4
[refute]
refuters = ["random_common_cause"]
simulations = 3
"""
        )
        return Study.load(tmp_path / "study.toml").replace(**options)

    return made


def test_imputation_uses_every_row_with_an_outcome_and_pools(study):
    results = study().run(["estimate", "refute"])
    found = results.estimated
    assert [each.method for each in found.estimates] == list(METHODS)
    assert {each.rows_used for each in found.estimates} == {495}
    assert found.dropped_by == (("pain", 5),)
    linear = found.of("linear_regression")[0]
    assert abs(linear.value - 2) < 3 * linear.std_error
    assert linear.notes[0].startswith("Pooled over 4 completed tables")
    assert found.of("difference_in_means")[0].estimand == "association"
    (tried,) = found.tried("regression_adjustment")
    assert tried.value != found.of("regression_adjustment")[0].value
    assert results.refuted.refutations[0].original == tried.value
    assert results.refuted.method == "regression_adjustment"


def test_the_same_digits_however_the_tables_are_divided_among_tasks(study, monkeypatch):
    made = study()
    first = made.run(["estimate"]).estimated
    monkeypatch.setattr(handling, "CHUNK", 1)
    assert len(estimate_plan(made, made.run(["identify"]).opened.table).tasks) == 6
    assert made.run(["estimate"]).estimated == first


def test_complete_rows_differ_and_say_so_in_report_and_results(study):
    results = study("complete").run(["estimate"])
    found = results.estimated
    assert found.first == ()
    assert found.tried("linear_regression") == found.of("linear_regression")
    assert found.rows_used < 400
    assert found.missing.in_covariates
    page = report(results)
    assert "rows lack something" in page
    assert "whether a value is missing has nothing to do with the outcome" in page
    plain = results.to_dict()["missing"]
    assert [each["name"] for each in plain["columns"]] == ["age", "town", "pain"]
    assert missing_summary(found.missing).endswith("age, pain differ between arms")
    head, rows = missing_rows(found.missing)
    assert len(head) == len(rows[0]) == 6
    assert rows[0][-1].endswith("◆")


def test_an_indicator_is_refused_where_assignment_was_not_random(study):
    found = study("indicator").run(["estimate"]).estimated
    errors = {each.method: each.error for each in found.estimates}
    assert errors["difference_in_means"] is None
    assert "Greenland & Finkle 1995" in errors["linear_regression"]
    assert "age, town" in errors["regression_adjustment"]


def test_an_indicator_in_a_trial_keeps_every_row(study):
    found = study("indicator", randomised=True).run(["estimate"]).estimated
    assert {each.rows_used for each in found.estimates} == {495}
    linear, plain = (found.of(name)[0] for name in ("linear_regression", "difference_in_means"))
    assert abs(linear.value - 2) < 3 * linear.std_error
    assert linear.std_error < plain.std_error


def test_an_indicator_is_doubted_where_covariates_are_lost_after_assignment(study):
    lost = data(randomised=True)
    lost["age"] = lost["age"].mask((lost["drug"] == 1) & (lost["pain"] > 2))
    found = study("indicator", randomised=True, frame=lost).run(["estimate"]).estimated.missing
    assert "age" in indicator_doubt(found)
    whole = study("indicator", randomised=True).run(["estimate"]).estimated.missing
    assert "age" not in indicator_doubt(whole)


@pytest.mark.parametrize("missing", ["indicator", "imputation"])
def test_where_nothing_is_missing_all_ways_agree(study, missing):
    whole = data().dropna()
    complete = study("complete", frame=whole).run(["estimate"]).estimated
    other = study(missing, frame=whole).run(["estimate"]).estimated
    assert other.estimates == complete.estimates


def test_one_completed_table_is_refused(study):
    made = study()
    results = made.replace(estimate=dataclasses.replace(made.estimate, imputations=1)).run(["estimate"])
    assert "at least 2" in results.failures["estimate"]


def test_the_choice_is_compared_and_judged(study):
    made = study("complete")
    results = made.run(["estimate"])
    compared = run_inline(choice_plan(made, results.opened.table, results.estimated))
    answers = dict(compared.answers)
    assert compared.method == "regression_adjustment"
    assert answers["complete"] == results.estimated.of("regression_adjustment")
    assert "randomised" in answers["indicator"][0].error
    assert answers["imputation"] == study().run(["estimate"]).estimated.of("regression_adjustment")
    assert compared.sentences[0].startswith("The choice moves the answer: the values differ by")


def test_an_arm_without_a_complete_row_is_an_answer_in_the_comparison(study):
    frame = data()
    frame.loc[(frame["drug"] == 1), "town"] = frame["town"].mask(frame["age"].notna())
    made = study("imputation", frame=frame)
    results = made.run(["estimate"])
    compared = run_inline(choice_plan(made, results.opened.table, results.estimated))
    complete = dict(compared.answers)["complete"][0]
    assert complete.value is None
    assert 'most lack "' in complete.error


def test_the_choice_needs_a_method_that_adjusts(study):
    made = study("complete", methods=("difference_in_means",))
    results = made.run(["estimate"])
    with pytest.raises(DoesNotApply, match="No method that adjusts"):
        chosen_method(results.estimated)


def test_uplift_has_its_own_way_and_keeps_its_results(study):
    complete, imputed = study("complete"), study("imputation")
    table = complete.run(["identify"]).opened.table
    assert result_key("uplift", complete, table) == result_key("uplift", imputed, table)
    assert result_key("estimate", complete, table) != result_key("estimate", imputed, table)


def test_what_refuters_try_is_said_only_where_it_is_not_the_estimate():
    assert tried_sentence("complete", 20) == ""
    assert "first of 20 completed tables" in tried_sentence("imputation", 20)


def test_a_problem_in_a_column_is_a_problem_under_imputation_too(study):
    frame = data().assign(age=np.nan)
    results = study(frame=frame).run(["estimate"])
    assert "missing in every row" in results.failures["estimate"]
