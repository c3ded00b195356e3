"""Excel workbooks."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from causal_core.data.counting import too_large
from causal_core.data.names import column_names
from causal_core.data.objects import object_column
from causal_core.engine.progress import report
from causal_core.problem import Problem

_ERRORS = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", ""})
_EVERY = 2000


def read_workbook(
    path: Path, name: str, limit: int, sheet: str | None = None
) -> tuple[pa.Table, str, tuple[str, ...]]:
    """A sheet as an Arrow table, the sheet's name, and warnings.

    Args:
        path: The file.
        name: The name its owner gave it.
        limit: The most bytes it may hold when unpacked.
        sheet: The sheet's name; None for the first one with anything on it.

    Raises:
        Problem: The workbook is damaged, too large, has no such sheet, or the sheet is no table.
    """
    try:
        _refuse_large(path, name, limit)
        chosen, others, rows = _rows(path, name, sheet)
    except Problem:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook makes openpyxl raise almost anything
        raise Problem(
            f"{name} is damaged and cannot be opened ({type(error).__name__}).",
            remedy="Open it in a spreadsheet program, save it again as .xlsx and upload that.",
        ) from None
    notes: tuple[str, ...] = ()
    if sheet is None and others:
        listed = ", ".join(f'"{other}"' for other in others)
        notes = (f'The sheet "{chosen}" was read; the workbook also has {listed}.',)
    table, doubts = _table(rows, f'the sheet "{chosen}" of {name}')
    return table, chosen, notes + doubts


def _refuse_large(path: Path, name: str, limit: int) -> None:
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limit:
        raise too_large(name, limit)


def _rows(path: Path, name: str, sheet: str | None) -> tuple[str, list[str], list[tuple[Any, ...]]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # styles and validations openpyxl does not know; values are unharmed
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheets = {found.title: found for found in book.worksheets}
            if sheet is not None and sheet not in sheets:
                listed = ", ".join(f'"{found}"' for found in sheets)
                raise Problem(f'{name} has no sheet "{sheet}".', remedy=f"Its sheets are {listed}.")
            candidates = [sheet] if sheet is not None else list(sheets)
            for title in candidates:
                rows = _filled(sheets[title])
                if rows:
                    return title, [other for other in sheets if other != title], rows
        finally:
            book.close()
    where = f'The sheet "{sheet}" of {name}' if sheet is not None else name
    raise Problem(f"{where} is empty.", remedy="Choose a sheet that holds a table.")


def _filled(sheet: Any) -> list[tuple[Any, ...]]:
    """The sheet's rows from the first to the last with anything in it."""
    rows: list[tuple[Any, ...]] = []
    last = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        if any(cell is not None for cell in row):
            rows.append(row)
            last = len(rows)
        elif rows:
            rows.append(row)
        if number % _EVERY == 0:
            report(number, max(sheet.max_row or number, number))
    return rows[:last]


def _table(rows: Sequence[tuple[Any, ...]], where: str) -> tuple[pa.Table, tuple[str, ...]]:
    if len(rows) < 2:
        raise Problem(f"There are no rows below the header in {where}.", remedy="Choose another sheet.")
    width = max(_width(row) for row in rows)
    titles = [_title(cell) for cell in rows[0][:width]] + [""] * (width - len(rows[0]))
    names, warned = column_names(titles, where)
    columns: list[pa.Array] = []
    for position, column in enumerate(names):
        cells = [_cell(row[position]) if position < len(row) else None for row in rows[1:]]
        columns.append(object_column(column, cells))
    return pa.Table.from_arrays(columns, names=list(names)), warned


def _width(row: tuple[Any, ...]) -> int:
    return max((position + 1 for position, cell in enumerate(row) if cell is not None), default=0)


def _title(cell: object) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return None if value in _ERRORS else value
    if isinstance(value, dt.timedelta):
        return value / dt.timedelta(days=1)
    return value
