"""Overlap weights and trimming against arithmetic by hand and the numerical sandwich."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN, point
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.overlap import trimming
from causal_core.estimation.sample import prepare

RUNS = 250
# Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do in 1 of 1,000.
LEAST, MOST = 226, 247


def one(method, design, target="ATE"):
    (found,) = estimation.estimate(method, design, target)
    assert found.error is None, found.error
    return found


def test_on_cells_overlap_weights_are_the_regression_with_cell_dummies(make):
    """Angrist (1998): with a saturated score both weight cells by n e (1 - e)."""
    random = np.random.default_rng(0)
    cell = random.integers(0, 4, 400)
    arm = (random.uniform(size=400) < np.array([0.2, 0.4, 0.6, 0.9])[cell]).astype(int)
    outcome = cell * (1 + arm) + random.normal(size=400)
    design = make(outcome, arm, np.column_stack([cell == 1, cell == 2, cell == 3]))
    assert point("overlap_weights", design) == pytest.approx(point("linear_regression", design), abs=1e-9)
    found = one("overlap_weights", design)
    assert found.estimand == "overlap-weighted"
    assert found.notes == ()


def test_overlap_weights_balance_the_covariates_exactly(world):
    """Li, Morgan & Zaslavsky (2018), theorem 3: a covariate as the outcome shows no effect."""
    design = world(300)
    for column in design.covariates.T:
        assert point("overlap_weights", replace(design, outcome=column))[0] == pytest.approx(0, abs=1e-9)


def test_the_error_is_the_stacked_sandwich(world):
    design = world(200)
    y, t, n = design.outcome, design.arm, 200
    x = np.column_stack([np.ones(n), design.covariates])

    def moments(theta):
        e = 1 / (1 + np.exp(-x @ theta[2:]))
        parts = [t * (1 - e) * (y - theta[0]), (1 - t) * e * (y - theta[1])]
        return np.column_stack([*parts, x * (t - e)[:, None]])

    e = prepare(design).scores.probability[:, 1]
    theta = np.concatenate(
        [
            [np.average(y, weights=t * (1 - e)), np.average(y, weights=(1 - t) * e)],
            np.linalg.lstsq(x, np.log(e / (1 - e)), rcond=None)[0],
        ]
    )
    bread = np.empty((5, 5))
    for j in range(5):
        step = np.zeros(5)
        step[j] = 1e-6
        bread[:, j] = (moments(theta + step).mean(axis=0) - moments(theta - step).mean(axis=0)) / 2e-6
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (moments(theta).T @ moments(theta) / n) @ inverse.T / n
    plain = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    found = one("overlap_weights", design)
    assert found.value == pytest.approx(theta[0] - theta[1], abs=1e-9)
    assert plain <= found.std_error <= 1.03 * plain


def test_several_arms_are_weighted_by_the_harmonic_mean(world):
    """Li & Li (2019): h / e_b with h = 1 / sum of 1 / e; known probabilities are used as they are."""
    random = np.random.default_rng(1)
    e = random.dirichlet([1, 2, 3], 300)
    e[:5] = [0.0005, 0.4, 0.5995]
    design = replace(world(300, 3), propensity=e)
    harmonic = 1 / (1 / e).sum(axis=1)
    means = [
        np.average(
            design.outcome[design.arm == b],
            weights=(harmonic / e[:, b])[design.arm == b],
        )
        for b in range(3)
    ]
    found = estimation.estimate("overlap_weights", design, "ATT")
    assert [each.value for each in found] == pytest.approx([means[1] - means[0], means[2] - means[0]])
    assert "cannot give the ATT" in " ".join(found[0].notes)


def test_without_overlap_there_is_no_number(make):
    x = np.linspace(-1, 1, 200)
    (found,) = estimation.estimate("overlap_weights", make(x, x > 0, x))
    assert "There is no overlap: for all but" in found.error


def test_the_slope_for_several_arms_is_the_derivative(world):
    from causal_core.estimation.overlap import _overlap

    sample = prepare(world(200, 3))
    lines = np.log(sample.scores.probability[:, 1:] / sample.scores.probability[:, :1])
    for b in range(3):
        made = _overlap(sample, b)
        inside = sample.arm == b
        for j in range(2):
            moved = []
            for step in (1e-6, -1e-6):
                full = np.column_stack([np.zeros(200), lines])
                full[:, j + 1] += step
                e = np.exp(full) / np.exp(full).sum(axis=1, keepdims=True)
                moved.append(np.log(1 / (1 / e).sum(axis=1) / e[:, b]))
            slope = (moved[0] - moved[1]) / 2e-6
            assert made.slope[inside, j] == pytest.approx(slope[inside], abs=1e-6)


def test_the_cutoff_solves_the_equation_of_crump():
    """1/(a(1-a)) is twice the mean of 1/(e(1-e)) among the rows kept (their theorem 1)."""
    e = (np.arange(200_000) + 0.5) / 200_000
    found = trimming(np.column_stack([1 - e, e]), np.ones(200_000))
    kept = e[found.kept]
    assert found.bound == pytest.approx(2 * np.mean(1 / (kept * (1 - kept))), rel=1e-4)
    assert kept.min() == pytest.approx(found.cutoff, abs=1e-5)
    assert kept.max() == pytest.approx(1 - found.cutoff, abs=1e-5)


def test_nothing_is_trimmed_where_overlap_is_good(world):
    e = np.linspace(0.3, 0.7, 200)
    design = replace(world(200), propensity=np.column_stack([1 - e, e]))
    found, plain = one("ipw_trimmed", design), one("ipw", design)
    assert found.value == pytest.approx(plain.value)
    assert found.estimand == "ATE"
    assert "No row was left out" in found.notes[0]


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_trimming_is_weighting_refitted_on_the_rows_kept(make, target):
    random = np.random.default_rng(3)
    x = random.normal(size=2000)
    arm = (random.uniform(size=2000) < 1 / (1 + np.exp(-2 * x))).astype(int)
    design = make(x + arm, arm, x, clusters=np.arange(2000) // 2)
    found = one("ipw_trimmed", design, target)
    trimmed = trimming(prepare(design).scores.probability, np.ones(2000))
    kept, cutoff = trimmed.kept, trimmed.cutoff
    part = replace(
        design,
        outcome=design.outcome[kept],
        arm=arm[kept],
        covariates=design.covariates[kept],
        rows=design.rows[kept],
        clusters=design.clusters[kept],
    )
    assert 0.03 < cutoff < 0.2
    assert f"below {cutoff:.3f} or above {1 - cutoff:.3f}" in found.notes[0]
    assert f"{kept.sum():,} of 2,000 rows are left" in found.notes[0]
    assert found.estimand == "trimmed"
    assert found.value == pytest.approx(one("ipw", part, target).value, abs=1e-9)
    # The factor G/(G-1) counts all clusters, those left without a row too.
    assert found.std_error == pytest.approx(one("ipw", part, target).std_error, rel=1e-3)


def test_several_arms_are_trimmed_by_the_sum_of_inverse_probabilities(world):
    random = np.random.default_rng(4)
    e = random.dirichlet([0.6, 1, 1], 600)
    arm = (random.uniform(size=(600, 1)) > e.cumsum(axis=1)).sum(axis=1)
    design = replace(world(600, 3), arm=arm, propensity=e)
    found = estimation.estimate("ipw_trimmed", design)
    assert all("sum of inverse probabilities above" in each.notes[0] for each in found)
    assert not any("anew" in each.notes[0] for each in found)
    assert all(np.isfinite(each.std_error) for each in found)


def test_an_arm_that_trimming_empties_is_a_problem(make):
    e = np.where(np.arange(100) < 3, 1 - 1e-6, 0.5)
    arm = np.where(np.arange(100) < 3, 1, 0)
    design = make(np.arange(100.0), arm, e, propensity=np.column_stack([1 - e, e]))
    assert "No row in use has drug = b" in estimation.estimate("ipw_trimmed", design)[0].error


def test_intervals_cover(world):
    big = world(500_000, seed=10**9)
    x = big.covariates
    e = 1 / (1 + np.exp(-(0.6 * x[:, 0] - 0.4 * x[:, 1])))
    kept = trimming(np.column_stack([1 - e, e]), np.ones(len(e))).kept
    truths = {
        "overlap_weights": np.average(1 + x[:, 0], weights=e * (1 - e)),
        "ipw_trimmed": (1 + x[kept, 0]).mean(),
    }
    for method, truth in truths.items():
        held = 0
        for seed in range(RUNS):
            design = world(400, seed=seed)
            found = RUN[method](prepare(design), 1, "ATE", True)
            low, high = interval(found.value, standard_error(found.influence, design), None)
            held += low <= truth <= high
        assert LEAST <= held <= MOST, method
