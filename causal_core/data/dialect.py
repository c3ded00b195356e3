"""How a text file is written: encoding, delimiter, decimal mark, header. Judged on its first part."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from causal_core.problem import Problem

SAMPLE_BYTES = 262_144

_DELIMITERS = (",", ";", "\t", "|", " ")
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_COMMA = re.compile(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
_POINT = re.compile(r"\s*[+-]?\d*\.\d+([eE][+-]?\d+)?\s*")
_THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*")
_WORDS_OF_PROSE = 4
_LINES = 500


@dataclass(frozen=True)
class Dialect:
    """How to read a text file.

    Attributes:
        encoding: A name Python knows.
        delimiter: One character.
        decimal: "." or ",".
        header: The first line's cells when they are names, else None.
        width: Cells in a line.
        warnings: What was guessed and may be wrong.
    """

    encoding: str
    delimiter: str
    decimal: str
    header: tuple[str, ...] | None
    width: int
    warnings: tuple[str, ...] = ()


def detect(
    sample: bytes, whole: bool, name: str, delimiter: str | None, encoding: str | None, decimal: str | None
) -> Dialect:
    """Judge how a text file is written from its first bytes; what is given is not judged.

    Args:
        sample: The first bytes.
        whole: Whether they are the whole file.
        name: The file's name, for messages.
        delimiter: One character, or None to detect it.
        encoding: A name Python knows, or None.
        decimal: "." or ",", or None.

    Raises:
        Problem: The text is no table, or a given option is impossible.
    """
    used, warnings = (_known(encoding), ()) if encoding else _encoding(sample, name)
    text = decode(sample, used, name)
    _refuse_markup(text, name)
    lines = _lines(text, whole)[:_LINES]
    if not lines:
        raise Problem(f"{name} holds nothing but blank lines.", remedy="Export the table again.")
    if delimiter is not None and len(delimiter) != 1:
        raise Problem(f'The delimiter "{delimiter}" is not one character.', remedy="Use one, such as ; or ,.")
    mark = delimiter or _delimiter(lines, name)
    rows = _split(lines, mark)
    if whole and len(rows) == 1:
        raise no_rows(name)
    if decimal is None:
        decimal, doubt = _decimal(rows, mark)
        warnings += doubt
    elif decimal not in (".", ","):
        raise Problem(f'The decimal mark cannot be "{decimal}".', remedy='It is "." or ",".')
    first = rows[0]
    header: tuple[str, ...] | None = tuple(first)
    if any(first) and all(not cell or _NUMBER.fullmatch(cell) for cell in first):
        header = None
        warnings += ("The first line holds numbers, so the columns are named by position.",)
    return Dialect(used, mark, decimal, header, len(first), warnings)


def no_rows(name: str) -> Problem:
    """The error for a file with a header alone."""
    return Problem(f"{name} has a header and no rows.", remedy="Export the table again, with its rows.")


def decode(data: bytes, encoding: str, name: str) -> str:
    """The bytes as text; a character cut off at the end is left out.

    Raises:
        Problem: They are not in that encoding.
    """
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data)
    except (UnicodeError, ValueError):
        raise encoding_problem(name, encoding) from None


def encoding_problem(name: str, encoding: str) -> Problem:
    """The error for a file that is not in the encoding it was read in."""
    return Problem(
        f'{name} is not in the encoding "{encoding}".',
        remedy="Leave the encoding empty to have it detected, or save the file as UTF-8.",
    )


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except (LookupError, ValueError):
        raise Problem(
            f'There is no encoding called "{encoding}".', remedy="Usual ones are utf-8, utf-16 and cp1252."
        ) from None


def _encoding(sample: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", ()
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", ()
    zeros = (sample[::2].count(0), sample[1::2].count(0))
    if max(zeros) > len(sample) // 5 and min(zeros) <= len(sample) // 50:
        return ("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"), ()
    counts = Counter(sample)
    controls = sum(counts[byte] for byte in range(32) if byte not in b"\t\n\r\f\x1a")
    if 0 in sample or controls > len(sample) // 100:
        raise Problem(
            f"{name} holds binary data, not text.",
            remedy="Export the table as csv, or give the file the ending of its true format.",
        )
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return eight_bit_encoding(sample, name)
    return "utf-8", ()


def eight_bit_encoding(sample: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The likeliest encoding of text that is not Unicode, and a warning that it is a guess.

    Raises:
        Problem: It is in none of the usual ones.
    """
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=["cp1252", "cp1251", "latin_1"]).best()
    found = codecs.lookup(best.encoding).name if best else "cp1252"
    try:
        text = sample.decode(found)
    except UnicodeDecodeError:
        text, found = sample.decode("latin-1"), "iso8859-1"
    if any("\x80" <= letter <= "\x9f" for letter in text):  # control characters, which no table holds
        raise Problem(
            f"The encoding of {name} is none of the usual ones.",
            remedy="Save it as UTF-8, or choose its encoding, such as shift_jis or cp1250.",
        )
    return found, (f"The text was read as {found}: choose another encoding if accented letters are wrong.",)


