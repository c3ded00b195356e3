"""The sheets of a workbook."""

from __future__ import annotations

from pathlib import Path


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of the sheets of the workbook at `path`, in order; empty when it cannot be read."""
    import zipfile
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True)
    except (OSError, KeyError, ValueError, ParseError, zipfile.BadZipFile, InvalidFileException):
        return ()
    try:
        return tuple(book.sheetnames)
    finally:
        book.close()
