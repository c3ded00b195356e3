"""Bandits, as a stakeholder is shown it: learning while acting, against experiments of two lengths."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go, learn, open_offers

pytestmark = pytest.mark.browser


def test_a_longer_experiment_is_another_comparison(page: Page, studio_base: str) -> None:
    page.set_viewport_size({"width": 1600, "height": 900})
    open_offers(page, studio_base)
    main = page.get_by_test_id("stMain")
    go(page, "Bandits", "bandits")
    learn(page)
    verdict = main.get_by_test_id("stAlert").first
    expect(verdict).to_contain_text("Under this fitted model", timeout=180_000)
    expect(verdict).to_contain_text("an experiment of 8 rounds")
    picture = main.locator(".js-plotly-plot").first
    expect(picture).to_contain_text("Cumulative regret (EUR)")
    expect(picture).to_contain_text("the experiment ends")

    length = page.get_by_test_id("stSlider").filter(has_text="Rounds of the experiment")
    length.get_by_role("slider").press("ArrowRight")
    expect(verdict).to_contain_text("an experiment of 9 rounds", timeout=120_000)

    page.get_by_role("tab", name="Replay on your data").click()
    page.locator(".st-key-start-bandit_replay button").click()
    expect(main).to_contain_text("On your own log, without a model of outcomes", timeout=120_000)

    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
