"""Targeting operator characteristic and rank-weighted average effects, RATE (Yadlowsky et al. 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.arrays import as_floats, cluster_codes, interval, same_length
from causal_core.uplift.curves import Curve, ranking

HALF_SAMPLES = 200
"""How many half samples a standard error is made from."""


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
    order, ends = ranking(as_floats(priority, "priority"))
    same_length(len(order), effect_scores=scores)
    sizes = np.diff(ends, prepend=-1)
    sums = np.add.reduceat(scores[order], ends - sizes + 1)
    # TOC does not change when a constant is taken from all scores; the last block's mean makes a constant
    # priority exactly 0.
    blocks = sums / sizes
    shared = np.repeat(blocks - blocks[-1], sizes)
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
    order, ends = ranking(as_floats(priority, "priority"))
    same_length(len(order), effect_scores=scores)
    codes = cluster_codes(clusters, len(order))
    groups = len(order) if codes is None else int(codes.max()) + 1
    if groups < 4:
        raise Problem(
            f"A rank-weighted effect needs 4 {'rows' if codes is None else 'clusters'}; it has {groups}."
        )
    ranked = scores[order]
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    harmonic = np.concatenate(([0.0], np.cumsum(1.0 / np.arange(1, len(order) + 1))))
    table = _Weights(weighting, harmonic, np.concatenate(([0.0], np.cumsum(harmonic[:-1]))))
    value = _weighted(ranked, None, starts, table)
    random = np.random.default_rng(seed)
    in_order = None if codes is None else codes[order]
    draws = np.empty(HALF_SAMPLES)
    for draw in range(HALF_SAMPLES):
        taken = np.zeros(groups, dtype=bool)
        taken[random.permutation(groups)[: groups // 2]] = True
        draws[draw] = _weighted(ranked, taken if in_order is None else taken[in_order], starts, table)
    std_error = float(draws.std(ddof=1))
    return Rate(value, std_error, interval(value, std_error))


@dataclass(frozen=True, eq=False)
class _Weights:
    """The weight of the row at rank j in a RATE of m rows, summed over the first i ranks.

    AUTOC: w_j = H_m - H_{j-1} - 1 with H the harmonic numbers; QINI: w_j = (m - j + 1)/m - (m + 1)/(2 m).
    Both follow from exchanging the order of the two sums, and sum to 0.
    """

    weighting: str
    harmonic: Floats
    harmonic_sums: Floats

    def total(self, ranks: Integers, rows: int) -> Floats:
        if self.weighting == "autoc":
            return np.asarray(ranks * (self.harmonic[rows] - 1.0) - self.harmonic_sums[ranks])
        mean = (rows + 1) / (2 * rows)
        return np.asarray(ranks * (rows + 0.5 - ranks / 2) / rows - ranks * mean)


def _weighted(
    ranked: Floats,
    taken: np.ndarray[tuple[int], np.dtype[np.bool_]] | None,
    starts: Integers,
    table: _Weights,
) -> float:
    """The RATE of the rows taken, from scores in ranked order; one weighted sum over blocks of ties."""
    if taken is None:
        sums, sizes = np.add.reduceat(ranked, starts), np.diff(starts, append=len(ranked))
    elif len(starts) == len(ranked):
        sums = ranked[taken]
        sizes = np.ones(len(sums), dtype=np.int64)
    else:
        sums = np.add.reduceat(np.where(taken, ranked, 0.0), starts)
        sizes = np.add.reduceat(taken.astype(np.int64), starts)
        sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    last = np.cumsum(sizes)
    rows = int(last[-1])
    weights = np.diff(table.total(last, rows), prepend=0.0)
    blocks = sums / sizes
    return float((blocks - blocks[-1]) @ weights) / rows
