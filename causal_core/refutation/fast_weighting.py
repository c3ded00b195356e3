"""Weighting, and regression in each of two arms, on changed data: rows counted, fits begun near their end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.propensity import FLOOR
from causal_core.estimation.sample import Sample
from causal_core.refutation.draws import Draw
from causal_core.refutation.fast_linear import solve

STEPS: Final = 12
"""A fit that needs more Newton steps than this, from a near start, is nearly separated."""

CONVERGED: Final = 1e-13
"""Squared Newton decrement at which the step about to be taken leaves nothing but rounding."""

RARE: Final = 0.1
"""The share of the smaller arm that may lie below the floor before overlap is looked at in full."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """The distinct rows of one simulation.

    `count` (n,) says how often each is there, zero where it weighs nothing; `weight` (n,) is its sampling
    weight times that.
    """

    x: Floats
    treated: Floats
    outcome: Floats
    weight: Floats
    count: Floats


@dataclass(frozen=True, eq=False)
class WeightingPath:
    """Two arms, their probabilities from a logistic regression without penalty.

    A row drawn c times is one row of weight c. The fit begins at the coefficients of the original rows, where
    three or four Newton steps reach full precision; probabilities are held above the floor as they are in
    the estimate.

    Attributes:
        rows: The original rows.
        method: `ipw`, `regression_adjustment`, `aipw` or `ipw_regression_adjustment`.
        target: `ATE`, `ATT` or `ATC`.
        start: (P,) logistic coefficients of the original rows; zeros when the method needs none.
    """

    rows: _Rows
    method: str
    target: str
    start: Floats

    @classmethod
    def of(cls, sample: Sample, method: str, target: str) -> WeightingPath | None:
        """The short cut for a sample of two arms without redundant columns; None when its fit is not sure."""
        rows = _Rows(
            sample.x,
            sample.arm.astype(np.float64),
            sample.outcome,
            sample.weights,
            (sample.weights > 0).astype(np.float64),
        )
        start = np.zeros(sample.x.shape[1])
        if method != "regression_adjustment":
            found = fit(rows.x, rows.treated, rows.weight, first_guess(rows.x, rows.treated, rows.weight))
            if found is None:
                return None
            start = found[0]
        return cls(rows, method, target, start)

    def __call__(self, draw: Draw) -> Floats | None:
        """(1,) the effect, or None when it is not sure to 10 digits."""
        rows, start = self.rows, self.start
        if draw.rows is not None:
            rows = self._counted(np.bincount(draw.rows, minlength=len(rows.count)).astype(np.float64))
        if draw.order is not None:
            rows = replace(rows, treated=rows.treated[draw.order])
            start = first_guess(rows.x, rows.treated, rows.weight)
        if draw.covariate is not None:
            rows = replace(rows, x=np.column_stack([rows.x, draw.covariate]))
            start = np.append(start, 0.0)
        if draw.outcome is not None:
            rows = replace(rows, outcome=draw.outcome)
        value = _effect(rows, self.method, self.target, start)
        return None if value is None else np.array([value])

    def _counted(self, count: Floats) -> _Rows:
        kept = np.flatnonzero(count)
        rows = self.rows
        weight, count = count[kept] * rows.weight[kept], count[kept] * rows.count[kept]
        return _Rows(rows.x.take(kept, axis=0), rows.treated[kept], rows.outcome[kept], weight, count)


def first_guess(x: Floats, treated: Floats, weight: Floats) -> Floats:
    """(P,) logistic coefficients that give everyone the arm's share; x begins with an intercept."""
    share = np.clip(weight @ treated / weight.sum(), 1e-9, 1 - 1e-9)
    guess = np.zeros(x.shape[1])
    guess[0] = np.log(share / (1 - share))
    return guess


