"""Conditional independence tests on prepared columns: normal, degenerate Gaussian, G-squared."""

from __future__ import annotations

import math

import numpy as np

from causal_core.data.design import Integers
from causal_core.discovery.asking import Test
from causal_core.discovery.columns import Prepared
from causal_core.problem import Problem

ROWS_A_CELL = 5
"""A table with fewer rows for each cell is not tested: its columns count as independent."""


def test_for(prepared: Prepared) -> Test:
    """The test that suits the columns: G-squared when all are categories, else one of normal columns."""
    return GSquared(prepared) if prepared.family == "categories" else Gaussian(prepared)


class Gaussian:
    """Independence as if all columns were normal, categories as blocks of 0/1 columns.

    For two numbers this is Fisher's z of their partial correlation; for blocks, the likelihood-ratio test
    that their partial covariance is zero, with Bartlett's factor (Anderson 2003, An Introduction to
    Multivariate Statistical Analysis, sections 4.3 and 9.5).
    """

    def __init__(self, prepared: Prepared) -> None:
        matrix, self._blocks = prepared.embedded()
        self._rows = prepared.rows
        self._correlation = matrix.T @ matrix / prepared.rows

    def __call__(self, x: int, y: int, given: tuple[int, ...]) -> float:
        """The p-value; 1 when a column does not vary.

        Raises:
            Problem: The columns are linearly dependent.
        """
        one, other = self._blocks[x], self._blocks[y]
        among = tuple(position for column in given for position in self._blocks[column])
        if not one or not other:
            return 1.0
        if len(one) == len(other) == 1:
            return self._fisher(one + other + among, len(among))
        factor = self._rows - len(among) - (len(one) + len(other) + 3) / 2
        ratio = self._log_det(one + among) + self._log_det(other + among)
        ratio -= self._log_det(one + other + among) + self._log_det(among)
        return _chi_squared_tail(max(factor, 0.0) * ratio, len(one) * len(other))

    def _fisher(self, chosen: tuple[int, ...], given: int) -> float:
        free = self._rows - given - 3
        if free <= 0:
            return 1.0
        places = np.array(chosen)
        part = self._correlation[places[:, None], places]
        try:
            inverse = np.linalg.inv(part)
        except np.linalg.LinAlgError:
            raise _dependent() from None
        size = inverse[0, 0] * inverse[1, 1]
        if not size > 0:
            raise _dependent()
        r = min(max(-inverse[0, 1] / math.sqrt(size), -1 + 1e-15), 1 - 1e-15)
        return math.erfc(abs(math.atanh(r)) * math.sqrt(free / 2))

    def _log_det(self, chosen: tuple[int, ...]) -> float:
        if not chosen:
            return 0.0
        sign, size = np.linalg.slogdet(self._correlation[np.ix_(chosen, chosen)])
        if sign <= 0:
            raise _dependent()
        return float(size)


class GSquared:
    """The likelihood-ratio test of independence in each table that the given columns make.

    Degrees of freedom count the rows and columns of each table that hold anything (Fienberg 2007). A test
    with fewer than five rows for each cell says nothing: the pair counts as independent (Tsamardinos, Brown &
    Aliferis 2006, section 6.2).
    """

    def __init__(self, prepared: Prepared) -> None:
        self._codes = [np.asarray(values, dtype=np.int64) for values in prepared.values]
        self._levels = prepared.levels
        self._rows = prepared.rows

    def __call__(self, x: int, y: int, given: tuple[int, ...]) -> float:
        """The p-value."""
        a, b = self._levels[x], self._levels[y]
        cells = a * b * math.prod(self._levels[column] for column in given)
        if self._rows < ROWS_A_CELL * cells:
            return 1.0
        tables, number = combined([self._codes[column] for column in given], self._rows)
        joint = (tables * a + self._codes[x]) * b + self._codes[y]
        counts = np.bincount(joint, minlength=number * a * b).reshape(number, a, b).astype(float)
        across, down = counts.sum(2), counts.sum(1)
        expected = across[:, :, None] * down[:, None, :] / across.sum(1)[:, None, None]
        seen = counts > 0
        statistic = 2.0 * float((counts[seen] * np.log(counts[seen] / expected[seen])).sum())
        free = int((((across > 0).sum(1) - 1) * ((down > 0).sum(1) - 1)).sum())
        return _chi_squared_tail(statistic, free) if free > 0 else 1.0


def combined(codes: list[Integers], rows: int) -> tuple[Integers, int]:
    """(n,) one code 0..k-1 for each combination of codes that occurs, and k."""
    if not codes:
        return np.zeros(rows, dtype=np.int64), 1
    whole = codes[0]
    for column in codes[1:]:
        _, whole = np.unique(whole * (int(column.max()) + 1) + column, return_inverse=True)
    present, whole = np.unique(whole, return_inverse=True)
    return whole.astype(np.int64), len(present)


def _chi_squared_tail(statistic: float, free: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(free, max(statistic, 0.0)))


def _dependent() -> Problem:
    return Problem(
        "Some columns are linear combinations of others, so their partial correlation does not exist.",
        remedy="Leave one of them out.",
    )
