from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.propensity_matching import propensity_matching
from causal_core.estimation.sample import prepare


def by_hand(design, target):
    """Two arms, all predictors distinct: the nearest log odds, with the regression's correction."""
    sample = prepare(design)
    odds = np.log(sample.scores.probability[:, 1] / sample.scores.probability[:, 0])
    y, t, x = sample.outcome, sample.arm, sample.x
    goal = np.ones(len(y)) if target == "ATE" else (t == (target == "ATT")).astype(float)
    imputed = {}
    for b in (0, 1):
        members, asking = np.flatnonzero(t == b), np.flatnonzero((t != b) & (goal > 0))
        found = members[np.abs(odds[asking][:, None] - odds[members][None, :]).argmin(axis=1)]
        served = np.bincount(found, minlength=len(y))
        root = np.sqrt(served)
        line = (
            np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
            if len(asking)
            else np.zeros(x.shape[1])
        )
        imputed[b] = y.astype(float).copy()
        imputed[b][asking] = y[found] + (x[asking] - x[found]) @ line
    return float(goal @ (imputed[1] - imputed[0]) / goal.sum())


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_the_nearest_log_odds_are_compared(world, target):
    design = world(300)
    (found,) = estimation.estimate("propensity_matching", design, target)
    assert found.value == pytest.approx(by_hand(design, target), rel=1e-9)
    assert (found.estimand, found.strategy) == (target, "backdoor")
    assert "corrected by regression" in found.notes[0]


@pytest.mark.parametrize(("k", "target"), [(2, "ATE"), (2, "ATT"), (3, "ATE"), (3, "ATC")])
def test_intervals_cover(world, k, target):
    """250 runs: fewer than 226 or more than 247 happen in 1 of 1,000 trials each at 95 %."""
    large = world(400_000, k, seed=10**6)
    x0 = large.covariates[:, 0]
    truth = 1 + {"ATE": 0.0, "ATT": x0[large.arm == 1].mean(), "ATC": x0[large.arm == 0].mean()}[target]
    held = 0
    for seed in range(250):
        answer = propensity_matching(prepare(world(400, k, seed)), 1, target, True)
        held += abs(answer.value - truth) < 1.96 * answer.std_error
    assert 226 <= held <= 247


def test_an_estimated_score_is_counted(make):
    """Of the covariate only the propensity is left to match on: the uncorrected error would be too long.

    The errors must be those of the estimates over repeated samples also where no regression fits the outcome.
    """
    values, errors = [], []
    for seed in range(250):
        random = np.random.default_rng(seed)
        x = random.normal(size=(500, 2))
        arm = (0.5 * x.sum(axis=1) + random.logistic(size=500) > 0).astype(int)
        y = np.exp(0.7 * x[:, 0]) + x[:, 0] * x[:, 1] ** 2 + arm + random.normal(size=500)
        answer = propensity_matching(prepare(make(y, arm, x)), 1, "ATT", True)
        values.append(answer.value)
        errors.append(answer.std_error)
    # The ratio of two standard deviations of 250 runs varies by about 5 %.
    assert np.mean(errors) / np.std(values) == pytest.approx(1.0, abs=0.15)


def test_clusters_weights_and_known_probabilities(world, make):
    design = world(600)
    (plain,) = estimation.estimate("propensity_matching", design)
    (alone,) = estimation.estimate("propensity_matching", replace(design, clusters=np.arange(600)))
    assert alone.value == plain.value
    assert alone.std_error == pytest.approx(plain.std_error, rel=0.15)
    (weighted,) = estimation.estimate("propensity_matching", replace(design, weights=np.full(600, 3.0)))
    assert weighted.value == pytest.approx(plain.value)
    assert weighted.std_error == pytest.approx(plain.std_error)
    known = prepare(design).scores.probability
    (same,) = estimation.estimate("propensity_matching", replace(design, propensity=known))
    assert same.value == pytest.approx(plain.value)
    certain = np.where(design.arm[:, None] == [0, 1], 1.0, 0.0)
    (none,) = estimation.estimate("propensity_matching", replace(design, propensity=certain))
    assert "no counterpart" in none.error
    nothing = make(design.outcome, design.arm, [])
    (bare,) = estimation.estimate("propensity_matching", nothing)
    y, t = design.outcome, design.arm
    assert bare.value == pytest.approx(y[t == 1].mean() - y[t == 0].mean())


def test_few_matches_are_not_said_to_be_corrected(world):
    design = world(40, 2, seed=1)
    few = np.where(np.arange(40) < 3, 1, 0)
    (found,) = estimation.estimate("propensity_matching", replace(design, arm=few), "ATT")
    notes = " ".join(found.notes)
    assert "Too few distinct matches to correct" in notes
    assert "corrected by regression" not in notes
