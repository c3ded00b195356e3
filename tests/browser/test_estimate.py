"""A table with gaps, from upload to an imputed estimate, as a visitor takes it."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import give_graph, go, open_table

pytestmark = pytest.mark.browser

GRAPH = 'dag { drug [exposure] pain [outcome] "age" -> drug "age" -> pain "dose" -> pain drug -> pain }'


def csv_with_gaps(folder: Path) -> Path:
    chance = np.random.default_rng(2)
    age = chance.normal(50, 10, 300)
    dose = chance.normal(size=300)
    drug = (chance.random(300) < np.where(age > 50, 0.7, 0.3)).astype(int)
    pain = 3 * drug + 0.1 * age + dose + chance.normal(size=300)
    gone = chance.random(300) < 0.15
    lines = ["drug,pain,age,dose"]
    lines += [
        f"{t},{y:.3f},{'' if lost else f'{a:.2f}'},{d:.3f}"
        for t, y, a, d, lost in zip(drug, pain, age, dose, gone, strict=True)
    ]
    path = folder / "gaps.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_gaps_are_imputed_and_the_choice_is_compared(page: Page, studio_base: str, tmp_path: Path) -> None:
    open_table(page, studio_base, csv_with_gaps(tmp_path), "1 of them with missing values")
    give_graph(page, GRAPH, "The effect of drug on pain")
    go(page, "Estimate", "estimate")
    main = page.get_by_test_id("stMain")
    page.get_by_text("Impute them several times").click()
    tables = page.get_by_role("spinbutton", name="Completed tables")
    tables.fill("3")
    tables.press("Enter")
    page.locator(".st-key-start-estimate button").click()
    expect(page.locator(".dos-steps")).to_contain_text("✓ Estimate", timeout=120_000)
    expect(main).to_contain_text("300 of 300 rows used.")
    expect(main).to_contain_text("Pooled over 3 completed tables")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()

    page.locator("summary").filter(has_text="Missing values:").click()
    page.locator(".st-key-start-missing button").click()
    expect(main).to_contain_text(re.compile("The choice .*moves the answer"), timeout=120_000)

    page.get_by_role("button", name=re.compile("Choose methods")).click()
    page.get_by_test_id("stPopoverBody").get_by_text("Entropy balancing").click()
    expect(main).to_contain_text("Out of date", timeout=30_000)
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
