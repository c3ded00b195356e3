"""Who responds, as a visitor takes it from a table to the curves."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import give_graph, go, open_table

pytestmark = pytest.mark.browser

GRAPH = "dag { offer [exposure] kept [outcome] young -> kept spend -> kept offer -> kept }"


def trial(folder: Path) -> Path:
    chance = np.random.default_rng(3)
    young, spend = chance.integers(0, 2, 800), chance.normal(size=800)
    offer = chance.integers(0, 2, 800)
    kept = 2 * offer * young + spend + chance.normal(size=800)
    rows = zip(offer, kept, young, spend, strict=True)
    path = folder / "trial.csv"
    lines = ["offer,kept,young,spend", *(f"{t},{y:.3f},{a},{s:.3f}" for t, y, a, s in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_learners_are_compared_on_one_chart(page: Page, studio_base: str, tmp_path: Path) -> None:
    open_table(page, studio_base, trial(tmp_path), "800")
    give_graph(page, GRAPH, "The effect of offer on kept")
    go(page, "Uplift", "uplift")
    main = page.get_by_test_id("stMain")
    page.locator(".st-key-start-uplift button").click()
    expect(page.locator(".dos-steps")).to_contain_text("✓ Uplift", timeout=150_000)
    expect(main).to_contain_text("S-learner. Effects differ, and the ranking finds those who gain more")
    expect(main).to_contain_text(re.compile("S-learner: (it ranks|its ranking)"))

    picture = page.locator(".js-plotly-plot").first
    for kind, title in {"Qini": "Qini curve", "TOC": "Targeting operator", "Uplift": "Uplift curve"}.items():
        page.get_by_test_id("stButtonGroup").get_by_role("radio", name=kind, exact=True).click()
        expect(picture.locator(".gtitle")).to_contain_text(title, timeout=30_000)
    picture.locator(".nsewdrag").hover()
    expect(picture.locator(".hovertext")).to_contain_text(re.compile("first .*%: .*gain per person"))

    for fold in ("What these numbers mean", "S-learner against the other learners"):
        page.locator("summary").filter(has_text=fold).click()
    expect(main).to_contain_text("Yadlowsky et al. 2025")
    wider = "element => element.scrollWidth - element.clientWidth"
    assert main.evaluate(wider) <= 0
    # A table in a closed fold has no width.
    assert max(table.evaluate(wider) for table in page.locator(".dos-scroll").all()) <= 0
    expect(page.get_by_test_id("stException")).to_have_count(0)
