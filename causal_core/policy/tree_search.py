"""The exact search for a policy tree of depth one, two or three (Athey & Wager 2021; Sverdrup et al. 2020).

Scores enter as what each action adds to action 0. A leaf that holds rows R is worth max(0, max_a sum_R d_a).
The sums of d over the joint bins of two columns (of three, for depth three), and running sums of those along
each axis, give the worth of every quadrant at once: a table is made for each pair of columns, rather than for
each pair of cuts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part, report
from causal_core.policy.tree_bins import Bins, Column
from causal_core.policy.tree_node import Node

TINY = 1e-10
"""A question must gain more than this part of the sum of all absolute scores: less is rounding."""

ROW = 3e-9
"""Seconds a row, channel and table, about; for planning alone, so that no result depends on a machine."""

CELL = 9e-9
"""Seconds a cell, channel and table."""

FIRST = 0.9
"""About the part of a search's time that its first question takes."""

CACHED = 16_384
"""Cells of a table that are compared at once."""

TABLE = 3e-4
"""Seconds a table."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is searched.

    Attributes:
        columns: The cuts.
        added: k-1 arrays of (n,): what each action adds to action 0.
        least: Rows that a leaf holds at least.
    """

    columns: tuple[Column, ...]
    added: tuple[Floats, ...] = field(repr=False)
    least: int

    def take(self, rows: Integers) -> Task:
        """The same on these rows."""
        return Task(
            tuple(column.take(rows) for column in self.columns),
            tuple(each[rows] for each in self.added),
            self.least,
        )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.added[0])

    @property
    def tiny(self) -> float:
        """What a question must gain more than."""
        return TINY * float(sum(np.abs(each).sum() for each in self.added))

    def sums(self, cell: Integers | Bins, shape: tuple[int, ...]) -> Floats:
        """(k, *shape) rows, then the sums of each of `added`, by (n,) cell."""
        count = int(np.prod(shape))
        out = np.empty((len(self.added) + 1, count))
        out[0] = np.bincount(cell, minlength=count)
        for place, each in enumerate(self.added, start=1):
            out[place] = np.bincount(cell, each, count)
        return out.reshape(-1, *shape)

    def leaf(self) -> tuple[float, Node]:
        """The best single action for all rows."""
        totals = np.array([0.0, *(each.sum() for each in self.added)])
        action = int(totals.argmax())
        return float(totals[action]), Node(action)


def search(task: Task, depth: int, finer: Task | None = None) -> Node:
    """The best tree of at most `depth` questions in a row, over the cuts of the task.

    Of trees that are worth the same the first found is given; a side that no question improves stays whole.

    Args:
        task: What is searched.
        depth: 0 to 3.
        finer: The same rows with finer cuts, for the questions after the first; those of `task` when None.
            The tree is then worth at least as much as the best over the cuts of the task.
    """
    value, node = task.leaf()
    if depth == 0 or not task.columns or task.rows < 2 * task.least:
        return node
    with part(0, FIRST):
        found = (_best_stump, _best_pair, _best_triple)[depth - 1](task)
    if found is None or found[0] <= value + task.tiny:
        return node
    column, cut = task.columns[found[1]], found[2]
    low = column.is_low(cut)
    after, middle = finer or task, (1 + FIRST) / 2
    with part(FIRST, middle):
        below = search(after.take(np.flatnonzero(low)), depth - 1)
    with part(middle, 1):
        above = search(after.take(np.flatnonzero(~low)), depth - 1)
    return Node(0, column.split(cut), below, above)


def seconds(sizes: Sequence[int], rows: int, actions: int, depth: int) -> float:
    """About how long a search takes on one processor.

    Args:
        sizes: Cuts of each column.
        rows: n.
        actions: k.
        depth: 1, 2 or 3.
    """
    cells = np.asarray(sizes, dtype=np.float64) + 1
    count = len(cells)
    if depth == 1:
        return float(count * (TABLE + rows * actions * ROW))
    pairs = count * (count + 1) / 2
    area = (cells.sum() ** 2 + (cells**2).sum()) / 2
    if depth == 2:
        return float(pairs * (TABLE + rows * actions * ROW) + area * actions * CELL)
    return float(count * pairs * (TABLE + rows * actions * ROW) + 2 * cells.sum() * area * actions * CELL)


def _worth(sums: Floats, least: int) -> Floats:
    """Worth of leaves from (k, ...) rows and sums; minus infinity where there are too few rows."""
    worth: Floats = np.maximum(sums[1] if len(sums) == 2 else sums[1:].max(axis=0), 0.0)
    np.copyto(worth, -np.inf, where=sums[0] < least - 0.5)
    return worth


def _best_stump(task: Task) -> tuple[float, int, int] | None:
    """Worth, position of the column and cut of the best single question."""
    best: tuple[float, int, int] | None = None
    for place, column in enumerate(task.columns):
        found = column.low_sums(task.sums(column.bins, (column.count,)), 1)
        low = found[:, :-1]
        worth = _worth(low, task.least) + _worth(found[:, -1:] - low, task.least)
        best = _better(best, worth, place, task.tiny)
    return best


