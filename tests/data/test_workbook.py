import datetime as dt

import pytest
from openpyxl import Workbook

from causal_core.data import reading
from causal_core.data.reading import ReadOptions, read
from causal_core.problem import Problem


@pytest.fixture
def read_sheets(tmp_path):
    def read_book(sheets, **options):
        book = Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "book.xlsx"
        book.save(path)
        return read(path, ReadOptions(**options), folder=tmp_path / "tables")

    return read_book


def test_a_sheet_keeps_its_types(read_sheets):
    report = read_sheets(
        {
            "data": [
                ["age", "weight", "group", "member", "since", "mixed", 2024],
                [30, 70.5, "a", True, dt.date(2024, 1, 2), 1, 1],
                [40, None, "b", False, dt.date(2024, 1, 3), "x", 2],
            ]
        }
    )
    frame = report.table.frame()
    assert report.options == ReadOptions(sheet="data")
    assert report.warnings == ()
    assert list(frame.columns) == ["age", "weight", "group", "member", "since", "mixed", "2024"]
    assert frame["age"].tolist() == [30, 40]
    assert frame["weight"].fillna(-1).tolist() == [70.5, -1]
    assert frame["member"].tolist() == [True, False]
    assert [str(day.date()) for day in frame["since"]] == ["2024-01-02", "2024-01-03"]
    assert frame["mixed"].tolist() == ["1", "x"]


def test_the_first_filled_sheet_is_read_and_named(read_sheets):
    report = read_sheets({"cover": [], "one": [["a"], [1]], "two": [["a"], [2]]})
    assert report.table.frame()["a"].tolist() == [1]
    assert report.warnings == ('The sheet "one" was read; the workbook also has "cover", "two".',)


def test_a_sheet_can_be_chosen(read_sheets):
    report = read_sheets({"one": [["a"], [1]], "two": [["a"], [2]]}, sheet="two")
    assert report.table.frame()["a"].tolist() == [2]
    assert report.warnings == ()


def test_blank_edges_are_left_out_and_errors_are_missing(read_sheets):
    report = read_sheets({"data": [[], ["a", None, "c"], [1, 5, "#DIV/0!"], [], [2, 6, 3], [None]]})
    frame = report.table.frame()
    assert list(frame.columns) == ["a", "column 2", "c"]
    assert frame["a"].fillna(-1).tolist() == [1, -1, 2]
    assert frame["c"].fillna(-1).tolist() == [-1, -1, 3]


@pytest.mark.parametrize(
    ("sheets", "options", "message"),
    [
        ({"one": [["a"], [1]]}, {"sheet": "two"}, r'book.xlsx has no sheet "two".*Its sheets are "one"'),
        ({"one": [], "two": []}, {}, r"book.xlsx is empty"),
        ({"one": [["a"], [1]], "two": []}, {"sheet": "two"}, r'The sheet "two" of book.xlsx is empty'),
        ({"one": [["a", "b"]]}, {}, r'no rows below the header in the sheet "one" of book.xlsx'),
        ({"one": [["a", "a"], [1, 2]]}, {}, r'More than one column of the sheet "one".*"a"'),
    ],
)
def test_sheets_that_are_no_table_are_refused(read_sheets, sheets, options, message):
    with pytest.raises(Problem, match=message):
        read_sheets(sheets, **options)


def test_a_workbook_that_unpacks_to_too_much_is_refused(read_sheets, monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(Problem, match="once it is unpacked"):
        read_sheets({"one": [["a"], [1]]})


def test_a_damaged_workbook_is_refused(tmp_path):
    book = Workbook()
    book.active.append(["a"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(Problem, match=r"book.xlsx is damaged and cannot be opened"):
        read(path, folder=tmp_path)
