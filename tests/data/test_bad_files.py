import gzip
import io
import zipfile

import pytest

from causal_core.data.reading import ReadOptions, read
from causal_core.problem import Problem

PROSE = """It was the best of times, it was the worst of times.
It was the age of wisdom, it was the age of foolishness, it was the epoch of belief,
it was the epoch of incredulity; it was the season of Light.
We had everything before us, we had nothing before us, we were all going direct to Heaven, or not.
"""


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message", "remedy"),
    [
        ("t.csv", b"", "t.csv is empty.", "Export the table again and check the file's size."),
        ("t.csv", b"\n\n \r\n\n", "t.csv holds nothing but blank lines.", "Export the table again."),
        ("t.csv", b"a,b,c\n", "t.csv has a header and no rows.", "Export the table again, with its rows."),
        ("t.csv", b"a,b,c", "t.csv has a header and no rows.", "Export the table again, with its rows."),
        (
            "t.csv",
            bytes(range(256)) * 20,
            "t.csv holds binary data, not text.",
            "Export the table as csv, or give the file the ending of its true format.",
        ),
        (
            "t.csv",
            b"%PDF-1.7\n%\xe2\xe3",
            "t.csv is a PDF document, not a table.",
            "Export the table itself as csv; a PDF holds only its picture.",
        ),
        (
            "t.csv",
            b"<!DOCTYPE html>\n<html><body>hi</body></html>",
            "t.csv is a web page, not a table.",
            "Download the table itself as csv.",
        ),
        (
            "t.csv",
            b"<?xml version='1.0'?><rows/>",
            "t.csv is a page of markup (XML), not a table.",
            "Download the table itself as csv.",
        ),
        ("t.csv", b'{"a": [1, 2]}', "t.csv is JSON, not a table.", "Export the table as csv or parquet."),
        (
            "t.txt",
            PROSE.encode(),
            "t.txt reads as prose: its lines do not split into the same number of columns.",
            "Upload a table with one line a row, or choose its delimiter.",
        ),
        (
            "t.csv",
            b"x,y,x,z,y\n1,2,3,4,5\n",
            'More than one column of t.csv is called "x", "y".',
            "Rename them apart in the file.",
        ),
        (
            "t.csv",
            b"a,b\n1,2\n3,4,5\n6,7\n",
            "Line 3 of t.csv has 3 values where the first line has 2.",
            "Correct it, put quotes around values that hold the delimiter, or choose the delimiter.",
        ),
        (
            "t.csv",
            b'a,b\n"1\n1",2\n\n3\n6,7\n8,9\n',
            "Line 5 of t.csv has 1 value where the first line has 2.",
            "Correct it, put quotes around values that hold the delimiter, or choose the delimiter.",
        ),
        (
            "t.csv",
            b'a,b\n1,"x\n2,y\n3,z\n',
            "A quotation mark in t.csv is opened and never closed.",
            'It stands before "x": close or remove it.',
        ),
        (
            "t.csv",
            zipped(**{"inner.csv": "a\n1\n"}),
            "t.csv is a zip archive, not a table.",
            "Unpack it and upload the table alone.",
        ),
        (
            "t.csv",
            zipped(**{"xl/workbook.xml": ""}),
            "t.csv is not a text file but an Excel workbook.",
            "Give it the ending .xlsx.",
        ),
        (
            "t.xlsx",
            b"a,b\n1,2\n",
            "t.xlsx is not an Excel workbook but a text file.",
            "Give it the ending .csv.",
        ),
        (
            "t.parquet",
            b"a,b\n1,2\n",
            "t.parquet is not a Parquet file but a text file.",
            "Give it the ending .csv.",
        ),
        (
            "t.csv",
            b"PAR1\x00\x00",
            "t.csv is not a text file but a Parquet file.",
            "Give it the ending .parquet.",
        ),
        (
            "t.csv.gz",
            b"a,b\n1,2\n",
            "t.csv.gz is not packed with gzip.",
            "Take .gz off its name, or pack it again.",
        ),
        ("t.parquet", gzip.compress(b"PAR1", mtime=0), "t.parquet is packed with gzip.", "Unpack it first."),
        (
            "t.sav",
            b"a,b\n1,2\n",
            "Files ending in .sav cannot be read.",
            "What can be read: csv, tsv or txt (also packed as .gz), parquet and xlsx.",
        ),
        (
            "table",
            b"a,b\n1,2\n",
            "Files without an ending, such as table, cannot be read.",
            "What can be read: csv, tsv or txt (also packed as .gz), parquet and xlsx.",
        ),
        (
            "t.xls",
            b"\xd0\xcf\x11\xe0",
            "t.xls is in Excel's format from before 2007.",
            "Save it as .xlsx and upload that.",
        ),
        (
            "t.xlsx",
            b"\xd0\xcf\x11\xe0 old",
            "t.xlsx is in Excel's format from before 2007.",
            "Save it as .xlsx.",
        ),
        (
            "t.xlsx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "t.xlsx is locked with a password.",
            "Save it without a password.",
        ),
        (
            "t.xlsx",
            b"PK\x03\x04 cut short",
            "t.xlsx is damaged and cannot be opened (BadZipFile).",
            "Open it in a spreadsheet program, save it again as .xlsx and upload that.",
        ),
        (
            "t.parquet",
            b"PARE encrypted",
            "t.parquet is an encrypted Parquet file, not a table.",
            "Save it without encryption.",
        ),
        (
            "t.csv",
            "名前,都市\n太郎,東京\n花子,大阪\n".encode("shift_jis"),
            "The encoding of t.csv is none of the usual ones.",
            "Save it as UTF-8, or choose its encoding, such as shift_jis or cp1250.",
        ),
        (
            "t.tsv",
            b"Rar!\x1a",
            "t.tsv is a packed archive, not a table.",
            "Unpack it and upload the table alone.",
        ),
    ],
)
def test_each_bad_file_is_named_with_its_remedy(tmp_path, name, content, message, remedy):
    path = tmp_path / "spooled"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        read(path, None, name, tmp_path / "tables")
    assert (caught.value.message, caught.value.remedy) == (message, remedy)
    assert not list((tmp_path / "tables").glob("*"))


