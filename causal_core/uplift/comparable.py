"""Arms so unlike each other that what one would have done under another is not in the data."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers

NEAR_ZERO = 0.1
"""A chance of an arm up to this part of the arm's share is next to none; estimates are raised to it."""

ROUNDING = 1.05
"""Folds have slightly other shares of the arms, and so slightly other floors."""

MOST = 0.5
"""Beyond this share of an arm's rows with next to no chance of another arm the two are hardly comparable."""


def hardly_comparable(
    propensity: Floats, arm: Integers, shares: tuple[float, ...]
) -> tuple[tuple[int, int, float], ...]:
    """(arm, other arm, share) where most rows of the arm had next to no chance of the other one.

    Args:
        propensity: (n, k) probabilities of the arms, known, or estimated and raised to their floor.
        arm: (n,) 0..k-1.
        shares: Share of each arm among the rows.
    """
    found = []
    for code in range(len(shares)):
        mine = propensity[arm == code]
        for other, share in enumerate(shares):
            if other == code or not len(mine):
                continue
            without = float((mine[:, other] <= NEAR_ZERO * share * ROUNDING).mean())
            if without > MOST:
                found.append((code, other, without))
    return tuple(found)


def rests_on_extrapolation(
    propensity: Floats, arm: Integers, arms: tuple[str, ...], contrast: tuple[str, str]
) -> bool:
    """Whether an average effect of `contrast` over all rows needs outcomes that hardly any row could show."""
    shares = tuple((np.bincount(arm, minlength=len(arms)) / max(len(arm), 1)).tolist())
    return any(arms[other] in contrast for _, other, _ in hardly_comparable(propensity, arm, shares))
