"""Best order score search through causal-learn's grow-shrink trees, with knowledge in the search itself."""

from __future__ import annotations

import math
import random
from typing import Any

from causal_core.discovery.ges import obeying
from causal_core.discovery.knowledge import Rules
from causal_core.discovery.pdag import Pdag
from causal_core.discovery.scores import Score

STARTS = 5
"""One start ends in a poor order now and then; the best of several is kept."""

LEAST = 1e-6
"""A difference of scores below this is none."""

MOST_SWEEPS = 200
"""Rounding could make two orders seem to beat each other for ever."""


class _Scored:
    """A score as causal-learn's trees ask for it; a required parent is worth more than any fit."""

    def __init__(self, score: Score, rules: Rules, rows: int) -> None:
        import numpy as np

        size = len(rules.columns)
        self.data = np.empty((0, size))  # the trees read the number of columns from its shape
        self._score, self._rules = score, rules
        # With no column fixed by others, no graph fits better than another by as much.
        self._prize = 25.0 * rows * size

    def score_nocache(self, column: int, parents: list[int]) -> float:
        mask = sum(1 << parent for parent in parents)
        return self._score(column, mask) + self._prize * (mask & self._rules.need[column]).bit_count()


def boss(score: Score, rules: Rules, rows: int, seed: int) -> Pdag:
    """The graph of arrows and lines that BOSS finds among those that obey what is known.

    Source: Andrews et al. 2023. The order keeps to time and required arrows because it starts so and each
    move must raise a score in which they weigh most; forbidden parents are never offered.
    """
    from causallearn.search.PermutationBased.BOSS import better_mutation
    from causallearn.search.PermutationBased.gst import GST

    size = len(rules.columns)
    scored = _Scored(score, rules, rows)
    trees = []
    for column in range(size):
        tree = GST(column, scored)
        tree.forbidden = [other for other in range(size) if not rules.allows(other, column)]
        trees.append(tree)
    chance = random.Random(seed)  # noqa: S311 - a search, not a secret
    best, parents = -math.inf, [0] * size
    for start in range(STARTS):
        wanted, columns = list(range(size)), list(range(size))
        if start:
            chance.shuffle(wanted)
        order = list(rules.arranged(wanted))
        for _ in range(MOST_SWEEPS):
            chance.shuffle(columns)
            if not sum(better_mutation(column, order, trees) for column in columns):
                break
        total, found = _read(order, trees)
        if total > best + LEAST:
            best, parents = total, found
    return obeying(parents, rules)


def _read(order: list[int], trees: list[Any]) -> tuple[float, list[int]]:
    """The score of an order, and the parents it gives each column."""
    total, parents = 0.0, [0] * len(order)
    for place, column in enumerate(order):
        found: list[int] = []
        total += trees[column].trace(order[:place], found)
        parents[column] = sum(1 << parent for parent in found)
    return total, parents
