"""Generalised linear models by iteratively reweighted least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.problem import Problem

Family = Literal["linear", "logistic", "poisson"]

STEPS = 100
CLOSE = 1e-12
"""Share of the deviance that a last step may still change."""

STEEPEST = 30.0
"""Predictors beyond this are all but certain and are held there, so that nothing overflows."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    Attributes:
        family: `linear`, `logistic` (log odds) or `poisson` (log mean; the variance is left free).
        coefficients: (P,).
        inverse: (P, P) inverse of the mean information, for the errors.
        converged: Whether the last step changed nothing.
    """

    family: Family
    coefficients: Floats
    inverse: Floats
    converged: bool

    def mean(self, features: Floats) -> Floats:
        """(m,) the mean outcome at the rows of `features`, (m, P)."""
        return mean_of(self.family, features @ self.coefficients)


def family_of(outcome: Floats) -> Family:
    """The family that fits the values: 0 and 1 logistic, whole counts Poisson, else linear.

    A constant outcome is linear.
    """
    if len(outcome) == 0 or outcome.min() == outcome.max() or outcome.min() < 0:
        return "linear"
    if (np.floor(outcome) != outcome).any():
        return "linear"
    return "logistic" if outcome.max() == 1 else "poisson"


def mean_of(family: Family, predictor: Floats) -> Floats:
    """(n,) the mean at each linear predictor."""
    if family == "linear":
        return predictor
    held = np.clip(predictor, -STEEPEST, STEEPEST)
    mean: Floats = np.exp(held) if family == "poisson" else 1 / (1 + np.exp(-held))
    return mean


def slope_of(family: Family, mean: Floats) -> Floats:
    """(n,) the mean's derivative by the linear predictor; with these links also the model's variance."""
    if family == "linear":
        return np.ones(len(mean))
    slope: Floats = mean if family == "poisson" else mean * (1 - mean)
    return slope


def fit(family: Family, features: Floats, outcome: Floats, weights: Floats) -> Fit:
    """Maximum (quasi-)likelihood with the canonical link (McCullagh & Nelder 1989, section 2.5).

    Args:
        family: Which model.
        features: (n, P), the intercept included.
        outcome: (n,).
        weights: (n,) not negative; rows of weight 0 count for nothing.

    Raises:
        Problem: There are more coefficients than rows.
    """
    n = int((weights > 0).sum())
    if n < features.shape[1]:
        raise Problem(
            f"A regression with {features.shape[1]} coefficients cannot be fitted to {n} rows.",
            remedy="Use fewer covariates, or join rare categories.",
        )
    scale = 1 / len(outcome)
    if family == "linear":
        inverse = pseudo_inverse((features.T * weights) @ features * scale)
        return Fit(family, inverse @ (features.T @ (weights * outcome)) * scale, inverse, True)
    beta = np.zeros(features.shape[1])
    level = float(weights @ outcome / weights.sum())
    # One step of least squares on the link of the shrunken outcome starts close to the answer.
    near = (outcome + level) / 2
    near = np.clip(near, 0.02, 0.98) if family == "logistic" else np.maximum(near, level / 20)
    link = np.log(near / (1 - near)) if family == "logistic" else np.log(near)
    working = weights * slope_of(family, near)
    beta = pseudo_inverse((features.T * working) @ features) @ (features.T @ (working * link))
    loss = _loss(family, features @ beta, outcome, weights)
    converged = False
    for _ in range(STEPS):
        mean = mean_of(family, features @ beta)
        working = weights * slope_of(family, mean)
        gradient = features.T @ (weights * (outcome - mean))
        step = pseudo_inverse((features.T * working) @ features) @ gradient
        length, new = 1.0, loss
        while length > 1e-6:
            new = _loss(family, features @ (beta + length * step), outcome, weights)
            if new <= loss + CLOSE * (1 + abs(loss)):
                break
            length /= 2
        beta = beta + length * step
        gained, loss = loss - new, new
        if gained <= CLOSE * (1 + abs(loss)):
            converged = True
            break
    mean = mean_of(family, features @ beta)
    information = (features.T * (weights * slope_of(family, mean))) @ features * scale
    return Fit(family, beta, pseudo_inverse(information), converged)


def _loss(family: Family, predictor: Floats, outcome: Floats, weights: Floats) -> float:
    held = np.clip(predictor, -STEEPEST, STEEPEST)
    cumulant = np.exp(held) if family == "poisson" else np.logaddexp(0, held)
    return float(weights @ (cumulant - outcome * held) / weights.sum())
