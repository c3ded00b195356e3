from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser


def insert(page: Page, name: str) -> None:
    page.locator(".menu .item", has=page.get_by_text(name, exact=True)).click()


def test_selected_nodes_are_aligned_and_distributed(drawn: Drawn) -> None:
    drawn.open(graph="roles")
    drawn.page.keyboard.down("Shift")
    drawn.click("lottery", "hours", "re78")
    drawn.page.keyboard.up("Shift")

    def row(said: dict, axis: int) -> list[float]:
        return [said["positions"][name][axis] for name in ("lottery", "hours", "re78")]

    drawn.button("Align to the top").click()
    drawn.python(lambda said: row(said, 1) == pytest.approx([0.4] * 3, abs=0.01))
    drawn.press("Control+z")
    drawn.button("Align in a row").click()
    drawn.python(lambda said: row(said, 1) == pytest.approx([0.7] * 3, abs=0.01))
    drawn.button("Align to the bottom").click()
    drawn.press("Control+z", "Control+z")
    drawn.button("Distribute from left to right").click()
    said = drawn.python(lambda said: said["positions"]["hours"][0] < 2)
    assert row(said, 0) == pytest.approx([0, 1.65, 3.3], abs=0.05)  # names differ in width
    drawn.button("Align centres in a column").click()
    drawn.python(lambda said: len(set(row(said, 0))) == 1)
    drawn.button("Align left").click()
    drawn.press("Control+z", "Control+z")
    drawn.button("Align right").click()
    said = drawn.python(lambda said: said["positions"]["lottery"][0] > 3)
    boxes = [drawn.node(name).locator(".body").bounding_box() for name in ("lottery", "hours", "re78")]
    rights = [box["x"] + box["width"] for box in boxes if box]
    assert rights == pytest.approx([rights[0]] * 3, abs=1)


def test_a_dragged_node_keeps_to_rows_and_to_the_grid_unless_alt_is_held(drawn: Drawn, page: Page) -> None:
    drawn.open()
    (x, y), (_, level) = drawn.at("age"), drawn.at("treat")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, level - 20)
    page.mouse.move(x + 21, level - 4)
    expect(page.locator(".guides")).not_to_have_attribute("d", "")
    page.mouse.up()
    expect(page.locator(".guides")).to_have_attribute("d", "")
    said = drawn.python(lambda said: said["positions"]["age"][1] > 1)
    assert said["positions"]["age"][1] == said["positions"]["treat"][1]
    assert round(said["positions"]["age"][0] * 215) % 12 == 0
    page.keyboard.down("Alt")
    drawn.drag(drawn.at("age"), (x + 7, y + 11))
    page.keyboard.up("Alt")
    drawn.python(lambda said: said["positions"]["age"][1] < 1)
    assert drawn.at("age") == pytest.approx((x + 7, y + 11), abs=2)


def test_a_drag_that_ends_where_it_began_is_no_step(drawn: Drawn, page: Page) -> None:
    drawn.open()
    x, y = drawn.at("age")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40)
    page.mouse.move(x, y)
    page.mouse.up()
    assert drawn.at("age") == pytest.approx((x, y), abs=1)
    expect(drawn.button("Undo (Ctrl+Z)")).to_be_disabled()


def test_a_pattern_is_placed_at_the_selected_nodes(
    drawn: Drawn, page: Page, screenshot: Callable[[str], None]
) -> None:
    drawn.open()
    page.keyboard.down("Shift")
    drawn.click("re78", "treat")
    page.keyboard.up("Shift")
    drawn.button("Fragments").click()
    expect(page.locator(".menu p")).to_have_text("x is treat, y is re78")
    screenshot("editor_fragments")
    insert(page, "Confounder")
    said = drawn.python(lambda said: "confounder" in said["nodes"])
    assert said["edges"][3:] == [["confounder", "treat"], ["confounder", "re78"]]
    drawn.press("Control+z")
    drawn.python(lambda said: "confounder" not in said["nodes"])
    page.keyboard.down("Shift")
    drawn.click("re78", "treat")
    page.keyboard.up("Shift")
    for name, holds in (
        ("Instrument", lambda said: ["instrument", "treat"] in said["edges"]),
        ("Hidden common cause", lambda said: ["re78", "treat"] in said["bidirected"]),
        ("Selection", lambda said: said["selected"] == ["selected"]),
        ("M-structure", lambda said: said["latent"] == ["hidden 1", "hidden 2"]),
        ("Collider", lambda said: ["re78", "collider"] in said["edges"]),
        ("Mediator", lambda said: ["mediator", "re78"] in said["edges"]),
    ):
        drawn.press("Escape")
        page.keyboard.down("Shift")
        drawn.click("re78", "treat")
        page.keyboard.up("Shift")
        drawn.button("Fragments").click()
        insert(page, name)
        drawn.python(holds)
    boxes = page.locator(".node .body").evaluate_all(
        "bodies => bodies.map((body) => body.getBoundingClientRect()).map(({x, y, right, bottom}) =>"
        " [x, y, right, bottom])"
    )
    apart = [a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1] for a in boxes for b in boxes if a != b]
    assert all(apart), "nodes lie on each other"
    drawn.press("Escape")
    drawn.button("Fragments").click()
    insert(page, "Confounder")
    said = drawn.python(lambda said: ["confounder", "y"] in said["edges"])
    assert ["confounder", "x"] in said["edges"]


def test_a_selection_is_saved_as_a_fragment_of_this_browser(drawn: Drawn, page: Page) -> None:
    drawn.open()
    drawn.press("Control+a")
    page.locator(".canvas > svg").focus()
    drawn.press("Control+a")
    drawn.button("Fragments").click()
    page.get_by_label("Name of the fragment").fill("  job   <b>training</b> ")
    drawn.press("Enter")
    drawn.message("Saved job <b>training</b> in this browser")
    drawn.open(graph="empty")
    drawn.button("Fragments").click()
    insert(page, "job <b>training</b>")
    said = drawn.python(lambda said: len(said["nodes"]) == 3)
    assert said["edges"] == [["age", "treat"], ["age", "re78"], ["treat", "re78"]]
    drawn.button("Fragments").click()
    drawn.button("Delete the fragment job <b>training</b>").click()
    expect(page.locator(".menu .saved")).to_have_count(0)
    drawn.press("Escape")
    expect(drawn.button("Fragments")).to_be_focused()
    page.mouse.click(*drawn.free())
    page.evaluate(
        'localStorage.setItem(\'dostudio.fragments\', \'[{"name": "bad", "piece": {"nodes": 3}}]\')'
    )
    drawn.button("Fragments").click()
    expect(page.locator(".menu .saved")).to_have_count(0)
    insert(page, "Mediator")
    drawn.python(lambda said: ["x", "mediator"] in said["edges"])
