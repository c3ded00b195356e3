"""Risk or uplift, as a stakeholder is shown it: ranking by risk loses, at this share and at another."""

import re

import pytest
from playwright.sync_api import Page, expect

from pages.shared.header import TITLES
from tests.browser.steps import go, learn, open_offers

pytestmark = pytest.mark.browser


def test_ranking_by_risk_loses_and_the_share_changes_by_how_much(page: Page, studio_base: str) -> None:
    open_offers(page, studio_base)
    main = page.get_by_test_id("stMain")
    go(page, "Risk or uplift", "gap")
    learn(page)
    verdict = main.get_by_test_id("stAlert").first
    expect(verdict).to_contain_text("Ranking by effect gains more: with 20 % treated", timeout=120_000)
    expect(verdict).to_contain_text(re.compile(r"ranking by risk with .+ costs [\d,]+ EUR"))
    picture = main.locator(".js-plotly-plot").first
    expect(picture.locator(".annotation")).to_contain_text("gap")

    page.get_by_test_id("stSlider").get_by_role("slider").press("ArrowRight")
    expect(verdict).to_contain_text("with 21 % treated", timeout=30_000)

    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        # Titles of the navigation that do not fit would fold away.
        expect(page.get_by_test_id("stTopNavLink")).to_have_count(len(TITLES))
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    expect(main.locator(".dos-kinds td.persuadable")).to_contain_text("like a persuadable")
    expect(page.get_by_test_id("stException")).to_have_count(0)
