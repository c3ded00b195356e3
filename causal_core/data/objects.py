"""Columns of Python objects, maybe of several types, as Arrow columns of one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Real

import numpy as np
import pyarrow as pa

from causal_core.data.levels import level_text
from causal_core.problem import Problem


def object_column(name: str, values: Iterable[object]) -> pa.Array:
    """The values as one Arrow array: numbers, booleans, dates or, when they are mixed, their text.

    None, NaN and pandas' missing values are missing.

    Args:
        name: The column's name, for the message.
        values: One a row.

    Raises:
        Problem: A value is nested (a list, a dict, ...) or bytes; it names the column.
    """
    cells = [None if _is_missing(value) else value for value in values]
    present = [cell for cell in cells if cell is not None]
    for cell in present:
        if isinstance(cell, dict | list | tuple | set | frozenset | np.ndarray | bytes | bytearray | complex):
            raise Problem(
                f'Column "{name}" holds a {type(cell).__name__} in a row.',
                column=name,
                remedy="Spread it over columns of numbers or text, or leave it out.",
            )
    if not present:
        return pa.nulls(len(cells), pa.float64())
    if all(isinstance(cell, bool | np.bool_) for cell in present):
        return pa.array([None if cell is None else bool(cell) for cell in cells], pa.bool_())
    if all(isinstance(cell, Real | Decimal) and not isinstance(cell, bool | np.bool_) for cell in present):
        return _numbers(cells)
    if all(isinstance(cell, dt.date) for cell in present):
        return _dates(cells)
    return pa.array([None if cell is None else level_text(cell) for cell in cells], pa.large_string())


def _is_missing(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    return type(value).__name__ in ("NAType", "NaTType")


def _numbers(cells: list[object]) -> pa.Array:
    whole = all(isinstance(cell, int | np.integer) for cell in cells)
    if whole and all(abs(int(cell)) < 2**63 for cell in cells):  # type: ignore[call-overload]
        return pa.array([int(cell) for cell in cells], pa.int64())  # type: ignore[call-overload]
    return pa.array([math.nan if cell is None else float(cell) for cell in cells], pa.float64())  # type: ignore[arg-type]


def _dates(cells: list[object]) -> pa.Array:
    if not any(isinstance(cell, dt.datetime) for cell in cells):
        return pa.array(cells, pa.date32())
    moments = [
        None
        if not isinstance(cell, dt.date)
        else cell
        if isinstance(cell, dt.datetime)
        else dt.datetime.combine(cell, dt.time())
        for cell in cells
    ]
    midnight = all(moment is None or moment.time() == dt.time() for moment in moments)
    array = pa.array([_utc(moment) for moment in moments], pa.timestamp("us"))
    return array.cast(pa.date32()) if midnight else array


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(dt.UTC).replace(tzinfo=None)
