import dataclasses

import numpy as np
import pytest

from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine import state_folder
from causal_core.engine.inline import run_inline
from causal_core.estimation.result import Estimate
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.options import EstimateOptions
from causal_core.study.run import open_data
from causal_core.study.steps import estimate_plan
from causal_core.study.study import Study
from causal_core.validation.curve_words import (
    curve_sentence,
    direction_sentence,
    is_drawn,
    moves_sentence,
    rows_sentence,
    single_sentence,
)
from causal_core.validation.plan import MOST_POINTS, curve_plan, most_sets, usual_methods
from causal_core.validation.sets import AdmissibleSet, AdmissibleSets
from causal_core.validation.specification import Own, facets, gather_specifications


def opened(name, **parts):
    study = Study.load(demo(name).study).replace(**parts)
    return study, open_data(study).table


def made(value, method, ci=(None, None), estimand="ATE", rows=100, error=None):
    return Estimate(method, "backdoor", "ATE", estimand, ("0", "1"), value, 0.5, ci, rows, 0, error)


def curve_of(cells):
    """A curve of {(set, method): value}."""
    asked = list(cells)
    parts = [(made(value, method, (value - 1, value + 1)),) for (_, method), value in cells.items()]
    sets = AdmissibleSets(tuple(AdmissibleSet(each, ()) for each, _ in asked), True)
    return gather_specifications(asked, sets, Own(("a",), ("ipw",), None, "ATE", False), parts)


@pytest.mark.parametrize("target", ["ATE", "ATT"])
def test_each_estimate_is_the_one_that_estimate_gives_for_its_set(target):
    methods = ("difference_in_means", "linear_regression", "ipw", "aipw")
    estimate = EstimateOptions(methods=methods, squares=("tenure",))
    study, table = opened("retention_observational", estimate=estimate)
    table = table_of_first(table, 800)
    curve = run_inline(curve_plan(study, table, methods[1:], (target,)))
    for columns in (("age", "engagement", "support_calls", "tenure"), curve.sets.sets[1].columns):
        question = dataclasses.replace(study.question, adjust_for=columns, target=target)
        estimated = run_inline(estimate_plan(study.replace(question=question), table))
        for each in estimated.estimates:
            if each.method == "difference_in_means":
                continue
            mine = [
                point.estimate
                for point in curve.specifications
                if (point.columns, point.estimate.method, point.estimate.estimand)
                == (columns, each.method, each.estimand)
            ]
            assert mine == [each]


def test_imputed_values_are_pooled_as_estimate_does():
    estimate = EstimateOptions(methods=("linear_regression", "ipw"), missing="imputation", imputations=2)
    study, table = opened("retention_observational", estimate=estimate)
    frame = table.frame(list(table.columns), rows=np.arange(300))
    frame.loc[::7, "tenure"] = np.nan
    table = write_table(arrow_of(frame), state_folder("tables"))
    curve = run_inline(curve_plan(study, table, estimate.methods, ("ATE",)))
    mine = [each.estimate for each in curve.specifications if each.columns == curve.headline[0]]
    assert tuple(mine) == run_inline(estimate_plan(study, table)).estimates
    assert {each.rows_used for each in mine} == {300}


def table_of_first(table, rows):
    frame = table.frame(list(table.columns), rows=np.arange(rows))
    return write_table(arrow_of(frame), state_folder("tables"))


def test_the_studys_own_number_is_found_among_them():
    study, table = opened("retention_observational")
    curve = run_inline(curve_plan(study, table_of_first(table, 500), ("linear_regression", "ipw"), ("ATE",)))
    assert curve.headline == (("engagement", "support_calls", "tenure"), "ipw", "ATE")
    # Linear regression gives another quantity, so it stands in a facet of its own.
    assert [(each.estimand, len(each.points)) for each in facets(curve)] == [
        ("ATE", len(curve.sets.sets)),
        ("variance-weighted", len(curve.sets.sets)),
    ]
    own, other = facets(curve)
    assert is_drawn(curve, own)
    assert is_drawn(curve, other)
    single = facets(curve, [curve.sets.sets[0].columns])[1]
    assert not is_drawn(curve, single)
    said = single_sentence(single, "EUR")
    assert said.startswith("Variance-weighted: with most weight on those whose treatment was least certain: ")
    assert "(EUR), 95 % interval " in said
    assert said.endswith("by Linear regression, 500 rows.")


