"""Choosing a classic graph, undoing it, and saving the graph as a picture, with the mouse."""

import struct
import time
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PATIENCE = 90_000
"""Milliseconds that a rerun of the page may take on a busy machine."""

PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"


def open_graph(page: Page, base: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(base)
    page.locator(".st-key-open-retention_observational button").click()
    expect(page.locator("h1")).to_have_text("What do we have?", timeout=PATIENCE)
    page.get_by_test_id("stTopNavLink").filter(has_text="Graph").first.click()
    page.wait_for_url("**/graph*")
    page.locator(".canvas > svg").wait_for()
    # The page is whole, and nothing on it moves any more.
    expect(page.get_by_text("Next: Identify")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=PATIENCE)


def unfold(page: Page, title: str) -> Locator:
    part = page.get_by_test_id("stExpander").filter(has_text=title).last
    part.locator("summary").click()
    expect(part.locator("img")).to_be_visible(timeout=PATIENCE)
    return part


def node(page: Page, name: str) -> Locator:
    return page.locator(f".node[aria-label^='{name},']")


def wait_until_fitted(page: Page) -> None:
    """Wait until the drawing stands in the middle of its frame."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        frame, world = (page.locator(f".canvas > {part}").bounding_box() for part in ("svg", "svg > g"))
        assert frame
        assert world
        aside = (frame["x"] + frame["width"] / 2) - (world["x"] + world["width"] / 2)
        if abs(aside) < frame["width"] / 8 and world["width"] < frame["width"]:
            return
        page.wait_for_timeout(100)
    pytest.fail("the new graph was not fitted into its frame")


def test_a_classic_replaces_the_graph_and_undo_brings_it_back(
    page: Page, studio_base: str, screenshot: Callable[[str], None]
) -> None:
    open_graph(page, studio_base)
    part = unfold(page, "Classic graphs")
    part.get_by_text("Beyond adjustment").click()
    part.get_by_text("Napkin problem").first.click()
    expect(part.locator("img")).to_have_attribute("alt", "The graph of Napkin problem", timeout=PATIENCE)
    part.scroll_into_view_if_needed()
    screenshot("classics-light")
    part.get_by_role("button", name="Use this graph").click()
    expect(node(page, "W")).to_be_visible(timeout=PATIENCE)
    expect(node(page, "tenure")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_test_id("stMain")).to_contain_text(
        "Not a column of the table: W, Z, X, Y", timeout=PATIENCE
    )
    page.locator(".canvas > svg").scroll_into_view_if_needed()
    wait_until_fitted(page)
    screenshot("classic-drawn")
    page.locator(".canvas > svg").click(position={"x": 8, "y": 8})
    page.keyboard.press("Control+z")
    expect(node(page, "tenure")).to_be_visible(timeout=PATIENCE)
    expect(node(page, "W")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_test_id("stMain")).not_to_contain_text("Not a column of the table", timeout=PATIENCE)
    expect(page.get_by_test_id("stMain")).to_contain_text("The effect of offer on kept", timeout=PATIENCE)


def test_the_picture_is_saved_as_png_and_svg(
    page: Page, studio_base: str, tmp_path: Path, screenshot: Callable[[str], None]
) -> None:
    open_graph(page, studio_base)
    part = unfold(page, "The graph as a picture")
    part.scroll_into_view_if_needed()
    screenshot("picture-light")
    files = {}
    for kind in ("PNG", "SVG"):
        with page.expect_download() as started:
            part.get_by_role("button", name=f"Download {kind}").click()
        assert started.value.suggested_filename == f"retention_observational_graph.{kind.lower()}"
        files[kind] = tmp_path / started.value.suggested_filename
        started.value.save_as(files[kind])
    root = ET.fromstring(files["SVG"].read_text(encoding="utf-8"))  # noqa: S314 - our own text
    assert root.tag == f"{SVG}svg"
    assert "treatment" in {text.text for text in root.iter(f"{SVG}text")}
    width, height = int(root.attrib["width"]), int(root.attrib["height"])
    png = files["PNG"].read_bytes()
    assert png.startswith(PNG)
    assert struct.unpack(">II", png[16:24]) == (2 * width, 2 * height)
    # White ground, so that the picture can stand on any page.
    corner = page.evaluate(
        """async (bytes) => {
            const image = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
            const canvas = new OffscreenCanvas(image.width, image.height);
            const pen = canvas.getContext("2d");
            pen.drawImage(image, 0, 0);
            const all = pen.getImageData(0, 0, image.width, image.height).data;
            const seen = new Set();
            for (let at = 0; at < all.length; at += 4) seen.add([...all.slice(at, at + 4)].join());
            return [[...all.slice(0, 4)], seen.has("0,114,178,255")];
        }""",
        list(png),
    )
    assert corner == [[255, 255, 255, 255], True]


def test_both_parts_can_be_read_in_the_dark(
    page: Page, studio_base: str, screenshot: Callable[[str], None]
) -> None:
    page.emulate_media(color_scheme="dark")
    open_graph(page, studio_base)
    picture = unfold(page, "The graph as a picture")
    picture.scroll_into_view_if_needed()
    screenshot("picture-dark")
    expect(picture.get_by_role("button", name="Download PNG")).to_be_visible(timeout=PATIENCE)
    part = unfold(page, "Classic graphs")
    part.get_by_text("From published studies").click()
    expect(part.locator("img")).to_have_attribute(
        "alt", "The graph of Warm-up exercises and injury", timeout=PATIENCE
    )
    part.scroll_into_view_if_needed()
    screenshot("classics-dark")
