"""The next experiment as it is planned: a smaller effect takes more people; a locked part answers last."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TAKES = re.compile(r"It takes ([\d,]+) \([\d,]+ to [\d,]+\) people")


def people(page: Page) -> int:
    found = TAKES.search(page.get_by_test_id("stMain").get_by_test_id("stAlert").first.inner_text())
    assert found is not None
    return int(found.group(1).replace(",", ""))


def test_a_smaller_effect_takes_more_people_and_rows_are_locked_away(page: Page, studio_base: str) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-retention_offers button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("20,000", timeout=60_000)
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile("^Experiment$")).first.click()
    page.wait_for_url("**/experiment*")
    answer = main.get_by_test_id("stAlert").first
    expect(answer).to_contain_text(TAKES, timeout=120_000)
    expect(answer).to_contain_text("an average effect in every arm of 0.09")
    first = people(page)
    expect(main.locator(".js-plotly-plot .annotation").first).to_contain_text(f"{first:,} people")

    size = main.get_by_label(re.compile("^Smallest size worth finding"))
    size.fill("0.12")
    size.press("Enter")
    expect(answer).to_contain_text("an average effect in every arm of 0.12", timeout=120_000)
    assert 0.4 * first < people(page) < 0.7 * first

    page.get_by_test_id("stTab").filter(has_text="Locked part").click()
    lock = main.get_by_role("button", name="Lock these rows away")
    lock.click(timeout=30_000)
    page.wait_for_url("**/data*", timeout=60_000)
    expect(main).to_contain_text("4,000 of 20,000 rows are locked away", timeout=60_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
