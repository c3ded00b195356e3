"""Reading a file into a stored table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from causal_core.data.delimited import read_delimited
from causal_core.data.names import column_names
from causal_core.data.parquet import read_parquet
from causal_core.data.signature import format_of
from causal_core.data.table import Table, write_table
from causal_core.data.workbook import read_workbook
from causal_core.engine.folder import state_folder
from causal_core.problem import Problem

MAX_BYTES = 300 * 1_048_576
"""The largest file that is read."""

MAX_UNPACKED_BYTES = 4 * MAX_BYTES
"""The most a packed file (gz, parquet, xlsx) may hold."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a file; None is detected.

    Attributes:
        delimiter: One character, for text files.
        encoding: A name Python knows, for text files.
        decimal: "." or ",", for text files.
        sheet: A sheet's name, for workbooks.
    """

    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class ReadReport:
    """What was read.

    Attributes:
        table: The stored table.
        options: The options in use, given or detected; reading with them again gives the same table.
        warnings: Sentences on what was guessed or changed.
    """

    table: Table
    options: ReadOptions
    warnings: tuple[str, ...] = ()


def read(
    path: str | Path,
    options: ReadOptions | None = None,
    name: str | None = None,
    folder: str | Path | None = None,
) -> ReadReport:
    """Read a csv, tsv, txt (also .gz), parquet or xlsx file into a table in `folder`; reports progress.

    Args:
        path: The file.
        options: How to read it; None to detect everything.
        name: The name its owner gave it, whose ending says the format; None for the path's own.
        folder: Where tables are kept; None for this user's own.

    Raises:
        Problem: The file cannot be read as a table; it says what is wrong, where, and what to do.
    """
    file = Path(path)
    called = name or file.name
    given = options or ReadOptions()
    if not file.is_file():
        raise Problem(f"There is no file {called}.", remedy="Check its path.")
    if file.stat().st_size > MAX_BYTES:
        raise Problem(
            f"{called} is larger than {MAX_BYTES // 1_048_576} MB.",
            remedy="Leave out columns or rows that the study does not need, or save it as parquet.",
        )
    format_, packed = format_of(file, called)
    place = state_folder("tables") if folder is None else Path(folder)
    if format_ == "text":
        data, dialect = read_delimited(
            file, called, packed, MAX_UNPACKED_BYTES, given.delimiter, given.encoding, given.decimal
        )
        used = ReadOptions(dialect.delimiter, dialect.encoding, dialect.decimal)
        return ReadReport(write_table(data, place), used, dialect.warnings)
    if format_ == "parquet":
        data = read_parquet(file, called, MAX_UNPACKED_BYTES)
        names, warnings = column_names(data.column_names, called)
        return ReadReport(write_table(data.rename_columns(list(names)), place), ReadOptions(), warnings)
    data, sheet, warnings = read_workbook(file, called, MAX_UNPACKED_BYTES, given.sheet)
    return ReadReport(write_table(data, place), ReadOptions(sheet=sheet), warnings)
