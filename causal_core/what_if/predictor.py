"""What a node is expected to be, given its parents: linear and boosted models as plain arrays.

Models are fitted by libraries on a worker and kept as arrays, so that a page can push thousands of rows
through a graph without importing them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.what_if.columns import Column


class Predictor(Protocol):
    """Scores of rows."""

    def scores(self, parents: Floats) -> Floats:
        """(n, s) one score for a number's mean, k for the log odds of k levels (k - 1 of them against 0)."""


@dataclass(frozen=True, eq=False)
class Expansion:
    """Coded parents as the columns of a model: a category becomes one column for each level but the first.

    Attributes:
        sizes: For each parent its number of levels; 0 for a number.
        centre: Of each number, 0 for others.
        scale: Of each number, 1 for others.
    """

    sizes: tuple[int, ...]
    centre: Floats
    scale: Floats

    @classmethod
    def of(cls, columns: tuple[Column, ...], parents: Floats) -> Expansion:
        """The expansion of these parents; numbers are centred and scaled."""
        numbers = np.array([not column.discrete for column in columns], dtype=bool)
        spread = parents.std(axis=0) if len(columns) else np.empty(0)
        return cls(
            tuple(len(column.levels) for column in columns),
            np.where(numbers, parents.mean(axis=0) if len(columns) else 0.0, 0.0),
            np.where(numbers & (spread > 0), spread, 1.0),
        )

    def matrix(self, parents: Floats) -> Floats:
        """(n, c) the model's columns."""
        parts = []
        for place, size in enumerate(self.sizes):
            column = parents[:, place]
            if size:
                parts.append((column[:, None] == np.arange(1, size)).astype(np.float64))
            else:
                parts.append(((column - self.centre[place]) / self.scale[place])[:, None])
        return np.hstack(parts) if parts else np.empty((len(parents), 0))


@dataclass(frozen=True, eq=False)
class LinearPredictor:
    """Scores linear in the expanded parents.

    Attributes:
        expansion: Of the parents.
        weights: (c, s).
        intercept: (s,).
    """

    expansion: Expansion
    weights: Floats = field(repr=False)
    intercept: Floats

    def scores(self, parents: Floats) -> Floats:
        """(n, s) scores."""
        return np.asarray(self.expansion.matrix(parents) @ self.weights + self.intercept)


MOST_LEAVES = 16
"""A tree's leaves are the bits of a number of 16 bits."""

_ALL = np.uint16(2**MOST_LEAVES - 1)


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree as the questions it asks (QuickScorer; Lucchese et al. 2015).

    A row starts with every leaf open; each question it answers with "above" closes the leaves to its left,
    and the leftmost open leaf is the row's.

    Attributes:
        column: (q,) which column each question asks about.
        threshold: (q,) rows above it go right.
        kept: (q,) the leaves that stay open above it, as bits, leftmost lowest.
        value: (leaves,) from left to right.
    """

    column: tuple[int, ...]
    threshold: tuple[float, ...]
    kept: tuple[int, ...]
    value: Floats


@dataclass(frozen=True, eq=False)
class TreesPredictor:
    """Scores that are sums of trees of at most 16 leaves, as LightGBM fits them.

    Attributes:
        expansion: Of the parents.
        trees: Tree t adds to score t modulo `outputs`.
        outputs: How many scores.
    """

    expansion: Expansion
    trees: tuple[Tree, ...] = field(repr=False)
    outputs: int

    def scores(self, parents: Floats) -> Floats:
        """(n, s) scores."""
        columns = np.ascontiguousarray(self.expansion.matrix(parents).T)
        found = np.zeros((self.outputs, len(parents)))
        for place, tree in enumerate(self.trees):
            left = np.full(len(parents), _ALL)
            for column, threshold, kept in zip(tree.column, tree.threshold, tree.kept, strict=True):
                left &= np.where(columns[column] > threshold, np.uint16(kept), _ALL)
            found[place % self.outputs] += tree.value[_LOWEST[left]]
        return found.T


def _lowest_bits() -> Integers:
    """(65536,) the place of the lowest bit of each number."""
    numbers = np.arange(2**MOST_LEAVES)
    lowest = np.zeros(len(numbers), dtype=np.int64)
    for bit in reversed(range(MOST_LEAVES)):
        lowest[(numbers >> bit) & 1 == 1] = bit
    return lowest


_LOWEST = _lowest_bits()
