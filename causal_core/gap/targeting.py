"""How well two rankings find those who respond: AUTOC of each, and their paired difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.uplift.arrays import interval
from causal_core.uplift.curves import ranking
from causal_core.uplift.findings import Difference
from causal_core.uplift.half_samples import HALF_SAMPLES, half_samples
from causal_core.uplift.toc import Rate, rate, rate_of


@dataclass(frozen=True)
class Targeting:
    """AUTOC of two rankings on the same rows (Yadlowsky et al. 2025), in the outcome's unit.

    Attributes:
        risk: Of the ranking by risk.
        uplift: Of the ranking by effect.
        difference: By effect less by risk, from the same half samples.
    """

    risk: Rate
    uplift: Rate
    difference: Difference


def targeting(
    risk: tuple[Floats, Floats],
    uplift: tuple[Floats, Floats],
    clusters: Integers | None = None,
    seed: int = 0,
) -> Targeting:
    """AUTOC of both rankings; each is given as (effect scores, priority), both (n,).

    Raises:
        Problem: There are fewer than 4 rows or clusters.
    """
    if np.array_equal(risk[0], uplift[0]):
        return _of_one_arm(risk[0], (risk[1], uplift[1]), clusters, seed)
    rates = [rate(effect, priority, "autoc", clusters, seed) for effect, priority in (risk, uplift)]
    groups = np.arange(len(risk[0])) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    count = int(groups.max()) + 1
    random = np.random.default_rng(seed)
    ranked = [_Ranked.of(*side) for side in (risk, uplift)]
    draws = np.empty(HALF_SAMPLES)
    for draw in range(HALF_SAMPLES):
        report(draw, HALF_SAMPLES)
        taken = np.zeros(count, dtype=bool)
        taken[random.permutation(count)[: count // 2]] = True
        rows = taken[groups]
        draws[draw] = ranked[1].autoc(rows) - ranked[0].autoc(rows)
    value, error = rates[1].value - rates[0].value, float(draws.std(ddof=1))
    return Targeting(rates[0], rates[1], Difference(value, error, interval(value, error)))


def _of_one_arm(
    effect: Floats, priorities: tuple[Floats, Floats], clusters: Integers | None, seed: int
) -> Targeting:
    drawn = half_samples(effect, priorities, clusters, seed)
    values, draws = drawn.rates[:, 0], drawn.rate_draws[:, :, 0]
    risk, uplift = (rate_of(float(values[place]), draws[:, place]) for place in (0, 1))
    error = float((draws[:, 1] - draws[:, 0]).std(ddof=1))
    value = uplift.value - risk.value
    return Targeting(risk, uplift, Difference(value, error, interval(value, error)))


@dataclass(frozen=True, eq=False)
class _Ranked:
    """Effect scores in ranked order with the number of each row's block of ties."""

    effect: Floats
    block: Integers
    order: Integers

    @classmethod
    def of(cls, effect: Floats, priority: Floats) -> _Ranked:
        order, ends = ranking(priority)
        sizes = np.diff(ends, prepend=-1)
        return cls(effect[order], np.repeat(np.arange(len(ends)), sizes), order)

    def autoc(self, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
        """AUTOC of some of the rows: mean of TOC(i/m), tied rows sharing their block's mean."""
        kept = rows[self.order]
        effect, block = self.effect[kept], self.block[kept]
        starts = np.flatnonzero(np.diff(block, prepend=-1))
        sizes = np.diff(starts, append=len(effect))
        shared = np.repeat(np.add.reduceat(effect, starts) / sizes, sizes)
        count = np.arange(1, len(effect) + 1)
        return float((np.cumsum(shared) / count).mean() - effect.mean())
