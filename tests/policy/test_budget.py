import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.path import Path
from causal_core.problem import Problem
from tests.policy.test_cost_curve import rows

# Predicted 2 for 1 and 3 for 3: first arm a for 1, then for 2 more arm b. The second person only a, then b.
MIXED = rows([[2, 3], [1.5, 1.6]], [[0, 1, 5], [0, 3, 9]])
COSTS = {"a": 1.0, "b": 3.0}


def many(count=400, seed=0, clusters=None, weights=None, decimals=None):
    random = np.random.default_rng(seed)
    effects = random.normal(0.5, 1, size=(count, 2))
    if decimals is not None:
        effects = np.round(effects, decimals)
    scores = np.hstack([np.zeros((count, 1)), effects]) + random.normal(size=(count, 3))
    return dataclasses.replace(rows(effects, scores, clusters), weights=weights)


def economics(held_out):
    return policy.Economics.of(held_out, "s", 2.0, {"a": 0.4, "b": np.linspace(0.1, 2, len(held_out.rows))})


def test_a_curve_by_hand():
    curve = policy.budget_curve(policy.Economics.of(MIXED, "s", costs=COSTS))
    # The study has four people, two of them judged: each judged one stands for two.
    assert curve.budget.tolist() == [0, 2, 4, 8, 12]
    assert curve.gross.tolist() == [0, 0.5, 2, 4, 7]
    assert curve.gain.tolist() == [0, 0, 1, 2, 4]
    assert curve.cost.tolist() == [0, 0.5, 1, 2, 3]
    assert curve.treated.tolist() == [0, 0.5, 1, 1, 1]
    assert curve.shares[3].tolist() == [0, 0.5, 0.5]
    assert curve.marginal == pytest.approx([2, 1.5, 0.5, 0.05, 0])
    assert curve.planned == 4
    assert (curve.people, curve.rows_used) == (4, 2)


def test_whoever_is_at_the_limit_is_treated_with_the_probability_that_spends_the_budget():
    found = policy.within_budget(policy.Economics.of(MIXED, "s", costs=COSTS), 3.0)
    assert found.arm_shares == (("none", 0.25), ("a", 0.75), ("b", 0.0))
    assert found.cost == 0.75


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_the_curve_is_what_the_policy_at_each_budget_is_worth(clustered, weighted):
    random = np.random.default_rng(5)
    weights = random.uniform(0.5, 1.5, 400) if weighted else None
    if weights is not None:
        weights /= weights.mean()
    worth = economics(many(clusters=np.arange(400) // 4 if clustered else None, weights=weights))
    curve = policy.budget_curve(worth)
    assert len(curve.budget) <= 200
    for place in (3, 50, 120, len(curve.budget) - 1):
        found = curve.at(float(curve.budget[place]))
        assert found.gain_vs_none.value == pytest.approx(curve.gain[place], abs=1e-9)
        assert found.gain_vs_none.std_error == pytest.approx(curve.std_error[place], rel=1e-6)
        assert found.treated_share == pytest.approx(curve.treated[place])
        assert found.cost == pytest.approx(curve.cost[place])
        assert found.cost * curve.people == pytest.approx(curve.budget[place])
    assert (curve.lower <= curve.upper).all()
    # More money than everything costs changes nothing.
    assert curve.at(1e9).gain_vs_none.value == pytest.approx(curve.gain[-1])


def test_budgets_between_two_points_are_spent_to_the_last_cent():
    curve = policy.budget_curve(economics(many(decimals=1)))
    for budget in (0.0, 13.7, 155.5):
        assert curve.at(budget).cost * curve.people == pytest.approx(budget)


def test_the_order_of_rows_never_matters_with_ties():
    held_out = many(60, decimals=0)
    order = np.random.default_rng(1).permutation(60)
    shuffled = dataclasses.replace(
        held_out, predicted={"s": held_out.predicted["s"][order]}, scores=held_out.scores[order]
    )
    for budget in (10.0, 33.3):
        one, other = (
            policy.within_budget(policy.Economics.of(each, "s", costs=COSTS), budget)
            for each in (held_out, shuffled)
        )
        assert one.gain_vs_none.value == pytest.approx(other.gain_vs_none.value)


def test_no_other_way_to_spend_as_much_is_predicted_to_gain_more():
    from scipy.optimize import linprog

    worth = economics(many(30, seed=2))
    gross, price = worth.predicted_gross, worth.price
    for share in (0.1, 0.5, 0.9):
        budget = share * Path.of(gross, price).total
        chosen, _ = Path.of(gross, price).reach(budget)
        people = np.kron(np.eye(30), np.ones(3))
        best = linprog(-gross.ravel(), [price.ravel()], [budget * 30], people, np.ones(30))
        assert (chosen * gross).sum() == pytest.approx(-best.fun)


def test_budgets_and_costs_that_cannot_be():
    worth = policy.Economics.of(MIXED, "s", costs=COSTS)
    for budget in (-1.0, float("inf"), float("nan")):
        with pytest.raises(Problem, match="must be an amount of 0 or more"):
            policy.within_budget(worth, budget)
    with pytest.raises(Problem, match="money sets no limit"):
        policy.budget_curve(policy.Economics.of(MIXED, "s"))
    with pytest.raises(Problem, match="Giving a costs less than none for 2 of 2 people"):
        policy.budget_curve(policy.Economics.of(MIXED, "s", costs={"none": 2.0, **COSTS}))
    with pytest.raises(Problem, match="cost of arm a is -1; a cost is 0 or more"):
        policy.Economics.of(MIXED, "s", costs={"a": -1.0})
    with pytest.raises(Problem, match="negative in 1 rows"):
        policy.Economics.of(MIXED, "s", costs={"a": np.array([-1.0, 1.0])})
