"""Two categories within the strata of others: chi-square where counts allow, pooled where they are sparse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.falsification.measured import Measured, strength

LEAST_EXPECTED = 5.0
"""A stratum whose smallest expected count is below this is pooled with the other sparse ones."""


@dataclass(frozen=True)
class _Part:
    statistic: float
    df: int
    rows: int


def stratified(
    x: Integers, y: Integers, stratum: Integers, sizes: tuple[int, int, int]
) -> tuple[Measured | None, int]:
    """The dependence of two categories within strata, and how many rows lie in strata that can tell.

    In a stratum whose expected counts are all at least 5, Pearson's chi-square has (levels of x found there
    - 1)(levels of y found there - 1) degrees of freedom. The deviations of the sparse strata are added up
    before they are squared (generalised Cochran-Mantel-Haenszel statistic of general association, Landis,
    Heyman & Koch 1978), which stays right however small each stratum is. The two are independent: they add
    up.

    Args:
        x: (n,) codes from 0.
        y: (n,) codes from 0.
        stratum: (n,) codes from 0.
        sizes: The numbers of levels of x, of y and of strata.

    Returns:
        The effect is the conditional Cramer's V, sqrt((chi-square - df) / (rows (fewest levels - 1))), over
        the rows of strata that can tell; None when there are none.
    """
    from scipy.special import chdtrc

    rows, columns, count = sizes
    cell = (stratum * rows + x) * columns + y
    tables = np.bincount(cell, minlength=rows * columns * count).reshape(count, rows, columns)
    tables = tables.astype(np.float64)
    totals = tables.sum(axis=(1, 2))
    row_sums, column_sums = tables.sum(axis=2), tables.sum(axis=1)
    telling = ((row_sums > 0).sum(axis=1) > 1) & ((column_sums > 0).sum(axis=1) > 1)
    if not telling.any():
        return None, 0
    tables, totals = tables[telling], totals[telling]
    row_sums, column_sums = row_sums[telling], column_sums[telling]
    expected = row_sums[:, :, None] * column_sums[:, None, :] / totals[:, None, None]
    smallest = np.where(expected > 0, expected, np.inf).min(axis=(1, 2))
    dense = smallest >= LEAST_EXPECTED
    parts = [_dense(tables[dense], expected[dense])] if dense.any() else []
    sparse = ~dense
    if sparse.any():
        pooled = _pooled(tables[sparse], row_sums[sparse], column_sums[sparse], totals[sparse])
        parts += [pooled] if pooled is not None else []
    if not parts:
        return None, 0
    statistic, df, used = (sum(getattr(part, name) for part in parts) for name in ("statistic", "df", "rows"))
    least = min(rows, columns) - 1
    noise = max(1.0, _directed(tables[dense], row_sums[dense], column_sums[dense], totals[dense]))
    effect, ci = strength(statistic / used, df / used, noise / used, df, least)
    notes = _notes(len(x), used, dense, parts)
    return Measured("strata", effect, ci, statistic, df, float(chdtrc(df, statistic)), notes), used


def _dense(tables: Floats, expected: Floats) -> _Part:
    present = expected > 0
    deviations = np.where(present, (tables - expected) ** 2 / np.where(present, expected, 1.0), 0.0)
    levels_x = present.any(axis=2).sum(axis=1) - 1
    levels_y = present.any(axis=1).sum(axis=1) - 1
    return _Part(float(deviations.sum()), int((levels_x * levels_y).sum()), int(tables.sum()))


def _pooled(tables: Floats, row_sums: Floats, column_sums: Floats, totals: Floats) -> _Part | None:
    """The generalised Mantel-Haenszel part, or None when even together the counts are too small."""
    expected = (row_sums[:, :, None] * column_sums[:, None, :] / totals[:, None, None]).sum(axis=0)
    rows, columns = np.flatnonzero(expected.sum(axis=1) > 0), np.flatnonzero(expected.sum(axis=0) > 0)
    if len(rows) < 2 or len(columns) < 2 or expected[np.ix_(rows, columns)].min() < 1.0:
        return None
    difference = (tables.sum(axis=0) - expected)[np.ix_(rows[1:], columns[1:])].ravel()
    covariance = np.einsum(
        "sij,skl,s->ikjl",
        _spreads(row_sums[:, rows[1:]], totals),
        _spreads(column_sums[:, columns[1:]], totals),
        1 / (totals - 1),
    ).reshape(len(difference), len(difference))
    sizes, directions = np.linalg.eigh(covariance)
    kept = sizes > 1e-9 * max(float(sizes[-1]), 1e-300)
    if not kept.any():
        return None
    along = directions[:, kept].T @ difference
    return _Part(float(np.sum(along**2 / sizes[kept])), int(kept.sum()), int(totals.sum()))


def _spreads(sums: Floats, totals: Floats) -> Floats:
    """(strata, k, k) the covariances of one margin's indicators, times the root of the stratum's rows."""
    diagonal = sums[:, :, None] * np.eye(sums.shape[1])
    scaled: Floats = diagonal - sums[:, :, None] * sums[:, None, :] / totals[:, None, None]
    return scaled


def _directed(tables: Floats, row_sums: Floats, column_sums: Floats, totals: Floats) -> float:
    """The variance of the root of the mean chi-square times rows, from the influence of each cell."""
    if not len(tables):
        return 1.0
    p = row_sums[:, :, None] / totals[:, None, None]
    q = column_sums[:, None, :] / totals[:, None, None]
    shares = tables / totals[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(p * q > 0, shares / (p * q), 0.0)
    of_rows = (ratio**2 * q).sum(axis=2, keepdims=True)
    of_columns = (ratio**2 * p).sum(axis=1, keepdims=True)
    own = (ratio**2 * p * q).sum(axis=(1, 2)) - 1
    weights: NDArray[np.float64] = tables / tables.sum()
    mean = float((own * totals).sum() / totals.sum())
    if mean <= 1e-12:
        return 1.0
    influence = 2 * ratio - of_rows - of_columns + own[:, None, None] - mean
    return float((weights * influence**2).sum()) / (4 * mean)


def _notes(count: int, used: int, dense: NDArray[np.bool_], parts: list[_Part]) -> tuple[str, ...]:
    notes = []
    if count > used:
        notes.append(f"{count - used:,} rows lie in strata too small to tell anything.")
    if not dense.all() and len(parts) == 1 + bool(dense.any()):
        sparse = int((~dense).sum())
        word = "stratum was" if sparse == 1 else "strata were"
        notes.append(f"{sparse:,} sparse {word} pooled (Cochran-Mantel-Haenszel).")
    return tuple(notes)
