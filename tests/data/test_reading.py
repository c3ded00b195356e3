import gzip
import math

import numpy as np
import pytest

from causal_core.data import reading
from causal_core.data.reading import ReadOptions, read
from causal_core.engine.progress import listening
from causal_core.problem import Problem


@pytest.fixture
def read_bytes(tmp_path):
    def read_content(content, name="table.csv", options=None):
        path = tmp_path / "upload"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, options, name, tmp_path / "tables")

    return read_content


def columns(report):
    return {name: report.table.frame()[name].tolist() for name in report.table.columns}


def test_a_plain_csv(read_bytes):
    report = read_bytes("age,group,ok,day\n1,a,true,2024-01-02\n2,b,false,2024-01-03\n")
    assert report.table.columns == ("age", "group", "ok", "day")
    assert report.options == ReadOptions(",", "utf-8", ".", None)
    assert report.warnings == ()
    frame = report.table.frame()
    assert frame["age"].tolist() == [1, 2]
    assert frame["group"].tolist() == ["a", "b"]
    assert frame["ok"].tolist() == [True, False]
    assert [str(day.date()) for day in frame["day"]] == ["2024-01-02", "2024-01-03"]


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal"),
    [
        ("x;y\n1,5;2\n2,5;3\n", ";", ","),
        ("x\ty\n1.5\t2\n2.5\t3\n", "\t", "."),
        ("x|y\n1.5|2\n2.5|3\n", "|", "."),
        ("x y\n1.5 2\n2.5 3\n", " ", "."),
        ('x,y\n"1,5",2\n"2,5",3\n', ",", ","),
        ("x;y\r\n1.5;2\r\n2.5;3\r\n", ";", "."),
        ("\n\nx,y\n\n1.5,2\n2.5,3\n\n", ",", "."),
    ],
)
def test_delimiter_and_decimal_mark_are_detected(read_bytes, text, delimiter, decimal):
    report = read_bytes(text, "table.txt")
    assert (report.options.delimiter, report.options.decimal) == (delimiter, decimal)
    assert columns(report) == {"x": [1.5, 2.5], "y": [2, 3]}
    assert report.warnings == ()


def test_options_win_over_detection(read_bytes):
    report = read_bytes("a;b,c\n1;2,3\n", options=ReadOptions(delimiter=",", decimal="."))
    assert columns(report) == {"a;b": ["1;2"], "c": [3]}


def test_what_may_be_thousands_is_said(read_bytes):
    report = read_bytes("x;y\n1,500;2\n2,500;3\n")
    assert columns(report)["x"] == [1.5, 2.5]
    assert report.warnings == ('"1,500" was read with a decimal comma; choose "." if it means thousands.',)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_detected(read_bytes, encoding):
    report = read_bytes("straße,naïve\nœuvre,1\nΩ,2\n".encode(encoding))
    assert columns(report) == {"straße": ["œuvre", "Ω"], "naïve": [1, 2]}
    assert report.options.encoding == encoding
    assert report.warnings == ()


def test_western_letters_are_detected_and_the_guess_is_said(read_bytes):
    report = read_bytes("nom,ville\nRené,Orléans\nZoé,Besançon\n".encode("cp1252"))
    assert columns(report) == {"nom": ["René", "Zoé"], "ville": ["Orléans", "Besançon"]}
    assert report.options.encoding == "cp1252"
    assert report.warnings == (
        "The text was read as cp1252: choose another encoding if accented letters are wrong.",
    )


def test_letters_that_come_after_the_sample_are_read_too(read_bytes):
    lines = ["id,name"] + [f"{i},plain" for i in range(40_000)] + ["40000,Zoé et René à Orléans"]
    report = read_bytes("\n".join(lines).encode("latin-1"))
    assert report.table.frame()["name"].iloc[-1] == "Zoé et René à Orléans"
    assert report.options.encoding == "cp1252"


def test_a_value_after_the_sample_may_change_a_columns_type(read_bytes):
    lines = ["n,f"] + [f"{i},{i}" for i in range(60_000)] + ["oops,0.5"]
    frame = read_bytes("\n".join(lines)).table.frame()
    assert frame["n"].iloc[-1] == "oops"
    assert frame["f"].iloc[-1] == 0.5


def test_missing_marks_are_missing_in_numbers_and_text(read_bytes):
    report = read_bytes("x,w\n1,a\nNA,NA\n,\nNaN,c\n")
    frame = report.table.frame()
    assert frame["x"].isna().tolist() == [False, True, True, True]
    assert frame["w"].isna().tolist() == [False, True, True, False]


