"""What is held fixed in a test: the known columns as strata, or as a flexible regression."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.falsification.columns import Column

ROWS_PER_TERM = 10
"""A regression on what is given takes no more optional terms than rows / this."""

MOST_TERMS = 80

_KEPT_ROWS = 50_000
_MOST_CELLS = 20_000_000

# Outer knots further out than Harrell's 5 and 95 %, and more knots where there are rows for them: what bends
# beyond or between the knots is left in both residuals.
_KNOTS = {
    0: (0.025, 0.2625, 0.5, 0.7375, 0.975),
    1_000: (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99),
    20_000: (0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999),
}


def strata(given: Sequence[Column], rows: NDArray[np.bool_] | None) -> tuple[Integers, int] | None:
    """(n,) the stratum of each row and their number; None when a column has too many values to be strata."""
    if any(column.codes is None for column in given):
        return None
    code: Integers | None = None
    for column in given:
        assert column.codes is not None  # noqa: S101 - checked above
        mine = column.codes if rows is None else column.codes[rows]
        code = _renumbered(mine if code is None else code * len(column.levels) + mine)
    if code is None:
        return np.zeros(0, dtype=np.int64), 1
    return code, int(code.max()) + 1 if len(code) else 1


def terms(
    given: Sequence[Column], rows: NDArray[np.bool_] | None, count: int, most: int = MOST_TERMS
) -> tuple[Floats, str]:
    """(n, k) the columns of the regression, the constant first, and in words how they enter.

    Categories and numbers of few values enter as dummies. As far as there are rows for them, numbers enter as
    natural cubic splines (Harrell 2015, section 2.4.5) and all pairs of columns also as products; so a bend
    or an interaction in what is given is not taken for a dependence.
    """
    constant = np.ones((count, 1))
    if not given:
        return constant, ""
    linear = [_part(column, "linear", rows) for column in given]
    width = 1 + sum(block.shape[1] for block in linear)
    allowed = min(count / ROWS_PER_TERM, width + min(most, _MOST_CELLS / count))
    used, how = [constant, *linear], []
    curves = [_part(column, "curve", rows) for column in given if column.codes is None]
    extra = sum(curve.shape[1] for curve in curves)
    if extra and width + extra <= allowed:
        used += curves
        width += extra
        how.append("curves")
    sizes = [one.shape[1] * other.shape[1] for one, other in combinations(linear, 2)]
    if sizes and width + sum(sizes) <= allowed:
        used += [
            (one[:, :, None] * other[:, None, :]).reshape(count, -1) for one, other in combinations(linear, 2)
        ]
        how.append("products")
    return np.concatenate(used, axis=1), " and ".join(how)


def residuals(columns: Floats, regressors: Floats) -> tuple[Floats, int, Floats | None]:
    """What is left of columns after least squares on regressors.

    The normal equations are solved on standardised regressors, which is many times quicker than an orthogonal
    decomposition at a million rows; directions below 1e-9 of the largest count as redundant.

    Returns:
        (n, p) the residuals; the rank of the regressors; (n,) each row's leverage, at most 0.9, or None where
        there are so many rows that it hardly matters.
    """
    scale = np.sqrt(np.einsum("ij,ij->j", regressors, regressors))
    scale[scale == 0] = 1.0
    gram = (regressors.T @ regressors) / np.outer(scale, scale)
    sizes, directions = np.linalg.eigh(gram)
    kept = sizes > 1e-9 * sizes[-1]
    cross = (regressors.T @ columns) / scale[:, None]
    basis = directions[:, kept]
    weights = (basis @ ((basis.T @ cross) / sizes[kept, None])) / scale[:, None]
    left: Floats = columns - regressors @ weights
    if len(columns) > _KEPT_ROWS:
        return left, int(kept.sum()), None
    turned = regressors @ (basis / np.sqrt(sizes[kept]) / scale[:, None])
    leverage: Floats = np.minimum(np.einsum("ij,ij->i", turned, turned), 0.9)
    return left, int(kept.sum()), leverage


def _renumbered(codes: Integers) -> Integers:
    """The codes without gaps, in the same order; counting is quicker than sorting where they are small."""
    if not len(codes) or int(codes.max()) > 5_000_000:
        return np.unique(codes, return_inverse=True)[1].astype(np.int64)
    place = np.cumsum(np.bincount(codes) > 0) - 1
    return place[codes].astype(np.int64)


def _part(column: Column, part: str, rows: NDArray[np.bool_] | None) -> Floats:
    """The `linear` part of a column (dummies, or the standardised number), or the `curve` beyond it."""
    keep = rows is None and len(column.missing) <= _KEPT_ROWS
    if keep and part in column.parts:
        return column.parts[part]
    if column.codes is not None:
        codes = column.codes if rows is None else column.codes[rows]
        found: Floats = (codes[:, None] == np.unique(codes)[None, 1:]).astype(np.float64)
    else:
        assert column.numbers is not None  # noqa: S101 - a column has codes or numbers
        numbers = column.numbers if rows is None else column.numbers[rows]
        centred: Floats = numbers - numbers.mean()
        spread = float(np.sqrt(np.mean(centred**2)))
        standard = centred / spread if spread > 0 else centred
        found = standard[:, None] if part == "linear" else _curve(standard)
    if keep:
        column.parts[part] = found
    return found


def _curve(values: Floats) -> Floats:
    """(n, knots - 2) the parts of a natural cubic spline beyond the straight line."""
    sample = values if len(values) <= 50_000 else values[:: len(values) // 50_000]
    shares = next(shares for rows, shares in reversed(_KNOTS.items()) if len(values) >= rows)
    knots = np.unique(np.quantile(sample, shares))
    if len(knots) < 3:
        return np.empty((len(values), 0))
    first, before, last = knots[0], knots[-2], knots[-1]
    span = (last - first) ** 2

    def cube(knot: float) -> Floats:
        part: Floats = np.maximum(values - knot, 0.0)
        return part * part * part

    ends = cube(before), cube(last)
    parts = [
        (cube(knot) - ends[0] * (last - knot) / (last - before) + ends[1] * (before - knot) / (last - before))
        / span
        for knot in knots[:-2]
    ]
    return np.stack(parts, axis=1)
