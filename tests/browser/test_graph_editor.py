from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser


def test_dragging_a_node_moves_it_and_keeps_the_others(drawn: Drawn) -> None:
    drawn.open()
    x, y = drawn.at("age")
    treat = drawn.at("treat")
    drawn.page.keyboard.down("Alt")
    drawn.drag((x, y), (x + 120, y + 60))
    drawn.page.keyboard.up("Alt")
    said = drawn.python(lambda said: said["positions"]["age"][0] > 1.1)
    assert said["positions"]["treat"] == pytest.approx([0, 1.4], abs=0.01)
    assert said["revision"] == 0
    drawn.page.get_by_role("button", name="Rerun").click()
    drawn.python(lambda now: now["runs"] > said["runs"])
    assert drawn.at("age") == pytest.approx((x + 120, y + 60), abs=2)
    assert drawn.at("treat") == pytest.approx(treat, abs=1)


def test_arrows_are_drawn_from_the_ring_and_a_cycle_is_refused_by_name(drawn: Drawn) -> None:
    drawn.open()
    drawn.connect("treat", "age")
    drawn.message("treat → age → treat would be a cycle")
    drawn.connect("re78", "age")
    drawn.message("re78 → age → re78 would be a cycle")
    drawn.connect("age", "treat")
    drawn.message("age → treat is there already")
    drawn.page.keyboard.down("Shift")
    drawn.connect("treat", "age")
    drawn.page.keyboard.up("Shift")
    said = drawn.python(lambda said: bool(said["bidirected"]))
    assert said["bidirected"] == [["age", "treat"]]
    assert said["edges"] == [["age", "treat"], ["age", "re78"], ["treat", "re78"]]
    drawn.page.get_by_role("button", name="Two-headed", exact=True).click()
    drawn.connect("treat", "re78")
    said = drawn.python(lambda said: len(said["bidirected"]) == 2)
    assert said["bidirected"] == [["age", "treat"], ["re78", "treat"]]


