"""Outcomes that are worth more of one person than of another."""

import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.estimators import estimators
from causal_core.policy.hidden import hidden_from
from causal_core.policy.result import compare
from causal_core.policy.valuation import current
from tests.policy.test_hidden import judged


@pytest.fixture
def held_out():
    random = np.random.default_rng(0)
    arm = random.integers(0, 2, 400)
    outcome = random.normal(size=400) + arm
    found = judged(outcome, arm, np.zeros((400, 2)), np.full((400, 2), 0.5))
    found.predicted["t"] = np.ones((400, 1))
    return found


def test_a_factor_is_a_benefit_of_each_row(held_out):
    factor = np.repeat([1.0, 3.0], 200)
    economics = policy.Economics.of(held_out, "t", 2.0, {"b": 3.0}, factor=factor)
    assert economics.worth.tolist() == [2.0] * 200 + [6.0] * 200
    # At a predicted effect of 1 and a cost of 3 only those pay whose unit is worth 6.
    best = policy.best_arm(economics)
    assert (best.policy_matrix[:, 1] == np.repeat([0, 1], 200)).all()
    second = slice(200, 400)
    gains = 6 * (held_out.scores[second, 1] - held_out.scores[second, 0]) - 3
    assert best.gain_vs_none.value == pytest.approx(gains.sum() / 400)
    assert best.outcome.value == pytest.approx((gains + 3).sum() / 6 / 400)
    done = current(economics)
    paid = 3.0 * (held_out.arm == 1)
    assert done.value == pytest.approx((economics.worth * held_out.outcome - paid).mean())


def test_a_factor_of_one_for_all_changes_nothing(held_out):
    plain = policy.Economics.of(held_out, "t", 2.0, {"b": 0.5})
    same = policy.Economics.of(held_out, "t", 2.0, {"b": 0.5}, factor=np.ones(400))
    for name in ("gross", "reward", "predicted", "priority", "worth"):
        np.testing.assert_array_equal(getattr(plain, name), getattr(same, name))


def test_estimators_and_bounds_count_it_too(held_out):
    factor = np.linspace(0.5, 2, 400)
    economics = policy.Economics.of(held_out, "t", 1.0, factor=factor)
    everybody, none = policy.treat_all(economics)[0], policy.treat_none(economics)
    values = {each.method: each.value for each in estimators(economics, everybody)}
    treated = held_out.arm == 1
    assert values["ips"] == pytest.approx((2 * treated * factor * held_out.outcome).mean())
    assert values["dr"] == pytest.approx(everybody.value)
    assert hidden_from(economics, everybody).gain == pytest.approx(compare(everybody, none).value)
    assert dataclasses.is_dataclass(economics)