def _refuse_markup(text: str, name: str) -> None:
    start = text.lstrip()[:500].lower()
    first = start.partition("\n")[0]
    # A column's name may look like markup too, but then other columns follow it.
    if start.startswith(("<!", "<?", "<html")) or (start.startswith("<") and not set(first) & set(",;\t|")):
        what = "a web page" if "html" in start else "a page of markup (XML)"
        raise Problem(f"{name} is {what}, not a table.", remedy="Download the table itself as csv.")
    if start.startswith(("{", "[")) and re.match(r"[{\[]\s*([\"{\[\d]|$)", start):
        raise Problem(f"{name} is JSON, not a table.", remedy="Export the table as csv or parquet.")


def _lines(text: str, whole: bool) -> list[str]:
    """The sample's lines without blank ones and, unless it is the whole file, without the one cut off."""
    lines = io.StringIO(text, newline=None).readlines()
    if not whole and len(lines) > 1:
        lines.pop()
    return [line for line in lines if line.strip(" \r\n")]


def _split(lines: list[str], delimiter: str) -> list[list[str]]:
    csv.field_size_limit(2**31 - 1)
    return [row for row in csv.reader(lines, delimiter=delimiter) if row] or [[""]]


def _delimiter(lines: list[str], name: str) -> str:
    best, best_share, best_width = "", 0.0, 0
    for mark in _DELIMITERS:
        rows = _split(lines, mark)
        width = len(rows[0])
        if width < 2:
            continue
        share = sum(len(row) == width for row in rows) / len(rows)
        if mark == " " and (share < 1 or not _mostly_numbers(rows[1:])):
            continue  # words are parted by spaces too
        if (round(share, 1), width) > (round(best_share, 1), best_width):
            best, best_share, best_width = mark, share, width
    words = sum(len(line.split()) for line in lines) / len(lines)
    if best and (best_share > 0.5 or (words < _WORDS_OF_PROSE and best_share > 0.1)):
        return best
    if words >= _WORDS_OF_PROSE:
        raise Problem(
            f"{name} reads as prose: its lines do not split into the same number of columns.",
            remedy="Upload a table with one line a row, or choose its delimiter.",
        )
    return ","


def _mostly_numbers(rows: list[list[str]]) -> bool:
    cells = [cell for row in rows for cell in row]
    return bool(cells) and sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) > len(cells) / 2


def _decimal(rows: list[list[str]], delimiter: str) -> tuple[str, tuple[str, ...]]:
    cells = [cell for row in rows[1:] for cell in row]
    commas = [cell for cell in cells if _COMMA.fullmatch(cell)]
    if not commas or len(commas) <= sum(bool(_POINT.fullmatch(cell)) for cell in cells):
        return ".", ()
    if all(_THOUSANDS.fullmatch(cell) for cell in commas):
        if delimiter == ",":  # only quotes keep such a comma from parting columns, as in "1,234"
            return ".", ()
        example = commas[0].strip()
        return ",", (f'"{example}" was read with a decimal comma; choose "." if it means thousands.',)
    return ",", ()
