"""What if, as an analyst asks it: a number is set, a slider is moved, the change is read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go

pytestmark = pytest.mark.browser


def test_a_moved_slider_changes_what_is_said_and_levers_are_compared(page: Page, studio_base: str) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-retention_observational button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("10,000", timeout=60_000)
    go(page, "What if", "what_if")
    page.locator(".st-key-start-what_if button").click()
    verdict = main.get_by_test_id("stAlert").first
    expect(verdict).to_contain_text("Under this model, setting offer to 1 takes", timeout=120_000)
    expect(main).to_contain_text("Everything that moves")

    main.get_by_test_id("stSelectbox").first.get_by_role("combobox").click()
    page.get_by_role("option", name="support_calls", exact=True).click()
    expect(verdict).to_contain_text("setting support_calls to", timeout=60_000)
    said = verdict.inner_text()
    slider = main.get_by_test_id("stSlider").get_by_role("slider").first
    slider.press("ArrowRight")
    expect(verdict).not_to_have_text(said, timeout=30_000)
    expect(verdict).to_contain_text(re.compile(r"takes .+ from [\d.]+ to [\d.]+"))

    main.get_by_test_id("stButtonGroup").get_by_text("Which lever", exact=True).click()
    expect(main.get_by_test_id("stAlert").first).to_contain_text("Most for its cost", timeout=60_000)

    # Another page and another view leave what was chosen as it was.
    go(page, "Data", "data")
    go(page, "What if", "what_if")
    expect(main.get_by_test_id("stAlert").first).to_contain_text("Most for its cost", timeout=60_000)
    main.get_by_test_id("stButtonGroup").get_by_text("Do and see", exact=True).click()
    expect(verdict).to_contain_text("setting support_calls to", timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
