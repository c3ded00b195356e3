"""Chances in words."""

from __future__ import annotations

from math import isnan
from typing import Final

STEP: Final = 0.0005
"""Chances that differ by less are written alike."""

_NONE: Final = 1e-12  # what is left of 0 after adding up


def chance_text(chance: float) -> str:
    """A chance in percent; one decimal, and never 0 or 100 % for what is only near it; "?" for none."""
    if isnan(chance):
        return "?"
    if chance < _NONE or chance > 1 - _NONE:
        return f"{100 * round(chance)} %"
    if chance < STEP:
        return "< 0.1 %"
    if chance > 1 - STEP:
        return "> 99.9 %"
    return f"{100 * chance:.1f} %"
