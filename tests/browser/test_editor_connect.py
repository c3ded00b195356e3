import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser


def test_a_click_on_one_node_and_then_another_draws_an_arrow(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="roles")
    drawn.click("lottery")
    expect(drawn.node("lottery")).to_have_class("node instrument chosen armed")
    expect(page.locator(".hint")).to_contain_text("Click another node to draw an arrow from lottery")
    page.mouse.move(*drawn.at("age"))
    expect(page.locator(".draft")).not_to_have_attribute("d", "")
    drawn.click("age")
    drawn.python(lambda said: ["lottery", "age"] in said["edges"])
    expect(page.locator(".node.armed")).to_have_count(0)
    expect(page.locator(".edge.chosen title")).to_have_text("lottery → age")
    drawn.click("lottery", "age")
    drawn.message("lottery → age is there already: it is selected")
    drawn.click("age", "lottery")
    said = drawn.python(lambda said: ["age", "lottery"] in said["bidirected"])
    assert ["lottery", "age"] not in said["edges"]
    drawn.click("lottery", "age")
    drawn.message("lottery ↔ age is there already")
    drawn.click("survey", "treat")
    drawn.message("Made it treat ↔ survey")
    drawn.click("survey", "lottery")
    drawn.message("would be a cycle")


def test_only_the_very_next_click_connects(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="roles")
    armed = page.locator(".node.armed")
    before = drawn.python(lambda _: True)["edges"]

    def drag(name: str) -> None:
        x, y = drawn.at(name)
        drawn.drag((x, y), (x + 30, y - 30))

    for disarm in (
        lambda: drawn.press("Escape"),
        lambda: drawn.press("."),
        lambda: page.mouse.click(*drawn.free()),
        lambda: page.mouse.click(*drawn.midway("lottery", "treat")),
        lambda: drag("survey"),
        lambda: drawn.button("Two-headed").dblclick(),
        lambda: drawn.click("lottery"),
    ):
        drawn.click("lottery")
        expect(armed).to_have_count(1)
        disarm()
        expect(armed).to_have_count(0)
    page.keyboard.down("Shift")
    drawn.click("lottery", "age")
    page.keyboard.up("Shift")
    expect(page.locator(".node.chosen")).to_have_count(1)  # lottery was selected, Shift took it out
    drawn.button("Click to connect").click()
    drawn.click("lottery", "age")
    expect(armed).to_have_count(0)
    expect(drawn.button("Click to connect")).to_have_attribute("aria-pressed", "false")
    drawn.press("l")
    said = drawn.python(lambda said: "age" in said["latent"])
    assert said["edges"] == before


def test_a_double_click_after_a_click_elsewhere_renames_and_draws_nothing(drawn: Drawn, page: Page) -> None:
    drawn.open(graph="roles")
    before = drawn.python(lambda _: True)["edges"]
    drawn.click("lottery")
    page.mouse.dblclick(*drawn.at("age"))
    page.keyboard.type("years")
    drawn.press("Enter")
    said = drawn.python(lambda said: "years" in said["nodes"])
    assert said["edges"] == [["years" if name == "age" else name for name in pair] for pair in before]
    drawn.press("Control+z")
    assert drawn.python(lambda said: "age" in said["nodes"])["edges"] == before
    expect(drawn.button("Undo (Ctrl+Z)")).to_be_disabled()
