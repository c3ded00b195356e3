from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser


def test_the_arrows_are_read_and_changed_in_a_table(
    drawn: Drawn, page: Page, screenshot: Callable[[str], None]
) -> None:
    drawn.open()
    drawn.button("Table").click()
    rows = page.locator(".table tbody tr")
    expect(rows.locator("th")).to_have_text(["age", "age", "treat"])
    expect(page.get_by_role("columnheader")).to_have_text(["From", "Kind", "To", "Note", "Delete"])
    kind = page.get_by_label("Kind of the arrow between treat and re78")
    kind.focus()
    expect(page.locator(".edge.chosen title")).to_have_text("treat → re78")
    kind.select_option("=")
    drawn.python(lambda said: said["bidirected"] == [["re78", "treat"]])
    expect(kind).to_be_focused()
    kind.select_option("<")
    drawn.python(lambda said: said["edges"][-1] == ["re78", "treat"])
    page.get_by_label("Note on re78 → treat").fill("Earnings choose")
    drawn.press("Tab")
    said = drawn.python(lambda said: said["notes"] == [[["re78", "treat"], "Earnings choose"]])
    page.get_by_label("Kind of the arrow between re78 and treat").select_option("=")
    said = drawn.python(lambda said: said["bidirected"] == [["re78", "treat"]])
    assert said["notes"] == [[["re78", "treat"], "Earnings choose"]]
    page.get_by_label("From", exact=True).select_option("treat")
    page.get_by_label("To", exact=True).select_option("age")
    page.get_by_label("Kind of the new arrow").select_option(">")
    drawn.button("Add arrow").click()
    drawn.message("treat → age → treat would be a cycle")
    page.get_by_label("Kind of the new arrow").select_option("=")
    drawn.button("Add arrow").click()
    drawn.python(lambda said: ["age", "treat"] in said["bidirected"])
    expect(page.locator(".table tr.chosen th")).to_have_text("treat")
    screenshot("editor_table")
    drawn.button("Delete age → treat").click()
    drawn.python(lambda said: said["edges"] == [["age", "re78"]])
    page.get_by_label("Kind of the arrow between age and re78").focus()
    for _ in range(6):
        drawn.press("Control+z")
    said = drawn.python(lambda said: said["edges"] == [["age", "treat"], ["age", "re78"], ["treat", "re78"]])
    assert said["bidirected"] == []
    assert said["notes"] == []


def test_the_nodes_are_declared_and_added_in_the_table_by_keyboard(drawn: Drawn, page: Page) -> None:
    drawn.open()
    drawn.button("Table").focus()
    drawn.press("Enter")
    expect(page.get_by_role("tab", name="Arrows")).to_be_focused()
    drawn.press("ArrowRight")
    expect(page.get_by_role("tab", name="Nodes")).to_be_focused()
    drawn.press("Tab")
    expect(page.get_by_label("Role of age")).to_be_focused()
    drawn.press("Tab", "Space")
    drawn.python(lambda said: said["adjusted"] == ["age"])
    expect(page.get_by_label("age is adjusted for")).to_be_focused()
    drawn.press("Tab", "Space")
    drawn.python(lambda said: said["latent"] == ["age"] and said["adjusted"] is None)
    drawn.press("Tab", "Tab", "Space")
    drawn.python(lambda said: said["randomised"] == ["age"] and said["latent"] == [])
    drawn.press("Tab")
    page.keyboard.type("drawn by lot")
    drawn.press("Tab")
    drawn.python(lambda said: said["notes"] == [["age", "drawn by lot"]])
    page.get_by_label("re78 is adjusted for").click()
    drawn.message("re78 is the outcome, so it cannot be adjusted for")
    expect(page.get_by_label("re78 is adjusted for")).not_to_be_checked()
    page.get_by_label("Role of age").select_option("outcome")
    drawn.python(lambda said: said["outcome"] == "age")
    page.get_by_label("Role of age").select_option("")
    drawn.python(lambda said: said["outcome"] is None)
    page.get_by_label("Name of the new node").fill("education")
    drawn.press("Enter")
    drawn.python(lambda said: said["nodes"][-1] == "education")
    drawn.button("Delete education").focus()
    drawn.press("Enter")
    drawn.python(lambda said: said["nodes"] == ["age", "treat", "re78"])


def test_names_in_the_table_and_in_notes_are_text(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="names")
    drawn.button("Table").click()
    page.get_by_role("tab", name="Nodes").click()
    note = page.get_by_label("Note on y")
    note.fill("<img src=x onerror=window.hacked=1>")
    drawn.press("Tab")
    drawn.python(lambda said: bool(said["notes"]))
    expect(page.locator(".table tbody th").first).to_have_text("<img src=x onerror=window.hacked=1>")
    assert page.evaluate("window.hacked") is None


def test_a_narrow_editor_has_its_table_below(drawn: Drawn, page: Page) -> None:
    page.set_viewport_size({"width": 720, "height": 900})
    drawn.open()
    drawn.button("Table").click()
    canvas, table = (page.locator(part).bounding_box() for part in (".canvas", ".table"))
    assert canvas
    assert table
    assert table["y"] >= canvas["y"] + canvas["height"]
    assert canvas["height"] > 300


def test_names_have_room_in_the_table_of_nodes(
    drawn: Drawn, page: Page, screenshot: Callable[[str], None]
) -> None:
    for width, beside in ((1280, False), (1400, True)):
        page.set_viewport_size({"width": width, "height": 900})
        drawn.open(graph="names")
        drawn.button("Table").click()
        page.get_by_role("tab", name="Nodes").click()
        canvas, table = (page.locator(part).bounding_box() for part in (".canvas", ".table"))
        assert canvas
        assert table
        assert (table["x"] > canvas["x"] + canvas["width"]) == beside
        names = page.locator(".table tbody th")
        expect(names).to_have_count(6)
        for name in names.all():
            assert name.evaluate("cell => cell.clientWidth") >= 120
            assert name.evaluate("cell => cell.scrollWidth <= cell.clientWidth"), "the whole name is seen"
        screenshot(f"editor_table_nodes_{width}")
