"""What a person does with a mouse, from a demo or a table to a policy's gain, on the app as it is served."""

import re
import time
from collections.abc import Callable

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from causal_core.data.demos import demo
from causal_core.study.study import Study

pytestmark = pytest.mark.browser

HEAVY = re.compile(r"/(sklearn|statsmodels|econml|lightgbm)/")
MEGABYTE = 1_048_576


class Visitor:
    """A person in front of the app."""

    def __init__(self, page: Page, base: str, picture: Callable[[str], None]) -> None:
        self.page, self.base, self.picture = page, base, picture

    def arrive(self) -> None:
        self.page.goto(self.base)
        expect(self.page.get_by_role("heading", name="What should we do?")).to_be_visible(timeout=60_000)

    def go(self, name: str) -> None:
        self.page.get_by_test_id("stTopNavLink").filter(has_text=name).first.click()
        self.page.wait_for_url(f"**/{name.lower()}*")
        expect(self.page.locator("h1")).to_be_visible()

    def start(self, step: str, seconds: int = 150) -> None:
        """Press the step's button and wait until its result is drawn."""
        self.page.locator(f".st-key-start-{step} button").click()
        steps = self.page.locator(".dos-steps")
        expect(steps).to_contain_text(f"✓ {step.capitalize()}", timeout=seconds * 1000)

    def sees(self, text: str | re.Pattern[str], seconds: int = 30) -> None:
        expect(self.page.get_by_test_id("stMain")).to_contain_text(text, timeout=seconds * 1000)

    def node(self, name: str) -> Locator:
        return self.page.locator(f".node[aria-label^='{name},']")

    def place(self, name: str, above: bool = False) -> tuple[float, float]:
        """The middle of a node, or the point of its ring just above it."""
        body = self.node(name).locator(".body")
        body.scroll_into_view_if_needed()
        box = body.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] - 4 if above else box["y"] + box["height"] / 2

    def connect(self, tail: str, head: str) -> None:
        self.place(tail)
        self.place(head)
        # Looking for a place may scroll, so both are told once they are in sight.
        start, end = self.place(tail, above=True), self.place(head)
        self.page.mouse.move(*start)
        self.page.wait_for_timeout(200)  # until a busy browser has seen what the pointer is on
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def settle(self, name: str, before: tuple[float, float], seconds: float = 20) -> None:
        """Wait until a node has left a place and stays where it is."""
        until = time.monotonic() + seconds
        last = before
        while (now := self.place(name)) != last or now == before:
            assert time.monotonic() < until, f"{name} does not settle"
            last = now
            self.page.wait_for_timeout(700)


@pytest.fixture
def visitor(page: Page, studio, screenshot: Callable[[str], None]) -> Visitor:
    return Visitor(page, studio.base, screenshot)