def _best_pair(task: Task) -> tuple[float, int, int] | None:
    """Worth, position of the column and cut of the first question of the best tree of depth two."""
    best: tuple[float, int, int] | None = None
    for place, worth in enumerate(_side_worths(task, None)[1]):
        best = _better(best, worth[0], place, task.tiny)
    return best


def _best_triple(task: Task) -> tuple[float, int, int] | None:
    """Worth, position of the column and cut of the first question of the best tree of depth three."""
    best: tuple[float, int, int] | None = None
    count = len(task.columns)
    for place, first in enumerate(task.columns):
        with part(place / count, (place + 1) / count):
            whole, worths = _side_worths(task, first)
        sides = np.max([whole, *(worth.max(axis=1) for worth in worths)], axis=0)
        best = _better(best, sides[: first.size] + sides[first.size :], place, task.tiny)
    return best


def _better(
    best: tuple[float, int, int] | None, worth: Floats, place: int, tiny: float
) -> tuple[float, int, int] | None:
    cut = int(worth.argmax())
    if np.isfinite(worth[cut]) and (best is None or worth[cut] > best[0] + tiny):
        return float(worth[cut]), place, cut
    return best


def _side_worths(task: Task, first: Column | None) -> tuple[Floats, list[Floats]]:
    """The best trees of depth two on each side of each cut of `first`; on all rows when it is None.

    Returns:
        (sides,) the worth of each side as one leaf; for each column (sides, cuts) that of the best tree whose
        first question is that cut. The sides are the low ones of all cuts, then the high ones.
    """
    lead = 1 if first is None else first.count
    base = np.zeros(task.rows, dtype=np.int64) if first is None else first.bins.astype(np.int64)
    whole = _sides(task.sums(base, (lead,)), first)
    low, high = [], []
    for column in task.columns:
        cell = base * column.count + column.bins
        sums = _sides(column.low_sums(task.sums(cell, (lead, column.count)), 2), first)
        # Either side of the second question may also stay whole.
        low.append(_worth(sums[:, :, :-1], task.least))
        high.append(_worth(sums[:, :, -1:] - sums[:, :, :-1], task.least))
    total = len(task.columns) * (len(task.columns) + 1) / 2
    done = 0
    for one, column in enumerate(task.columns):
        cell = base * column.count + column.bins
        for other in range(one, len(task.columns)):
            second = task.columns[other]
            sums = task.sums(cell * second.count + second.bins, (lead, column.count, second.count))
            sums = column.low_sums(second.low_sums(sums, 3), 2)
            for sides, block in _blocks(sums, first):
                found = _quadrants(block, task.least)
                for place, (in_low, in_high) in ((one, found[:2]), (other, found[2:])):
                    np.maximum(low[place][sides], in_low, out=low[place][sides])
                    np.maximum(high[place][sides], in_high, out=high[place][sides])
            done += 1
            report(done, total)
    return _worth(whole, task.least), [below + above for below, above in zip(low, high, strict=True)]


def _sides(sums: Floats, first: Column | None) -> Floats:
    """(k, sides, ...) the sums on the low side of each cut, then on the high sides, from (k, bins, ...)."""
    return np.concatenate([block for _, block in _blocks(sums, first)], axis=1)


def _blocks(sums: Floats, first: Column | None) -> Iterator[tuple[slice, Floats]]:
    """`_sides` in blocks that fit a processor's cache, low sides first, each with its place among them."""
    if first is None:
        yield slice(0, 1), sums
        return
    low = first.low_sums(sums, 1)
    step = max(1, CACHED // max(1, int(np.prod(low.shape[2:]))))
    for start in range(0, first.size, step):
        yield slice(start, min(start + step, first.size)), low[:, start : min(start + step, first.size)]
    for start in range(0, first.size, step):
        end = min(start + step, first.size)
        yield slice(first.size + start, first.size + end), low[:, -1:] - low[:, start:end]


def _quadrants(sums: Floats, least: int) -> tuple[Floats, Floats, Floats, Floats]:
    """The best stump on either side of each cut, from (k, sides, cuts + 1, cuts + 1) running sums.

    Returns:
        (sides, cuts of the one) the best on its low sides and on its high sides over all cuts of the other,
        then the same the other way round.
    """
    low_low = sums[..., :-1, :-1]
    low_high = sums[..., :-1, -1:] - low_low
    high_low = sums[..., -1:, :-1] - low_low
    high_high = (sums[..., -1:, -1:] - sums[..., -1:, :-1]) - low_high
    a, b, c, d = (_worth(each, least) for each in (low_low, low_high, high_low, high_high))
    return (a + b).max(axis=2), (c + d).max(axis=2), (a + c).max(axis=1), (b + d).max(axis=1)
