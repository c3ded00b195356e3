"""What a person does to defend an estimate: other analyses, a repetition, attempts to break it, a p-value."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CHART = ".js-plotly-plot"


class Defender:
    """A person with a study who expects to be contradicted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.main = page.get_by_test_id("stMain")

    def go(self, name: str) -> None:
        self.page.get_by_test_id("stTopNavLink").filter(has_text=name).first.click()
        self.page.wait_for_url(f"**/{name.lower()}*")
        expect(self.page.locator("h1")).to_be_visible()

    def start(self, step: str) -> None:
        self.page.locator(f".st-key-start-{step} button").click()

    def section(self, name: str) -> None:
        self.main.get_by_role("radio", name=name).or_(
            self.main.get_by_role("button", name=name)
        ).first.click()

    def sees(self, text: str | re.Pattern[str], seconds: int = 60) -> None:
        expect(self.main).to_contain_text(text, timeout=seconds * 1000)


def test_an_estimate_is_defended_against_other_analyses_and_attempts_to_break_it(
    page: Page, studio_base: str, screenshot
) -> None:
    me = Defender(page)
    page.goto(studio_base)
    page.locator(".st-key-open-nhefs button").click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    me.go("Estimate")
    me.start("estimate")
    me.sees("Setting qsmk to 1 instead of 0 raises wt82_71 by", seconds=120)

    me.go("Validate")
    me.start("curve")
    me.sees("ATE: over everybody", seconds=120)
    me.sees(re.compile(r"9 specifications \(1 set, 9 methods\)"))
    curve = page.locator(CHART).first
    expect(curve).to_be_visible()
    expect(curve).to_contain_text("Entropy balancing")
    screenshot("defend-curve")
    page.get_by_text("Turn sets and methods on and off").click()
    shown = page.locator("[class*='st-key-validate-shown-methods']")
    shown.get_by_role("button", name="Remove Entropy balancing").click()
    me.sees(re.compile(r"8 specifications \(1 set, 8 methods\)"))
    expect(curve).not_to_contain_text("Entropy balancing")

    me.section("Repeat this study")
    me.sees("In a world fitted to these data")
    thumb = page.get_by_role("slider")
    thumb.focus()
    for _ in range(2):
        thumb.press("ArrowLeft")
    me.sees("Repeat this study 50 times")
    me.start("repeat")
    me.sees(re.compile(r"held the truth in \d+ of 50 repetitions"), seconds=120)
    expect(page.locator(CHART)).to_have_count(1)
    screenshot("defend-repeat")

    me.go("Refute")
    count = page.get_by_role("spinbutton", name="Simulations of each")
    count.fill("20")
    count.press("Enter")
    me.start("refute")
    me.sees("What none of this can tell", seconds=120)
    line = page.locator("strong", has_text="the strongest known").first.inner_text()
    assert re.fullmatch(
        r"A hidden confounder [\d.]+ times as strong as \w+, the strongest known, a graph wrong otherwise, "
        r"or models that do not fit\.",
        line,
    )
    screenshot("defend-refute")
    page.get_by_role("button", name="What does this p-value mean?").first.click()
    answer = page.get_by_test_id("stPopoverBody")
    expect(answer).to_contain_text("What was tested:")
    expect(answer).to_contain_text("Good news:")
    expect(page.get_by_test_id("stException")).to_have_count(0)
