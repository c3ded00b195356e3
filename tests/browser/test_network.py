"""A Bayesian network by hand: click a level to see it, read the change, set it instead, take it back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.what_if.networks import monitoring

pytestmark = pytest.mark.browser

PLACE = """(plot, [node, level]) => {
  const trace = plot.data.find(each => each.customdata && each.customdata.length);
  const at = trace.customdata.findIndex(each => each[0] === node && each[1] === level);
  const { xaxis, yaxis } = plot._fullLayout;
  return [xaxis.l2p(trace.x[at]) + xaxis._offset, yaxis.l2p(trace.y[at]) + yaxis._offset];
}"""


SETTLE = 800
"""Milliseconds after which a new picture takes clicks."""


def click(page: Page, node: str, level: str, *, says: str = "", no_longer: str = "") -> None:
    """Click a level until the picture follows: one that is just being drawn anew may miss a click."""
    # The picture before stays for a moment, without height, behind the new one.
    plot = page.locator(".st-key-network-frame-live .js-plotly-plot").first
    for last in (False, False, True):
        page.wait_for_timeout(SETTLE)
        x, y = plot.evaluate(PLACE, [node, level])
        plot.click(position={"x": x, "y": y})
        try:
            if says:
                expect(plot).to_contain_text(says, timeout=10_000)
            if no_longer:
                expect(plot).not_to_contain_text(no_longer, timeout=10_000)
        except AssertionError:
            if last:
                raise
        else:
            return


def test_seeing_and_setting_by_click(page: Page, studio_base: str, tmp_path: Path) -> None:
    page.goto(studio_base)
    page.locator(".st-key-open-smoking_tar button").first.click(timeout=60_000)
    page.wait_for_url("**/data*", timeout=90_000)
    page.get_by_test_id("stTopNavLink").filter(has_text=re.compile("^Network$")).first.click()
    page.wait_for_url("**/network*")
    main = page.get_by_test_id("stMain")
    plot = page.locator(".st-key-network-frame-live .js-plotly-plot").first
    expect(plot).to_contain_text("cancer", timeout=60_000)

    click(page, "smoking", "1", says="see · smoking")
    expect(plot).to_contain_text("85.2 %")
    expect(main).to_contain_text("Seen: smoking = 1")
    click(page, "smoking", "1", no_longer="see · smoking")
    expect(main).not_to_contain_text("Seen: smoking")

    main.get_by_role("radio", name="Do", exact=True).click()
    expect(main).to_contain_text("Click a level to set it", timeout=30_000)
    click(page, "smoking", "1", says="do · smoking")
    expect(plot).to_contain_text("45.4 %")
    expect(main).to_contain_text("Set: smoking = 1")

    file = tmp_path / "monitoring.bif"
    file.write_text(monitoring().to_bif())
    main.get_by_test_id("stSelectbox").first.locator("input").click()
    page.get_by_role("option", name="A file of a network").click()
    main.locator("input[type=file]").set_input_files(file)
    expect(plot).to_contain_text("VENTALV", timeout=60_000)
    click(page, "BP", "high", says="see · BP")
    frame = page.locator(".st-key-network-frame-live")
    assert frame.evaluate("box => box.scrollWidth > box.clientWidth + 300")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.get_by_test_id("stException")).to_have_count(0)
