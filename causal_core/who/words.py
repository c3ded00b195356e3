"""Effects and intervals as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.who.judged import Mean


def interval_text(value: float, ci: tuple[float, float] | None) -> str:
    """A value with its interval, such as "0.41 (0.32 to 0.5)"."""
    if ci is None:
        return f"{number_text(value)} (too few rows for an interval)"
    return f"{number_text(value)} ({number_text(ci[0])} to {number_text(ci[1])})"


def effect_text(mean: Mean, unit: str = "") -> str:
    """An effect with its unit and 95 % interval."""
    value = f"{number_text(mean.value)} {unit}".strip()
    if mean.ci is None:
        return f"{value} (no interval)"
    return f"{value} ({number_text(mean.ci[0])} to {number_text(mean.ci[1])})"


def value_text(value: float) -> str:
    """A column's value to four digits, and whole from a thousand on: it may be a year."""
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return text.replace("-", "−")
