"""DoWhy is the reference; where it is wrong without an error, ours is right."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from causal_core import estimation
from causal_core.estimation.average import point
from causal_core.estimation.sample import prepare
from causal_core.estimation.through_dowhy import compare, estimand_of, frame_of, quiet, value_of


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize("method", ["linear_regression", "ipw", "stratification"])
@pytest.mark.parametrize("seed", [0, 1])
def test_equal_to_dowhy(world, method, target, seed):
    design = world(400, seed=seed)
    sample = prepare(design)
    assert value_of(method, sample, target) == pytest.approx(point(method, design, target)[0], abs=1e-9)
    (found,) = estimation.estimate(method, design, target)
    assert found.through == "dowhy"


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize("method", ["ipw", "stratification"])
def test_equal_to_dowhy_with_known_scores_and_discrete_covariates(world, make, method, target):
    design = world(600)
    cells = np.round(np.clip(design.covariates, -1, 1))
    rough = make(design.outcome, design.arm, cells)
    e = np.linspace(0.2, 0.8, 600)
    known = replace(design, propensity=np.column_stack([1 - e, e]))
    for each in (rough, known):
        assert estimation.estimate(method, each, target)[0].through == "dowhy"


def test_clipped_scores_still_equal_dowhy(make):
    random = np.random.default_rng(8)
    x = random.normal(size=2000)
    arm = (random.uniform(size=2000) < 1 / (1 + np.exp(-5 * x))).astype(int)
    for target in ("ATE", "ATT", "ATC"):
        assert estimation.estimate("ipw", make(x + arm, arm, x), target)[0].through == "dowhy"


def test_a_difference_from_dowhy_is_said(world):
    sample = prepare(world(200))
    value, through, note = compare("ipw", sample, "ATE", 99.0)
    assert (value, through) == (99.0, "dostudio")
    assert "DoWhy gives" in note


def test_what_dowhy_lacks_is_ours(world):
    assert estimation.estimate("ipw", world(200, 3))[0].through == "dostudio"
    assert estimation.estimate("ipw", world(200, weights=np.ones(200)))[0].through == "dostudio"
    assert estimation.estimate("aipw", world(200))[0].through == "dostudio"


def propensity_weighting(frame, sample, **options):
    from dowhy.causal_estimators.propensity_score_weighting_estimator import PropensityScoreWeightingEstimator

    with quiet():
        estimator = PropensityScoreWeightingEstimator(
            estimand_of(sample), weighting_scheme="ips_normalized_weight", **options
        )
        estimator.fit(frame, effect_modifier_names=[])
        return estimator.estimate_effect(frame, control_value=0, treatment_value=1, target_units="ate").value


def test_trap_1_dowhy_reuses_stale_scores_and_we_never_do(world):
    design = world(500)
    sample = prepare(design)
    frame = frame_of(sample)
    first = propensity_weighting(frame, sample)
    assert "propensity_score" in frame
    frame["t"] = np.random.default_rng(0).permutation(frame["t"])
    stale = propensity_weighting(frame, sample)
    clean = propensity_weighting(frame[["t", "y", "x0", "x1"]].copy(), sample)
    assert abs(stale - clean) > 0.1
    twice = [estimation.estimate("ipw", design)[0].value for _ in range(2)]
    assert twice[0] == twice[1]
    assert first != stale


def test_trap_2_contrasts_turn_with_their_arms(world):
    design = world(500, effect=2.0)
    sample = prepare(design)
    with quiet():
        from dowhy.causal_estimators.propensity_score_weighting_estimator import (
            PropensityScoreWeightingEstimator,
        )

        frame = frame_of(sample)
        estimator = PropensityScoreWeightingEstimator(estimand_of(sample))
        estimator.fit(frame, effect_modifier_names=[])
        theirs = [
            estimator.estimate_effect(
                frame, control_value=control, treatment_value=1 - control, target_units="ate"
            ).value
            for control in (0, 1)
        ]
    # Asked the other way round, DoWhy gives the same sign.
    assert theirs[0] == pytest.approx(theirs[1])
    assert theirs[1] > 1
    turned = replace(design, arm=1 - design.arm, arms=design.arms[::-1])
    for method in ("ipw", "matching", "linear_regression"):
        value, back = (estimation.estimate(method, each)[0].value for each in (design, turned))
        assert back == pytest.approx(-value)


def test_trap_6_missing_outcomes_are_refused(world):
    design = world(100)
    outcome = np.where(np.arange(100) < 30, np.nan, design.outcome)
    assert estimation.estimate("ipw", replace(design, outcome=outcome))[0].error


def test_trap_7_categories_as_numbers_are_wrong_and_dummies_right(make):
    random = np.random.default_rng(0)
    level = random.integers(0, 4, 20_000)
    arm = (random.uniform(size=20_000) < np.array([0.2, 0.8, 0.2, 0.8])[level]).astype(int)
    outcome = 2 * arm + np.array([0.0, 5, 0, 5])[level] + random.normal(size=20_000)
    dummies = (level[:, None] == [1, 2, 3]).astype(float)
    assert point("linear_regression", make(outcome, arm, level))[0] > 3
    assert point("linear_regression", make(outcome, arm, dummies))[0] == pytest.approx(2, abs=0.05)


def test_trap_8_scale_and_rare_arms(make):
    random = np.random.default_rng(1)
    income = random.normal(50_000, 15_000, 20_000)
    score = (income - 50_000) / 15_000
    arm = (random.uniform(size=20_000) < 0.04 * np.exp(0.8 * score) / 1.4).astype(int)
    outcome = 2 * arm + 3 * score + random.normal(size=20_000)
    design = make(outcome, arm, income)
    sample = prepare(design)
    silent = propensity_weighting(pd.DataFrame({"t": arm, "y": outcome, "x0": income}), sample)
    (found,) = estimation.estimate("ipw", design)
    assert abs(silent - 2) > 0.4
    assert abs(found.value - 2) < 2 * found.std_error < 0.4


def test_trap_14_arms_by_any_name(world):
    design = world(300, 3, arms=("ten", "1.5", "yes"))
    found = estimation.estimate("matching", design)
    assert [each.contrast for each in found] == [("ten", "1.5"), ("ten", "yes")]
    assert all(each.error is None for each in found)


def test_nothing_is_said_or_changed_on_the_way(world, recwarn, caplog):
    design = world(15)
    before = design.outcome.copy(), design.covariates.copy()
    for method in ("linear_regression", "ipw", "stratification"):
        estimation.estimate(method, design)
    assert len(recwarn) == 0
    assert caplog.records == []
    assert np.array_equal(before[0], design.outcome)
    assert np.array_equal(before[1], design.covariates)
