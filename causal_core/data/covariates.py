"""Covariates as numbers: categories become dummies, dates days, booleans 0 and 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from causal_core.data.column import MAX_LEVELS
from causal_core.data.design import Floats
from causal_core.data.levels import Levels, levels_of
from causal_core.data.typed import Types, days, kind_of, numbers, truths
from causal_core.problem import Problem

MAX_CHOSEN_LEVELS = 500
"""The most levels of a column that the study itself calls a category."""


@dataclass(frozen=True, eq=False)
class Covariate:
    """One covariate over all rows.

    Attributes:
        name: Its column.
        content: (n,) numbers with NaN, or levels.
        missing: (n,) whether the value is missing.
        source: The column it tells about when that is not `name`; else empty.
    """

    name: str
    content: Floats | Levels
    missing: NDArray[np.bool_]
    source: str = ""


@dataclass(frozen=True, eq=False)
class Encoded:
    """Covariates of some rows as numbers.

    Attributes:
        values: (n, p).
        names: p names, such as `age` and `region=north`.
        sources: p names of the columns they came from.
        constant: The columns left out because they do not vary in these rows.
    """

    values: Floats
    names: tuple[str, ...]
    sources: tuple[str, ...]
    constant: tuple[str, ...]


def covariate(name: str, column: pa.Array, types: Types | None = None) -> Covariate:
    """A column of the table as a covariate of the kind the study says, or its values suggest.

    Raises:
        Problem: It is missing in every row, has too many levels, or does not hold what its type says.
    """
    kind = kind_of(name, column, types)
    values: Floats | Levels
    if kind in ("category", "text"):
        values = _levels(name, column, chosen=(types or {}).get(name) == "category")
        missing = values.codes < 0
    else:
        read = {"number": numbers, "boolean": truths, "date": days}[kind]
        values = read(name, column)
        missing = np.isnan(values)
    if missing.all():
        raise Problem(
            f'Column "{name}" is missing in every row.',
            column=name,
            remedy="Leave it out, or mark it as not observed in the graph.",
        )
    return Covariate(name, values, missing)


def encode(covariates: Iterable[Covariate], rows: NDArray[np.int64]) -> Encoded:
    """Some rows of the covariates as numbers, none of them missing there.

    A category becomes one 0/1 column for each level found in these rows but the first.

    Args:
        covariates: Each over all rows of the table.
        rows: Positions of the rows.
    """
    columns: list[Floats] = []
    names: list[str] = []
    sources: list[str] = []
    constant: list[str] = []
    for item in covariates:
        found = _columns(item, rows)
        if not found:
            constant.append(item.name)
        names += found
        columns += found.values()
        sources += [item.source or item.name] * len(found)
    values = np.empty((len(rows), len(columns)))
    for position, column in enumerate(columns):
        values[:, position] = column
    return Encoded(values, tuple(names), tuple(sources), tuple(constant))


def _columns(item: Covariate, rows: NDArray[np.int64]) -> Mapping[str, Floats]:
    if isinstance(item.content, Levels):
        codes = item.content.codes[rows]
        present = np.unique(codes)
        return {
            f"{item.name}={item.content.texts[code]}": (codes == code).astype(np.float64)
            for code in present[1:]
        }
    values = item.content[rows]
    return {item.name: values} if len(values) and values.min() != values.max() else {}


def _levels(name: str, column: pa.Array, chosen: bool) -> Levels:
    limit = MAX_CHOSEN_LEVELS if chosen else MAX_LEVELS
    levels = levels_of(column, limit)
    if isinstance(levels, Levels):
        return levels
    remedy = "Leave it out, or group its values into fewer levels in the data."
    if not chosen and levels <= MAX_CHOSEN_LEVELS:
        remedy += ' If every value matters, set its type to "category".'
    raise Problem(
        f'Column "{name}" holds {levels:,} different values, too many for a category (at most {limit}).',
        column=name,
        remedy=remedy,
    )
