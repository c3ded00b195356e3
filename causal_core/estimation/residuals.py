"""Residuals of the outcome's regression in each arm: bends and uneven scatter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.regression import too_wide
from causal_core.estimation.sample import prepare
from causal_core.estimation.terms import SQUARED, is_main

BINS = 50
"""The most points drawn of an arm."""

SMOOTHED = 40
"""Points of the smooth."""

SPAN = 0.6
"""Share of the rows that each point of the smooth looks at."""


@dataclass(frozen=True)
class ArmResiduals:
    """What one arm's regression of the outcome on the covariates leaves.

    Attributes:
        arm: The arm, as text.
        rows: Its rows.
        fitted: Mean fitted outcome of each bin of rows with similar ones, at most 50.
        residual: Mean residual of each bin, in the outcome's unit.
        error: Its standard error.
        smooth: (fitted, residual) points of a local linear smooth.
        spread: Standard deviation of the residuals in the third of rows with the lowest and the highest
            fitted outcomes.
        uneven_p: Of even scatter (Koenker 1981, on the fitted outcome and its square); small: uneven.
        bend_p: Of a straight fit (Ramsey 1969, squares and cubes of the fitted outcome, errors HC3); small:
            bent.
        bend_share: Share of the residual variance that these squares and cubes take away.
    """

    arm: str
    rows: int
    fitted: tuple[float, ...]
    residual: tuple[float, ...]
    error: tuple[float, ...]
    smooth: tuple[tuple[float, float], ...]
    spread: tuple[float, float]
    uneven_p: float | None
    bend_p: float | None
    bend_share: float


@dataclass(frozen=True)
class Residuals:
    """The residuals of every arm, and the covariates whose squares are missing.

    Attributes:
        arms: One for each arm, control first.
        bent: (covariate, p after Holm's adjustment, share of the residual variance its square takes away),
            for numeric covariates whose square the arms' regressions lack, the smallest p first.
        binary: Whether the outcome is 0 or 1.
        outside: Share of fitted outcomes below 0 or above 1; 0 for an outcome that is not binary.
        clustered: Whether rows belong together, which the tests do not allow for.
    """

    arms: tuple[ArmResiduals, ...]
    bent: tuple[tuple[str, float, float], ...]
    binary: bool
    outside: float
    clustered: bool


def residuals(design: Design) -> Residuals:
    """The residuals of a least-squares regression of the outcome on the covariates in each arm.

    It is the outcome model of regression adjustment and of AIPW; sampling weights enter the fit.

    Raises:
        Problem: An arm has fewer rows than the regression has coefficients, or the design cannot be used.
    """
    sample = prepare(design)
    x, n = sample.x, sample.rows
    fitted, left, leverage = np.empty(n), np.empty(n), np.empty(n)
    squares, names = _missing_squares(design)
    for b in range(sample.arms):
        inside = np.flatnonzero(sample.arm == b)
        if len(inside) <= x.shape[1]:
            raise too_wide(x.shape[1], len(inside))
        root = np.sqrt(sample.weights[inside])[:, None]
        rotated, _ = np.linalg.qr(x[inside] * root)
        # Everything is scaled by the root of the weights, so that weighted rows share one variance.
        both = np.column_stack([sample.outcome[inside], squares[inside]]) * root
        both = both - rotated @ (rotated.T @ both)
        leverage[inside] = np.sum(rotated**2, axis=1)
        safe = np.maximum(root[:, 0], 1e-150)
        left[inside] = both[:, 0] / safe
        squares[inside] = both[:, 1:] / safe[:, None]
        fitted[inside] = sample.outcome[inside] - left[inside]
    arms = tuple(
        _arm(
            sample.design.arms[b],
            x[sample.arm == b],
            fitted[sample.arm == b],
            left[sample.arm == b],
            sample.weights[sample.arm == b],
        )
        for b in range(sample.arms)
    )
    binary = bool(np.isin(sample.outcome, (0.0, 1.0)).all())
    return Residuals(
        arms=arms,
        bent=_bent(squares, names, left, leverage, sample.weights),
        binary=binary,
        outside=float(((fitted < 0) | (fitted > 1)).mean()) if binary else 0.0,
        clustered=design.clusters is not None,
    )


def _arm(name: str, x: Floats, fitted: Floats, left: Floats, weights: Floats) -> ArmResiduals:
    order = np.argsort(fitted, kind="stable")
    third = max(len(order) // 3, 1)
    centres, means, errors = _bins(fitted[order], left[order])
    uneven, bend, share = _tests(x, fitted, left, weights)
    return ArmResiduals(
        arm=name,
        rows=len(fitted),
        fitted=centres,
        residual=means,
        error=errors,
        smooth=_smooth(fitted[order], left[order]),
        spread=(float(left[order[:third]].std()), float(left[order[-third:]].std())),
        uneven_p=uneven,
        bend_p=bend,
        bend_share=share,
    )


def _bins(fitted: Floats, left: Floats) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    number = int(np.clip(np.sqrt(len(fitted)), 1, BINS))
    parts = np.array_split(np.arange(len(fitted)), number)
    centres = [float(fitted[part].mean()) for part in parts]
    means = [float(left[part].mean()) for part in parts]
    errors = [float(left[part].std(ddof=1) / np.sqrt(len(part))) if len(part) > 1 else 0.0 for part in parts]
    return tuple(centres), tuple(means), tuple(errors)


def _smooth(fitted: Floats, left: Floats) -> tuple[tuple[float, float], ...]:
    """Local linear regression with tricube weights over the nearest 60 % of the rows (Cleveland 1979)."""
    n = len(fitted)
    if n < 10 or np.ptp(fitted) < 1e-12 * max(float(np.abs(fitted).max()), 1e-300):
        return ()
    near = max(int(SPAN * n), 5)
    points = np.unique(np.quantile(fitted, np.linspace(0.01, 0.99, SMOOTHED)))
    found = []
    for point in points:
        distance = np.abs(fitted - point)
        # Where many rows share a fitted outcome, the nearest of them may lie no way off.
        reach = max(float(np.partition(distance, near - 1)[near - 1]), 1e-9 * float(np.ptp(fitted))) * 1.0001
        weight = (1 - np.minimum(distance / reach, 1) ** 3) ** 3
        total = weight.sum()
        centre, mean = weight @ fitted / total, weight @ left / total
        square = weight @ (fitted - centre) ** 2
        slope = weight @ ((fitted - centre) * left) / square if square > 0 else 0.0
        found.append((float(point), float(mean + slope * (point - centre))))
    return tuple(found)


def _tests(
    x: Floats, fitted: Floats, left: Floats, weights: Floats
) -> tuple[float | None, float | None, float]:
    """The p of even scatter, that of a straight fit, and the share of variance its bend takes away."""
    n = len(fitted)
    scale, total = fitted.std(), float(weights @ left**2)
    if scale <= 1e-12 * max(float(np.abs(fitted).max()), 1e-300) or total <= 0 or n < x.shape[1] + 5:
        return None, None, 0.0
    from scipy.special import chdtrc

    line = (fitted - fitted.mean()) / scale
    root = np.sqrt(weights)[:, None]
    square = weights * left**2
    design = np.column_stack([np.ones(n), line, line**2])
    design, degrees = _basis(design)
    rest = square - design @ (design.T @ square)
    apart = float(np.sum((square - square.mean()) ** 2))
    uneven = (
        float(chdtrc(degrees - 1, n * (1 - float(rest @ rest) / apart)))
        if apart > 0 and degrees > 1
        else None
    )
    base, _ = np.linalg.qr(x * root)
    powers = np.column_stack([line**2, line**3]) * root
    added = powers - base @ (base.T @ powers)
    lengths = np.linalg.norm(added, axis=0)
    if (lengths < 1e-7 * np.linalg.norm(powers, axis=0)).any():
        return uneven, None, 0.0
    e = left * root[:, 0]
    inverse = pseudo_inverse(added.T @ added)
    coefficient = inverse @ (added.T @ e)
    final = e - added @ coefficient
    leverage = np.sum(base**2, axis=1) + np.einsum("ij,ij->i", added @ inverse, added)
    inflated = final / np.maximum(1 - leverage, 1e-9)
    meat = (added * inflated[:, None]).T @ (added * inflated[:, None])
    middle = inverse @ meat @ inverse
    wald = float(coefficient @ np.linalg.pinv(middle) @ coefficient)
    return uneven, float(chdtrc(2, wald)), 1 - float(final @ final) / float(e @ e)


def _basis(columns: Floats) -> tuple[Floats, int]:
    rotated, triangle = np.linalg.qr(columns)
    kept = np.abs(np.diag(triangle)) > 1e-9 * np.sqrt(len(columns))
    return rotated[:, kept], int(kept.sum())


def _missing_squares(design: Design) -> tuple[Floats, list[str]]:
    """(n, q) squares of numeric covariates that the design lacks, and the names of these."""
    names = design.covariate_names
    found = []
    for place, (name, source) in enumerate(zip(names, design.covariate_sources, strict=True)):
        values = design.covariates[:, place]
        if is_main(name, source) and f"{name}{SQUARED}" not in names and len(np.unique(values)) > 2:
            found.append((name, ((values - values.mean()) / values.std()) ** 2))
    columns = np.column_stack([square for _, square in found]) if found else np.empty((design.rows_used, 0))
    return columns, [name for name, _ in found]


def _bent(
    squares: Floats, names: list[str], left: Floats, leverage: Floats, weights: Floats
) -> tuple[tuple[str, float, float], ...]:
    """Each square against the residuals, both free of the covariates in their arm; HC3, normal, Holm."""
    from math import erfc, sqrt

    total = float(weights @ left**2)
    found = []
    for name, square in zip(names, squares.T, strict=True):
        size = float(weights @ square**2)
        if size <= 1e-12 * weights.sum() or total <= 0:
            continue
        slope = float((weights * square) @ left) / size
        whole = np.minimum(leverage + weights * square**2 / size, 1 - 1e-9)
        rest = (left - slope * square) / (1 - whole)
        error = sqrt(float(np.sum((weights * square * rest) ** 2))) / size
        if error > 0:
            found.append((name, erfc(abs(slope) / error / sqrt(2)), slope**2 * size / total))
    ordered, largest = [], 0.0
    for place, (name, p_value, share) in enumerate(sorted(found, key=lambda each: each[1])):
        largest = max(largest, min(1.0, p_value * (len(found) - place)))
        ordered.append((name, largest, share))
    return tuple(ordered)
