"""The named tests that stand beside estimates, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.study.headline import number_text

HEAD = ("Method", "Arm", "Test", "Value", "p-value", "What was tested, and what it says")
NUMBERS = (3, 4)
"""Positions of the columns that hold numbers."""


def check_rows(estimates: Sequence[Estimate]) -> tuple[tuple[str, ...], ...]:
    """A row for each check, equal ones of several methods once; names unescaped; none without a test."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for each in estimates:
        label = METHODS[each.method].label if each.method in METHODS else each.method
        for check in each.checks:
            value = "–" if check.statistic is None else number_text(check.statistic)
            found = (each.contrast[1], check.name, value, _p_text(check.p_value), check.words)
            labels = rows.setdefault(found, [])
            if label not in labels:
                labels.append(label)
    return tuple((", ".join(labels), *found) for found, labels in rows.items())


def _p_text(p_value: float | None) -> str:
    return "–" if p_value is None else "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"