def test_a_trial_enters_the_plain_difference_once():
    study, table = opened("retention_offers")
    plan = curve_plan(
        study, table_of_first(table, 500), ("difference_in_means", "regression_adjustment"), ("ATE",)
    )
    curve = run_inline(plan)
    plainly = [each for each in curve.specifications if each.estimate.method == "difference_in_means"]
    assert [each.columns for each in plainly] == [()] * 3  # once an arm
    assert curve.headline == ((), "difference_in_means", "ATE")
    assert {each.columns for each in curve.specifications} == {each.columns for each in curve.sets.sets}


def test_no_curve_has_more_than_its_most_points():
    study, table = opened("retention_offers")
    plan = curve_plan(study, table, usual_methods(study), ("ATE", "ATT", "ATC"))
    assert len(plan.tasks) <= MOST_POINTS


def test_large_tables_and_many_methods_allow_fewer_sets():
    assert [most_sets(rows, 8) for rows in (1000, 40_000, 100_000, 10**6, 10**8)] == [24, 24, 10, 4, 4]
    assert [most_sets(1000, each) for each in (1, 12, 36, 300)] == [24, 16, 5, 1]


def test_what_cannot_be_asked_is_said():
    study, table = opened("encouragement")
    with pytest.raises(DoesNotApply, match="no set of these columns identifies"):
        curve_plan(study, table, ("ipw",), ("ATE",))
    study, table = opened("nhefs")
    with pytest.raises(Problem, match="No method is chosen"):
        curve_plan(study, table, (), ("ATE",))
    with pytest.raises(Problem, match="wald does not adjust"):
        curve_plan(study, table, ("wald",), ("ATE",))


def test_the_variance_of_a_full_table_splits_as_in_two_way_analysis_of_variance():
    # Set effects 0 and 2, method effects 0, 1 and 5: additive, so nothing is left to neither alone.
    cells = {((f"s{i}",), f"m{j}"): a + b for i, a in enumerate((0, 2)) for j, b in enumerate((0, 1, 5))}
    (facet,) = facets(curve_of(cells))
    between_sets, between_methods = 1.0, np.var([0, 1, 5])
    assert facet.share_by_set == pytest.approx(between_sets / (between_sets + between_methods))
    assert facet.share_by_method == pytest.approx(between_methods / (between_sets + between_methods))
    assert facet.move_by_set == 2
    assert facet.move_by_method == 5
    assert facet.middle == 2.5
    assert facet.range == (0, 7)
    assert "The method moves it more than the set." in moves_sentence(facet)
    assert "the method moves it by 5 (10.0 standard errors)" in moves_sentence(facet)


def test_an_interaction_belongs_to_neither_alone():
    cells = {(("a",), "ipw"): 0.0, (("a",), "aipw"): 1.0, (("b",), "ipw"): 1.0, (("b",), "aipw"): 0.0}
    (facet,) = facets(curve_of(cells))
    assert facet.share_by_set == pytest.approx(0, abs=1e-12)
    assert facet.share_by_method == pytest.approx(0, abs=1e-12)
    assert "100 % with neither alone" in moves_sentence(facet)


def test_the_sentences_say_direction_zero_and_rows():
    curve = curve_of({(("a",), "ipw"): -0.5, (("b",), "ipw"): 2.0, (("c",), "ipw"): 3.0})
    (facet,) = facets(curve)
    assert curve_sentence(facet, "kg") == (
        "3 specifications (3 sets, 1 method): median +2 (kg), from −0.5 to +3. "
        "2 of 3 intervals (95 %) exclude zero (67 %)."
    )
    assert "2 of 3 estimates are above zero and 1 are not" in direction_sentence(facet)
    assert rows_sentence(facet) == "Each uses 100 rows."
    (left,) = facets(curve, sets=(("b",), ("c",)))
    assert (
        direction_sentence(left)
        == "Every estimate lies above zero with its whole interval, whatever is chosen."
    )
    assert "There is only one method to choose from." in moves_sentence(left)
    assert curve.headline == (("a",), "ipw", "ATE")


def test_associations_and_refusals_are_no_points():
    asked = [(("a",), "ipw"), (("b",), "ipw"), (("b",), "aipw")]
    parts = [
        (made(None, "ipw", None, error="No overlap."),),
        (made(None, "ipw", None, error="No overlap."),),
        (made(1.0, "aipw", None, estimand="association"),),
    ]
    curve = gather_specifications(
        asked, AdmissibleSets((), True), Own(("a",), ("ipw",), None, "ATE", False), parts
    )
    assert curve.specifications == ()
    assert curve.headline is None
    assert curve.refused == (
        ("ipw", "ATE", "No overlap.", 2),
        ("aipw", "ATE", "It gives an association here, not an effect.", 1),
    )
