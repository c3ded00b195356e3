"""Effect scores regressed on one column: splines or levels, with robust errors.

The coefficients are those of the best linear predictor of the effect by functions of the column, which
regressing cross-fitted AIPW scores on them estimates (Semenova & Chernozhukov 2021, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import NORMAL_95

KNOTS = 5
"""Knots of the natural cubic spline, at equally spaced quantiles: four functions beside the constant."""

DRAWS = 2000
"""Draws of the Gaussian process whose largest departure makes the band for all points at once."""


@dataclass(frozen=True, eq=False)
class Band:
    """A curve with its bands at the points it was asked for.

    Attributes:
        value: (m,) the curve, in the outcome's unit.
        std_error: (m,) pointwise.
        quantile: How many standard errors the band for all points at once reaches; the pointwise one 1.96.
        knots: Of the spline; two make a straight line.
        p_value: Of the hypothesis that the effect is the same at all values (`alike`); None without errors.
    """

    value: Floats
    std_error: Floats
    quantile: float
    knots: int
    p_value: float | None


def natural_spline(values: Floats, knots: Floats) -> Floats:
    """(n, len(knots) - 1) natural cubic spline basis without the constant: linear beyond the outer knots.

    The truncated power form (Hastie, Tibshirani & Friedman 2009, eq. 5.4-5.5), scaled by the knots' range.
    """
    scale = float(knots[-1] - knots[0]) or 1.0
    x, at = (values - knots[0]) / scale, (knots - knots[0]) / scale
    if len(knots) < 3:
        return np.asarray(x[:, None])

    def cubes(knot: float) -> Floats:
        return np.asarray((np.maximum(x - knot, 0) ** 3 - np.maximum(x - at[-1], 0) ** 3) / (at[-1] - knot))

    last = cubes(float(at[-2]))
    return np.column_stack([x, *(cubes(float(knot)) - last for knot in at[:-2])])


def knots_of(values: Floats) -> Floats:
    """Those of the quantiles .05, .275, .5, .725 and .95 of the values that differ (Harrell 2015).

    Fewer than three different ones: the two ends, for a straight line.
    """
    found = np.unique(np.quantile(values, np.linspace(0.05, 0.95, KNOTS)))
    return found if len(found) >= 3 else np.array([values.min(), values.max()])


def smooth(
    values: Floats, scores: Floats, grid: Floats, clusters: Integers | None = None, seed: int = 0
) -> Band:
    """The scores as a spline of the values, at the points of `grid`.

    Args:
        values: (n,) at least two different.
        scores: (n,) effect scores.
        grid: (m,) points.
        clusters: (n,) codes, or None. Errors are HC3, or of sums by cluster (CR3).
        seed: Of the draws behind the band for all points at once.
    """
    knots = knots_of(values)
    design = np.column_stack([np.ones(len(values)), natural_spline(values, knots)])
    at = np.column_stack([np.ones(len(grid)), natural_spline(grid, knots)])
    coefficients, covariance = robust_fit(design, scores, clusters)
    errors = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", at, covariance, at), 0.0))
    units = len(values) if clusters is None else len(np.unique(clusters))
    return Band(
        value=at @ coefficients,
        std_error=errors,
        quantile=max(NORMAL_95, _largest(at, covariance, errors, seed)),
        knots=len(knots),
        p_value=alike(coefficients[1:], covariance[1:, 1:], units),
    )


def alike(coefficients: Floats, covariance: Floats, units: int) -> float | None:
    """P-value of the Wald test that (q,) coefficients are all zero, by F with q and `units` - 1 - q degrees.

    None where the covariance has not full rank or there are too few units: rows, or clusters.
    """
    from scipy.stats import f

    count, left = len(coefficients), units - 1 - len(coefficients)
    if count == 0 or left < 1 or np.linalg.matrix_rank(covariance, hermitian=True) < count:
        return None
    wald = float(coefficients @ np.linalg.solve(covariance, coefficients))
    return float(f.sf(wald / count, count, left))


def robust_fit(design: Floats, scores: Floats, clusters: Integers | None = None) -> tuple[Floats, Floats]:
    """Least squares (q,) and its covariance (q, q): HC3, or with clusters of their sums (CR3).

    Both are the jackknife's: without one row or cluster (Bell & McCaffrey 2002).
    """
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ (design.T @ scores)
    residual = scores - design @ coefficients
    if clusters is None:
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
        pull = design * (residual / np.maximum(1 - leverage, 1e-8))[:, None]
    else:
        codes = np.unique(clusters, return_inverse=True)[1]
        count, width = int(codes.max()) + 1, design.shape[1]
        pull, own = np.zeros((count, width)), np.zeros((count, width, width))
        np.add.at(pull, codes, design * residual[:, None])
        np.add.at(own, codes, design[:, :, None] * design[:, None, :])
        # X'(I - X M X')^-1 e = (I - X'X M)^-1 X'e; the least ridge keeps a cluster that is all of a level.
        left = (1 + 1e-8) * np.eye(width) - own @ inverse
        pull = np.linalg.solve(left, pull[:, :, None])[:, :, 0] * np.sqrt(max(count - 1, 1) / count)
    return coefficients, inverse @ (pull.T @ pull) @ inverse


def _largest(at: Floats, covariance: Floats, errors: Floats, seed: int) -> float:
    """The 95 % quantile of the largest |t| over the points, with jointly normal coefficients."""
    random = np.random.default_rng([seed, 17])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    known = errors > 0
    if not known.any():
        return NORMAL_95
    drawn = (at[known] @ root) @ random.normal(size=(root.shape[1], DRAWS))
    return float(np.quantile(np.abs(drawn / errors[known, None]).max(axis=0), 0.95))
