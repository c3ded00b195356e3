import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.economics import PaidUnits
from causal_core.policy.paid import PaidColumn, learning_factors, paid_units
from causal_core.problem import Problem
from tests.policy.test_cost_curve import rows

TWO = rows([[3], [2], [1], [-1]], [[1, 5], [2, 3], [0, 2], [4, 1]])
KEPT = PaidColumn(
    "kept",
    predicted=np.column_stack([np.zeros(4), [0.5, 0.25, -0.1, 1.0]]),
    scores=np.column_stack([np.zeros(4), [1.5, 0.0, -0.5, 1.0]]),
    learning=np.full((3, 2), 0.5),
)


def test_a_cost_paid_at_once_is_the_cost_to_choose_and_to_value_with():
    found = policy.Economics.of(TWO, "s", benefit=2, costs={"a": 3.0})
    assert found.cost is found.predicted_cost
    np.testing.assert_array_equal(found.gross, 2 * TWO.scores)
    np.testing.assert_array_equal(found.reward, 2 * TWO.scores - [0, 3])
    np.testing.assert_array_equal(found.predicted_gross[:, 1], [6, 4, 2, -2])
    np.testing.assert_array_equal(found.predicted[:, 0], [3, 1, -1, -5])
    np.testing.assert_array_equal(found.price, np.tile([0.0, 3], (4, 1)))


def test_a_cost_paid_by_units_is_chosen_by_predictions_and_valued_by_scores():
    paid = paid_units(TWO, "s", "y", {"a": "kept"}, (KEPT,))
    found = policy.Economics.of(TWO, "s", costs={"a": 6.0}, paid=paid)
    np.testing.assert_allclose(found.cost[:, 1], [9, 0, -3, 6])
    # Nobody is predicted to redeem less than nothing.
    np.testing.assert_allclose(found.predicted_cost[:, 1], [3, 1.5, 0, 6])
    np.testing.assert_allclose(found.predicted[:, 0], [0, 0.5, 1, -7])
    assert policy.best_arm(found).cost == pytest.approx(-3 / 4)
    assert policy.treat_all(found)[0].cost == pytest.approx(3.0)


def test_a_cost_paid_by_the_outcome_needs_nothing_more_to_be_learned():
    held_out = dataclasses.replace(TWO, baseline={"s": np.array([1.0, 2, 0, 4])})
    paid = paid_units(held_out, "s", "y", {"a": "y", "none": "y"})
    np.testing.assert_array_equal(paid["a"].predicted, [4, 4, 1, 3])
    np.testing.assert_array_equal(paid["a"].scores, TWO.scores[:, 1])
    np.testing.assert_array_equal(paid["none"].predicted, [1, 2, 0, 4])
    # Three of each unit of the outcome are paid back: the net benefit is two thirds less.
    found = policy.Economics.of(held_out, "s", 9.0, {"a": 6.0, "none": 6.0}, paid)
    np.testing.assert_allclose(found.reward, 3 * TWO.scores)
    np.testing.assert_allclose(found.predicted[:, 0], 3 * np.array([3, 2, 1, -1]))


def test_costs_of_the_rows_that_rules_are_found_on():
    scores = np.full((3, 2), 7.0)
    factors = learning_factors(("none", "a"), "y", {"a": "kept"}, scores, (KEPT,))
    assert factors.tolist() == [[1, 0.5]] * 3
    assert learning_factors(("none", "a"), "y", {"a": "y"}, scores).tolist() == [[1, 7]] * 3
    with pytest.raises(Problem, match="has not been learned on the rows"):
        learning_factors(("none", "a"), "y", {"a": "clicks"}, scores, (KEPT,))


def test_costs_that_cannot_be():
    for costs, said in [
        ({"b": 1.0}, "no arm b to give a cost to"),
        ({"a": -1.0}, "cost of arm a is -1; a cost is 0 or more"),
        ({"a": np.array([1.0, -2, 1, 1])}, "negative in 1 rows"),
        ({"a": np.array([1.0, np.nan, 1, 1])}, "missing in 1 rows"),
        ({"a": float("inf")}, "missing in 1 rows"),
    ]:
        with pytest.raises(Problem, match=said):
            policy.Economics.of(TWO, "s", costs=costs)
    with pytest.raises(Problem, match="no arm b"):
        policy.Economics.of(TWO, "s", paid={"b": PaidUnits("kept", np.ones(4), np.ones(4))})
    with pytest.raises(Problem, match="kept, which has not been learned yet"):
        paid_units(TWO, "s", "y", {"a": "kept"})
    negative = dataclasses.replace(TWO, outcome=np.array([1.0, -1, 0, 2]))
    with pytest.raises(Problem, match="y: it is negative in 1 of 4 rows"):
        paid_units(negative, "s", "y", {"a": "y"})


def test_a_control_that_costs_more_has_no_budget():
    found = policy.Economics.of(TWO, "s", costs={"none": 2.0, "a": np.array([1.0, 3, 3, 1])})
    assert found.predicted[0, 0] == 4
    with pytest.raises(Problem, match="Giving a costs less than none for 2 of 4 people"):
        policy.within_budget(found, 3.0)
