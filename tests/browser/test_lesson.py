"""The lesson on Simpson's paradox, walked with the mouse: every sentence it quotes is on the screen in turn.

DOSTUDIO_PICTURES=docs/pictures renews the lesson's pictures.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from causal_core.data.demos import demo
from tests.browser.test_journey import Visitor

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "simpson.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 150_000
PATIENCE = 120
"""Seconds to wait for what the lesson says, on a busy machine too."""


def quotes() -> Iterator[str]:
    """What the lesson says the screen says, in order."""
    for block in re.findall(r"(?:^> .*\n)+", TEXT, re.MULTILINE):
        yield " ".join(line.removeprefix("> ") for line in block.splitlines())


class Student(Visitor):
    """A visitor who reads the lesson along the way."""

    def __init__(self, page: Page, base: str, picture: Callable[[str], None]) -> None:
        super().__init__(page, base, picture)
        page.set_default_timeout(PATIENCE * 1000)
        self.left = quotes()

    def reads(self) -> None:
        """The screen says what the lesson quotes next."""
        self.sees(next(self.left), PATIENCE)

    def click(self, *names: str) -> None:
        for name in names:
            self.page.mouse.click(*self.place(name))
            self.page.wait_for_timeout(200)

    def estimates(self) -> None:
        """Press the button, unless the answer to the same question is kept from before."""
        button = self.page.locator(".st-key-start-estimate button")
        answer = self.page.get_by_text("Whiskers are 95 % intervals.")
        expect(button.or_(answer).first).to_be_visible(timeout=PATIENCE * 1000)
        if button.count():
            button.click()
        expect(self.page.locator(".dos-steps")).to_contain_text("✓ Estimate", timeout=3000 * PATIENCE)

    def shows(self, name: str, part: Locator | None = None) -> None:
        """Take a picture with nothing selected, the pointer out of the way and this part at the top."""
        self.page.keyboard.press("Escape")
        self.page.locator("h1").click()
        if part is not None:
            part.evaluate("part => part.scrollIntoView()")
        self.page.wait_for_timeout(400)
        self.picture(name)

    def pick(self, view: str) -> None:
        self.page.get_by_role("radio", name=view, exact=True).click()


@pytest.fixture
def student(page: Page, studio_base: str, screenshot: Callable[[str], None]) -> Student:
    return Student(page, studio_base, screenshot)


@pytest.mark.browser
def test_the_lesson_is_what_the_screen_says(student: Student) -> None:
    page = student.page
    student.arrive()
    page.locator(".st-key-open-kidney_stones button").click()
    page.wait_for_url("**/data*", timeout=90_000)
    student.reads()

    student.go("Graph")
    student.sees("Adjusting for stone_size closes every path of bias", PATIENCE)
    student.click("stone_size")
    page.keyboard.press("Delete")
    student.reads()
    student.go("Estimate")
    student.estimates()
    student.reads()

    student.go("Graph")
    chip = page.locator(".columns button:visible", has_text="stone_size")
    (left, top), (right, _) = student.place("treatment"), student.place("success")
    page.mouse.move(*middle(chip.bounding_box()))
    page.mouse.down()
    page.mouse.move((left + right) / 2, top - 150, steps=6)
    page.mouse.up()
    student.node("stone_size").wait_for()
    page.keyboard.press("Escape")
    student.click("stone_size", "treatment")
    student.click("stone_size", "success")
    student.reads()
    expect(student.node("stone_size")).to_have_attribute(
        "aria-label", re.compile("confounder"), timeout=PATIENCE * 1000
    )
    student.shows("simpson-graph")

    student.go("Read")
    student.reads()
    student.pick("Paths")
    held = page.get_by_role("button", name="stone_size", exact=True)
    held.click()
    student.reads()
    held.click()
    student.reads()
    student.shows("simpson-paths")

    student.go("Identify")
    page.get_by_test_id("stMain").get_by_text("Seeing against doing", exact=True).click()
    student.reads()
    student.shows("simpson-see-do", page.get_by_test_id("stExpander").filter(has_text="Seeing against doing"))
    student.go("Estimate")
    student.estimates()
    student.reads()
    student.reads()
    student.shows("simpson-estimate")

    student.go("Graph")
    (ax, ay), (bx, by) = student.place("stone_size"), student.place("treatment")
    page.mouse.click((ax + bx) / 2, (ay + by) / 2)
    page.keyboard.press("r")
    student.reads()
    student.shows("simpson-turned")
    student.go("Read")
    student.pick("Nodes")
    student.reads()
    student.go("Estimate")
    student.estimates()
    student.reads()
    student.go("Data")
    student.reads()
    student.go("Graph")
    student.click("treatment")
    page.keyboard.press("Control+z")
    student.sees("Adjusting for stone_size closes every path of bias", PATIENCE)
    assert list(student.left) == []


def middle(box: dict[str, float] | None) -> tuple[float, float]:
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_lesson_counts_right() -> None:
    with (ROOT / "demo_data" / "kidney_stones" / "data.csv").open(encoding="utf-8") as file:
        rows = [(row["stone_size"], row["treatment"], row["success"]) for row in csv.DictReader(file)]
    all_of, freed = Counter(row[:2] for row in rows), Counter(row[:2] for row in rows if row[2] == "1")
    shares = {}
    for size in ("small", "large", "all"):
        cells = []
        for arm in ("open surgery", "percutaneous"):
            kinds = ("small", "large") if size == "all" else (size,)
            part, whole = (sum(counts[kind, arm] for kind in kinds) for counts in (freed, all_of))
            shares[size, arm] = part / whole
            cells.append(f"{part} of {whole} ({part / whole:.0%})".replace("%", " %"))
        label = "all" if size == "all" else f"{size} stones"
        assert f"| {label} | {cells[0]} | {cells[1]} |" in TEXT
    gains = {size: shares[size, "open surgery"] - shares[size, "percutaneous"] for size in ("small", "large")}
    weights = {size: sum(row[0] == size for row in rows) / len(rows) for size in gains}
    effect = sum(gains[size] * weights[size] for size in gains)
    parts = " + ".join(f"{gains[size]:.4f} · {weights[size]:.2f}" for size in ("small", "large"))
    assert f"{parts} = {effect:.4f}\n" in TEXT
    known = demo("kidney_stones")
    assert {figure.estimand: figure.value for figure in known.truth}["ATE"] == pytest.approx(effect, abs=5e-5)
    assert f"{round(known.seen[0].value, 4)}".replace("-", "−") in TEXT


def test_the_lessons_pictures_are_there_and_small() -> None:
    shown = re.findall(r"!\[[^]]+\]\((pictures/[^)]+)\)", TEXT)
    assert len(shown) == 5
    for name in shown:
        size = (ROOT / "docs" / name).stat().st_size
        assert 0 < size < LARGEST_PICTURE
        assert f"{Path(name).stem}" in Path(__file__).read_text(encoding="utf-8")