def test_names_are_kept_exactly(read_bytes):
    names = ["two words", ' "quoted" ', "😀", "<b>bold</b>", "$x_1$", "a=b", "line\nbreak"]
    header = ",".join('"' + name.replace('"', '""') + '"' for name in names)
    report = read_bytes(f"{header}\n1,2,3,4,5,6,7\n")
    assert report.table.columns == tuple(names)


def test_values_may_hold_line_breaks_and_delimiters(read_bytes):
    report = read_bytes('a,b\n"one\ntwo, three",1\n')
    assert columns(report) == {"a": ["one\ntwo, three"], "b": [1]}


def test_unnamed_columns_get_names_and_a_warning(read_bytes):
    report = read_bytes("a,, ,column 3\n1,2,3,4\n")
    assert report.table.columns == ("a", "column 2", "column 3_", "column 3")
    assert report.warnings == ('Columns without a name were called "column 2", "column 3_".',)


def test_a_first_line_of_numbers_is_data(read_bytes):
    report = read_bytes("1,2.5\n3,4.5\n")
    assert columns(report) == {"column 1": [1, 3], "column 2": [2.5, 4.5]}
    assert report.warnings == ("The first line holds numbers, so the columns are named by position.",)


def test_one_column_needs_no_delimiter(read_bytes):
    assert columns(read_bytes("x\n1\n2\n")) == {"x": [1, 2]}
    assert columns(read_bytes("full name\nAnn Lee\nBo Ray\n")) == {"full name": ["Ann Lee", "Bo Ray"]}


@pytest.mark.parametrize("name", ["table.csv.gz", "TABLE.CSV.GZ", "table.csv"])
def test_gzip_is_unpacked(read_bytes, name):
    report = read_bytes(gzip.compress(b"a,b\n1,2\n"), name)
    assert columns(report) == {"a": [1], "b": [2]}


def test_reading_again_with_the_options_used_gives_the_same_table(read_bytes):
    content = "x;nom\n1,5;René\n2,5;Zoé\n".encode("cp1252")
    first = read_bytes(content)
    second = read_bytes(content, options=first.options)
    assert second.table == first.table
    assert second.warnings == ()


def test_progress_ends_at_the_whole_file(read_bytes):
    heard = []
    lines = ["a,b"] + [f"{i},{math.sqrt(i)}" for i in range(100_000)]
    content = "\n".join(lines).encode()
    with listening(lambda done, total: heard.append((done, total))):
        read_bytes(content)
    assert heard[-1] == (len(content), len(content))
    assert all(done <= total for done, total in heard)


@pytest.mark.parametrize("packed", [False, True])
def test_a_reader_nobody_waits_for_stops(read_bytes, packed, monkeypatch):
    class LeftError(Exception):
        pass

    def leave(_done, _total):
        raise LeftError

    content = ("a\n" + "1\n" * 2_000_000).encode()
    monkeypatch.setattr("causal_core.data.counting._SECONDS_BETWEEN_REPORTS", 0.0)
    with listening(leave), pytest.raises(LeftError):
        read_bytes(gzip.compress(content, 1) if packed else content)


def test_many_mixed_rows_agree_with_what_was_written(read_bytes):
    rng = np.random.default_rng(3)
    x, n = rng.normal(size=50_000), rng.integers(0, 1000, 50_000)
    text = "x,n\n" + "".join(f"{a!r},{b}\n" for a, b in zip(x.tolist(), n.tolist(), strict=True))
    frame = read_bytes(text).table.frame()
    assert np.array_equal(frame["x"], x)
    assert np.array_equal(frame["n"], n)


def test_a_file_that_is_too_large_is_refused_before_reading(read_bytes, monkeypatch):
    assert reading.MAX_BYTES == 300 * 1024 * 1024
    monkeypatch.setattr(reading, "MAX_BYTES", 2 * 1024 * 1024)
    with pytest.raises(Problem, match=r"table.csv is larger than 2 MB.*parquet"):
        read_bytes(b"a\n" + b"1\n" * 1_048_576)


def test_a_packed_file_that_unpacks_to_too_much_is_refused(read_bytes, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 5 * 1024 * 1024)
    with pytest.raises(Problem, match="holds more than 5 MB once it is unpacked"):
        read_bytes(gzip.compress(b"a\n" + b"1\n" * 5_000_000), "bomb.csv.gz")
