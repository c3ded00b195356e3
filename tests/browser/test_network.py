"""A Bayesian network by hand: click a level to see it, read the change, set it instead, take it back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from causal_core.what_if.published import published

pytestmark = pytest.mark.browser

AT_ONCE = """([level, other]) => {
  const was = other.getAttribute("aria-label");
  level.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
  return [was, other.getAttribute("aria-label")];
}"""
"""What another level says before a click and right after it, without waiting for an answer."""

IS_AHEAD = """([node, level]) =>
  [...(globalThis.dostudioAhead ?? new Map()).values()].some((each) => each.answers[node]?.[level])"""


def level(page: Page, node: str, name: str) -> Locator:
    return page.locator(f'.live .level[aria-label^="{node} = {name}:"]')


def test_seeing_and_setting_by_click(page: Page, studio_base: str, tmp_path: Path) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-smoking_tar button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile("^Network$")).first.click()
    page.wait_for_url("**/network*")
    main = page.get_by_test_id("stMain")
    expect(level(page, "cancer", "1")).to_be_visible(timeout=60_000)

    smoking, ties = level(page, "smoking", "1"), page.locator(".way.tied")
    smoking.click()
    expect(level(page, "cancer", "1")).to_contain_text("85.2 %")
    expect(smoking).to_have_attribute("aria-pressed", "true")
    expect(main).to_contain_text("Seen: smoking = 1")
    expect(ties).to_be_visible()
    smoking.press("Enter")
    expect(smoking).to_have_attribute("aria-pressed", "false")
    expect(main).not_to_contain_text("Seen: smoking")

    main.get_by_role("radio", name="Do", exact=True).click()
    expect(main).to_contain_text("Click a level to set it", timeout=30_000)
    smoking.click()
    expect(level(page, "cancer", "1")).to_contain_text("45.4 %")
    expect(ties).to_be_hidden()
    expect(main).to_contain_text("Set: smoking = 1")

    file = tmp_path / "alarm.bif"
    file.write_text(published("alarm"))
    main.get_by_test_id("stSelectbox").first.locator("input").click()
    page.get_by_role("option", name="A file of a network").click()
    main.locator("input[type=file]").set_input_files(file)
    pressure = level(page, "BP", "HIGH")
    expect(pressure).to_be_attached(timeout=60_000)
    page.wait_for_function(IS_AHEAD, arg=["BP", "HIGH"])
    # The answer is there before the click: beliefs of 37 nodes move in the same turn of the browser.
    was, now = page.evaluate(AT_ONCE, [pressure.element_handle(), level(page, "CO", "HIGH").element_handle()])
    assert now.endswith(f"before {was.split(': ')[1]}")
    expect(main).to_contain_text("Seen: BP = HIGH")
    expect(level(page, "CO", "HIGH")).to_have_attribute("aria-label", now)
    frame = page.locator(".frame:has(.live)")
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth + 300")
    page.get_by_role("button", name="Fit to the page").click()
    assert frame.evaluate("box => box.scrollWidth <= box.clientWidth + 1")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_test_id("stException")).to_have_count(0)
