"""What one test measured, before it is about a graph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Method = Literal["partial_correlation", "strata", "residual_covariance"]

LEVEL = 0.95
"""The confidence level of every interval here."""


@dataclass(frozen=True)
class Measured:
    """One test's numbers.

    Attributes:
        method: `partial_correlation`, `strata` (chi-square by strata) or `residual_covariance`.
        effect: The dependence left: a signed (partial) correlation between -1 and 1, or a strength between 0
            and 1 that is a (conditional) Cramer's V or a correlation ratio.
        ci: Its 95 % interval.
        statistic: The test statistic.
        df: Its degrees of freedom; for an F statistic the first of the two.
        p_value: Of the hypothesis that the dependence is zero; small speaks against independence.
        notes: What was done that a reader should know, in sentences.
    """

    method: Method
    effect: float
    ci: tuple[float, float]
    statistic: float
    df: int
    p_value: float
    notes: tuple[str, ...] = ()


def strength(
    total: float, bias: float, noise: float, df: int, scale: float
) -> tuple[float, tuple[float, float]]:
    """A sum of squared standardised dependences as a strength from 0 to 1, with its interval.

    Args:
        total: The estimated sum of squares.
        bias: By how much chance alone raises it.
        noise: The sampling variance of one of its parts.
        df: How many parts.
        scale: The largest the sum can be.

    Returns:
        The square root of the sum less its bias over `scale`, and the 95 % interval with equal tails from the
        noncentral chi-square distribution (Smithson 2003, chapter 4).
    """
    if noise <= 0:
        point = min(math.sqrt(max(total, 0.0) / scale), 1.0)
        return point, (point, point)
    tail = (1 - LEVEL) / 2
    low, high = (_noncentrality(total / noise, df, share) for share in (1 - tail, tail))
    point = math.sqrt(max(total - bias, 0.0) / scale)
    ends = [min(math.sqrt(max(end, 0.0) * noise / scale), 1.0) for end in (low, high)]
    return min(max(point, ends[0]), ends[1], 1.0), (ends[0], ends[1])


def _noncentrality(value: float, df: int, share: float) -> float:
    """The noncentrality at which a chi-square variable stays below `value` with probability `share`, or 0."""
    from scipy.optimize import brentq
    from scipy.special import chdtr, chndtr
    from scipy.stats import norm

    if value <= 0 or chdtr(df, value) <= share:
        return 0.0
    if value > 5_000:
        # The exact distribution function loses its digits here; Sankaran's square root does not.
        root = math.sqrt(value - (df - 1) / 2) - float(norm.ppf(share))
        return float(max(root * root - (df - 1) / 2, 0.0))

    def above(noncentrality: float) -> float:
        return float(chndtr(value, df, noncentrality)) - share

    top = value + 10 * math.sqrt(value) + 30
    return float(brentq(above, 0.0, top, xtol=1e-6))
