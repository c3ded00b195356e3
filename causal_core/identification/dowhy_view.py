"""What DoWhy says about the same question, beside our own answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DoWhyView:
    """DoWhy's identification of the same effect on the same graph.

    Attributes:
        estimand_text: The estimand as DoWhy prints it; empty when it was not asked.
        backdoor_sets: The adjustment sets DoWhy found, smallest first.
        instruments: The instruments DoWhy found, in name order.
        frontdoor: The front-door set DoWhy found; None when none or when it was not searched.
        agrees: Whether nothing DoWhy says contradicts our answer or misses part of it.
        differences: What differs and why, one sentence each.
        skipped: What was not asked of DoWhy and why, one sentence each.
    """

    estimand_text: str
    backdoor_sets: tuple[frozenset[str], ...]
    instruments: tuple[str, ...]
    frontdoor: frozenset[str] | None
    agrees: bool
    differences: tuple[str, ...]
    skipped: tuple[str, ...] = ()
