"""Shares as a person reads them."""

from __future__ import annotations


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in per cent, `0.123` -> `12 %`; the space is the same as in `95 % interval`."""
    return f"{share:.{digits}%}".replace("%", " %")
