import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.placed import best_arm_placed, top_share_placed, within_budget_placed
from causal_core.problem import Problem
from tests.policy.test_budget import many
from tests.policy.test_cost_curve import rows

# Four people; b is best for the first three, and there is one place for it.
HELD = rows([[2, 3], [1, 4], [1.5, 2], [-1, -2]], [[0, 2, 3], [0, 1, 4], [0, 1, 2], [0, -1, -2]])


def test_places_go_to_those_who_would_lose_most_without():
    found = best_arm_placed(policy.Economics.of(HELD, "s"), {"b": 0.25})
    assert found.policy == "best_arm"
    assert found.arm_shares == (("none", 0.25), ("a", 0.5), ("b", 0.25))
    assert found.gain_vs_none.value == pytest.approx((2 + 4 + 1) / 4)


def test_a_share_is_treated_as_far_as_there_are_places():
    worth = policy.Economics.of(HELD, "s")
    found = top_share_placed(worth, 0.5, {"b": 0.25})
    assert found.arm_shares == (("none", 0.5), ("a", 0.25), ("b", 0.25))
    assert found.gain_vs_none.value == pytest.approx((2 + 4) / 4)
    assert top_share_placed(worth, 1.0, {"a": 0.25, "b": 0.25}).treated_share == 0.5
    # A share is treated even where that is predicted to lose.
    assert top_share_placed(worth, 1.0, {"b": 0.25}).treated_share == 1.0


def test_money_and_places_together():
    worth = policy.Economics.of(HELD, "s", costs={"a": 1.0, "b": 2.0})
    found = within_budget_placed(worth, 6.0, {"b": 0.25})
    assert found.arm_shares == (("none", 0.5), ("a", 0.25), ("b", 0.25))
    assert found.cost == 0.75
    assert within_budget_placed(worth, 0.0, {"b": 0.25}).treated_share == 0


def test_enough_places_change_nothing():
    worth = policy.Economics.of(many(400), "s", 2.0, {"a": 0.4, "b": 0.8})
    for free, bound in (
        (policy.best_arm(worth), best_arm_placed(worth, {"a": 1.0})),
        (policy.top_share(worth, 0.25), top_share_placed(worth, 0.25, {})),
    ):
        assert bound.gain_vs_none.value == pytest.approx(free.gain_vs_none.value)
        assert bound.gain_vs_none.std_error == pytest.approx(free.gain_vs_none.std_error, rel=0.1)


def test_the_order_of_rows_never_matters():
    held_out = many(80, decimals=0)
    order = np.random.default_rng(1).permutation(80)
    shuffled = dataclasses.replace(
        held_out, predicted={"s": held_out.predicted["s"][order]}, scores=held_out.scores[order]
    )
    gains = [
        [
            found.gain_vs_none.value
            for worth in [policy.Economics.of(each, "s", costs={"a": 1.0, "b": 1.5})]
            for found in (
                best_arm_placed(worth, {"b": 0.1}),
                top_share_placed(worth, 0.4, {"b": 0.1}),
                within_budget_placed(worth, 30.0, {"b": 0.1}),
            )
        ]
        for each in (held_out, shuffled)
    ]
    assert gains[0] == pytest.approx(gains[1])


def test_gains_with_places_cover_the_truth():
    """Two arms of effects 1 + x and 0.8 - x, places for a tenth and a fifth; truth from 200,000 people."""
    random = np.random.default_rng(12)

    def valued(x, noise):
        effects = np.column_stack([1 + x, 0.8 - x])
        held_out = rows(effects, np.hstack([np.zeros((len(x), 1)), effects]) + noise)
        return best_arm_placed(policy.Economics.of(held_out, "s"), {"a": 0.1, "b": 0.2})

    truth = valued(random.normal(size=200_000), np.zeros((200_000, 3))).gain_vs_none.value
    covered = 0
    for _ in range(200):
        ci = valued(random.normal(size=400), random.normal(size=(400, 3))).gain_vs_none.ci
        covered += ci[0] <= truth <= ci[1]
    assert 180 <= covered <= 198


def test_capacities_that_cannot_be():
    worth = policy.Economics.of(HELD, "s")
    for capacity, said in [
        ({"c": 0.5}, "no arm c to limit"),
        ({"none": 0.5}, "none is the control, which everybody can keep"),
        ({"a": 1.5}, "capacity of a is 1.5"),
        ({"a": float("nan")}, "capacity of a is nan"),
    ]:
        with pytest.raises(Problem, match=said):
            best_arm_placed(worth, capacity)
    weighted = dataclasses.replace(HELD, weights=np.ones(4))
    with pytest.raises(Problem, match="sampling weights"):
        best_arm_placed(policy.Economics.of(weighted, "s"), {"a": 0.5})
