"""Summaries of a table's columns."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from causal_core.data.column import MAX_CODES, MAX_LEVELS, ColumnProfile, Histogram, Level, Profile
from causal_core.data.design import Floats
from causal_core.data.levels import level_text
from causal_core.data.storage import whole
from causal_core.data.table import Table
from causal_core.engine.progress import report

_BINS = 20
_TOP = 20
_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)

Values = NDArray[Any]


def profile(table: Table) -> Profile:
    """The profile of each column; reports its progress.

    Raises:
        Problem: The table's file is gone.
    """
    data = table.arrow()
    columns: list[ColumnProfile] = []
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        for done in pool.map(profile_column, data.column_names, map(whole, data.columns)):
            columns.append(done)
            report(len(columns), len(table.columns))
    return Profile(tuple(columns), table.rows, table.fingerprint)


def profile_column(name: str, column: pa.Array) -> ColumnProfile:
    """The profile of one column of a plain type (see `storage.normalise`)."""
    types = pa.types
    describe: Callable[[str, pa.Array], ColumnProfile]
    if types.is_boolean(column.type):
        describe = _booleans
    elif types.is_integer(column.type) or types.is_floating(column.type):
        describe = _numbers
    elif types.is_date(column.type) or types.is_timestamp(column.type):
        describe = _dates
    else:
        describe = _texts
    return describe(name, column)


def _numbers(name: str, column: pa.Array) -> ColumnProfile:
    rows = len(column)
    values = column.drop_null().to_numpy(zero_copy_only=False)
    infinite = 0
    if values.dtype.kind == "f":
        usable = np.isfinite(values)
        if not usable.all():
            infinite = int(np.isinf(values).sum())
            values = values[usable]
    missing = rows - len(values)
    if not len(values):
        return _nothing(name, "number", missing, infinite)
    ordered = _sorted(values)
    changes = np.flatnonzero(ordered[1:] != ordered[:-1])
    distinct = len(changes) + 1
    whole = all(_are_whole(part) for part in (ordered[:100], ordered))
    few = distinct <= MAX_CODES and whole
    levels = _number_levels(ordered, changes) if few else ()
    binary = {level.text for level in levels} <= {"0", "1"}
    coded = few and not binary and distinct > 1
    return ColumnProfile(
        name,
        "number",
        missing,
        distinct,
        infinite=infinite,
        coded=coded,
        min=float(ordered[0]),
        max=float(ordered[-1]),
        mean=float(values.mean(dtype=np.float64)),
        sd=float(values.std(ddof=1, dtype=np.float64)) if len(values) > 1 else None,
        quantiles=_quantiles(ordered),
        histogram=_histogram(ordered, whole),
        levels=tuple(sorted(levels, key=lambda level: -level.count)),
        constant=distinct == 1,
        hint=_number_hint(coded, distinct, rows, whole, infinite),
    )


def _are_whole(values: Values) -> bool:
    return values.dtype.kind in "iu" or bool(np.all(values == np.floor(values)))


def _sorted(values: Values) -> Values:
    """The values in order; whole numbers in a narrow range are counted, which is quicker than sorting."""
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if high - low <= len(values):
            counts = np.bincount((values - low).astype(np.int64, copy=False))
            return np.repeat(np.arange(low, high + 1, dtype=values.dtype), counts)
    return np.sort(values)


def _number_levels(ordered: Values, changes: Values) -> tuple[Level, ...]:
    starts = np.concatenate(([0], changes + 1, [len(ordered)]))
    counts = np.diff(starts)
    return tuple(
        Level(level_text(ordered[start]), int(count))
        for start, count in zip(starts[:-1], counts, strict=True)
    )


def _number_hint(coded: bool, distinct: int, rows: int, whole: bool, infinite: int) -> str:
    if distinct == 1:
        return "The same value in every row: it can explain nothing."
    if coded:
        return f"Looks like a code with {distinct} values: make it a category if the numbers have no order."
    if whole and distinct == rows and rows > MAX_LEVELS:
        return "A different whole number in every row: probably an identifier, not a covariate."
    if infinite:
        return f"{infinite:,} infinite values are counted as missing."
    return ""


def _quantiles(ordered: Values) -> tuple[tuple[float, float], ...]:
    """Linear interpolation between the neighbours in the sorted values (type 7 of Hyndman & Fan 1996)."""
    places = np.array(_SHARES) * (len(ordered) - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    low, high = ordered[below].astype(np.float64), ordered[above].astype(np.float64)
    values = low + (places - below) * (high - low)
    return tuple((share, float(value)) for share, value in zip(_SHARES, values, strict=True))


def _histogram(ordered: Values, whole: bool) -> Histogram:
    low, high = float(ordered[0]), float(ordered[-1])
    edges: Floats
    if whole and high - low < 2**52:
        # Every bin spans the same number of whole numbers, or a comb of empty bins would show.
        width = max(1, int(-(-(high - low + 1) // _BINS)))
        bins = int(-(-(high - low + 1) // width))
        edges = low - 0.5 + width * np.arange(bins + 1, dtype=np.float64)
    elif low == high:
        edges = np.array([low - 0.5, high + 0.5])
    else:
        edges = np.linspace(low, high, _BINS + 1)
    inner = np.searchsorted(ordered, edges[1:-1], side="left")
    counts = np.diff(np.concatenate(([0], inner, [len(ordered)])))
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def _booleans(name: str, column: pa.Array) -> ColumnProfile:
    present = len(column) - column.null_count
    if not present:
        return _nothing(name, "boolean", len(column))
    true = int(pc.sum(column).as_py())
    levels = tuple(
        sorted(
            (Level(text, count) for text, count in (("False", present - true), ("True", true)) if count),
            key=lambda level: -level.count,
        )
    )
    return ColumnProfile(
        name,
        "boolean",
        column.null_count,
        len(levels),
        min=float(true == present),
        max=float(true > 0),
        mean=true / present,
        levels=levels,
        constant=len(levels) == 1,
        hint="The same value in every row: it can explain nothing." if len(levels) == 1 else "",
    )


def _dates(name: str, column: pa.Array) -> ColumnProfile:
    present = column.drop_null()
    if not len(present):
        return _nothing(name, "date", len(column))
    ends = pc.min_max(present).as_py()
    if pa.types.is_date(column.type):
        days: Values = present.cast(pa.int32()).to_numpy(zero_copy_only=False)
    else:
        days = present.cast(pa.int64()).to_numpy(zero_copy_only=False) / 86_400e6
    ordered = np.sort(days)
    distinct = int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1
    return ColumnProfile(
        name,
        "date",
        column.null_count,
        distinct,
        min=level_text(ends["min"]),
        max=level_text(ends["max"]),
        histogram=_histogram(ordered, whole=ordered.dtype.kind == "i"),
        constant=distinct == 1,
        hint="The same date in every row: it can explain nothing." if distinct == 1 else "",
    )


def _texts(name: str, column: pa.Array) -> ColumnProfile:
    counted = pc.value_counts(column.drop_null())
    distinct = len(counted)
    if not distinct:
        return _nothing(name, "text", len(column))
    counts = counted.field("counts").to_numpy(zero_copy_only=False)
    texts = counted.field("values")
    chosen = _commonest(texts, counts)
    levels = tuple(Level(texts[int(place)].as_py(), int(counts[place])) for place in chosen)
    rows = len(column) - column.null_count
    return ColumnProfile(
        name,
        "category" if distinct <= MAX_LEVELS else "text",
        column.null_count,
        distinct,
        levels=levels,
        other=rows - sum(level.count for level in levels),
        constant=distinct == 1,
        hint=_text_hint(texts, distinct, rows),
    )


def _commonest(texts: pa.Array, counts: Values) -> list[int]:
    """Positions of the most frequent texts, ties by letter."""
    if len(counts) > _TOP:
        least = np.partition(counts, -_TOP)[-_TOP]
        sure = np.flatnonzero(counts > least)
        tied = np.flatnonzero(counts == least)
        by_letter = pc.select_k_unstable(texts.take(pa.array(tied)), _TOP - len(sure), [("", "ascending")])
        places = [*sure.tolist(), *tied[by_letter.to_numpy()].tolist()]
    else:
        places = list(range(len(counts)))
    return sorted(places, key=lambda place: (-int(counts[place]), texts[place].as_py()))


def _text_hint(texts: pa.Array, distinct: int, rows: int) -> str:
    if distinct == 1:
        return "The same value in every row: it can explain nothing."
    numeric = pc.match_substring_regex(texts, r"^\s*[+-]?(\d[\d .,']*|[.,]\d+)([eE][+-]?\d+)?\s*%?$")
    numbers = int(pc.sum(numeric).as_py())
    if numbers > 0.8 * distinct:
        others = texts.filter(pc.invert(numeric))
        if len(others):
            return f'Mostly numbers, but also "{others[0].as_py()}": mark missing values as empty cells.'
        return f'Numbers written as text, such as "{texts[0].as_py()}": choose the decimal mark.'
    if distinct == rows and rows > MAX_LEVELS:
        return "A different text in every row: probably an identifier, not a covariate."
    if distinct > MAX_LEVELS:
        return f"Text with {distinct:,} values: group them before using it as a covariate."
    return ""


def _nothing(name: str, kind: Any, missing: int, infinite: int = 0) -> ColumnProfile:
    return ColumnProfile(
        name, kind, missing, 0, infinite=infinite, all_missing=True, hint="No row has a value: leave it out."
    )
