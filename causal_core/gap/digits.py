"""Numbers with only the digits that their intervals bear."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.policy.result import Gain
    from causal_core.uplift.toc import Rate

SIGNIFICANT = 2
"""Digits of the interval's half width that are shown."""

MOST_PLACES = 6
"""Decimal places beyond which an end may read as 0."""


def number_and_ends(value: float, ci: tuple[float, float]) -> tuple[str, str]:
    """A number, and the ends of its interval as "a to b", to two digits of the interval's half width."""
    half = (ci[1] - ci[0]) / 2
    if not (math.isfinite(half) and half > 0):
        return number_text(value), f"{number_text(ci[0])} to {number_text(ci[1])}"
    places = SIGNIFICANT - 1 - math.floor(math.log10(half))
    # An end just clear of 0 must not read as 0: a verdict rests on it.
    while places < MOST_PLACES and any(end != 0 and round(end, places) == 0 for end in ci):
        places += 1
    number, low, high = (_rounded(each, places) for each in (value, *ci))
    return number, f"{low} to {high}"


def gain_text(gain: Gain | Rate, factor: float = 1.0) -> str:
    """A number with its 95 % interval in parentheses, both times `factor`."""
    number, ends = number_and_ends(gain.value * factor, (gain.ci[0] * factor, gain.ci[1] * factor))
    return f"{number} ({ends})"


def gain_with_unit(gain: Gain, unit: str, factor: float = 1.0) -> str:
    """The same with the unit before the interval; the unit may be empty."""
    number, ends = number_and_ends(gain.value * factor, (gain.ci[0] * factor, gain.ci[1] * factor))
    return f"{f'{number} {unit}'.rstrip()} ({ends})"


def _rounded(value: float, places: int) -> str:
    # Adding 0 turns a negative zero into a plain one.
    return f"{round(value, places) + 0.0:,.{max(places, 0)}f}".replace("-", "−")
