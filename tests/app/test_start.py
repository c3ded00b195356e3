import io
import zipfile

import openpyxl
import pytest

from causal_core.data.demos import demos
from causal_core.study.archive import pack
from causal_core.text import for_markdown

STUDY = """
[data]
path = "data.csv"
[graph]
text = "t -> y"
[question]
treatment = "t"
outcome = "y"
"""
CSV = b"t,y\n" + b"0,1.5\n1,2.5\n" * 10


def zip_of(members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def has(name):
    return lambda page: name in page.session_state


def settled(page):
    return bool(page.error) or "open_study" in page.session_state


@pytest.fixture
def give(app, until):
    """Call with a file's name and content: the app after it was uploaded and read."""

    def given(name, content, own=True, wait=settled):
        app.run()
        app.file_uploader[0 if own else 1].upload(name, content, "application/octet-stream").run()
        assert not app.exception
        return until(app, wait)

    return given


def said(app):
    return " ".join(error.value for error in app.error).replace("\\", "")


def usable(app):
    """The page still offers what it offers: uploaders and demos."""
    return len(app.file_uploader) >= 2 and sum(button.label == "Open" for button in app.button) == len(
        demos()
    )


def test_demos_stand_in_their_order_with_size_and_design(app, texts_of):
    app.run()
    assert not app.exception
    text = texts_of(app)
    places = [text.index(for_markdown(demo.title)) for demo in demos()]
    assert places == sorted(places)
    assert "**20,000 rows** · randomised" in text
    assert usable(app)


def test_a_demo_opens_on_data(app, until):
    app.run()
    app.button(key="open-kidney_stones").click().run()
    until(app, has("open_study"))
    assert app.session_state["open_study"].name == "kidney_stones"
    assert app.title[0].value == "What do we have?"


def test_a_table_opens_with_nothing_asked_yet(give):
    app = give("my table.csv", CSV)
    here = app.session_state["open_study"]
    assert (here.name, here.table.rows, here.study.data.path) == ("my table", 20, "my table.csv")
    assert (here.study.question.treatment, here.study.question.outcome) == ("", "")
    assert app.title[0].value == "What do we have?"
    app.switch_page("pages/start.py").run()
    assert app.get("page_link")[0].proto.label.replace("\\", "") == "Go on with **my table** →"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty.csv is empty."),
        ("prose.csv", b"\x00\x01\x02\xff" * 50, "prose.csv"),
        ("page.csv", b"<!doctype html><html><body>no</body></html>", "page.csv is a web page, not a table."),
        ("header.csv", b"a,b,c\n", "header.csv"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "locked.xlsx"),
        ("cut.parquet", b"PAR1" + b"\0" * 100, "cut.parquet"),
        ("bomb.csv.gz", b"\x1f\x8b\x08\x00broken", "bomb.csv.gz"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(give, name, content, words):
    app = give(name, content)
    assert "open_study" not in app.session_state
    assert words in said(app)
    assert usable(app)
    next(button for button in app.button if button.label == "Close this message").click().run()
    assert not app.error
    assert usable(app)


def test_after_a_refusal_another_table_opens(give, app, until):
    give("empty.csv", b"")
    app.file_uploader[0].upload("good.csv", CSV, "text/csv").run()
    until(app, has("open_study"))
    assert app.session_state["open_study"].name == "good"


def test_hostile_names_of_files_are_text(give):
    app = give("$x$ :red[y] *z*.csv", b"")
    assert r"\$x\$ \:red\[y\] \*z\*\.csv is empty" in app.error[0].value


def test_columns_of_one_name_are_refused_by_it(give):
    app = give("double.csv", b"a,a,b\n" + b"1,2,3\n4,5,6\n" * 5)
    assert '"a"' in said(app)
    assert usable(app)


def test_names_that_look_like_markup_are_read_as_names(give):
    app = give("hostile.csv", b"<img src=x onerror=alert(1)>,$y$,:red[z]\n" + b"1,2,3\n4,5,6\n" * 5)
    assert app.session_state["open_study"].table.columns == ("<img src=x onerror=alert(1)>", "$y$", ":red[z]")
    assert not app.exception


def test_another_sheet_of_a_workbook_is_read(give, until):
    book = openpyxl.Workbook()
    book.active.title = "people"
    other = book.create_sheet("$places$")
    for row in range(4):
        book["people"].append(["age", "y"] if row == 0 else [row, row * 2])
        other.append(["town"] if row == 0 else [f"t{row}"])
    content = io.BytesIO()
    book.save(content)
    app = give("book.xlsx", content.getvalue())
    assert app.session_state["open_study"].table.columns == ("age", "y")
    assert r"\$places\$" in app.warning[0].value
    next(each for each in app.selectbox if each.label == "Sheet").select("$places$").run()
    next(each for each in app.button if each.label == "Read it again so").click().run()
    until(app, lambda page: page.session_state["open_study"].table.columns == ("town",))
    assert not app.exception


def test_a_column_without_values_is_kept_and_said(give):
    app = give("gap.csv", b"a,b\n" + b"1,\n2,\n" * 5)
    table = app.data_editor[0].value.set_index("Column")
    assert table.loc["b", "Hint"] == "No row has a value: leave it out."


def test_a_saved_study_opens_as_it_was(give, open_demo, tmp_path):
    here = open_demo("nhefs").session_state["open_study"]
    pack(here.study, here.source, tmp_path / "nhefs.zip")
    app = give("back.zip", (tmp_path / "nhefs.zip").read_bytes(), own=False)
    found = app.session_state["open_study"]
    assert found.name == "back"
    assert found.table.fingerprint == here.table.fingerprint
    assert found.study.question == here.study.question
    assert found.study.graph == here.study.graph
    assert found.study.data.measured == here.study.data.measured


def test_a_bare_study_asks_for_its_data(give, until):
    app = give("my.toml", STUDY.encode(), own=False, wait=lambda page: len(page.file_uploader) == 3)
    assert r"This study names **data\.csv**" in app.info[0].value
    app.file_uploader[2].upload("other name.csv", CSV, "text/csv").run()
    until(app, has("open_study"))
    assert app.session_state["open_study"].study.question.treatment == "t"


def test_data_with_another_digest_are_refused(give):
    study = STUDY.replace('path = "data.csv"', f'path = "data.csv"\nsha256 = "{"0" * 64}"')
    app = give("my.zip", zip_of({"study.toml": study, "data.csv": CSV}), own=False)
    assert "data.csv is not the file this study was made with" in said(app)
    assert usable(app)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"study.toml": "version = 99\n" + STUDY}, "version 99; this dostudio reads up to version 1"),
        ({"study.toml": STUDY.replace("data.csv", "/etc/passwd")}, "data outside itself (/etc/passwd)"),
        (
            {"study.toml": STUDY.replace("data.csv", "https://example.org/x.csv")},
            "data outside itself (https://example.org/x.csv)",
        ),
        (
            {"study.toml": STUDY.replace("data.csv", "../x.csv"), "../x.csv": CSV},
            "data outside itself (../x.csv)",
        ),
        ({"study.toml": STUDY.replace('text = "t -> y"', 'path = "/etc/passwd"')}, "file outside itself"),
        ({"study.toml": STUDY + "colour = 1\n"}, "[question] colour"),
        ({"study.toml": "not toml at all"}, "not valid TOML"),
        ({"study.toml": STUDY.replace("t -> y", "t -> y; y -> t")}, "cycle"),
        ({"data.csv": CSV}, "The zip holds no study.toml"),
        ({"study.toml": " " * 2_000_001}, "larger than 2 MB"),
    ],
)
def test_a_study_that_reaches_outside_or_is_faulty_is_refused(give, members, words):
    app = give("my.zip", zip_of(members), own=False)
    assert words in said(app)
    assert "open_study" not in app.session_state
    assert usable(app)


def test_something_that_is_no_zip_is_refused(give):
    app = give("my.zip", b"PK\x03\x04 but no more", own=False)
    assert "This is no zip that can be read" in said(app)
    assert usable(app)


def test_uploaded_bytes_are_let_go(give):
    app = give("kept.csv", CSV)
    assert app.session_state["open_study"].source.read_bytes() == CSV
    app.switch_page("pages/start.py").run()
    assert [each.value for each in app.file_uploader] == [None, None]
