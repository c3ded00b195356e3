"""Text files: csv, tsv and their kin, plain or packed with gzip."""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv

from causal_core.data.counting import LimitedFile, report_while
from causal_core.data.dialect import (
    SAMPLE_BYTES,
    Dialect,
    detect,
    eight_bit_encoding,
    encoding_problem,
    no_rows,
)
from causal_core.data.names import column_names
from causal_core.data.storage import memory_pool
from causal_core.problem import Problem

_BLOCK = 4 * 1_048_576
Types = dict[str, Any]

_UNICODE = ("utf-8", "utf-8-sig")


def read_delimited(
    path: Path,
    name: str,
    packed: bool,
    limit: int,
    delimiter: str | None = None,
    encoding: str | None = None,
    decimal: str | None = None,
) -> tuple[pa.Table, Dialect]:
    """A text file as an Arrow table, and how it was read (with warnings).

    Args:
        path: The file.
        name: The name its owner gave it.
        packed: Whether it is packed with gzip.
        limit: The most bytes it may hold when unpacked.
        delimiter: One character, or None to detect it.
        encoding: A name Python knows, or None to detect it.
        decimal: "." or ",", or None to detect it.

    Raises:
        Problem: The file is no table; the message says what is wrong and on which line.
    """
    sample, whole = _sample(path, name, packed)
    dialect = detect(sample, whole, name, delimiter, encoding, decimal)
    if dialect.header is None:
        header = tuple(f"column {position + 1}" for position in range(dialect.width))
        warnings: tuple[str, ...] = ()
    else:
        header, warnings = column_names(dialect.header, name)
    table = _parse(path, name, packed, limit, dialect, _sample_types(sample, whole, dialect))
    if encoding is None and any(pa.types.is_binary(column.type) for column in table.columns):
        # Letters that are not UTF-8 came after the sample.
        guessed, doubt = eight_bit_encoding(_letters(table), name)
        dialect = replace(dialect, encoding=guessed, warnings=dialect.warnings + doubt)
        table = _parse(path, name, packed, limit, dialect, {})
    if any(pa.types.is_binary(column.type) for column in table.columns):
        raise encoding_problem(name, dialect.encoding)
    if table.num_rows == 0:
        raise no_rows(name)
    table = table.rename_columns(header)
    _refuse_open_quote(table, path, name, packed, dialect.encoding)
    return table, replace(dialect, warnings=dialect.warnings + warnings)


def _sample(path: Path, name: str, packed: bool) -> tuple[bytes, bool]:
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            sample = cast("BinaryIO", file).read(SAMPLE_BYTES)
    except (EOFError, gzip.BadGzipFile, OSError) as error:
        raise _broken_pack(name, error) from None
    if not sample:
        raise Problem(f"{name} is empty.", remedy="Export the table again and check the file's size.")
    return sample, len(sample) < SAMPLE_BYTES


def _broken_pack(name: str, error: Exception) -> Problem:
    return Problem(f"{name} cannot be unpacked: {error}.", remedy="Pack or upload it again.")


def _parse(path: Path, name: str, packed: bool, limit: int, dialect: Dialect, types: Types) -> pa.Table:
    try:
        with pa.OSFile(str(path), "rb") as file:
            source = file
            limited = LimitedFile(pa.CompressedInputStream(file, "gzip") if packed else file, limit, name)
            if packed:  # what is not packed cannot surprise by its size, and is quicker read without Python
                source = pa.PythonFile(limited, mode="r")
            work = partial(_read_csv, source, dialect, types, packed or _holds_quote(path))
            stop = partial(setattr, limited, "stopped", True)
            return report_while(work, file.tell, path.stat().st_size, stop)
    except UnicodeError:
        raise encoding_problem(name, dialect.encoding) from None
    except (pa.ArrowInvalid, OSError) as error:
        if types:  # a later row may hold what the sample did not: let every row speak
            return _parse(path, name, packed, limit, dialect, {})
        raise _why(path, name, packed, dialect, error) from None