@pytest.mark.parametrize(
    ("options", "message", "remedy"),
    [
        (
            ReadOptions(encoding="klingon"),
            'There is no encoding called "klingon".',
            "Usual ones are utf-8, utf-16 and cp1252.",
        ),
        (
            ReadOptions(encoding="ascii"),
            't.csv is not in the encoding "ascii".',
            "Leave the encoding empty to have it detected, or save the file as UTF-8.",
        ),
        (ReadOptions(delimiter=";;"), 'The delimiter ";;" is not one character.', "Use one, such as ; or ,."),
        (ReadOptions(decimal="'"), 'The decimal mark cannot be "\'".', 'It is "." or ",".'),
    ],
)
def test_impossible_options_are_refused(tmp_path, options, message, remedy):
    path = tmp_path / "t.csv"
    path.write_text("a,b\né,2\n", encoding="utf-8")
    with pytest.raises(Problem) as caught:
        read(path, options, folder=tmp_path)
    assert (caught.value.message, caught.value.remedy) == (message, remedy)


def test_a_given_encoding_that_fails_after_the_sample_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"n,w\n" + b"1,plain\n" * 50_000 + "2,é\n".encode("latin-1"))
    with pytest.raises(Problem, match=r't.csv is not in the encoding "utf-8"'):
        read(path, ReadOptions(encoding="utf-8"), folder=tmp_path)


def test_a_ragged_line_far_down_is_found_also_when_packed(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 50_000 + b"3\n", mtime=0))
    with pytest.raises(Problem, match=r"Line 50,002 of t.csv.gz has 1 value where the first line has 2"):
        read(path, folder=tmp_path)


def test_a_gzip_file_that_was_cut_short_is_a_problem(tmp_path):
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 50_000, mtime=0)[:-30])
    with pytest.raises(Problem, match=r"cannot be unpacked"):
        read(path, folder=tmp_path)


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    with pytest.raises(Problem, match=r"There is no file gone.csv"):
        read(tmp_path / "gone.csv")
