"""Standardisation against arithmetic, statsmodels and the numerical sandwich."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation import glm
from causal_core.estimation.average import RUN, point
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.sample import prepare


def one(design, target="ATE"):
    (found,) = estimation.estimate("standardisation", design, target)
    assert found.error is None, found.error
    return found


def binary(world, n=400, seed=0, k=2, **options):
    """Outcome 0 or 1, log odds 0.3 + x0 - 0.5 x1, plus 0.8 under the arm b and 0.4 under c."""
    design = world(n, k, seed=seed, **options)
    random = np.random.default_rng(seed + 10**6)
    x, effect = design.covariates, np.array([0, 0.8, 0.4])[design.arm]
    risk = 1 / (1 + np.exp(-(0.3 + x[:, 0] - 0.5 * x[:, 1] + effect)))
    return replace(design, outcome=(random.uniform(size=n) < risk).astype(float))


def counts(world, n=400, seed=0):
    """Counts with mean exp(0.5 + 0.4 x0 - 0.2 x1 + 0.5 arm), more scattered than Poisson."""
    design = world(n, seed=seed)
    random = np.random.default_rng(seed + 10**6)
    x = design.covariates
    rate = np.exp(0.5 + 0.4 * x[:, 0] - 0.2 * x[:, 1] + 0.5 * design.arm)
    return replace(design, outcome=random.poisson(rate * random.gamma(2, 0.5, size=n)).astype(float))


WORLDS = {"logistic": binary, "poisson": counts}


@pytest.mark.parametrize("family", ["logistic", "poisson", "linear"])
@pytest.mark.parametrize("weighted", [False, True])
def test_models_equal_statsmodels(world, family, weighted):
    import statsmodels.api as sm

    design = world(300) if family == "linear" else WORLDS[family](world)
    n = design.rows_used
    weights = np.random.default_rng(1).uniform(0.5, 2, n) if weighted else np.ones(n)
    features = np.column_stack([np.ones(n), design.covariates, design.arm])
    kinds = {"logistic": "Binomial", "poisson": "Poisson", "linear": "Gaussian"}
    kind = getattr(sm.families, kinds[family])()
    theirs = sm.GLM(design.outcome, features, family=kind, freq_weights=weights).fit(tol=1e-12)
    mine = glm.fit(family, features, design.outcome, weights)
    assert mine.converged
    assert mine.coefficients == pytest.approx(theirs.params, abs=1e-9)
    assert mine.mean(features) == pytest.approx(theirs.predict(features), abs=1e-9)


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize("family", ["logistic", "poisson"])
def test_the_value_is_the_mean_of_statsmodels_predictions(world, family, target):
    import statsmodels.api as sm

    design = replace(WORLDS[family](world), interactions=("x0",))
    kind = sm.families.Binomial() if family == "logistic" else sm.families.Poisson()

    def features(arm):
        return np.column_stack([np.ones(400), design.covariates, arm, arm * design.covariates[:, 0]])

    model = sm.GLM(design.outcome, features(design.arm), family=kind).fit(tol=1e-12)
    rows = {"ATE": slice(None), "ATT": design.arm == 1, "ATC": design.arm == 0}[target]
    means = [model.predict(features(np.full(400, b)))[rows].mean() for b in (0, 1)]
    found = one(design, target)
    assert found.value == pytest.approx(means[1] - means[0], abs=1e-9)
    assert found.baseline == pytest.approx(means[0], abs=1e-9)
    assert found.estimand == target
    assert "logistic" in found.notes[0] if family == "logistic" else "Poisson" in found.notes[0]


@pytest.mark.parametrize("family", ["logistic", "poisson"])
def test_errors_are_the_stacked_sandwich(world, family):
    """The numerical sandwich of all estimating equations together, but for the inflated residuals."""
    design = WORLDS[family](world, n=250)
    y, n = design.outcome, 250

    def features(arm):
        return np.column_stack([np.ones(n), design.covariates, np.full(n, arm) if np.isscalar(arm) else arm])

    x = features(design.arm)
    beta = glm.fit(family, x, y, np.ones(n)).coefficients

    def moments(theta):
        score = x * (y - glm.mean_of(family, x @ theta[2:]))[:, None]
        means = [glm.mean_of(family, features(b) @ theta[2:]) - theta[b] for b in (0, 1)]
        return np.column_stack([*means, score])

    theta = np.concatenate([[glm.mean_of(family, features(b) @ beta).mean() for b in (0, 1)], beta])
    bread = np.empty((6, 6))
    for j in range(6):
        step = np.zeros(6)
        step[j] = 1e-6
        bread[:, j] = (moments(theta + step).mean(axis=0) - moments(theta - step).mean(axis=0)) / 2e-6
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (moments(theta).T @ moments(theta) / n) @ inverse.T / n
    plain = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    found = one(design)
    assert found.value == pytest.approx(theta[1] - theta[0], abs=1e-9)
    assert plain <= found.std_error <= 1.05 * plain


def test_saturated_in_cells_it_is_standardisation_by_hand(make):
    cell = np.repeat([0, 1], [10, 20])
    arm = np.array([1] * 3 + [0] * 7 + [1] * 15 + [0] * 5)
    outcome = np.random.default_rng(0).integers(0, 2, 30).astype(float)
    design = make(outcome, arm, cell, interactions=("x0",))
    gap = [
        outcome[(cell == c) & (arm == 1)].mean() - outcome[(cell == c) & (arm == 0)].mean() for c in (0, 1)
    ]
    expected = {"ATE": (10 * gap[0] + 20 * gap[1]) / 30, "ATT": (3 * gap[0] + 15 * gap[1]) / 18}
    for target, value in expected.items():
        assert point("standardisation", design, target)[0] == pytest.approx(value, abs=1e-9)


def test_a_linear_model_without_interactions_is_linear_regression_and_says_so(world):
    design = world(300, 3)
    for mine, theirs in zip(
        estimation.estimate("standardisation", design),
        estimation.estimate("linear_regression", design),
        strict=True,
    ):
        assert mine.value == pytest.approx(theirs.value, abs=1e-10)
        assert mine.estimand == "variance-weighted"
        assert "coefficient of linear regression" in " ".join(mine.notes)
        assert mine.std_error == pytest.approx(theirs.std_error, rel=0.02)
    inside = estimation.estimate("standardisation", replace(design, interactions=("x0", "x1")))
    full = estimation.estimate("regression_adjustment", design)
    for mine, theirs in zip(inside, full, strict=True):
        assert mine.value == pytest.approx(theirs.value, abs=1e-10)
        assert mine.std_error == pytest.approx(theirs.std_error, rel=0.02)
        assert mine.estimand == "ATE"


def test_families():
    assert glm.family_of(np.array([0.0, 1, 1])) == "logistic"
    assert glm.family_of(np.array([0.0, 1, 7])) == "poisson"
    assert glm.family_of(np.array([1.0, 2, 1])) == "poisson"
    assert glm.family_of(np.array([0.0, 1, -1])) == "linear"
    assert glm.family_of(np.array([0.0, 1, 0.5])) == "linear"
    assert glm.family_of(np.array([3.0, 3])) == "linear"


def test_what_cannot_be_fitted_is_said(make, world):
    random = np.random.default_rng(0)
    design = world(60)
    nobody = replace(design, outcome=((design.arm == 1) & (np.arange(60) % 3 == 0)).astype(float))
    assert "Nobody in arm a" in estimation.estimate("standardisation", nobody)[0].error
    everybody = replace(design, outcome=1.0 - nobody.outcome)
    assert "Everybody in arm a" in estimation.estimate("standardisation", everybody)[0].error
    arm = np.arange(40) % 2
    same = make(np.arange(40.0), arm, arm * 3.0 + 1)
    assert "determine" in estimation.estimate("standardisation", same)[0].error
    only = make(random.normal(size=40), arm, arm * random.normal(size=40), interactions=("x0",))
    assert "products" in estimation.estimate("standardisation", only)[0].error


def test_separated_outcomes_are_noted(make):
    x = np.linspace(-1, 1, 200)
    arm = np.arange(200) % 2
    found = one(make(x > 0.004 * arm, arm, x))
    assert any("all but decide the outcome" in note for note in found.notes)


@pytest.mark.parametrize("family", ["logistic", "poisson"])
def test_intervals_cover(world, family):
    big = world(500_000, seed=10**9)
    x = big.covariates
    if family == "logistic":
        base = 0.3 + x[:, 0] - 0.5 * x[:, 1]
        truth = (1 / (1 + np.exp(-base - 0.8)) - 1 / (1 + np.exp(-base))).mean()
    else:
        truth = (np.exp(0.5 + 0.4 * x[:, 0] - 0.2 * x[:, 1]) * (np.exp(0.5) - 1)).mean()
    held = 0
    for seed in range(250):
        design = WORLDS[family](world, n=300, seed=seed)
        found = RUN["standardisation"](prepare(design), 1, "ATE", True)
        low, high = interval(found.value, standard_error(found.influence, design), None)
        held += low <= truth <= high
    # Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do in 1 of 1,000.
    assert 226 <= held <= 247
