"""Rows in order of a score, with equal scores as one block, so that the order of rows never matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import Marks

Columns = Callable[[Integers | slice], tuple[Floats | Marks, ...]]
"""Gives the values of some rows in each of the columns to sum."""

Values = TypeVar("Values", Floats, Marks)

PIECE = 1 << 16
"""Rows gathered at a time: they stay in the processor's cache, and no long array need be made."""

_SAMPLE = 4096


class Blocks(Protocol):
    """Blocks of equal scores, highest first."""

    @property
    def last(self) -> Integers:
        """(b + 1,) rows so far: 0, then up to and with each block."""

    def running(self, columns: Columns, count: int) -> tuple[Floats, ...]:
        """Of each of `count` columns the (b + 1,) sums so far: 0, then up to and with each block."""


def blocks_of(score: Floats) -> Blocks:
    """The blocks of (n,) scores, none missing.

    Few different scores are told apart by hashing, several times quicker than by sorting; for many, sorting
    is quicker. Both give the same blocks.
    """
    sample = score[:: max(1, len(score) // _SAMPLE)]
    _, counts = np.unique(sample, return_counts=True)
    if np.count_nonzero(counts == 1) < len(sample) / 4:
        codes, values = pd.factorize(score)
        return Hashed(codes, np.argsort(values)[::-1])
    # The default kind is several times quicker than a stable one, and ties need no order.
    order = np.argsort(score)
    new = np.ones(len(order), dtype=bool)
    for start in range(0, len(order) - 1, PIECE):
        ranked = at(score, order[start : start + PIECE + 1])
        np.not_equal(ranked[1:], ranked[:-1], out=new[start + 1 : start + len(ranked)])
    return Sorted(order, None if new.all() else np.flatnonzero(new))


def at(values: Values, rows: Integers | slice) -> Values:
    """The values of some rows."""
    if isinstance(rows, slice):
        return values[rows]
    # All positions are valid; mode="clip" spares numpy a slow check of each.
    return values.take(rows, mode="clip")


@dataclass(frozen=True, eq=False)
class Hashed:
    """Blocks of few different scores.

    Attributes:
        codes: (n,) which of the b scores a row has, in no particular order.
        order: (b,) codes by score, highest first.
    """

    codes: Integers
    order: Integers

    @property
    def last(self) -> Integers:
        """(b + 1,) rows so far."""
        return np.append(0, np.cumsum(np.bincount(self.codes)[self.order]))

    def running(self, columns: Columns, count: int) -> tuple[Floats, ...]:
        """`count` arrays (b + 1,) of sums so far."""
        sums = np.zeros((count, len(self.order) + 1))
        for total, values in zip(sums, columns(slice(None)), strict=True):
            np.cumsum(np.bincount(self.codes, weights=values)[self.order], out=total[1:])
        return tuple(sums)


@dataclass(frozen=True, eq=False)
class Sorted:
    """Blocks of many different scores.

    Attributes:
        order: (n,) rows by score, lowest first; within a block in no particular order.
        starts: (b,) position in `order` where each block starts, lowest score first; None without ties.
    """

    order: Integers
    starts: Integers | None

    @property
    def last(self) -> Integers:
        """(b + 1,) rows so far."""
        if self.starts is None:
            return np.arange(len(self.order) + 1)
        return np.append(0, len(self.order) - self.starts[::-1])

    def running(self, columns: Columns, count: int) -> tuple[Floats, ...]:
        """`count` arrays (b + 1,) of sums so far."""
        rows = len(self.order)
        blocks = rows if self.starts is None else len(self.starts)
        sums = np.zeros((count, blocks + 1))
        for start in range(0, rows, PIECE):
            here = self.order[start : start + PIECE]
            if self.starts is None:
                for total, values in zip(sums, columns(here), strict=True):
                    total[rows - start - len(here) + 1 : rows - start + 1] = values[::-1]
                continue
            first = int(np.searchsorted(self.starts, start, side="right")) - 1
            end = int(np.searchsorted(self.starts, start + len(here)))
            inside = np.maximum(self.starts[first:end] - start, 0)
            for total, values in zip(sums, columns(here), strict=True):
                total[blocks - end + 1 : blocks - first + 1] += np.add.reduceat(
                    values, inside, dtype=np.float64
                )[::-1]
        return tuple(np.cumsum(total, out=total) for total in sums)
