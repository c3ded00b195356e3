import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.problem import Problem
from causal_core.uplift import Evaluation, HeldOut, UpliftResult


def rows(effects, scores, clusters=None):
    effects, scores = np.asarray(effects, dtype=float), np.asarray(scores, dtype=float)
    return HeldOut(
        rows=np.arange(len(scores)),
        arms=("none", "a", "b")[: scores.shape[1]],
        predicted={"s": effects},
        baseline={"s": np.zeros(len(scores))},
        scores=scores,
        outcome_model=scores,
        arm=np.zeros(len(scores), dtype=int),
        outcome=scores[:, 0],
        propensity=np.full(scores.shape, 0.5),
        clusters=clusters,
        total_rows=2 * len(scores),
    )


# Four people with gains 4, 1, 2 and -3; predicted in this order, for the last a loss.
TWO = rows([[3], [2], [1], [-1]], [[1, 5], [2, 3], [0, 2], [4, 1]])


def test_one_arm_by_hand():
    curve = policy.cost_curve(TWO, "s", benefit=2, costs={"a": 2.0}, arm="a")
    assert (curve.learner, curve.arm) == ("s", "a")
    # Whoever is predicted to lose gets nothing, so money ends before everybody is treated.
    assert curve.points == ((0, 0), (0.5, 2), (1, 2.5), (1.5, 3.5))
    gains = np.array([[0, 0, 0, 0], [8, 0, 0, 0], [8, 2, 0, 0], [8, 2, 4, 0]])
    np.testing.assert_allclose(curve.std_error, gains.std(axis=1) / np.sqrt(3))


def test_a_cost_a_person_changes_the_order():
    curve = policy.cost_curve(TWO, "s", costs={"a": np.array([6.0, 1, 1, 1])}, arm="a")
    assert curve.points == ((0, 0), (0.25, 0.25), (0.5, 0.75), (2, 1.75))


def test_equal_predictions_are_taken_together_in_any_order():
    held = rows(np.ones((6, 1)), np.column_stack([np.zeros(6), np.arange(6.0)]))
    curve = policy.cost_curve(held, "s", costs={"a": 1.0}, arm="a")
    assert curve.points == ((0, 0), (1, 2.5))


def test_the_best_mix_of_arms_steps_up_the_hull():
    # Predicted 2 for 1 and 3 for 3: first arm a for 1, then for 2 more arm b. The second person only a.
    held = rows([[2, 3], [1.5, 1.6]], [[0, 1, 5], [0, 3, 9]])
    curve = policy.cost_curve(held, "s", costs={"a": 1.0, "b": 3.0})
    assert curve.arm is None
    assert curve.points == ((0, 0), (0.5, 0.5), (1, 2), (2, 4), (3, 7))
    # Gains a person: 0 0, 1 0, 1 3, 5 3, 5 9.
    assert curve.std_error == pytest.approx((0, 0.5, 1, 1, 2))


def test_pairs_of_equal_rows_in_clusters_say_no_more_than_the_rows():
    twice = rows(np.repeat(TWO.predicted["s"], 2, axis=0), np.repeat(TWO.scores, 2, axis=0))
    clustered = dataclasses.replace(twice, clusters=np.arange(8) // 2)
    curve = policy.cost_curve(clustered, "s", costs={"a": 1.0}, arm="a")
    assert curve.std_error == pytest.approx(policy.cost_curve(TWO, "s", costs={"a": 1.0}, arm="a").std_error)


def test_where_money_is_no_limit_there_is_no_curve():
    assert policy.cost_curve(TWO, "s", arm="a") is None
    assert policy.cost_curve(TWO, "s", costs={"none": 1.0}, arm="a") is None
    assert policy.cost_curve(TWO, "s", benefit=0, costs={"a": 1.0}, arm="a") is None
    with pytest.raises(Problem, match="no arm x"):
        policy.cost_curve(TWO, "s", costs={"x": 1.0}, arm="a")


def test_a_curve_has_at_most_200_points():
    random = np.random.default_rng(0)
    effects = random.normal(size=(3000, 1))
    held = rows(effects, np.hstack([np.zeros((3000, 1)), effects]))
    curve = policy.cost_curve(held, "s", costs={"a": 1.0}, arm="a")
    assert 150 < len(curve.points) <= 200
    assert curve.points[-1] == pytest.approx(((effects > 0).mean(), np.maximum(effects, 0).mean()))


def test_an_evaluation_is_priced_arm_by_arm_and_mixed():
    held = rows([[2, 3], [1.5, 1.6]], [[0, 1, 5], [0, 3, 9]])
    results = tuple(UpliftResult("s", ("none", arm)) for arm in ("a", "b"))
    failed = UpliftResult("t", ("none", "a"), error="no")
    priced = policy.priced(Evaluation((*results, failed), held), costs={"a": 1.0, "b": 3.0})
    assert [result.cost and result.cost.arm for result in priced.results] == ["a", "b", None]
    (mixed,) = priced.cost
    assert mixed == policy.cost_curve(held, "s", costs={"a": 1.0, "b": 3.0})
    assert policy.priced(Evaluation((), TWO), costs={"a": 1.0}).cost == ()
