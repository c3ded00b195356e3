"""Rank-weighted effects of several rankings on the same half samples of the rows.

Yadlowsky et al. (2025) show that the standard deviation of a RATE over half samples drawn without replacement
is its standard error, unscaled. Rankings that are judged on the same half samples can be compared in pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.arrays import Marks

Samples = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

HALF_SAMPLES = 200
"""How many half samples a standard error is made from."""

BATCH = 1 << 21
"""Rows of several half samples that are worked on together."""

FEW = 4096
"""Up to so many groups, halves are quicker drawn together by random numbers than one by one by coins."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """Numbers of several rankings, and the same numbers of each half sample.

    Attributes:
        rates: (rankings, 2) AUTOC and QINI.
        rate_draws: (200, rankings, 2) the same of each half sample.
        toc: (rankings, g) TOC at the shares asked for.
        toc_draws: (200, rankings, g).
    """

    rates: Floats
    rate_draws: Floats
    toc: Floats
    toc_draws: Floats

    @classmethod
    def joined(cls, parts: Sequence[Self], weights: Floats) -> Self:
        """The weighted averages of several parts of the rows, each with half samples of its own."""

        def average(arrays: list[Floats]) -> Floats:
            return np.asarray(np.tensordot(weights, np.stack(arrays), 1))

        return cls(
            average([part.rates for part in parts]),
            average([part.rate_draws for part in parts]),
            average([part.toc for part in parts]),
            average([part.toc_draws for part in parts]),
        )


def half_samples(
    effects: Floats,
    priorities: Sequence[Floats],
    clusters: Integers | None = None,
    seed: int = 0,
    shares: Floats | None = None,
) -> Drawn:
    """AUTOC, QINI and TOC of each ranking, on all rows and on 200 half samples.

    The half samples do not depend on the order of the rows (with clusters, unless equal rows are in several).

    Args:
        effects: (n,) effect scores.
        priorities: (n,) for each ranking, higher first; tied rows share their average.
        clusters: (n,) codes; half samples take clusters whole.
        seed: Of the half samples.
        shares: (g,) increasing shares, above 0 and up to 1, at which to take the TOC; None for none.

    Raises:
        Problem: Fewer than 4 rows or clusters.
    """
    order = _canonical(effects, priorities)
    centred = effects[order] - effects.mean()
    codes, groups = None, len(effects)
    if clusters is not None:
        # Numbered anew by first appearance, so that a half sample does not depend on the codes either.
        first, inverse = np.unique(clusters[order], return_index=True, return_inverse=True)[1:]
        codes, groups = np.argsort(np.argsort(first))[inverse], len(first)
    if groups < 4:
        raise Problem(
            f"A rank-weighted effect needs 4 {'rows' if codes is None else 'clusters'}; it has {groups}."
        )
    grid = np.empty(0) if shares is None else shares
    tables = _Tables.of(len(effects))
    rankings = [_Ranking.of(centred, priority[order], whole=codes is not None) for priority in priorities]
    every = np.ones((1, len(effects)), dtype=bool)
    whole = [ranking.numbers(every, tables, grid) for ranking in rankings]
    rates = np.empty((HALF_SAMPLES, len(rankings), 2))
    tocs = np.empty((HALF_SAMPLES, len(rankings), len(grid)))
    random = np.random.default_rng(seed)
    several = max(1, BATCH // len(effects))
    for start in range(0, HALF_SAMPLES, several):
        here = slice(start, min(start + several, HALF_SAMPLES))
        taken = _halves(random, groups, here.stop - start)
        if codes is not None:
            taken = taken[:, codes]
        for number, ranking in enumerate(rankings):
            rates[here, number], tocs[here, number] = ranking.numbers(taken, tables, grid)
    return Drawn(
        np.array([rate[0] for rate, _ in whole]), rates, np.array([toc[0] for _, toc in whole]), tocs
    )


def _canonical(effects: Floats, priorities: Sequence[Floats]) -> Integers:
    """An order of the rows by their values alone; rows that are equal in all of them are exchangeable."""
    order = np.argsort(effects)
    ranked = effects[order]
    if (ranked[1:] != ranked[:-1]).all():
        return order
    return np.lexsort((*reversed(priorities), effects))


def _halves(random: np.random.Generator, groups: int, draws: int) -> Samples:
    """(draws, groups) marks of halves."""
    if groups > FEW:
        return np.array([_half(random, groups) for _ in range(draws)])
    first = np.argpartition(random.random((draws, groups)), groups // 2, axis=1)[:, : groups // 2]
    taken = np.zeros((draws, groups), dtype=bool)
    np.put_along_axis(taken, first, True, axis=1)
    return taken


def _half(random: np.random.Generator, groups: int) -> Marks:
    """Marks of exactly half of the groups, every half equally likely.

    Fair coins make any set of a given size equally likely; then chance takes back or adds what is too much
    or too little, which is far quicker than shuffling.
    """
    bits = np.frombuffer(random.bytes((groups + 7) // 8), dtype=np.uint8)
    taken = np.unpackbits(bits, count=groups).view(np.bool_)
    excess = int(np.count_nonzero(taken)) - groups // 2
    if excess:
        members = np.flatnonzero(taken if excess > 0 else ~taken)
        taken[members[random.choice(len(members), abs(excess), replace=False, shuffle=False)]] = excess < 0
    return taken


@dataclass(frozen=True, eq=False)
class _Tables:
    """Weights of the row at rank j in a RATE of m rows, summed over the first i ranks.

    AUTOC: w_j = H_m - H_{j-1} - 1 with H the harmonic numbers; QINI: w_j = (m - j + 1)/m - (m + 1)/(2 m).
    Both follow from exchanging the order of the two sums, and sum to 0.
    """

    harmonic: Floats
    harmonic_sums: Floats
    single: dict[int, Floats]

    @classmethod
    def of(cls, rows: int) -> Self:
        harmonic = np.concatenate(([0.0], np.cumsum(1.0 / np.arange(1, rows + 1))))
        return cls(harmonic, np.concatenate(([0.0], np.cumsum(harmonic[:-1]))), {})

    def alone(self, rows: int) -> Floats:
        """(2, m) weights of m rows without ties; kept, because half samples mostly have one size."""
        if rows not in self.single:
            self.single.clear()
            ranks = np.arange(1, rows + 1)
            autoc = self.harmonic[rows] - 1.0 - self.harmonic[:rows]
            self.single[rows] = np.vstack([autoc, (rows + 1 - 2 * ranks) / (2 * rows)])
        return self.single[rows]

    def blocks(self, last: Integers) -> tuple[Floats, Floats]:
        """(d, b) AUTOC's and QINI's weights of blocks of ties that end at these ranks, one row a half."""
        rows = last[:, -1:]
        autoc = last * (self.harmonic[rows] - 1.0) - self.harmonic_sums[last]
        qini = last * (rows + 0.5 - last / 2) / rows - last * ((rows + 1) / (2 * rows))
        return np.diff(autoc, prepend=0.0), np.diff(qini, prepend=0.0)


@dataclass(frozen=True, eq=False)
class _Ranking:
    """Effect scores by priority, highest first.

    Attributes:
        order: (n,) rows.
        ranked: (n,) their scores.
        starts: (b,) where each block of ties starts; None when there are none and all halves are of one size.
    """

    order: Integers
    ranked: Floats
    starts: Integers | None

    @classmethod
    def of(cls, effects: Floats, priority: Floats, *, whole: bool) -> Self:
        """The ranking; `whole` when clusters are taken whole, so that halves differ in size."""
        order = np.argsort(-priority, kind="stable")
        values = priority[order]
        new = np.concatenate(([True], values[1:] != values[:-1]))
        return cls(order, effects[order], None if new.all() and not whole else np.flatnonzero(new))

    def numbers(self, taken: Samples, tables: _Tables, grid: Floats) -> tuple[Floats, Floats]:
        """(d, 2) AUTOC and QINI and (d, g) TOC of d samples of the rows, (d, n) marks each."""
        if len(taken) == 1:
            # One long row: several times quicker than along an axis.
            marks = taken[0].take(self.order, mode="clip")[None]
        else:
            marks = taken.take(self.order, axis=1, mode="clip")
        if self.starts is None:
            if len(marks) == 1:
                scores = np.compress(marks[0], self.ranked)[None]
            else:
                scores = np.broadcast_to(self.ranked, marks.shape)[marks].reshape(len(marks), -1)
            rows = scores.shape[1]
            return scores @ tables.alone(rows).T / rows, _toc(scores, grid)
        sums = np.add.reduceat(self.ranked * marks, self.starts, axis=1)
        sizes = np.add.reduceat(marks, self.starts, axis=1, dtype=np.int64)
        means = sums / np.maximum(sizes, 1)
        # Less the first block's mean a constant priority gives exactly 0; weights sum to 0, all else stays.
        # A block that no row was taken of has weight 0.
        means -= means[:, :1]
        last = np.cumsum(sizes, axis=1)
        rates = np.stack([(means * weights).sum(axis=1) for weights in tables.blocks(last)], axis=1)
        return rates / last[:, -1:], _toc_of_blocks(means * sizes, last, grid)


def _toc(scores: Floats, grid: Floats) -> Floats:
    """(d, g) TOC at the shares of the grid; between rows the running sum is a straight line."""
    if len(grid) == 0:
        return np.empty((len(scores), 0))
    rows = scores.shape[1]
    running = np.cumsum(scores, axis=1)
    count = grid * rows
    below = np.minimum(count.astype(np.int64), rows - 1)
    so_far = running[:, below] - (below + 1 - count) * scores[:, below]
    return np.asarray(so_far / count - running[:, -1:] / rows)


def _toc_of_blocks(sums: Floats, last: Integers, grid: Floats) -> Floats:
    """(d, g) TOC at the shares of the grid; within a block the running sum is a straight line."""
    if len(grid) == 0:
        return np.empty((len(sums), 0))
    count = grid * last[:, -1:]
    running = np.cumsum(sums, axis=1)
    so_far = np.array(
        [
            np.interp(wanted, np.append(0, ends), np.append(0.0, total))
            for wanted, ends, total in zip(count, last, running, strict=True)
        ]
    )
    return np.asarray(so_far / count - running[:, -1:] / last[:, -1:])
