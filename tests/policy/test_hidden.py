"""Bounds on a gain under hidden confounding of a given strength."""

import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.economics import PaidUnits
from causal_core.policy.hidden import hidden_confounding, hidden_from
from causal_core.policy.result import compare
from causal_core.policy.valuation import current
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.result import HeldOut

ODDS = 3.0


def judged(outcome, arm, model, propensity, clusters=None):
    rows, many = len(outcome), model.shape[1]
    scores = model.copy()
    seen = np.arange(rows), arm
    scores[seen] += (outcome - model[seen]) / propensity[seen]
    return HeldOut(
        np.arange(rows),
        tuple("abc"[:many]),
        {},
        {},
        scores,
        model,
        arm,
        outcome,
        propensity,
        clusters,
        rows,
    )


def confounded(rows, seed, binary=False):
    """Half the people have high outcomes under the arm and get it with odds 3, the others with odds 1/3.

    The quantile 1 / (1 + 3) of the outcome among those with the arm parts them, so the bound is reached.
    """
    random = np.random.default_rng(seed)
    above = random.random(rows) < 0.5
    noise = above.astype(float) if binary else np.where(above, 1, -1) * np.abs(random.normal(size=rows))
    arm = (random.random(rows) < np.where(above, ODDS, 1) / (1 + ODDS)).astype(np.int64)
    outcome = np.where(arm == 1, noise, 0.0)
    model = np.column_stack([np.zeros(rows), np.full(rows, noise[arm == 1].mean())])
    return judged(outcome, arm, model, np.full((rows, 2), 0.5))


@pytest.mark.parametrize(("binary", "truth"), [(False, 0.0), (True, 0.5)])
def test_a_hidden_cause_of_the_given_strength_reaches_the_bound(binary, truth):
    held_out = confounded(60_000, 1, binary)
    weight = np.tile([0.0, 1.0], (60_000, 1))
    found = hidden_confounding(held_out, weight, np.full(60_000, -truth))
    assert found.gain > 0.1
    assert found.vanishes == pytest.approx(ODDS, rel=0.02)
    assert found.unclear == pytest.approx(ODDS, rel=0.04)
    assert found.unclear < found.vanishes


def test_binary_bounds_have_their_closed_form():
    held_out = confounded(4_000, 2, binary=True)
    share, chance = held_out.arm.mean(), held_out.outcome[held_out.arm == 1].mean()
    known = np.tile([1 - share, share], (4_000, 1))
    held_out = judged(held_out.outcome, held_out.arm, held_out.outcome_model, known)
    curve = hidden_confounding(held_out, np.tile([0.0, 1.0], (4_000, 1)), np.zeros(4_000)).curve
    for bound in curve:
        low = share * chance + (1 - share) * max(chance / bound.odds, 1 - bound.odds * (1 - chance))
        high = share * chance + (1 - share) * min(chance * bound.odds, 1 - (1 - chance) / bound.odds)
        assert (bound.low, bound.high) == pytest.approx((low, high))


@pytest.mark.parametrize("clustered", [False, True])
def test_without_hidden_confounding_it_is_the_gain_by_aipw_scores(clustered):
    random = np.random.default_rng(3)
    rows = 600
    arm = random.integers(0, 3, rows)
    model = random.normal(size=(rows, 3))
    outcome = model[np.arange(rows), arm] + random.normal(size=rows)
    clusters = np.arange(rows) // 3 if clustered else None
    held_out = judged(outcome, arm, model, np.full((rows, 3), 1 / 3), clusters)
    policy = random.dirichlet(np.ones(3), rows)
    weight = -2.0 * (policy - [1, 0, 0])
    cost = policy @ [0.0, 0.1, 0.3]
    first = hidden_confounding(held_out, weight, -cost).curve[0]
    value, error = mean_and_error((weight * held_out.scores).sum(axis=1) - cost, clusters)
    assert (first.odds, first.low, first.high) == pytest.approx((1, value, value))
    assert first.ci == pytest.approx((value - 1.959964 * error, value + 1.959964 * error))


