"""The small app around the graph editor, as a person meets it."""

import json
import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

expect.set_options(timeout=30_000)  # only a guard against hanging: the machine may be busy


class Drawn:
    """The editor on the page as a person meets it, and the graph that reached Python."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def open(self, **query: str) -> None:
        self.page.goto(f"{self.base}/?{'&'.join(f'{key}={value}' for key, value in query.items())}")
        self.page.locator(".canvas > svg").wait_for()
        self.python(lambda _: True)
        self.settle()

    def settle(self) -> None:
        """Wait until the view has its final size and place."""
        world, before = self.page.locator(".canvas > svg > g"), None
        expect(world).to_have_attribute("transform", re.compile("scale"))
        while (now := world.get_attribute("transform")) != before:
            before = now
            self.page.wait_for_timeout(200)

    def node(self, name: str) -> Locator:
        return self.page.locator(f".node[aria-label^='{name},']")

    def at(self, name: str) -> tuple[float, float]:
        box = self.node(name).locator(".body").bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def free(self) -> tuple[float, float]:
        box = self.page.locator(".canvas > svg").bounding_box()
        assert box
        return box["x"] + 40, box["y"] + 30

    def midway(self, tail: str, head: str) -> tuple[float, float]:
        """A point of a straight arrow, half-way."""
        (ax, ay), (bx, by) = self.at(tail), self.at(head)
        return (ax + bx) / 2, (ay + by) / 2

    def click(self, *names: str) -> None:
        """Click nodes one after the other."""
        for name in names:
            self.page.mouse.click(*self.at(name))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.page.mouse.move(*end)
        self.page.mouse.up()

    def connect(self, tail: str, head: str) -> None:
        box = self.node(tail).locator(".body").bounding_box()
        assert box
        # A point on the ring, just above the node.
        self.drag((box["x"] + box["width"] / 2, box["y"] - 4), self.at(head))

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def python(self, holds: Callable[[dict], bool], seconds: float = 60) -> dict:
        """The graph as Python has it, once `holds` is true of it."""
        until = time.monotonic() + seconds
        said: dict = {}
        while time.monotonic() < until:
            text = self.page.get_by_test_id("stCode").locator("code").text_content()
            said = json.loads(text or "{}")
            if holds(said):
                return said
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Python has {said}")

    def message(self, text: str) -> None:
        expect(self.page.locator(".message")).to_contain_text(text)
