"""The decision memo, as a manager is shown it: read, moved by its sliders, and taken away."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import go, learn, open_offers

pytestmark = pytest.mark.browser


def test_the_memo_is_read_moved_and_taken_away(page: Page, studio_base: str, tmp_path: Path) -> None:
    open_offers(page, studio_base)
    main = page.get_by_test_id("stMain")
    go(page, "Policy", "policy")
    learn(page)
    memo = main.get_by_test_id("stAlert").first
    expect(memo).to_contain_text("Treat the 20 % with the largest predicted benefit", timeout=120_000)
    expect(memo).to_contain_text(re.compile(r"gains [\d.]+ EUR .+ per customer: a clear gain"))
    expect(memo).to_contain_text("Compared with treating everybody with")
    expect(main.get_by_test_id("stMetricLabel").first).to_contain_text("EUR")

    share = page.get_by_test_id("stSlider").get_by_role("slider")
    share.press("ArrowRight")
    expect(memo).to_contain_text("Treat the 21 % with", timeout=30_000)
    expect(memo).to_contain_text("2,100 of 10,000 people")

    people = page.get_by_role("spinbutton", name="People to treat or not")
    people.fill("50000")
    people.press("Enter")
    expect(memo).to_contain_text("For 50,000 people", timeout=30_000)
    budget = page.get_by_test_id("stButtonGroup").get_by_text("By budget", exact=True)
    budget.click()
    expect(main.locator(".js-plotly-plot").first).to_contain_text("Budget for 50,000 people", timeout=30_000)

    for tab in ("How sure are we", "What was assumed", "What to do next", "Who gets what"):
        page.get_by_test_id("stTab").filter(has_text=tab).click()
        page.wait_for_timeout(300)
    expect(main.locator(".js-plotly-plot").last).to_contain_text("Who gets what, by", timeout=30_000)
    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 0

    with page.expect_download() as kept:
        page.get_by_role("button", name="Download memo").click()
    kept.value.save_as(tmp_path / "memo.html")
    text = (tmp_path / "memo.html").read_text(encoding="utf-8")
    assert "Treat the 21 % with the largest predicted benefit" in text
    assert "Who gets what" in text

    page.get_by_test_id("stTab").filter(has_text="Export").click()
    page.locator(".st-key-start-export button").click(timeout=30_000)
    with page.expect_download(timeout=120_000) as kept:
        page.get_by_role("button", name="Assignments as csv").click(timeout=120_000)
    kept.value.save_as(tmp_path / "who.csv")
    lines = (tmp_path / "who.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 20_001
    assert lines[0].startswith("row,arm")
    expect(page.get_by_test_id("stException")).to_have_count(0)

    opened = page.context.new_page()
    opened.goto((tmp_path / "memo.html").as_uri())
    expect(opened.locator("h1")).to_contain_text("Whom should we treat")
    expect(opened.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    opened.close()