def test_bounds_widen_with_the_odds_and_hold_the_truth_as_often_as_claimed():
    held = 0
    for seed in range(200):
        held_out = confounded(400, seed)
        found = hidden_confounding(held_out, np.tile([0.0, 1.0], (400, 1)), np.zeros(400))
        lows = [bound.low for bound in found.curve]
        assert lows == sorted(lows, reverse=True)
        at = min(found.curve, key=lambda bound: abs(bound.odds - ODDS))
        held += at.ci[0] <= 0
    # The truth is the bound itself, so one side of a 95 % interval misses 2.5 % of the time.
    assert 0.93 <= held / 200 <= 1


def test_a_loss_and_a_gain_that_is_none_are_told_apart():
    held_out = confounded(2_000, 5)
    down = hidden_confounding(held_out, np.tile([0.0, -1.0], (2_000, 1)), np.zeros(2_000))
    assert down.gain < 0
    assert down.vanishes == pytest.approx(ODDS, rel=0.15)
    nothing = hidden_confounding(
        held_out, np.tile([0.0, 1.0], (2_000, 1)), np.full(2_000, -found_mean(held_out))
    )
    assert nothing.unclear == 1
    certain = hidden_confounding(held_out, np.zeros((2_000, 2)), np.ones(2_000))
    assert (certain.vanishes, certain.unclear) == (None, None)


def found_mean(held_out):
    return float(held_out.scores[:, 1].mean())


def test_measured_covariates_give_a_yardstick():
    random = np.random.default_rng(6)
    chance = np.where(np.arange(1_000) % 2 == 0, 0.8, 0.2)
    arm = (random.random(1_000) < chance).astype(np.int64)
    held_out = judged(
        random.normal(size=1_000), arm, np.zeros((1_000, 2)), np.column_stack([1 - chance, chance])
    )
    found = hidden_confounding(held_out, np.tile([-1.0, 1.0], (1_000, 1)), np.zeros(1_000))
    assert found.measured == pytest.approx(4)


def test_of_policies_it_starts_from_their_paired_gain():
    held_out = confounded(2_000, 7)
    held_out.predicted["t"] = (
        np.where(np.arange(2_000) % 3, 1.0, -1.0)[:, None] + np.arange(2_000)[:, None] / 1e6
    )
    paid = {"b": PaidUnits("y", held_out.scores[:, 1], np.ones(2_000))}
    economics = policy.Economics.of(held_out, "t", 2.0, {"b": 0.5}, paid)
    top, done = policy.top_share(economics, 0.4), current(economics)
    none, everybody = policy.treat_none(economics), policy.treat_all(economics)[0]
    for against in (none, everybody, done):
        gain, found = compare(top, against), hidden_from(economics, top, against)
        assert found.gain == pytest.approx(gain.value)
        assert found.curve[0].ci == pytest.approx(gain.ci)
    # A unit of the outcome is worth 2 and costs 0.5, so nothing but the outcome's bounds matters.
    plain = policy.Economics.of(held_out, "t", 1.5)
    gross = hidden_from(plain, policy.top_share(plain, 0.4))
    assert hidden_from(economics, top).vanishes == pytest.approx(gross.vanishes, rel=1e-3)


def test_what_was_done_is_known_whatever_is_hidden():
    held_out = confounded(2_000, 8)
    held_out.predicted["t"] = np.ones((2_000, 1))
    economics = policy.Economics.of(held_out, "t")
    everybody, done = policy.treat_all(economics)[0], current(economics)
    found = hidden_from(economics, everybody, done)
    weight = np.tile([0.0, 1.0], (2_000, 1))
    alone = hidden_confounding(held_out, weight, -held_out.outcome)
    assert (found.gain, found.vanishes) == pytest.approx((alone.gain, alone.vanishes))
