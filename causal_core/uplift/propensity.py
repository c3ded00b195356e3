"""Assignment probabilities: known, constant, or estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.trees import boost_classes

if TYPE_CHECKING:  # heavy, and only a worker fits models
    import lightgbm

FLOOR = 0.1
"""An estimated probability is never taken below this part of its arm's share."""

_TREES = 60

Kind = Literal["logistic", "trees"]
"""What a propensity model is made of."""


@dataclass(frozen=True, eq=False)
class Propensity:
    """P(arm | covariates), fitted or constant.

    Attributes:
        shares: (k,) shares of the arms where it was fitted.
        logistic: Coefficients (q + 1, k) on the design of `Dummies`, intercept first, or None.
        dummies: How covariates become that design, or None.
        booster: Boosted classifier, or None. With neither model the probabilities are `shares`.
    """

    shares: Floats
    logistic: Floats | None = None
    dummies: Dummies | None = None
    booster: lightgbm.Booster | None = None

    def predict(self, matrix: Floats) -> Floats:
        """(n, k) probabilities, not clipped."""
        if self.logistic is not None and self.dummies is not None:
            return _softmax(self.logistic[0] + self.dummies.design(matrix) @ self.logistic[1:])
        if self.booster is not None and len(matrix):
            found = np.asarray(self.booster.predict(matrix, num_threads=1), dtype=np.float64)
            return found if found.ndim == 2 else np.column_stack([1 - found, found])
        return np.tile(self.shares, (len(matrix), 1))


def clip(probabilities: Floats, shares: Floats) -> tuple[Floats, tuple[int, ...]]:
    """Estimated probabilities kept at or above a tenth of their arm's share, and how many were raised.

    Known probabilities are never clipped: rare arms are legitimate.
    """
    floor = FLOOR * shares
    low = probabilities < floor
    return np.where(low, floor, probabilities), tuple(int(count) for count in low.sum(axis=0))


def constant_shares(arm: Integers, arms: int) -> Floats:
    """(k,) share of rows in each arm."""
    return np.bincount(arm, minlength=arms) / len(arm)


def fit_propensity(
    matrix: Floats,
    arm: Integers,
    arms: int,
    categorical: tuple[int, ...] = (),
    seed: int = 0,
    kind: Kind | None = None,
) -> Propensity:
    """Multinomial logistic regression, or boosted trees.

    Args:
        matrix: (n, p) covariates, NaN where missing.
        arm: (n,) 0..k-1.
        arms: k.
        categorical: Positions of columns holding category codes.
        seed: Of the rows that choose, and of the trees.
        kind: Which of the two; None to choose by these rows.

    Raises:
        Problem: An arm has no rows here.
    """
    shares = _shares(arm, arms)
    if (kind or choose_propensity(matrix, arm, arms, categorical, seed)) == "trees":
        return _fit_trees(matrix, arm, shares, categorical, seed)
    return _fit_logistic(matrix, arm, shares, categorical)


def choose_propensity(
    matrix: Floats, arm: Integers, arms: int, categorical: tuple[int, ...] = (), seed: int = 0
) -> Kind:
    """Logistic regression, unless boosted trees predict a fifth of the rows clearly better.

    Clearly: the mean log loss is lower by more than the standard error of the difference.

    Raises:
        Problem: An arm has no rows here.
    """
    _shares(arm, arms)
    test = np.random.default_rng([seed, 5]).permutation(len(arm)) % 5 == 0
    if len(np.unique(arm[~test])) < arms:
        return "logistic"
    shares = constant_shares(arm[~test], arms)
    candidates = (
        _fit_logistic(matrix[~test], arm[~test], shares, categorical),
        _fit_trees(matrix[~test], arm[~test], shares, categorical, seed),
    )
    by_logistic, by_trees = (_log_losses(model.predict(matrix[test]), arm[test]) for model in candidates)
    difference, error = mean_and_error(by_logistic - by_trees)
    return "trees" if difference > error else "logistic"


def _shares(arm: Integers, arms: int) -> Floats:
    shares = constant_shares(arm, arms)
    if (shares == 0).any():
        raise Problem(
            "An arm has no rows in one part of the data, so its probability cannot be estimated.",
            remedy="Merge rare arms, or leave them out.",
        )
    return shares


def _log_losses(probabilities: Floats, arm: Integers) -> Floats:
    return np.asarray(-np.log(np.maximum(probabilities[np.arange(len(arm)), arm], 1e-6)))


def _fit_trees(
    matrix: Floats, arm: Integers, shares: Floats, categorical: tuple[int, ...], seed: int
) -> Propensity:
    booster = boost_classes(matrix, arm.astype(np.float64), len(shares), _TREES, categorical, seed)
    return Propensity(shares, booster=booster)


def _fit_logistic(matrix: Floats, arm: Integers, shares: Floats, categorical: tuple[int, ...]) -> Propensity:
    from sklearn.linear_model import LogisticRegression

    dummies = Dummies.of(matrix, categorical)
    model = LogisticRegression(max_iter=2000).fit(dummies.design(matrix), arm)
    coefficients = np.vstack([model.intercept_, model.coef_.T])
    if coefficients.shape[1] == 1:
        # For two classes scikit-learn keeps only the second one's linear predictor.
        coefficients = np.hstack([np.zeros_like(coefficients), coefficients])
    return Propensity(shares, logistic=coefficients, dummies=dummies)


def _softmax(linear: Floats) -> Floats:
    powers = np.exp(linear - linear.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