def test_connect_mode_joins_two_clicked_nodes(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.mouse.dblclick(*drawn.free())
    drawn.page.keyboard.type("z")
    drawn.press("Enter")
    drawn.python(lambda said: "z" in said["nodes"])
    drawn.page.get_by_role("button", name="Connect", exact=True).click()
    drawn.page.mouse.click(*drawn.at("z"))
    drawn.page.mouse.click(*drawn.at("treat"))
    drawn.python(lambda said: ["z", "treat"] in said["edges"])


def test_nodes_are_added_renamed_and_deleted(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.mouse.dblclick(*drawn.free())
    drawn.page.keyboard.type("  new   node ")
    drawn.press("Enter")
    drawn.python(lambda said: said["nodes"][-1] == "new node")
    drawn.page.mouse.dblclick(*drawn.at("treat"))
    drawn.page.keyboard.type("age")
    drawn.press("Enter")
    drawn.message("There is a node named age already")
    drawn.page.keyboard.press("Control+a")
    drawn.page.keyboard.type("job training")
    drawn.press("Enter")
    said = drawn.python(lambda said: said["treatment"] == "job training")
    assert ["age", "job training"] in said["edges"]
    drawn.press("F2")
    drawn.page.keyboard.type("nothing")
    drawn.press("Escape")
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("Delete")
    said = drawn.python(lambda said: "age" not in said["nodes"])
    assert said["nodes"] == ["job training", "re78", "new node"]
    assert said["edges"] == [["job training", "re78"]]


def test_columns_are_clicked_or_dragged_onto_the_canvas(drawn: Drawn) -> None:
    drawn.open()
    chips = drawn.page.locator(".columns button:visible")
    expect(chips).to_have_text(["education", "married"])
    chips.nth(0).click()
    drawn.python(lambda said: said["nodes"][-1] == "education")
    expect(chips).to_have_text(["married"])
    box = chips.nth(0).bounding_box()
    assert box
    drawn.drag((box["x"] + 10, box["y"] + 10), drawn.free())
    drawn.python(lambda said: said["nodes"][-1] == "married")
    assert drawn.at("married") == pytest.approx(drawn.free(), abs=3)
    drawn.page.keyboard.press("Control+z")
    expect(chips).to_have_text(["married"])


def test_keys_set_roles_and_act_on_the_arrow_that_was_clicked(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("l")
    drawn.python(lambda said: said["latent"] == ["age"])
    drawn.press("u", "t")
    drawn.python(lambda said: said["latent"] == [] and said["treatment"] == "age")
    drawn.press("o")
    drawn.python(lambda said: (said["treatment"], said["outcome"]) == (None, "age"))
    drawn.press("s")
    drawn.message("selected by design, so it can be neither treatment nor outcome")
    (ax, ay), (bx, by) = drawn.at("treat"), drawn.at("re78")
    drawn.page.mouse.click((ax + bx) / 2, (ay + by) / 2 + 4)
    drawn.press("r")
    drawn.python(lambda said: ["re78", "treat"] in said["edges"])
    drawn.press("b")
    said = drawn.python(lambda said: said["bidirected"] == [["re78", "treat"]])
    assert said["edges"] == [["age", "treat"], ["age", "re78"]]
    drawn.press("Backspace")
    drawn.python(lambda said: said["bidirected"] == [])


def test_the_keyboard_alone_draws_a_graph(drawn: Drawn) -> None:
    drawn.open(graph="empty")
    drawn.page.locator(".canvas > svg").focus()
    for name in ("x", "y"):
        drawn.press("n")
        drawn.page.keyboard.type(name)
        drawn.press("Enter")
        drawn.python(lambda said, name=name: name in said["nodes"])
    drawn.page.locator(".canvas > svg").focus()
    drawn.press("Tab")
    expect(drawn.node("x")).to_be_focused()
    drawn.press("c", "Tab")
    expect(drawn.node("y")).to_be_focused()
    drawn.press("Enter")
    said = drawn.python(lambda said: said["edges"] == [["x", "y"]])
    expect(drawn.node("x")).to_have_attribute("aria-label", "x, arrow to y")
    before = said["positions"]["y"]
    drawn.press("ArrowRight", "ArrowRight", "ArrowDown")
    moved = drawn.python(lambda said: said["positions"]["y"] != before)["positions"]["y"]
    assert moved == pytest.approx([before[0] + 20 / 215, before[1] + 10 / 92])
    drawn.press("Control+z")
    drawn.python(lambda said: said["positions"]["y"] == before)
    drawn.press("Shift+Tab", "c", "Tab", "Escape", ".")
    drawn.message("x → y selected")
    drawn.press("Delete")
    drawn.python(lambda said: said["edges"] == [])


def test_several_nodes_are_selected_moved_copied_and_deleted(drawn: Drawn) -> None:
    drawn.open()
    x, y = drawn.free()
    box = drawn.page.locator(".canvas > svg").bounding_box()
    assert box
    drawn.page.keyboard.down("Shift")
    drawn.drag((x, y), (box["x"] + box["width"] - 80, box["y"] + box["height"] - 90))
    drawn.page.keyboard.up("Shift")
    expect(drawn.page.locator(".node.chosen")).to_have_count(3)
    tx, ty = drawn.at("treat")
    drawn.drag((tx, ty), (tx + 30, ty - 20))
    said = drawn.python(lambda said: said["positions"]["treat"][0] > 0.05)
    assert said["positions"]["age"][0] - 1 == pytest.approx(said["positions"]["treat"][0], abs=0.01)
    drawn.press("Control+c", "Control+v")
    said = drawn.python(lambda said: len(said["nodes"]) == 6)
    assert said["edges"][3:] == [["age 2", "treat 2"], ["age 2", "re78 2"], ["treat 2", "re78 2"]]
    drawn.press("Delete")
    drawn.python(lambda said: said["nodes"] == ["age", "treat", "re78"])


def test_the_view_zooms_pans_and_fits_without_touching_the_graph(drawn: Drawn) -> None:
    drawn.open()
    said = drawn.python(lambda _: True)
    start = drawn.at("age")
    drawn.page.mouse.move(*drawn.at("treat"))
    drawn.page.mouse.wheel(0, -240)
    drawn.page.wait_for_timeout(100)
    zoomed = drawn.at("age")
    assert zoomed[0] - drawn.at("treat")[0] > 1.2 * (start[0] - drawn.at("treat")[0])
    x, y = drawn.free()
    drawn.drag((x, y), (x + 50, y + 25))
    assert drawn.at("age") == pytest.approx((zoomed[0] + 50, zoomed[1] + 25), abs=1)
    drawn.page.get_by_role("button", name="Fit the graph").click()
    assert drawn.at("age") == pytest.approx(start, abs=1)
    assert drawn.python(lambda _: True) == said


def test_a_slow_script_loses_no_gesture(drawn: Drawn) -> None:
    drawn.open(sleep="1")
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("l")
    drawn.page.wait_for_timeout(300)
    x, y = drawn.at("re78")
    drawn.drag((x, y), (x + 60, y))
    drawn.page.keyboard.down("Shift")
    drawn.connect("age", "treat")
    drawn.page.keyboard.up("Shift")
    said = drawn.python(lambda said: bool(said["bidirected"]))
    assert said["latent"] == ["age"]
    assert said["positions"]["re78"][0] > 2.1


def test_undo_goes_back_through_a_change_made_in_python(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("l")
    drawn.python(lambda said: said["latent"] == ["age"])
    drawn.page.get_by_role("button", name="Add from Python").click()
    drawn.python(lambda said: "added" in said["nodes"] and said["revision"] == 1)
    expect(drawn.node("added")).to_be_visible()
    drawn.settle()
    drawn.page.mouse.click(*drawn.at("added"))
    expect(drawn.page.locator(".node.chosen .label")).to_have_text("added")
    drawn.press("Control+z")
    said = drawn.python(lambda said: "added" not in said["nodes"])
    assert (said["revision"], said["latent"]) == (1, ["age"])
    drawn.press("Control+z")
    drawn.python(lambda said: said["latent"] == [])
    drawn.press("Control+y", "Control+Shift+z")
    said = drawn.python(lambda said: "added" in said["nodes"])
    assert said["latent"] == ["age"]


def test_history_and_graph_survive_a_visit_to_another_page(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("l")
    drawn.page.get_by_role("link", name="View").click()  # at once, while the gesture is under way
    expect(drawn.page.get_by_text("The view is drawn.")).to_be_visible()
    drawn.page.get_by_role("link", name="Draw").click()
    drawn.python(lambda said: said["latent"] == ["age"])
    place = drawn.at("age")
    drawn.page.mouse.click(*drawn.at("treat"))
    drawn.press("Control+z")
    drawn.python(lambda said: said["latent"] == [])
    assert drawn.at("age") == pytest.approx(place, abs=1)


def test_a_graph_that_python_refuses_is_taken_back_with_the_reason(drawn: Drawn) -> None:
    drawn.open(refuse="1")
    drawn.page.mouse.click(*drawn.at("age"))
    drawn.press("l")
    drawn.message("age is latent. Nothing may be latent here.")
    expect(drawn.page.locator(".node.unseen")).to_have_count(0)
    drawn.press("o")
    drawn.python(lambda said: said["outcome"] == "age" and said["latent"] == [])


def test_layout_comes_from_python_as_one_step(drawn: Drawn) -> None:
    drawn.open()
    drawn.page.get_by_role("button", name="Layout").click()
    said = drawn.python(lambda said: said["revision"] == 1)
    assert said["positions"]["treat"][1] == said["positions"]["re78"][1] == 0
    drawn.page.get_by_role("button", name="Undo").click()
    said = drawn.python(lambda said: said["positions"]["treat"][1] == pytest.approx(1.4, abs=0.01))
    assert said["revision"] == 1


def test_a_layout_says_when_it_is_there_and_when_nothing_moved(drawn: Drawn, page: Page) -> None:
    drawn.open()
    status = page.locator(".message")
    drawn.button("Layout").click()
    expect(status).to_have_text("Laid out")
    drawn.button("Layout").click()
    expect(status).to_have_text("The layout is the same already")
    drawn.python(lambda said: said["revision"] == 2)
    drawn.button("Undo (Ctrl+Z)").click()
    expect(status).to_have_text("Undone: laid out")
    expect(drawn.button("Undo (Ctrl+Z)")).to_be_disabled()
    drawn.open(graph="empty")
    drawn.button("Layout").click()
    expect(status).to_have_text("Add nodes first")


def test_undoing_a_rename_keeps_the_node_selected(drawn: Drawn, page: Page) -> None:
    drawn.open()
    drawn.click("age")
    drawn.press("r")
    page.keyboard.type("years")
    drawn.press("Enter")
    chosen = page.locator(".node.chosen .label")
    for keys, name in (("Control+z", "age"), ("Control+y", "years"), ("Control+z", "age")):
        drawn.press(keys)
        drawn.python(lambda said, name=name: name in said["nodes"])
        expect(chosen).to_have_text(name)
        expect(drawn.node(name)).to_be_focused()
    drawn.press("Control+y", "Escape")
    page.mouse.click(*drawn.midway("years", "treat"))
    drawn.press("Control+z")
    expect(page.locator(".edge.chosen title")).to_have_text("age → treat")
    drawn.press("b")
    drawn.python(lambda said: said["bidirected"] == [["age", "treat"]])


def test_another_graph_from_python_is_said_and_fitted_and_so_is_its_undo(drawn: Drawn, page: Page) -> None:
    drawn.open()
    drawn.click("age")
    drawn.press("ArrowRight")
    drawn.python(lambda said: said["positions"]["age"][0] > 1)
    drawn.press("Control+z")
    drawn.message("Undone: moved age")
    places = [drawn.at(name) for name in ("age", "treat", "re78")]
    page.get_by_role("button", name="Another graph").click()
    drawn.message("Changed outside the editor. Undo brings the old graph back")
    drawn.python(lambda said: said["nodes"] == ["far", "away"])
    frame = page.locator(".canvas > svg").bounding_box()
    assert frame

    def is_seen(*names: str) -> bool:
        around = [drawn.at(name) for name in names]
        middle = [sum(place[axis] for place in around) / len(around) for axis in (0, 1)]
        return (
            abs(middle[0] - frame["x"] - frame["width"] / 2) < 60
            and abs(middle[1] - frame["y"] - frame["height"] / 2) < 60
        )

    assert is_seen("far", "away")
    drawn.button("Undo (Ctrl+Z)").click()
    drawn.python(lambda said: said["nodes"] == ["age", "treat", "re78"])
    assert [drawn.at(name) for name in ("age", "treat", "re78")] == [
        pytest.approx(place, abs=1) for place in places
    ]
    drawn.button("Redo (Ctrl+Y)").click()
    drawn.python(lambda said: said["nodes"] == ["far", "away"])
    assert is_seen("far", "away")


def test_names_are_text_and_stay_inside_their_nodes(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="names")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".node").count() == 6
    widths = page.locator(".node").evaluate_all(
        "nodes => nodes.map((node) => [node.querySelector('text').getBBox().width,"
        " node.querySelector('.body').getBBox().width])"
    )
    assert all(text < body - 20 for text, body in widths)
    expect(page.locator(".node > title").nth(0)).to_have_text("<img src=x onerror=window.hacked=1>")
    page.get_by_role("link", name="View").click()
    expect(page.get_by_text("The view is drawn.")).to_be_visible()
    page.frame_locator("iframe").locator("canvas").wait_for()
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None


def test_a_step_of_a_drag_draws_only_what_it_touches(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="large")
    x, y = drawn.at("v105")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 6, y)
    page.locator(".canvas > svg").evaluate(
        """(canvas) => {
            window.changed = new Set();
            const see = (records) => records.forEach(({ target }) => window.changed.add(target.closest("g")));
            window.seen = new MutationObserver(see);
            window.seen.observe(canvas, { subtree: true, attributeFilter: ["d", "transform"] });
        }"""
    )
    page.mouse.move(x + 20, y + 14)
    # The node itself, the edges of v105 with v85, v98, v104, v106, v112 and v125, and the guides' layer.
    assert page.evaluate("window.changed.size") == 1 + 6 + 1
    page.mouse.up()


def test_the_theme_changes_the_drawing_but_not_the_graph(
    drawn: Drawn, page: Page, screenshot: Callable[[str], None]
) -> None:
    drawn.open(graph="roles", paths="1")
    label = page.locator(".node .label").first
    light = label.evaluate("label => getComputedStyle(label).fill")
    drawn.page.mouse.click(*drawn.at("age"))
    screenshot("editor_light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(400)
    assert label.evaluate("label => getComputedStyle(label).fill") != light
    expect(page.locator(".node.chosen")).to_have_count(1)
    screenshot("editor_dark")
    expect(drawn.node("age")).to_have_attribute("aria-label", "age, confounder, arrows to treat and re78")
    expect(page.locator(".edge.open title").first).to_have_text("age → treat (open path)")


def test_the_view_is_a_picture_that_answers_no_click(drawn: Drawn, page: Page) -> None:
    page.goto(f"{drawn.base}/viewing?graph=roles")
    canvas = page.frame_locator("iframe").locator("canvas")
    canvas.wait_for()
    page.wait_for_timeout(500)
    box = canvas.bounding_box()
    assert box
    assert box["width"] > 700
    assert box["height"] == pytest.approx(380, abs=2)
    for share in (0.05, 0.14, 0.32, 0.52, 0.72):
        page.mouse.dblclick(box["x"] + share * box["width"], box["y"] + 0.53 * box["height"])
    page.wait_for_timeout(300)
    assert len(page.context.pages) == 1
