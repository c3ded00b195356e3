"""How strongly the columns of a table go together, whatever kind they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from causal_core.data.covariates import Covariate, covariate
from causal_core.data.design import Floats
from causal_core.data.levels import Levels
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.engine.progress import report
from causal_core.problem import Problem

MEASURES = {
    "r": "Pearson correlation, from -1 to 1",
    "eta": "correlation ratio, from 0 to 1, without a sign",
    "V": "Cramér's V, from 0 to 1, without a sign",
}
"""What a pair's number is: between two numbers, a number and a category, two categories."""

_NORMAL = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Association:
    """How strongly two columns go together.

    Attributes:
        one, other: The columns.
        value: Without unit; None when too few rows hold both or one does not vary in them.
        measure: A key of `MEASURES`.
        rows: Rows with both values.
        ci: 95 % interval by Fisher's z, for Pearson's r alone.
    """

    one: str
    other: str
    value: float | None
    measure: str
    rows: int
    ci: tuple[float, float] | None = None


@dataclass(frozen=True)
class Associations:
    """Every pair of some columns.

    Attributes:
        columns: The columns, in order.
        read_as: For each column, how it was made comparable, one short sentence.
        pairs: One association for each pair, columns in order.
        left_out: (column, why) for columns that could not be used.
        rows: Rows looked at.
        rows_dropped: Rows of the table not looked at, because a random sample was enough.
    """

    columns: tuple[str, ...]
    read_as: tuple[str, ...]
    pairs: tuple[Association, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    rows: int = 0
    rows_dropped: int = 0

    def of(self, one: str, other: str) -> Association | None:
        """The association of two columns; None when one of them is not there."""
        return next((pair for pair in self.pairs if {pair.one, pair.other} == {one, other}), None)


@dataclass(frozen=True, eq=False)
class Readable:
    """A column as it is compared: numbers, or codes of more than two levels.

    Attributes:
        name: Its column.
        numbers: (n,) with NaN where missing; for a category the codes, NaN where missing.
        levels: How many levels the category has; 0 for numbers.
        read_as: How it was made so.
    """

    name: str
    numbers: Floats
    levels: int
    read_as: str


def readable(
    data: Table | pd.DataFrame, names: Iterable[str], types: Types | None, rows: NDArray[np.int64]
) -> tuple[list[Readable], list[tuple[str, str]]]:
    """Some rows of the columns as numbers or codes, and (column, why) for those that cannot be used.

    Dates become days, true and false 1 and 0, and a category of two levels 0 and 1 in the order of its
    levels, so that their correlations have a sign.

    Raises:
        Problem: A column is not there.
    """
    wanted = list(dict.fromkeys(names))
    found: list[Readable] = []
    left_out: list[tuple[str, str]] = []
    for name, column in columns_of(data, wanted).items():
        try:
            item = _readable(covariate(name, column, types), rows)
        except Problem as problem:
            left_out.append((name, str(problem.message)))
            continue
        present = item.numbers[~np.isnan(item.numbers)]
        if len(present) == 0 or present.min() == present.max():
            left_out.append((name, f'"{name}" does not vary.'))
        else:
            found.append(item)
    return found, left_out


def associations(columns: list[Readable]) -> tuple[Association, ...]:
    """Every pair of columns, each from the rows that hold both.

    Two numbers: Pearson's r. A number and a category: the correlation ratio, the square root of the share of
    the number's variance between the levels, with that share corrected for the number of levels as adjusted
    R² is (Kelley 1935). Two categories: Cramér's V with the correction of Bergsma (2013). So unrelated
    columns give about 0 whatever their kind.
    """
    pairs = list(combinations(columns, 2))
    found = []
    for done, (one, other) in enumerate(pairs):
        if done % 50 == 0:
            report(done, len(pairs))
        both = ~(np.isnan(one.numbers) | np.isnan(other.numbers))
        a, b = one.numbers[both], other.numbers[both]
        ci = None
        if one.levels and other.levels:
            measure, value = "V", _cramer(a, b)
        elif one.levels or other.levels:
            measure, value = "eta", _ratio(a, b) if one.levels else _ratio(b, a)
        else:
            measure, value = "r", _pearson(a, b)
            ci = None if value is None else _fisher(value, len(a))
        found.append(Association(one.name, other.name, value, measure, len(a), ci))
    return tuple(found)


def _readable(item: Covariate, rows: NDArray[np.int64]) -> Readable:
    if not isinstance(item.content, Levels):
        return Readable(item.name, item.content[rows], 0, "as numbers")
    codes = item.content.codes[rows].astype(np.float64)
    codes[codes < 0] = np.nan
    texts = item.content.texts
    if len(texts) == 2:
        return Readable(item.name, codes, 0, f"{texts[0]} as 0, {texts[1]} as 1")
    return Readable(item.name, codes, len(texts), f"as a category of {len(texts)} levels")


def _pearson(a: Floats, b: Floats) -> float | None:
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    x, y = a - a.mean(), b - b.mean()
    # Scaled first, so that squares of very large or small numbers stay finite.
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    return float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1, 1))


def _fisher(r: float, rows: int) -> tuple[float, float] | None:
    if rows <= 3 or abs(r) >= 1:
        return None
    middle, half = np.arctanh(r), _NORMAL / np.sqrt(rows - 3)
    return float(np.tanh(middle - half)), float(np.tanh(middle + half))


def _ratio(codes: Floats, values: Floats) -> float | None:
    if len(codes) == 0 or np.ptp(values) == 0:
        return None
    groups, place = np.unique(codes, return_inverse=True)
    n, k = len(codes), len(groups)
    if k < 2 or n <= k:
        return None
    centred = values - values.mean()
    centred = centred / np.abs(centred).max()
    sizes = np.bincount(place)
    between = float((np.bincount(place, weights=centred) ** 2 / sizes).sum())
    # Rounding may lift the share of a perfect fit above 1.
    share = min(1.0, between / float(centred @ centred))
    return float(np.sqrt(max(0.0, 1 - (1 - share) * (n - 1) / (n - k))))


def _cramer(a: Floats, b: Floats) -> float | None:
    n = len(a)
    if n < 2:
        return None
    one, other = (np.unique(codes, return_inverse=True)[1] for codes in (a, b))
    rows, columns = int(one.max()) + 1, int(other.max()) + 1
    if min(rows, columns) < 2:
        return None
    counts = np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    squared = float(((counts - expected) ** 2 / expected).sum()) / n
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    if least <= 0:
        return None
    corrected = max(0.0, squared - (rows - 1) * (columns - 1) / (n - 1))
    return float(min(1.0, np.sqrt(corrected / least)))
