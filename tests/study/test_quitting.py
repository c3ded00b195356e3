"""The page on quitting smoking: what it quotes is what the report of that study says."""

import re
from html import unescape
from pathlib import Path

import pytest

from causal_core.data.demos import demo
from causal_core.study.headline import interval_text
from causal_core.study.options import RefuteOptions, ValidateOptions
from causal_core.study.report import report
from causal_core.study.results import Results
from causal_core.study.study import Study

TEXT = (Path(__file__).parents[2] / "docs" / "quitting.md").read_text(encoding="utf-8")
QUOTED = ("placebo_treatment", "unobserved_common_cause", "graph")


@pytest.fixture(scope="module")
def results() -> Results:
    study = Study.load(demo("nhefs").study)
    study = study.replace(
        refute=RefuteOptions(refuters=QUOTED, simulations=study.refute.simulations),
        validate=ValidateOptions(checks=("specification_curve", "repeat")),
    )
    return study.run(["identify", "estimate", "validate", "refute"])


def quotes() -> list[str]:
    blocks = re.findall(r"(?:^> .*\n)+", TEXT, re.MULTILINE)
    return [" ".join(line.removeprefix("> ") for line in block.splitlines()) for block in blocks]


def test_every_quoted_line_is_in_the_report(results: Results) -> None:
    words = re.sub(r"<(script|style|svg).*?</\1>", " ", report(results), flags=re.DOTALL)
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())
    comparable = {quote for quote in quotes() if quote not in said}
    assert comparable == {quote for quote in quotes() if quote.startswith("1 against 0: no problem found.")}
    assert len(quotes()) == 14


def test_the_table_holds_the_estimates(results: Results) -> None:
    assert results.estimated is not None
    found = {each.method: each for each in results.estimated.estimates}
    for method in ("ipw", "standardisation", "aipw", "matching"):
        assert f"| {found[method].value:.2f} ({interval_text(found[method])}) |" in TEXT
    assert f"gained {found['difference_in_means'].value:.2f} kg more" in TEXT
    assert f"regression gives {found['linear_regression'].value:.2f} too" in TEXT.replace("\n", " ")


def test_the_comparison_of_the_arms(results: Results) -> None:
    from causal_core.study.comparability import comparability_sentence

    assert results.estimated is not None
    assert comparability_sentence(results.estimated.balance[0]) in quotes()
