"""Targeting operator characteristic and rank-weighted average effects, RATE (Yadlowsky et al. 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.arrays import as_floats, cluster_codes, interval, same_length
from causal_core.uplift.blocks import at, blocks_of
from causal_core.uplift.curves import Curve
from causal_core.uplift.half_samples import HALF_SAMPLES, half_samples

__all__ = ["HALF_SAMPLES", "WEIGHTINGS", "Rate", "rate", "rate_of", "toc"]

WEIGHTINGS: Final = ("autoc", "qini")


@dataclass(frozen=True)
class Rate:
    """A rank-weighted average treatment effect.

    Attributes:
        value: In the unit of the effect scores; 0 when the priority says nothing about the effect.
        std_error: The standard deviation over half samples.
        ci: The normal 95 % interval.
    """

    value: float
    std_error: float
    ci: tuple[float, float]


def toc(effect_scores: ArrayLike, priority: ArrayLike) -> Curve:
    """TOC(q): the mean effect score of the first share q by priority, less the mean of all.

    Tied rows share their block's mean, so the curve is a function of the ranking alone.

    Returns:
        `share` (n,) = 1/n .. 1 and `gain` (n,) = TOC.

    Raises:
        Problem: A value is missing (with the count), or lengths differ.
    """
    scores = as_floats(effect_scores, "effect score")
    ranked = as_floats(priority, "priority")
    same_length(len(ranked), effect_scores=scores)
    blocks = blocks_of(ranked)
    sizes = np.diff(blocks.last)
    sums = np.diff(blocks.running(lambda rows: (at(scores, rows),), 1)[0])
    # TOC does not change when a constant is taken from all scores; the last block's mean makes a constant
    # priority exactly 0.
    means = sums / sizes
    shared = np.repeat(means - means[-1], sizes)
    count = np.arange(1, len(shared) + 1)
    running = np.cumsum(shared)
    return Curve(count / len(shared), running / count - running[-1] / len(shared))


def rate(
    effect_scores: ArrayLike,
    priority: ArrayLike,
    weighting: Literal["autoc", "qini"] = "autoc",
    clusters: ArrayLike | None = None,
    seed: int = 0,
) -> Rate:
    """AUTOC = mean TOC(i/n), or QINI = mean (i/n) TOC(i/n), with a half-sample standard error.

    The priority must come from other rows than the scores: rank on what was learned elsewhere.

    Args:
        effect_scores: (n,) unbiased scores of the effect, such as differences of AIPW scores.
        priority: (n,) higher means first; ties share their average.
        weighting: "autoc" or "qini".
        clusters: (n,) cluster of each row; half samples take clusters whole.
        seed: Of the 200 half samples, drawn without replacement.

    Raises:
        Problem: A value is missing (with the count), lengths differ, fewer than 4 rows or clusters, or an
            unknown weighting.
    """
    if weighting not in ("autoc", "qini"):
        raise Problem(f"There is no weighting '{weighting}'.", remedy="Choose autoc or qini.")
    scores = as_floats(effect_scores, "effect score")
    ranked = as_floats(priority, "priority")
    same_length(len(ranked), effect_scores=scores)
    drawn = half_samples(scores, [ranked], cluster_codes(clusters, len(ranked)), seed)
    column = WEIGHTINGS.index(weighting)
    return rate_of(float(drawn.rates[0, column]), drawn.rate_draws[:, 0, column])


def rate_of(value: float, draws: Floats) -> Rate:
    """A RATE from its value and its (200,) half samples."""
    std_error = float(draws.std(ddof=1))
    return Rate(value, std_error, interval(value, std_error))
