from dataclasses import replace

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.estimators import NAMES, estimators
from causal_core.policy.shrinkage import Weighted, ratios, shrunk, switched
from causal_core.policy.valuation import current
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift import HeldOut

CHANCES = np.array([[0.5, 0.5], [0.75, 0.25], [0.5, 0.5], [0.8, 0.2]])
MODEL = np.array([[1.0, 2.0], [1.0, 3.0], [2.0, 2.0], [2.0, 5.0]])
ARM = np.array([0, 1, 1, 0])
OUTCOME = np.array([1.0, 4.0, 2.0, 3.0])


def scored(model, chances, arm, outcome, predicted, **more):
    rows = np.arange(len(arm))
    scores = model.copy()
    scores[rows, arm] += (outcome - model[rows, arm]) / chances[rows, arm]
    labels = ("none", "a", "b")[: model.shape[1]]
    return HeldOut(
        rows, labels, {"s": predicted}, {"s": model[:, 0]}, scores, model, arm, outcome, chances,
        more.pop("clusters", None), 2 * len(arm), **more,
    )  # fmt: skip


FOUR = scored(MODEL, CHANCES, ARM, OUTCOME, np.array([[1.0], [1], [1], [-1]]))


def by_name(found):
    return {each.method: each for each in found}


def test_the_closed_forms_by_hand():
    """The policy (1, 1, 1, 0) has the weights 0, 4, 2, 1.25; benefit 2, arm 1 costs 0.5."""
    economics = policy.Economics.of(FOUR, "s", 2.0, {"a": 0.5})
    result = policy.best_arm(economics)
    found = by_name(estimators(economics, result))
    assert list(found) == list(NAMES)
    weight, net = np.array([0, 4, 2, 1.25]), 2 * OUTCOME - 0.5 * ARM
    model = np.array([3.5, 5.5, 3.5, 4])
    assert found["ips"].value == pytest.approx(np.mean(weight * net))
    assert found["ips"].std_error == pytest.approx(np.std(weight * net, ddof=1) / 2)
    assert found["snips"].value == pytest.approx(weight @ net / weight.sum())
    assert found["direct"].value == pytest.approx(model.mean())
    doubly = model + weight * (net - model)
    assert found["dr"].value == pytest.approx(doubly.mean()) == pytest.approx(result.value)
    assert (found["dr"].std_error, *found["dr"].ci) == pytest.approx((result.std_error, *result.ci))
    assert found["ips"].effective_sample_size == pytest.approx(7.25**2 / (16 + 4 + 1.5625))
    assert found["ips"].largest_weight == pytest.approx(4 / 7.25)
    assert "One row carries 55 % of the weight." in found["dr"].note


def test_the_model_alone_has_no_interval():
    economics = policy.Economics.of(FOUR, "s")
    direct = by_name(estimators(economics, policy.best_arm(economics)))["direct"]
    assert (direct.std_error, direct.ci, direct.effective_sample_size) == (None, None, None)
    assert "No valid interval by itself; it differs from DR by" in direct.note
    assert direct.to_dict()["ci"] is None
    plain = policy.evaluate([1, 1, 1, 0], ARM, OUTCOME, CHANCES, MODEL, "direct")
    assert plain.value == pytest.approx(np.mean([2, 3, 2, 2]))
    assert np.isnan(plain.ci).all()
    assert plain.warnings[0].startswith("The model alone")


def test_weights_are_never_clipped_but_shrunk_or_left_out_openly():
    given = Weighted(
        MODEL, np.array([0, 1.0, 0, 1.0]), np.eye(2)[[1, 1, 1, 0]], ratios(np.eye(2)[[1, 1, 1, 0]], CHANCES),
        np.array([0, 4, 2, 1.25]), None, None,
    )  # fmt: skip
    for make in (switched, shrunk):
        found = make(given)
        assert (found.weight <= given.weight).all()
        np.testing.assert_allclose(found.contributions, given.direct + found.weight * given.residual)
    # Optimistic shrinkage of Su et al.: l w / (w^2 + l).
    found = shrunk(given)
    np.testing.assert_allclose(found.weight, found.setting * given.weight / (given.weight**2 + found.setting))
    nothing = replace(given, weight=np.zeros(4), ratio=np.zeros((4, 2)))
    assert switched(nothing).setting == shrunk(nothing).setting == np.inf


