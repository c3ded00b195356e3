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


@dataclass(frozen=True, eq=False)
class TreesPredictor:
    """Scores that are sums of trees, as LightGBM fits them.

    Attributes:
        expansion: Of the parents.
        feature: (t, m) column that each node of each tree asks about; 0 at leaves.
        threshold: (t, m) rows at or below it go left; infinite at leaves.
        left: (t, m) the node to the left; a leaf leads to itself.
        right: (t, m) the node to the right.
        value: (t, m) of leaves; 0 elsewhere.
        depth: The longest way down.
        outputs: How many scores; tree t adds to score t modulo `outputs`.
    """

    expansion: Expansion
    feature: Integers = field(repr=False)
    threshold: Floats = field(repr=False)
    left: Integers = field(repr=False)
    right: Integers = field(repr=False)
    value: Floats = field(repr=False)
    depth: int
    outputs: int

    def scores(self, parents: Floats) -> Floats:
        """(n, s) scores."""
        matrix = self.expansion.matrix(parents)
        rows = np.arange(len(matrix))
        found = np.zeros((len(matrix), self.outputs))
        for tree in range(len(self.feature)):
            feature, threshold = self.feature[tree], self.threshold[tree]
            children = np.stack([self.right[tree], self.left[tree]])
            node = np.zeros(len(matrix), dtype=np.int64)
            for _ in range(self.depth):
                low = matrix[rows, feature[node]] <= threshold[node]
                node = children[low.astype(np.int64), node]
            found[:, tree % self.outputs] += self.value[tree][node]
        return found
