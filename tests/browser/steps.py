"""Steps that several journeys begin with."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect


def go(page: Page, name: str, address: str) -> None:
    """Go to a page by the navigation."""
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile(f"^{name}$")).first.click()
    page.wait_for_url(f"**/{address}*")


def open_table(page: Page, base: str, path: Path, says: str) -> None:
    """Bring a table of one's own, and wait for what the Data page says of it."""
    page.goto(base)
    page.locator("input[type=file]").first.set_input_files(path, timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    expect(page.get_by_test_id("stMain")).to_contain_text(says, timeout=60_000)


def give_graph(page: Page, text: str, says: str) -> None:
    """Give the graph as text, and wait for what the Graph page says of it."""
    go(page, "Graph", "graph")
    page.locator(".canvas > svg").wait_for()
    field = page.get_by_label(re.compile("^Edit it, or paste a graph"))
    # A page that is just drawn anew may close again what was opened.
    for _ in range(5):
        if field.is_visible():
            break
        page.get_by_text("The graph as text").click()
        page.wait_for_timeout(1000)
    field.fill(text)
    # The text is taken when its field is left; on a busy machine a click at that moment may miss its button.
    field.blur()
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Use this text").click()
    expect(page.get_by_test_id("stMain")).to_contain_text(says, timeout=30_000)


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
