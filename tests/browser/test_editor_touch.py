from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.drawn import Drawn

pytestmark = pytest.mark.browser

Point = tuple[float, float]


class Fingers:
    """The editor under fingers: touches as the browser's protocol sends them."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.protocol = drawn.page.context.new_cdp_session(drawn.page)

    def send(self, kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        self.protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def tap(self, at: Point) -> None:
        self.send("touchStart", at)
        self.send("touchEnd")

    def drag(self, start: Point, end: Point) -> None:
        self.send("touchStart", start)
        for step in range(1, 6):
            self.send(
                "touchMove",
                (start[0] + (end[0] - start[0]) * step / 5, start[1] + (end[1] - start[1]) * step / 5),
            )
        self.send("touchEnd")

    def rest(self, at: Point) -> None:
        self.send("touchStart", at)
        expect(self.drawn.page.locator(".name:visible, .note-field:visible")).to_have_count(1)
        self.send("touchEnd")


@pytest.fixture
def fingers(browser: Browser, serve: Callable[[str | Path], str]) -> Iterator[Fingers]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield Fingers(Drawn(page, serve(Path(__file__).with_name("editor_app.py"))))
    context.close()
    assert errors == []


def test_a_finger_drags_nodes_and_canvas_and_two_taps_connect(fingers: Fingers) -> None:
    drawn = fingers.drawn
    drawn.open(graph="roles")
    x, y = drawn.at("survey")
    fingers.drag((x, y), (x - 150, y))
    drawn.python(lambda said: said["positions"]["survey"][0] < 2)
    before = drawn.at("age")
    fingers.drag(drawn.free(), (drawn.free()[0] + 60, drawn.free()[1] + 20))
    assert drawn.at("age") == pytest.approx((before[0] + 60, before[1] + 20), abs=2)
    fingers.tap(drawn.at("lottery"))
    expect(drawn.page.locator(".node.armed")).to_have_count(1)
    fingers.tap(drawn.at("age"))
    drawn.python(lambda said: ["lottery", "age"] in said["edges"])
    fingers.tap(drawn.at("hours"))
    fingers.tap(drawn.free())
    fingers.tap(drawn.at("age"))
    expect(drawn.page.locator(".node.armed")).to_have_attribute(
        "aria-label", "age, confounder, arrows to treat and re78"
    )
    drawn.button("Adjust").tap()
    said = drawn.python(lambda said: said["adjusted"] == ["age"])
    assert ["hours", "age"] not in said["edges"]


def test_a_resting_finger_opens_what_it_rests_on(fingers: Fingers) -> None:
    drawn = fingers.drawn
    drawn.open()
    fingers.rest(drawn.at("age"))
    drawn.page.keyboard.type("years")
    drawn.press("Enter")
    drawn.python(lambda said: "years" in said["nodes"])
    fingers.rest(drawn.midway("treat", "re78"))
    drawn.page.keyboard.type("as in the trial")
    drawn.press("Enter")
    drawn.python(lambda said: said["notes"] == [[["re78", "treat"], "as in the trial"]])
    fingers.rest(drawn.free())
    drawn.page.keyboard.type("new")
    drawn.press("Enter")
    said = drawn.python(lambda said: "new" in said["nodes"])
    assert len(said["edges"]) == 3


def test_two_fingers_zoom_and_pan_and_leave_the_graph_alone(fingers: Fingers) -> None:
    drawn = fingers.drawn
    drawn.open()
    said = drawn.python(lambda _: True)
    (ax, ay), (bx, by) = drawn.at("age"), drawn.at("treat")
    middle = ((ax + bx) / 2, (ay + by) / 2)
    fingers.send("touchStart", (ax, ay))
    fingers.send("touchStart", (ax, ay), (bx, by))
    for step in range(1, 6):
        share = 1 - 0.1 * step

        def towards(x: float, y: float, share: float = share) -> Point:
            return middle[0] + (x - middle[0]) * share, middle[1] + (y - middle[1]) * share

        fingers.send("touchMove", towards(ax, ay), towards(bx, by))
    fingers.send("touchEnd")
    drawn.page.wait_for_timeout(100)
    assert drawn.at("age") == pytest.approx(
        (middle[0] + (ax - middle[0]) / 2, middle[1] + (ay - middle[1]) / 2), abs=3
    )
    assert drawn.at("treat") == pytest.approx(
        (middle[0] + (bx - middle[0]) / 2, middle[1] + (by - middle[1]) / 2), abs=3
    )
    assert drawn.python(lambda _: True) == said
    touch = drawn.page.locator(".canvas > svg").evaluate("canvas => getComputedStyle(canvas).touchAction")
    assert touch == "none"
    bar = drawn.page.locator(".bar").evaluate("bar => getComputedStyle(bar).touchAction")
    assert bar == "auto"
