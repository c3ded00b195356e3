"""Whether methods that estimate the same quantity agree."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.study.headline import interval_parts, interval_text, number_text


def disagreement_sentence(estimates: Sequence[Estimate], headline: str | None) -> str:
    """Which methods disagree with the headline's about the same quantity; empty when none does.

    Two disagree when each value lies outside the other's 95 % interval. Their intervals come from the same
    rows, so this is no test; chance alone seldom does it.

    Args:
        estimates: All estimates of a study.
        headline: The method that speaks for it.
    """
    found = []
    for said in (each for each in estimates if each.method == headline and each.estimand != "association"):
        for other in estimates:
            same = (other.contrast, other.estimand) == (said.contrast, said.estimand)
            if same and other.method != headline and _apart(said, other):
                found.append((said, other))
    if not found:
        return ""
    several = len({said.contrast for said, _ in found}) > 1
    listed = "; ".join(
        f"{METHODS[other.method].label} gives {number_text(other.value or 0.0)} ({interval_text(other)})"
        + (f" for {other.contrast[1]}" if several else "")
        for _, other in found
    )
    return (
        f"Methods disagree about the same quantity: {METHODS[str(headline)].label} speaks for the study, but "
        f"{listed}. Each value lies outside the other's interval, so the models behind at least one of them "
        "do not fit: look closer below, and see on Validate which choice moves the answer."
    )


def _apart(one: Estimate, other: Estimate) -> bool:
    return _outside(one.value, other) and _outside(other.value, one)


def _outside(value: float | None, estimate: Estimate) -> bool:
    parts = interval_parts(estimate)
    if value is None or not parts:
        return False
    return not any((low is None or low <= value) and (high is None or value <= high) for low, high in parts)
