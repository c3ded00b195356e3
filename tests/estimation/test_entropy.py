"""Entropy balancing: exact balance, closed forms, and what it equals."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN, point
from causal_core.estimation.entropy import balancing_weights
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.sample import prepare
from causal_core.problem import Problem

TRUTH = {"ATE": 1.0, "ATT": 1.2685, "ATC": 0.7302}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_the_means_agree_exactly(world, target, weighted):
    """A covariate as the outcome has no effect, and control has the target's mean of it."""
    weights = np.random.default_rng(2).uniform(0.5, 2, 400) if weighted else np.ones(400)
    design = world(400, 3, weights=weights)
    for column in design.covariates.T:
        for a, found in enumerate(
            estimation.estimate("entropy_balancing", replace(design, outcome=column), target), start=1
        ):
            rows = {"ATE": weights, "ATT": weights * (design.arm == a), "ATC": weights * (design.arm == 0)}
            assert found.value == pytest.approx(0, abs=1e-8)
            assert found.baseline == pytest.approx(np.average(column, weights=rows[target]), abs=1e-8)


def test_weights_in_closed_form(make):
    """One covariate of 0 and 1: the rows of each value share the target's part of it."""
    cell = np.array([0, 0, 0, 1, 0, 1, 1, 1])
    arm = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    sample = prepare(make(np.arange(8.0), arm, cell))
    x = sample.x[:, 1:]
    weights = balancing_weights(sample, 0, x - x[arm == 1].mean(axis=0))
    assert weights[:4] == pytest.approx([1 / 3, 1 / 3, 1 / 3, 3.0], abs=1e-8)
    assert weights[4:].tolist() == [0, 0, 0, 0]


def test_the_log_weights_are_linear_in_the_covariates(world):
    sample = prepare(world(300))
    x = sample.x[:, 1:]
    weights = balancing_weights(sample, 0, x - x[sample.arm == 1].mean(axis=0))
    inside = sample.arm == 0
    logs = np.log(weights[inside])
    fit = sample.x[inside] @ np.linalg.lstsq(sample.x[inside], logs, rcond=None)[0]
    assert logs == pytest.approx(fit, abs=1e-9)


def test_it_is_doubly_robust_because_a_linear_outcome_model_changes_nothing(world):
    """Zhao & Percival (2017): augmented by any linear regression the value is the same."""
    design = world(300)
    sample = prepare(design)
    treated = design.arm == 1
    x = sample.x
    weights = balancing_weights(sample, 0, x[:, 1:] - x[treated, 1:].mean(axis=0))
    for coefficient in (np.linalg.lstsq(x[~treated], design.outcome[~treated], rcond=None)[0], np.ones(3)):
        model = x @ coefficient
        imputed = model[treated].mean() + np.average(design.outcome - model, weights=weights)
        assert point("entropy_balancing", design, "ATT")[0] == pytest.approx(
            design.outcome[treated].mean() - imputed, abs=1e-8
        )


def test_a_linear_outcome_without_noise_is_found_exactly(world):
    design = world(200)
    x = design.covariates
    exact = replace(design, outcome=3 + x @ [2.0, -1.0] + design.arm * (1 + x[:, 0]))
    for target, rows in (("ATE", slice(None)), ("ATT", design.arm == 1), ("ATC", design.arm == 0)):
        assert point("entropy_balancing", exact, target)[0] == pytest.approx(
            (1 + x[rows, 0]).mean(), abs=1e-7
        )


@pytest.mark.parametrize("target", ["ATE", "ATT"])
def test_the_error_is_the_stacked_sandwich(world, target):
    design = world(800)
    y, t, x, n = design.outcome, design.arm, design.covariates, 800
    goal = np.ones(n) if target == "ATE" else t.astype(float)

    def moments(theta):
        centre = theta[2:4]
        parts, rest = [], [goal[:, None] * (x - centre)]
        for place, (inside, tilt) in enumerate(((t == 1, theta[4:6]), (t == 0, theta[6:8]))):
            weights = inside * np.exp((x - centre) @ tilt)
            parts.append(weights * (y - theta[place]))
            # The ATT leaves the arm's own rows as they are.
            own = target == "ATT" and place == 0
            rest.append(np.tile(tilt, (n, 1)) if own else weights[:, None] * (x - centre))
        return np.column_stack([*parts, *rest])

    from scipy.optimize import root

    start = np.concatenate([[1.0, 0.0], np.average(x, axis=0, weights=goal), np.zeros(4)])
    theta = root(lambda theta: moments(theta).mean(axis=0), start, tol=1e-12).x
    bread = np.empty((8, 8))
    for j in range(8):
        step = np.zeros(8)
        step[j] = 1e-6
        bread[:, j] = (moments(theta + step).mean(axis=0) - moments(theta - step).mean(axis=0)) / 2e-6
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (moments(theta).T @ moments(theta) / n) @ inverse.T / n
    plain = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    (found,) = estimation.estimate("entropy_balancing", design, target)
    assert found.value == pytest.approx(theta[0] - theta[1], abs=1e-7)
    assert plain <= found.std_error <= 1.025 * plain


def test_no_weights_reach_a_mean_outside_the_arms_rows(make):
    random = np.random.default_rng(0)
    age = np.concatenate([random.uniform(20, 40, 50), random.uniform(50, 70, 50)])
    design = make(age, np.repeat([0, 1], 50), np.column_stack([random.normal(size=100), age]))
    (found,) = estimation.estimate("entropy_balancing", design, "ATT")
    assert found.value is None
    assert "No weights give the rows of arm a" in found.error
    assert "most of all in x1" in found.error


def test_a_level_that_an_arm_lacks_has_no_weights(make):
    level = np.array([0, 0, 1, 1, 0, 0, 0, 0])
    sample = prepare(make(np.arange(8.0), np.repeat([1, 0], 4), level))
    x = sample.x[:, 1:]
    with pytest.raises(Problem, match="No weights"):
        balancing_weights(sample, 0, x - x[:4].mean(axis=0))


def test_without_covariates_it_is_the_difference_in_means(make):
    random = np.random.default_rng(1)
    design = make(random.normal(size=40), np.arange(40) % 2, np.empty((40, 0)))
    assert point("entropy_balancing", design) == pytest.approx(point("difference_in_means", design))


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_intervals_cover(world, target):
    held = 0
    for seed in range(250):
        design = world(300, seed=seed)
        found = RUN["entropy_balancing"](prepare(design), 1, target, True)
        low, high = interval(found.value, standard_error(found.influence, design), None)
        held += low <= TRUTH[target] <= high
    # Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do in 1 of 1,000.
    assert 226 <= held <= 247
