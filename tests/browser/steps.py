"""Steps that several journeys begin with."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def go(page: Page, name: str, address: str) -> None:
    """Go to a page by the navigation."""
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"^{name}$")).first.click()
    page.wait_for_url(f"**/{address}*")


def open_offers(page: Page, base: str) -> None:
    """Open the trial of four offers and leave one learner to it, the quickest."""
    page.goto(base)
    page.locator(".st-key-open-retention_offers button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    expect(page.get_by_test_id("stMain")).to_contain_text("20,000", timeout=60_000)
    go(page, "Uplift", "uplift")
    learners = page.get_by_test_id("stMultiSelect").first
    for name in ("T", "X", "DR"):
        remove = learners.get_by_role("button", name=f"Remove {name}", exact=True)
        remove.click()
        expect(remove).to_have_count(0, timeout=15_000)


def learn(page: Page) -> None:
    """Start learning who responds, unless an earlier journey of this server has done so already."""
    start = page.locator(".st-key-start-uplift button")
    expect(start.or_(page.get_by_test_id("stPlotlyChart")).first).to_be_visible(timeout=120_000)
    if start.count():
        start.click()
