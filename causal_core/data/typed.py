"""A column of the table read as the kind the study says it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from causal_core.data.column import KINDS, MAX_LEVELS, Kind
from causal_core.data.design import Floats
from causal_core.problem import Problem

Types = Mapping[str, Kind] | Mapping[str, str]

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_TRUTHS = {
    "true": 1.0,
    "yes": 1.0,
    "t": 1.0,
    "y": 1.0,
    "1": 1.0,
    "false": 0.0,
    "no": 0.0,
    "f": 0.0,
    "n": 0.0,
    "0": 0.0,
}


def kind_of(name: str, column: pa.Array, types: Types | None = None) -> Kind:
    """The kind of a column: what `types` says, else by its values (as in `ColumnProfile.kind`).

    Raises:
        Problem: `types` names a kind there is not.
    """
    said = (types or {}).get(name)
    if said is not None:
        for kind in KINDS:
            if kind == said:
                return kind
        raise Problem(
            f'The type of column "{name}" cannot be "{said}".',
            column=name,
            remedy=f"It is one of {', '.join(KINDS)}.",
        )
    arrow = pa.types
    if arrow.is_boolean(column.type):
        return "boolean"
    if arrow.is_integer(column.type) or arrow.is_floating(column.type):
        return "number"
    if arrow.is_date(column.type) or arrow.is_timestamp(column.type):
        return "date"
    return "category" if pc.count_distinct(column, mode="only_valid").as_py() <= MAX_LEVELS else "text"


def numbers(name: str, column: pa.Array) -> Floats:
    """(n,) the column's values as numbers, NaN where missing or infinite; booleans are 1 and 0.

    Raises:
        Problem: A value is not a number; it names the column, the value and its row.
    """
    arrow = pa.types
    if arrow.is_large_string(column.type):
        trimmed = pc.utf8_trim_whitespace(column)
        trimmed = pc.if_else(pc.equal(trimmed, ""), None, trimmed)
        _refuse_first(name, column, pc.match_substring_regex(trimmed, _NUMBER), "a number")
        column = trimmed.cast(pa.float64())
    elif arrow.is_date(column.type) or arrow.is_timestamp(column.type):
        raise Problem(
            f'Column "{name}" holds dates, not numbers.', column=name, remedy='Set its type to "date".'
        )
    values: Floats = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values) if infinite.any() else values


def truths(name: str, column: pa.Array) -> Floats:
    """(n,) 1.0 for true, 0.0 for false, NaN where missing; text may say true, yes, t, y or 1.

    Raises:
        Problem: A value is neither true nor false; it names the column, the value and its row.
    """
    if pa.types.is_large_string(column.type):
        lower = pc.utf8_lower(pc.utf8_trim_whitespace(column))
        lower = pc.if_else(pc.equal(lower, ""), None, lower)
        known = pa.array(list(_TRUTHS), pa.large_string())
        place = pc.index_in(lower, value_set=known)
        _refuse_first(name, column, pc.if_else(pc.is_null(lower), None, pc.is_valid(place)), "true or false")
        codes = place.fill_null(len(_TRUTHS)).to_numpy(zero_copy_only=False)
        truth: Floats = np.array([*_TRUTHS.values(), np.nan])[codes]
        return truth
    values = numbers(name, column)
    good = pa.array(np.isnan(values) | (values == 0) | (values == 1))
    _refuse_first(name, column, good, "true or false")
    return values


def days(name: str, column: pa.Array) -> Floats:
    """(n,) days since the column's earliest date, NaN where missing; text must be ISO dates.

    Raises:
        Problem: A value is not a date; it names the column, the value and its row.
    """
    microseconds = instants(name, column)
    first = pc.min(microseconds).as_py() or 0
    since = pc.subtract(microseconds, first).cast(pa.float64(), safe=False)
    values: Floats = since.to_numpy(zero_copy_only=False) / 86_400e6
    return values


def instants(name: str, column: pa.Array) -> pa.Array:
    """(n,) microseconds since 1970 as whole numbers, null where missing; text must be ISO dates.

    Raises:
        Problem: A value is not a date; it names the column, the value and its row.
    """
    arrow = pa.types
    if arrow.is_large_string(column.type):
        column = _parsed_dates(name, column)
    elif not (arrow.is_date(column.type) or arrow.is_timestamp(column.type)):
        raise Problem(
            f'Column "{name}" holds numbers or true/false, not dates.',
            column=name,
            remedy="Write its dates as 2024-12-31.",
        )
    return column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())


def _parsed_dates(name: str, column: pa.Array) -> pa.Array:
    import pandas as pd

    series = pd.Series(column.to_pandas())
    parsed = pd.to_datetime(series, format="ISO8601", errors="coerce", utc=True)
    good = pa.array(parsed.notna() | series.isna())
    _refuse_first(name, column, good, "a date such as 2024-12-31")
    return pa.Array.from_pandas(parsed.dt.tz_localize(None)).cast(pa.timestamp("us"), safe=False)


def _refuse_first(name: str, column: pa.Array, good: pa.Array, wanted: str) -> None:
    """Raise for the first row that `good` calls false; rows where it is null are missing."""
    place = pc.index(good, pa.scalar(value=False)).as_py()
    if place < 0:
        return
    value: Any = column[place].as_py()
    raise Problem(
        f'Column "{name}" holds "{value}" in row {place + 1:,}, which is not {wanted}.',
        column=name,
        remedy="Correct such values, leave them empty if they are missing, or choose another type.",
    )
