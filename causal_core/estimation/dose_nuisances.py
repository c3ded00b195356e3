"""Models of outcome and dose for the doubly robust curve, each fitted on rows it does not speak about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.data.dose import Dosed
from causal_core.engine.progress import part
from causal_core.estimation.dml import FOLDS, LEAST_ROWS, folds_of
from causal_core.estimation.propensity import FLOOR, pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.estimation.spline import spline_of
from causal_core.problem import Problem

STEPS = 36
"""Doses between the ends of the range at which averages over the covariates are taken."""

Predict = Callable[[Floats], Floats]


@dataclass(frozen=True, eq=False)
class Density:
    """How likely each row's dose was, given its covariates, against all rows' (generalised propensity).

    Attributes:
        steps: (T,) rising doses from the smallest to the largest.
        marginal: (T,) the mean over all rows of the density of each of these doses.
        ratio: (n,) the marginal density of the row's dose over its density given the row's covariates: the
            stabilised weight.
        raised: Rows whose density was raised to a hundredth of the marginal one.
    """

    steps: Floats
    marginal: Floats
    ratio: Floats
    raised: int


@dataclass(frozen=True, eq=False)
class Outcomes:
    """What the outcome model predicts.

    Attributes:
        own: (n,) at each row's own dose.
        everywhere: (n, T) of each row at the doses `steps`.
        folds: (n,) the fold of each row; the model that predicts a row did not see its fold.
    """

    own: Floats
    everywhere: Floats
    folds: Integers


def density(dosed: Dosed, sample: Sample) -> Density:
    """The density of the dose: a cross-fitted mean and spread, and a kernel density of what is left.

    The residual is divided by a spread that may depend on the covariates (a regression of the log of its
    square), and its density is a Gaussian kernel estimate with Silverman's bandwidth: Kennedy et al. 2017,
    section 4. Densities below a hundredth of the marginal one are raised to it.

    Raises:
        Problem: There are too few rows or clusters.
    """
    x, dose, weights = sample.x[:, 1:], dosed.dose, sample.weights
    folds = _folds(sample)
    boosted = dosed.design.nuisances == "boosted"
    mean = _cross(x, dose, weights, folds, boosted, sample.seed)
    rest = dose - mean
    overall = float(weights @ rest**2 / sample.rows)
    if overall <= 1e-12 * float(weights @ (dose - weights @ dose / sample.rows) ** 2) / sample.rows:
        raise Problem(
            f"The covariates determine {dosed.design.treatment_name}: nothing is left to compare.",
            column=dosed.design.treatment_name,
            remedy="Leave out the covariate that repeats the treatment.",
        )
    logs = np.log(np.maximum(rest**2, 1e-4 * overall))
    spread = np.exp(_cross(x, logs, weights, folds, boosted, sample.seed) / 2)
    spread *= np.sqrt(float(weights @ (rest / spread) ** 2) / sample.rows)
    # A spread far from the usual one is a guess about few rows.
    spread = np.clip(spread, np.sqrt(overall) / 5, np.sqrt(overall) * 5)
    left = _kernel_density(rest / spread, weights)
    steps = _steps(dosed)
    marginal = np.array([weights @ (left((step - mean) / spread) / spread) for step in steps]) / sample.rows
    own = left(rest / spread) / spread
    everybody = np.interp(dose, steps, marginal)
    low = own < FLOOR * everybody
    ratio = everybody / np.maximum(own, FLOOR * np.maximum(everybody, 1e-300))
    return Density(steps, marginal, ratio, int(low.sum()))


def outcomes(dosed: Dosed, sample: Sample, steps: Floats) -> Outcomes:
    """The mean outcome given dose and covariates, cross-fitted.

    By boosted trees, or by least squares on a spline of the dose, the covariates and their products with the
    dose.

    Args:
        dosed: The rows.
        sample: The same, made ready.
        steps: (T,) doses at which each row is predicted.
    """
    x, dose, n = sample.x[:, 1:], dosed.dose, sample.rows
    folds = _folds(sample)
    boosted = dosed.design.nuisances == "boosted"
    spline = spline_of(dose)

    def features(at: Floats, rows: Integers) -> Floats:
        if boosted:
            return np.column_stack([at, x[rows]])
        basis = spline.basis(at)
        return np.column_stack([basis, x[rows], basis[:, :1] * x[rows]])

    own, everywhere = np.empty(n), np.empty((n, len(steps)))
    for fold in range(FOLDS):
        with part(fold / FOLDS, (fold + 1) / FOLDS):
            learn, out = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            predict = _fit(
                features(dose[learn], learn),
                sample.outcome[learn],
                sample.weights[learn],
                boosted,
                sample.seed,
            )
            own[out] = predict(features(dose[out], out))
            for place, step in enumerate(steps):
                everywhere[out, place] = predict(features(np.full(len(out), step), out))
    return Outcomes(own, everywhere, folds)


def _folds(sample: Sample) -> Integers:
    clusters = sample.design.clusters
    if sample.rows < LEAST_ROWS or (clusters is not None and len(np.unique(clusters)) < 2 * FOLDS):
        raise Problem(
            f"The doubly robust curve needs at least {LEAST_ROWS} rows, and {2 * FOLDS} clusters where there "
            "are clusters.",
            remedy="Use the dose-response curve by regression.",
        )
    return folds_of(sample)


def _steps(dosed: Dosed) -> Floats:
    low, high = dosed.doses.low, dosed.doses.high
    return np.unique([dosed.dose.min(), *np.linspace(low, high, STEPS), dosed.dose.max()])


def _cross(x: Floats, y: Floats, weights: Floats, folds: Integers, boosted: bool, seed: int) -> Floats:
    predicted = np.empty(len(y))
    for fold in range(FOLDS):
        learn, out = folds != fold, folds == fold
        if x.shape[1] == 0:
            predicted[out] = np.average(y[learn], weights=weights[learn])
        else:
            predicted[out] = _fit(x[learn], y[learn], weights[learn], boosted, seed)(x[out])
    return predicted


def _fit(features: Floats, y: Floats, weights: Floats, boosted: bool, seed: int) -> Predict:
    if not boosted:
        full = np.column_stack([np.ones(len(y)), features])
        gram = (full.T * weights) @ full / len(y)
        theta = pseudo_inverse(gram) @ (full.T @ (weights * y)) / len(y)
        return lambda new: np.asarray(theta[0] + new @ theta[1:], dtype=np.float64)
    from lightgbm import LGBMRegressor

    options: dict[str, Any] = {
        "n_estimators": 150,
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_child_samples": 20,
        "n_jobs": 1,
        "verbose": -1,
        "deterministic": True,
        "force_row_wise": True,
        "random_state": seed,
    }
    model = LGBMRegressor(**options).fit(features, y, sample_weight=weights)
    return lambda new: np.asarray(model.predict(new), dtype=np.float64)


def _kernel_density(values: Floats, weights: Floats) -> Predict:
    """A Gaussian kernel density on 1,000 bins, read off in between."""
    deviation = float(np.sqrt(weights @ (values - weights @ values / len(values)) ** 2 / len(values)))
    quarter = float(np.subtract(*np.quantile(values, [0.75, 0.25]))) / 1.349
    width = 0.9 * min(deviation, quarter or deviation) * len(values) ** -0.2
    edges = np.linspace(values.min() - 4 * width, values.max() + 4 * width, 1001)
    counts, _ = np.histogram(values, bins=edges, weights=weights)
    middle = (edges[1:] + edges[:-1]) / 2
    reach = int(4 * width / (edges[1] - edges[0])) + 1
    offsets = np.arange(-reach, reach + 1) * (edges[1] - edges[0]) / width
    kernel = np.exp(-(offsets**2) / 2)
    smooth = np.convolve(counts, kernel / kernel.sum())[reach:-reach] / counts.sum()
    height = smooth / (edges[1] - edges[0])
    return lambda new: np.asarray(np.interp(new, middle, height, left=0.0, right=0.0), dtype=np.float64)