def test_a_rare_arm_is_switched_off_where_that_pays():
    """Two rows of 400 had a chance of 1/2000 of what they got, and the model knows the mean."""
    rows = 400
    chances = np.full((rows, 2), 0.5)
    chances[:2] = [0.9995, 0.0005]
    arm = np.arange(rows) % 2
    arm[:2] = 1
    random = np.random.default_rng(0)
    outcome = random.normal(size=rows)
    everybody = np.ones(rows, dtype=int)
    values = {
        method: policy.evaluate(everybody, arm, outcome, chances, np.zeros((rows, 2)), method)
        for method in ("dr", "switch", "shrinkage")
    }
    # A 200th of the policy's probability lies where weights are 2,000, times the largest residual.
    assert values["switch"].bias == pytest.approx(2 / rows * np.abs(outcome).max(), rel=0.5)
    assert values["switch"].std_error < 0.1 * values["dr"].std_error
    low, high = values["switch"].ci
    assert high - low == pytest.approx(2 * (1.959964 * values["switch"].std_error + values["switch"].bias))
    assert values["shrinkage"].std_error < 0.5 * values["dr"].std_error
    assert values["switch"].effective_sample_size > 100 > values["dr"].effective_sample_size


def test_equal_weights_have_nothing_to_switch():
    random = np.random.default_rng(1)
    arm, outcome = random.integers(0, 2, 300), random.normal(size=300)
    held = scored(np.zeros((300, 2)), np.full((300, 2), 0.5), arm, outcome, np.ones((300, 1)))
    economics = policy.Economics.of(held, "s")
    found = by_name(estimators(economics, policy.treat_all(economics)[0]))
    assert found["switch"].note == "No weight is large enough to be left out, so this is DR."
    assert found["switch"].value == found["dr"].value
    assert found["switch"].ci == pytest.approx(found["dr"].ci)


def test_costs_paid_later_and_limits_are_in_every_estimate():
    random = np.random.default_rng(2)
    arm, outcome = random.integers(0, 2, 300), random.random(300)
    model = np.tile([0.4, 0.6], (300, 1))
    held = scored(model, np.full((300, 2), 0.5), arm, outcome, random.normal(size=(300, 1)))
    units = policy.economics.PaidUnits("used", random.random(300), np.full(300, 0.5))
    economics = policy.Economics.of(held, "s", 10.0, {"a": 2.0, "none": 0.2}, {"a": units})
    result = policy.top_share(economics, 0.3)
    found = by_name(estimators(economics, result))
    assert (found["dr"].value, found["dr"].std_error) == pytest.approx((result.value, result.std_error))
    treated = result.policy_matrix[:, 1]
    weight = np.where(arm == 1, treated, 1 - treated) * 2
    paid = treated * 2 * units.scores
    expected = (weight * (10 * outcome - 0.2 * (arm == 0)) - paid).mean()
    assert found["ips"].value == pytest.approx(expected)
    assert "What is paid later" in found["ips"].note


def test_what_was_done_needs_no_estimator():
    economics = policy.Economics.of(FOUR, "s")
    with pytest.raises(DoesNotApply, match="is worth what it brought"):
        estimators(economics, current(economics))
    with pytest.raises(Problem, match="switch doubly robust value needs an outcome model"):
        policy.evaluate([1, 1, 1, 0], ARM, OUTCOME, CHANCES, method="switch")


def test_all_with_an_interval_cover_the_truth():
    """Chances from 0.05 to 0.95, a model that is half right; clusters of two rows draw an effect together."""
    random = np.random.default_rng(3)
    covered = dict.fromkeys(NAMES, 0)
    for _ in range(250):
        x = np.repeat(random.random(200), 2)
        chance = 0.05 + 0.9 * x
        arm = (random.random(400) < chance).astype(int)
        outcome = arm * x + 0.5 * np.repeat(random.normal(size=200), 2) + random.normal(size=400)
        model = np.column_stack([np.zeros(400), 0.5 * x])
        held = scored(
            model, np.column_stack([1 - chance, chance]), arm, outcome, (x - 0.5)[:, None],
            clusters=np.repeat(np.arange(200), 2),
        )  # fmt: skip
        economics = policy.Economics.of(held, "s")
        for each in estimators(economics, policy.best_arm(economics)):
            if each.ci is not None:
                covered[each.method] += each.ci[0] <= 0.375 <= each.ci[1]
    assert covered["direct"] == covered["shrinkage"] == 0
    assert min(covered[name] for name in ("dr", "ips", "snips", "switch")) >= 226


def test_shrinking_lowers_the_error_where_weights_are_large():
    random = np.random.default_rng(4)
    errors = {"dr": 0.0, "switch": 0.0, "shrinkage": 0.0}
    for _ in range(200):
        x = random.random(400)
        chance = 0.01 + 0.98 * x
        arm = (random.random(400) < chance).astype(int)
        outcome = arm * x + random.normal(size=400)
        model = np.column_stack([np.zeros(400), 0.5 * x])
        assigned = (x < 0.5).astype(int)
        for method in errors:
            chances = np.column_stack([1 - chance, chance])
            found = policy.evaluate(assigned, arm, outcome, chances, model, method)
            errors[method] += (found.value - 0.125) ** 2
    assert errors["shrinkage"] < 0.7 * errors["dr"]
    assert errors["switch"] < 1.02 * errors["dr"]
