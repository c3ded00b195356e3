"""The few Arrow types a stored table may hold, and how others become one of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc

from causal_core.problem import Problem

_EXACT = 2**53


def normalise(table: pa.Table) -> pa.Table:
    """The table with one chunk a column, no metadata and only plain types.

    Plain types are integers without missing values, float64 (NaN for missing), booleans, large_string, date32
    and timestamp[us] without a time zone (UTC). Each is what a memory map can hand over without a copy, and
    the same values always give the same bytes.

    Raises:
        Problem: Two columns share a name, or a column is nested or holds raw bytes; it names the columns.
    """
    names = list(table.schema.names)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        listed = ", ".join(f'"{name}"' for name in repeated)
        raise Problem(
            f"More than one column is called {listed}.", column=repeated[0], remedy="Rename them apart."
        )
    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        columns = list(pool.map(plain_column, names, table.columns))
    return pa.Table.from_arrays(columns, names=names)


def plain_column(name: str, column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One column as a single array of a plain type (see `normalise`)."""
    array = column if isinstance(column, pa.Array) else whole(column)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    return _plain(name, array)


def memory_pool() -> pa.MemoryPool:
    """The pool for large, short-lived columns: the system's own.

    Arrow's default asks for huge pages, whose clearing took three times as long when measured, and it keeps
    what is freed.
    """
    return pa.system_memory_pool()


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column of a table as one array, without a copy when it is in one piece."""
    if column.num_chunks == 1:
        return column.chunk(0)
    if column.num_chunks == 0:
        return column.combine_chunks()
    return pa.concat_arrays(column.chunks, memory_pool=memory_pool())


def _plain(name: str, array: pa.Array) -> pa.Array:
    types, kind = pa.types, array.type
    if types.is_nested(kind):
        raise Problem(
            f'Column "{name}" holds a nested value ({kind}) in each row.',
            column=name,
            remedy="Spread it over columns of their own, or leave it out.",
        )
    if types.is_boolean(kind):
        return array
    if types.is_integer(kind):
        return _integers(array)
    if types.is_floating(kind) or types.is_decimal(kind):
        return _floats(array)
    if types.is_null(kind):
        return _floats(pa.nulls(len(array), pa.float64()))
    if types.is_large_string(kind):
        return array
    if types.is_string(kind) or types.is_string_view(kind) or types.is_time(kind):
        return array.cast(pa.large_string())
    if types.is_date32(kind):
        return array
    if types.is_date64(kind):
        return array.cast(pa.date32())
    if types.is_timestamp(kind):
        return array.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.timestamp("us"))
    if types.is_duration(kind):
        microseconds = array.cast(pa.duration("us"), safe=False).cast(pa.int64())
        return _floats(pc.divide(microseconds.cast(pa.float64(), safe=False), 86_400e6))
    raise Problem(
        f'Column "{name}" holds values of a type that has no place in a table ({kind}).',
        column=name,
        remedy="Turn it into numbers, text, dates or true/false, or leave it out.",
    )


def _integers(array: pa.Array) -> pa.Array:
    if array.null_count == 0:
        return array
    ends = pc.min_max(array).as_py()
    if ends["min"] is None or max(abs(ends["min"]), abs(ends["max"])) <= _EXACT:
        return _floats(array)
    return array  # as float64 the last digits would be lost


def _floats(array: pa.Array) -> pa.Array:
    values = array.cast(pa.float64(), safe=False)
    return values if values.null_count == 0 else values.fill_null(float("nan"))
