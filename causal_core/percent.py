"""Shares as a person reads them."""

from __future__ import annotations


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 in per cent, `0.123` -> `12 %`, never `-0 %`; its space is that of `95 % interval`."""
    text = f"{share:.{digits}%}".replace("%", " %")
    return text[1:] if text.startswith("-") and not text.strip("-0.% ") else text
