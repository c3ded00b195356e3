"""Base learners: the regressions that the learners of effects are built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.catalogue import BASES
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.regressors import Regressor, check_regressor, fit_regressor
from causal_core.uplift.trees import boost

Base = str | Regressor
"""A key of the catalogue's `BASES`, or a scikit-learn regressor."""

_PENALTIES = 10.0 ** np.arange(-8, 2)


class Regression(Protocol):
    """A fitted regression."""

    def predict(self, matrix: Floats) -> Floats:
        """(n,) predictions in the target's unit."""


@dataclass(frozen=True, eq=False)
class Linear:
    """A linear regression on standardised numbers, marks of missing values and indicators of categories.

    Attributes:
        dummies: How covariates become the design.
        coefficients: (q + 1,), intercept first.
    """

    dummies: Dummies
    coefficients: Floats

    def predict(self, matrix: Floats) -> Floats:
        """(n,) predictions in the target's unit."""
        return np.asarray(self.coefficients[0] + self.dummies.design(matrix) @ self.coefficients[1:])


def check_base(base: Base) -> None:
    """Check that there is such a base learner, or that it is a regressor.

    Raises:
        Problem: There is not, or it is not; in words.
    """
    if not isinstance(base, str):
        check_regressor(base)
    elif base not in BASES:
        raise Problem(
            f"There is no base learner '{base}'.", column=base, remedy=f"Choose among {', '.join(BASES)}."
        )


def regress(
    base: Base,
    matrix: Floats,
    target: Floats,
    categorical: tuple[int, ...] = (),
    seed: int = 0,
    weights: Floats | None = None,
    *,
    noisy: bool = False,
) -> Regression:
    """A least-squares regression of a target on covariates.

    Args:
        base: A key of the catalogue's `BASES`, or a scikit-learn regressor, which is cloned.
        matrix: (n, p) covariates, NaN where missing.
        target: (n,) numbers.
        categorical: Positions of columns holding category codes.
        seed: Of what is random in it.
        weights: (n,) non-negative, or None.
        noisy: The target is a pseudo-outcome, far noisier than an outcome; boosted trees are kept small.

    Raises:
        Problem: There are no rows, no such base learner, or it takes no weights where they are needed.
    """
    check_base(base)
    if len(target) == 0:
        raise Problem("A model was asked for on no rows.", remedy="Use more rows, or fewer arms.")
    if base == "boosted":
        return boost(matrix, target, categorical, seed, weights, noisy=noisy)
    if base != "linear":
        return fit_regressor(base, matrix, target, categorical, seed, weights, noisy=noisy)
    dummies = Dummies.of(matrix, categorical)
    return Linear(dummies, least_squares(dummies.design(matrix), target, weights))


def least_squares(design: Floats, target: Floats, weights: Floats | None = None) -> Floats:
    """(q + 1,) coefficients of (weighted) ridge regression, the intercept first and not penalised.

    The penalty, from a hundred-millionth to ten a row, is the one with the least generalised
    cross-validation error (Golub, Heath & Wahba 1979); with many rows it is next to none.
    """
    rows = len(target)
    weight = np.ones(rows) if weights is None else weights
    weight = weight / weight.sum()
    centre, mean = weight @ design, float(weight @ target)
    centred, residual = design - centre, target - mean
    values, vectors = np.linalg.eigh((centred.T * weight) @ centred)
    values = np.maximum(values, 0.0)
    moments = vectors.T @ (centred.T @ (weight * residual))
    shrunk = moments / (values + _PENALTIES[:, None])
    loss = weight @ residual**2 - 2 * shrunk @ moments + shrunk**2 @ values
    freedom = 1 - (1 + (values / (values + _PENALTIES[:, None])).sum(axis=1)) / rows
    error = np.where(freedom > 0, loss / np.maximum(freedom, 1e-9) ** 2, np.inf)
    slopes = vectors @ shrunk[int(np.argmin(error)) if np.isfinite(error).any() else -1]
    return np.concatenate([[mean - centre @ slopes], slopes])
