"""Comparing two graphs with the mouse: taking an arrow over, and taking that back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OTHER = "stone_size -> success; treatment -> stone_size; treatment -> success; luck -> success"


def go(page: Page, name: str, title: str) -> None:
    page.get_by_test_id("stTopNavLink").filter(has_text=name).first.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_an_arrow_taken_over_is_one_step_that_undo_takes_back(
    page: Page, studio_base: str, screenshot: Callable[[str], None]
) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-kidney_stones button").click()
    expect(page.locator("h1")).to_have_text("What do we have?", timeout=60_000)
    go(page, "Graph", "What causes what?")
    page.locator(".canvas > svg").wait_for()
    go(page, "Compare", "Where do two graphs disagree?")
    page.get_by_label("A graph as dagitty").fill(OTHER)
    page.get_by_role("button", name="Compare with this text").click()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("The decisions differ.", timeout=30_000)
    expect(main).to_contain_text("Not in your graph: luck.")
    screenshot("compare-light")
    page.get_by_role("button", name="Take over this arrow").first.click()
    expect(main).to_contain_text("The decisions agree", timeout=30_000)
    go(page, "Graph", "What causes what?")
    undo = page.get_by_role("button", name="Undo")
    expect(main).to_contain_text("Nothing need be adjusted for", timeout=30_000)
    undo.first.click()
    expect(main).to_contain_text("Adjusting for stone_size closes every path", timeout=30_000)
    go(page, "Compare", "Where do two graphs disagree?")
    expect(main).to_contain_text("The decisions differ.", timeout=30_000)
