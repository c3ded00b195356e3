"""Who responds and why: a group drawn with the mouse gets its effect from rows that no view has shown."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FOUND = re.compile(
    r"The effect here is (−?[\d.]+) share of customers kept \((−?[\d.]+) to (−?[\d.]+)\)",
)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press, move and release over the chart; places are shares of its plane from the upper left."""
    plane = page.locator(".js-plotly-plot .nsewdrag").first
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box is not None
    for step in range(9):
        across, down = (first + (last - first) * step / 8 for first, last in zip(start, end, strict=True))
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
        if step == 0:
            page.mouse.down()
    page.mouse.up()


def told(page: Page) -> tuple[float, float, float]:
    """The effect of the drawn group and its interval, as the page says them."""
    said = FOUND.search(page.get_by_test_id("stMain").inner_text())
    assert said is not None
    value, low, high = (float(number.replace("−", "-")) for number in said.groups())
    return value, low, high


def test_a_drawn_box_is_told_its_effect_and_another_box_another(page: Page, studio_base: str) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-retention_offers button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=60_000)
    page.get_by_test_id("stTopNavLink").filter(has_text="Who and why").first.click()
    page.locator(".st-key-start-uplift button").click(timeout=60_000)
    page.get_by_role("radio", name="Draw a group", exact=True).click(timeout=120_000)
    page.locator(".st-key-start-who button").click()
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("held-out rows that were kept sealed for this", timeout=120_000)
    expect(page.locator(".js-plotly-plot .gtitle")).to_have_text("age and plan")

    drag(page, (0.05, 0.1), (0.45, 0.6))
    expect(main).to_contain_text(FOUND, timeout=30_000)
    expect(main).to_contain_text("This is the first group tried on these rows.")
    expect(main).to_contain_text(re.compile(r"[\d,]+ sealed rows, [\d.]+ % of all 3,000"))
    young = told(page)
    assert young[1] < young[0] < young[2]
    assert young[1] > 0

    drag(page, (0.5, 0.2), (0.9, 0.9))
    expect(main).to_contain_text("2 groups were tried on these rows in this session", timeout=30_000)
    old = told(page)
    assert old[1] < old[0] < old[2]
    assert old[0] < young[1]
    expect(page.get_by_test_id("stException")).to_have_count(0)
