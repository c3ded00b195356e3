"""What a person may bring by accident or in malice: names that are markup, and a file too large to take."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import give_graph, go, open_table

pytestmark = pytest.mark.browser

TREATMENT = "<img src=x onerror=window.hacked=1>"
OUTCOME = "$a_b$ :red[hot]"
COVARIATE = "*b* `c` [d](http://e.example)"
LARGE = 300 * 1_048_576


def hostile_csv(folder: Path) -> Path:
    chance = np.random.default_rng(1)
    covariate = chance.normal(size=400)
    treated = (chance.random(400) < np.where(covariate > 0, 0.7, 0.3)).astype(int)
    outcome = treated + covariate + chance.normal(size=400)
    lines = [f'"{TREATMENT}","{OUTCOME}","{COVARIATE}"']
    lines += [f"{t},{y:.4f},{c:.4f}" for t, y, c in zip(treated, outcome, covariate, strict=True)]
    path = folder / "hostile.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_names_that_are_markup_are_shown_literally_and_run_nothing(
    page: Page, studio_base: str, tmp_path: Path
) -> None:
    open_table(page, studio_base, hostile_csv(tmp_path), TREATMENT)
    give_graph(
        page,
        f'dag {{\n"{TREATMENT}" [exposure]\n"{OUTCOME}" [outcome]\n'
        f'"{COVARIATE}" -> "{TREATMENT}"\n"{COVARIATE}" -> "{OUTCOME}"\n"{TREATMENT}" -> "{OUTCOME}"\n}}',
        f"The effect of {TREATMENT} on {OUTCOME}",
    )
    main = page.get_by_test_id("stMain")
    for name in ("Identify", "Estimate", "Refute", "Uplift", "Policy"):
        go(page, name, name.lower())
        start = page.locator(f".st-key-start-{name.lower()} button")
        if name not in {"Identify", "Policy"}:
            start.click()
            expect(page.locator(".dos-steps")).to_contain_text(f"✓ {name}", timeout=120_000)
        expect(main).to_contain_text(COVARIATE if name == "Uplift" else OUTCOME, timeout=60_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    assert page.evaluate("window.hacked === undefined")
    assert page.locator("img[src=x]").count() == 0


def test_an_upload_that_is_too_large_is_refused_in_words(
    page: Page, studio_base: str, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LARGE)
    page.goto(studio_base)
    page.locator("input[type=file]").first.set_input_files(path, timeout=60_000)
    expect(page.get_by_text("250.0MB or smaller")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="What should we do?")).to_be_visible()