def _holds_quote(path: Path) -> bool:
    """Whether a value may run over several lines; without a quotation mark the lines can be split sooner."""
    with path.open("rb", buffering=0) as file:
        return any(b'"' in block for block in iter(partial(file.read, 1_048_576), b""))


def _read_csv(source: pa.NativeFile, dialect: Dialect, types: Types, spans: bool = True) -> pa.Table:
    return pyarrow.csv.read_csv(
        source,
        read_options=pyarrow.csv.ReadOptions(
            block_size=_BLOCK,
            encoding="utf8" if dialect.encoding in _UNICODE else dialect.encoding,
            autogenerate_column_names=dialect.header is None,
        ),
        parse_options=pyarrow.csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=spans),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, decimal_point=dialect.decimal, column_types=types
        ),
        memory_pool=memory_pool(),
    )


def _sample_types(sample: bytes, whole: bool, dialect: Dialect) -> Types:
    """The columns' types by the sample; told beforehand, Arrow need not keep the text to guess again."""
    if whole:
        return {}
    complete = sample[: sample.rfind(b"\n") + 1]
    try:
        schema = _read_csv(pa.BufferReader(complete), dialect, {}).schema
    except (pa.ArrowInvalid, UnicodeError):
        return {}
    if len(set(schema.names)) < len(schema.names):
        return {}
    return {field.name: field.type for field in schema if not pa.types.is_null(field.type)}


def _why(path: Path, name: str, packed: bool, dialect: Dialect, error: Exception) -> Problem:
    """The error in words: the first line whose number of values is not the header's, else the parser's."""
    try:
        line, values = _first_ragged(path, packed, dialect)
    except (EOFError, OSError) as broken:
        return _broken_pack(name, broken)
    except (csv.Error, UnicodeError):
        line, values = 0, 0
    if line:
        return Problem(
            f"Line {line:,} of {name} has {values} {'value' if values == 1 else 'values'} "
            f"where the first line has {dialect.width}.",
            remedy="Correct it, put quotes around values that hold the delimiter, or choose the delimiter.",
        )
    said = str(error).splitlines()[0]
    return Problem(f"{name} cannot be split into columns: {said}.", remedy="Check its delimiter and quotes.")


def _first_ragged(path: Path, packed: bool, dialect: Dialect) -> tuple[int, int]:
    with _text(path, packed, dialect.encoding) as text:
        reader = csv.reader(text, delimiter=dialect.delimiter)
        start = 1
        for row in reader:
            if row and len(row) != dialect.width:
                return start, len(row)
            start = reader.line_num + 1
    return 0, 0


@contextlib.contextmanager
def _text(path: Path, packed: bool, encoding: str) -> Iterator[io.TextIOWrapper]:
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        yield io.TextIOWrapper(cast("BinaryIO", file), encoding=encoding, errors="replace", newline="")


def _letters(table: pa.Table) -> bytes:
    """Some of the values that are not UTF-8."""
    found: list[bytes] = []
    for column in table.columns:
        if pa.types.is_binary(column.type):
            for value in column.unique().to_pylist():
                if value is not None and not value.isascii():
                    found.append(value)
                if len(found) >= 1000:
                    return b"\n".join(found)
    return b"\n".join(found)


def _refuse_open_quote(table: pa.Table, path: Path, name: str, packed: bool, encoding: str) -> None:
    """A last value that runs over lines, and an odd number of quotation marks: one was never closed."""
    last = table.slice(table.num_rows - 1).to_pylist()[0]
    long = [value for value in last.values() if isinstance(value, str) and "\n" in value]
    if not long:
        return
    with _text(path, packed, encoding) as text:
        marks = sum(line.count('"') for line in text)
    if marks % 2:
        raise Problem(
            f"A quotation mark in {name} is opened and never closed.",
            remedy=f'It stands before "{long[0].splitlines()[0][:40]}": close or remove it.',
        )
