"""Numbers of a table as a person reads them: no `1.7e+07`."""

from __future__ import annotations

import math
from typing import Final

_LARGEST: Final = 1e15
"""From here on a number is told by its power of ten; below it a float still holds every whole number."""

_SMALLEST: Final = 1e-4
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def numeral(value: float, digits: int = 6) -> str:
    """A number with thousands parted: whole ones in full, others to so many significant digits.

    Very large and very small ones are told by a power of ten, `1.2 × 10⁻⁷`.
    """
    size = abs(value)
    if not math.isfinite(value) or value == 0:
        return f"{value:g}".replace("-", "−").removesuffix("−0") or "0"
    if _SMALLEST <= size < _LARGEST:
        rounded = float(f"{value:.{digits}g}")
        whole = value.is_integer() or abs(rounded) >= 10**digits
        text = f"{value if value.is_integer() else rounded:,.0f}" if whole else f"{value:,.{digits}g}"
        return text.replace("-", "−")
    front, _, power = f"{value:.{digits - 1}e}".partition("e")
    front = front.rstrip("0").rstrip(".") if "." in front else front
    return f"{front} × 10{str(int(power)).translate(_RAISED)}".replace("-", "−")