def fit(x: Floats, treated: Floats, weight: Floats, start: Floats) -> tuple[Floats, Floats] | None:
    """Logistic regression without penalty by Newton's method.

    Args:
        x: (n, P) intercept and standardised covariates.
        treated: (n,) 0 or 1.
        weight: (n,) not negative.
        start: (P,) where to begin.

    Returns:
        (P,) the coefficients and (n,) the probabilities, to full precision; None when the steps do not settle
        or a column is nearly explained by those before it.
    """
    weight = weight / weight.sum()
    beta, columns = start, np.ascontiguousarray(x.T)
    settled = False
    for _ in range(STEPS):
        with np.errstate(over="ignore"):
            probability: Floats = 1 / (1 + np.exp(-(beta @ columns)))
        if settled:
            return beta, probability
        rest = weight * (treated - probability)
        slope = columns @ rest
        information = (columns * (weight * probability * (1 - probability))) @ columns.T
        try:
            left = np.linalg.cholesky(information).diagonal() ** 2
        except np.linalg.LinAlgError:
            return None
        # In the covariates' own scale: then a column that is all but redundant shows, whatever the weights.
        if not (left > 1e-6).all():
            return None
        step = np.linalg.solve(information, slope)
        beta = beta + step
        settled = bool(slope @ step <= CONVERGED)
    return None


def _effect(rows: _Rows, method: str, target: str, start: Floats) -> float | None:
    sizes = (float(rows.count @ (1 - rows.treated)), float(rows.count @ rows.treated))
    if min(sizes) <= rows.x.shape[1]:
        return None
    # An effect does not depend on where the outcome's zero is, but rounding does.
    total = float(rows.weight.sum())
    rows = replace(rows, outcome=rows.outcome - rows.weight @ rows.outcome / total)
    by_arm: tuple[Floats | None, Floats | None] = (None, None)
    if method != "regression_adjustment":
        found = fit(rows.x, rows.treated, rows.weight, start)
        if found is None:
            return None
        weights = _weights(rows, found[1], target, RARE * min(sizes))
        if weights is None:
            return None
        by_arm = weights
    means = [_mean(rows, b, method, target, by_arm[b]) for b in (0, 1)]
    if means[0] is None or means[1] is None:
        return None
    return means[1] - means[0]


def _weights(
    rows: _Rows, probability: Floats, target: str, rare: float
) -> tuple[Floats | None, Floats | None] | None:
    """Each arm's inverse probability weights, as `causal_core.estimation.propensity.weighting` makes them."""
    share = rows.weight @ rows.treated / rows.weight.sum()
    floor = (FLOOR * (1 - share), FLOOR * share)
    made = []
    for b, arm, own in ((0, 1 - rows.treated, 1 - probability), (1, rows.treated, probability)):
        inside = arm * rows.weight
        if (target, b) in {("ATT", 1), ("ATC", 0)}:
            made.append(inside)
            continue
        if rows.count @ (own < floor[b]) > rare:
            return None
        used = np.maximum(own, floor[b])
        if target == "ATE":
            made.append(inside / np.minimum(used, 1 - floor[1 - b]))
        else:
            made.append(inside * (1 - used) / used)
    return made[0], made[1]


def _mean(rows: _Rows, b: int, method: str, target: str, weights: Floats | None) -> float | None:
    """The target's mean outcome under arm `b`."""
    if method == "ipw":
        assert weights is not None  # noqa: S101 - only regression adjustment goes without
        return float(weights @ rows.outcome / weights.sum())
    inside = rows.treated if b else 1 - rows.treated
    used = weights if method == "ipw_regression_adjustment" else rows.weight * inside
    assert used is not None  # noqa: S101 - the same
    theta = solve((rows.x.T * used) @ rows.x, rows.x.T @ (used * rows.outcome))
    if theta is None:
        return None
    goal = rows.weight
    if target != "ATE":
        goal = goal * (rows.treated if target == "ATT" else 1 - rows.treated)
    predicted = rows.x @ theta
    mean = float(goal @ predicted)
    if method == "aipw":
        assert weights is not None  # noqa: S101 - the same
        mean += float(weights @ (rows.outcome - predicted))
    return mean / float(goal.sum())
