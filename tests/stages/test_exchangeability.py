"""Whether what is known at each stage makes its arms comparable, by the graph."""

import pytest

from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.stages.exchangeability import check_stages, require_comparable
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.study import Study

STAGES = ({"treatment": "a1", "covariates": ("x1",)}, {"treatment": "a2", "covariates": ("x2",)})
CAUSES = [("x1", "a1"), ("x1", "y"), ("a1", "x2"), ("a1", "y"), ("x2", "a2"), ("x2", "y"), ("a2", "y")]


def study_of(edges, stages=STAGES, randomised=False, bidirected=(), latent=(), measured=(), treatment="a1"):
    return Study(
        Data(path="table.csv", measured=dict(measured)),
        CausalGraph(edges=edges, bidirected=bidirected, latent=latent),
        Question(treatment=treatment, outcome="y", randomised=randomised),
        policy=PolicyOptions(stages=stages),
    )


def test_time_varying_confounding_is_closed_by_the_history():
    """The classic: x2 is moved by the first treatment and confounds the second (Robins 1986)."""
    first, second = check_stages(study_of(CAUSES))
    assert first.valid
    assert second.valid
    assert (first.given, second.given) == (("x1",), ("x1", "a1", "x2"))
    assert first.reason == "holding fixed x1 closes every back-door path from a1."
    require_comparable((first, second))


def test_a_hidden_cause_of_covariate_and_outcome_does_no_harm():
    """Pearl & Robins 1995, figure 1: U moves x2 and y; a1 and a2 are still comparable."""
    edges = [*CAUSES, ("u", "x2"), ("u", "y")]
    assert all(check.valid for check in check_stages(study_of(edges, latent=["u"])))


def test_a_hidden_cause_of_a_treatment_is_named_with_its_path():
    edges = [*CAUSES, ("u", "a2"), ("u", "y")]
    first, second = check_stages(study_of(edges, latent=["u"]))
    assert first.valid
    assert not second.valid
    assert second.open_path == "a2 <- u -> y"
    assert not second.closing
    with pytest.raises(DoesNotApply, match="Stage 2: those who got different arms of a2 are not comparable"):
        require_comparable((first, second))


def test_a_missing_covariate_is_offered_where_it_would_close_the_path():
    edges = [*CAUSES, ("z", "a2"), ("z", "y")]
    checks = check_stages(study_of(edges))
    assert checks[1].closing == ("z",)
    with pytest.raises(DoesNotApply, match="Add z to what is seen before stage 2"):
        require_comparable(checks)


def test_a_rule_that_reads_a_confounded_covariate_needs_more_than_a_fixed_sequence():
    """a1 <- u -> x2, and x2 moves y only by what a rule does with it (Dawid & Didelez 2010)."""
    edges = [("u", "a1"), ("u", "x2"), ("x2", "a2"), ("a1", "y"), ("a2", "y"), ("x1", "y")]
    first, second = check_stages(study_of(edges, latent=["u"]))
    assert not first.valid
    assert first.open_path == "a1 <- u -> x2 -> a2 -> y"
    assert second.valid
    # Not read, it does no harm.
    blind = (STAGES[0], {"treatment": "a2", "covariates": ()})
    assert all(check.valid for check in check_stages(study_of(edges, stages=blind, latent=["u"])))


def test_a_trial_needs_no_graph_but_the_order_of_columns():
    assert [check.reason for check in check_stages(study_of([("a1", "y")], randomised=True))] == [
        "Drawn by lot, the study says."
    ] * 2
    with pytest.raises(Problem, match="x1 is not in the graph"):
        check_stages(study_of([("a1", "y")]))


@pytest.mark.parametrize("randomised", [True, False])
def test_a_covariate_measured_after_its_treatment_is_refused(randomised):
    late = ({"treatment": "a1", "covariates": ("x2",)}, {"treatment": "a2", "covariates": ("x1",)})
    with pytest.raises(Problem, match=r"x2 is measured after the treatment of stage 1, a1 \(by the graph"):
        check_stages(study_of(CAUSES, stages=late, randomised=randomised))
    said = {"x1": "after", "a1": "at", "x2": "after"}
    with pytest.raises(Problem, match=r"x1 is measured after the treatment of stage 1, a1 \(the study says"):
        check_stages(study_of(CAUSES, randomised=randomised, measured=said))
    assert check_stages(study_of(CAUSES, randomised=randomised, measured={"x2": "after"}))


def test_a_stage_after_the_outcome_is_refused():
    with pytest.raises(Problem, match="a2 comes after the outcome y"):
        check_stages(study_of([*CAUSES[:-1], ("y", "a2")], randomised=True))
