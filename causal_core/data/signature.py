"""What a file really is, by its first bytes; its name may say otherwise."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Literal

from causal_core.problem import Problem

Format = Literal["text", "parquet", "xlsx"]

EXTENSIONS: dict[str, Format] = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".tab": "text",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
}

READABLE = "csv, tsv or txt (also packed as .gz), parquet and xlsx"

_USUAL: dict[Format, str] = {"text": ".csv", "parquet": ".parquet", "xlsx": ".xlsx"}
_CALLED: dict[Format, str] = {"text": "a text file", "parquet": "a Parquet file", "xlsx": "an Excel workbook"}

_FOREIGN = (
    (b"%PDF", "a PDF document", "Export the table itself as csv; a PDF holds only its picture."),
    (b"\x89PNG", "a picture", f"Upload the table itself: {READABLE}."),
    (b"\xff\xd8\xff", "a picture", f"Upload the table itself: {READABLE}."),
    (b"PARE", "an encrypted Parquet file", "Save it without encryption."),
    (b"ARROW1", "an Arrow file", "Save it as parquet."),
    (b"$FL2", "an SPSS file", "Export it as csv."),
    (b"<stata_dta>", "a Stata file", "Export it as csv."),
    (b"RDX", "an R data file", "Export it as csv, for example with write.csv."),
    (b"SQLite format 3", "an SQLite database", "Export the table as csv."),
    (b"7z\xbc\xaf", "a packed archive", "Unpack it and upload the table alone."),
    (b"Rar!", "a packed archive", "Unpack it and upload the table alone."),
    (b"BZh", "a file packed with bzip2", "Unpack it, or pack it with gzip."),
    (b"\xfd7zXZ", "a file packed with xz", "Unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "a file packed with zstd", "Unpack it, or pack it with gzip."),
)


def format_of(path: Path, name: str) -> tuple[Format, bool]:
    """The format to read a file in, and whether it is packed with gzip.

    Args:
        path: The file.
        name: The name its owner gave it, with its extension.

    Raises:
        Problem: The file is empty, is of a kind that cannot be read, or is not what its extension says.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise Problem(f"{name} is empty.", remedy="Export the table again and check the file's size.")
    claimed, packed = _claimed(name)
    if packed and start[:2] != b"\x1f\x8b":
        raise Problem(f"{name} is not packed with gzip.", remedy="Take .gz off its name, or pack it again.")
    found = _found(path, name, start)
    if found == "gzip":
        if claimed != "text":
            raise Problem(f"{name} is packed with gzip.", remedy="Unpack it first.")
        return "text", True
    if found != claimed and (found != "text" or _is_text(start)):
        raise Problem(
            f"{name} is not {_CALLED[claimed]} but {_CALLED[found]}.",
            remedy=f"Give it the ending {_USUAL[found]}.",
        )
    return claimed, False


def _claimed(name: str) -> tuple[Format, bool]:
    pure = PurePath(name.lower())
    packed = pure.suffix == ".gz"
    ending = PurePath(pure.stem).suffix if packed else pure.suffix
    if ending == ".xls":
        raise Problem(
            f"{name} is in Excel's format from before 2007.", remedy="Save it as .xlsx and upload that."
        )
    if ending not in EXTENSIONS:
        what = f"Files ending in {ending}" if ending else f"Files without an ending, such as {name},"
        raise Problem(f"{what} cannot be read.", remedy=f"What can be read: {READABLE}.")
    return EXTENSIONS[ending], packed


def _found(path: Path, name: str, start: bytes) -> Format | Literal["gzip"]:
    for magic, called, remedy in _FOREIGN:
        if start.startswith(magic):
            raise Problem(f"{name} is {called}, not a table.", remedy=remedy)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise _ole(path, name)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return _zip(path, name)
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    return "text"


def _zip(path: Path, name: str) -> Format:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except zipfile.BadZipFile:
        return "xlsx"  # cut short: the reader of workbooks says so
    if any(member.startswith("xl/") for member in members):
        return "xlsx"
    raise Problem(f"{name} is a zip archive, not a table.", remedy="Unpack it and upload the table alone.")


def _ole(path: Path, name: str) -> Problem:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return Problem(f"{name} is locked with a password.", remedy="Save it without a password.")
    return Problem(f"{name} is in Excel's format from before 2007.", remedy="Save it as .xlsx.")


def _is_text(start: bytes) -> bool:
    return b"\x00" not in start