def test_from_a_demo_to_a_policy_with_the_mouse(visitor: Visitor, studio) -> None:
    page = visitor.page
    visitor.arrive()
    visitor.picture("start")
    page.locator(".st-key-open-retention_observational button").click()
    page.wait_for_url("**/data*", timeout=90_000)
    visitor.sees("10,000")
    visitor.picture("data")

    visitor.go("Graph")
    visitor.sees("Adjusting for engagement, support_calls and tenure closes every path of bias")
    remove_arrow(visitor, "engagement", "offer")
    visitor.sees("Adjusting for support_calls and tenure closes every path of bias")
    visitor.connect("engagement", "offer")
    visitor.sees("Adjusting for engagement, support_calls and tenure closes every path of bias")
    visitor.picture("graph")

    visitor.go("Identify")
    visitor.sees("Identified.")
    visitor.picture("identify")

    visitor.go("Estimate")
    visitor.start("estimate")
    truth = {figure.estimand: figure.value for figure in demo("retention_observational").truth}
    visitor.sees("Setting offer to 1 instead of 0 raises kept by")
    said = page.get_by_test_id("stMain").inner_text()
    value = float(re.search(r"raises kept by ([\d.]+)", said)[1])  # type: ignore[index]
    low, high = map(float, re.search(r"95 % interval ([\d.]+) to ([\d.]+)", said).groups())  # type: ignore[union-attr]
    assert low < truth["ATE"] < high
    assert abs(value - truth["ATE"]) < 0.02
    visitor.picture("estimate")

    visitor.go("Validate")
    visitor.sees("Would another defensible analysis say otherwise?")
    visitor.picture("validate")

    visitor.go("Refute")
    visitor.start("refute")
    visitor.sees("no problem found")
    visitor.picture("refute")

    visitor.go("Uplift")
    visitor.start("uplift")
    visitor.sees("AUTOC")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    visitor.picture("uplift")

    visitor.go("Policy")
    visitor.sees("Treat the 20 % with the largest predicted benefit", seconds=90)
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    row = page.locator(".dos-table tr", has_text="Treat everybody").inner_text()
    gain, low, high = map(float, re.findall(r"[−-]?\d+\.?\d*", row.replace("−", "-"))[5:8])
    policy = Study.load(demo("retention_observational").study).policy
    everybody = policy.benefit * truth["ATE"] - float(policy.cost["1"])
    assert low < everybody < high
    assert low < gain < high
    visitor.picture("policy")
    for step in ("Data", "Graph", "Identify", "Estimate", "Refute", "Uplift", "Policy"):
        expect(page.locator(".dos-steps")).to_contain_text(f"✓ {step}", timeout=30_000)

    server = studio.process
    assert [m.path for m in server.memory_maps() if HEAVY.search(m.path)] == []
    assert server.memory_info().rss < 350 * MEGABYTE
    everybody = [server, *server.children(recursive=True)]
    assert max(each.memory_info().rss for each in everybody[1:]) < 1024 * MEGABYTE
    listening = {
        connection.laddr.ip
        for each in everybody
        for connection in each.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}


def remove_arrow(visitor: Visitor, tail: str, head: str) -> None:
    """Click an arrow near its middle and delete it."""
    (ax, ay), (bx, by) = visitor.place(tail), visitor.place(head)
    visitor.page.mouse.click((ax + bx) / 2, (ay + by) / 2)
    visitor.page.keyboard.press("Delete")


def test_a_table_of_ones_own_with_a_graph_drawn_from_nothing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.arrive()
    path = demo("nhefs").folder / "data.csv"
    page.locator("input[type=file]").first.set_input_files(path)
    page.wait_for_url("**/data*", timeout=90_000)
    visitor.sees("1,566")
    visitor.go("Graph")
    for name in ("qsmk", "wt82_71", "age", "smokeintensity", "wt71"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(visitor.node(name)).to_be_visible()
    before = visitor.place("wt71")
    page.get_by_role("button", name="Layout").click()
    visitor.settle("wt71", before)
    for name, key in (("qsmk", "t"), ("wt82_71", "o")):
        page.mouse.move(*visitor.place(name))
        page.keyboard.press(key)
    for tail, head in (
        ("qsmk", "wt82_71"),
        ("age", "qsmk"),
        ("age", "wt82_71"),
        ("smokeintensity", "qsmk"),
        ("smokeintensity", "wt82_71"),
        ("wt71", "qsmk"),
        ("wt71", "wt82_71"),
    ):
        visitor.connect(tail, head)
    visitor.sees("Adjusting for age, smokeintensity and wt71 closes every path of bias")
    visitor.go("Estimate")
    visitor.start("estimate")
    visitor.sees(re.compile(r"raises wt82_71 by [23]\.\d+"))
    page.reload()
    visitor.sees(re.compile(r"raises wt82_71 by [23]\.\d+"), seconds=60)


def test_a_study_in_an_address_that_is_not_kept_is_said(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.base}/data?study=aaaaaaaaaaaaaaaaaaaaaaaa")
    visitor.sees("No study is open.", seconds=60)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_in_both_themes(visitor: Visitor, scheme: str) -> None:
    visitor.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    visitor.arrive()
    visitor.page.locator(".st-key-open-kidney_stones button").click()
    visitor.page.wait_for_url("**/data*", timeout=90_000)
    for name in ("Data", "Graph", "Identify", "Estimate", "Validate", "Refute", "Uplift", "Policy"):
        visitor.go(name)
        visitor.page.wait_for_timeout(700)
        expect(visitor.page.get_by_test_id("stException")).to_have_count(0)
        visitor.picture(f"{name.lower()}-{scheme}")
