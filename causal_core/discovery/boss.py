"""Best order score search through causal-learn's grow-shrink trees, with knowledge in the search itself."""

from __future__ import annotations

import random

from causal_core.discovery.ges import obeying
from causal_core.discovery.knowledge import Rules
from causal_core.discovery.pdag import Pdag
from causal_core.discovery.scores import Score

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
    order, columns = list(rules.arranged(range(size))), list(range(size))
    for _ in range(MOST_SWEEPS):
        chance.shuffle(columns)
        if not sum(better_mutation(column, order, trees) for column in columns):
            break
    parents = [0] * size
    for place, column in enumerate(order):
        found: list[int] = []
        trees[column].trace(order[:place], found)
        parents[column] = sum(1 << parent for parent in found)
    return obeying(parents, rules)
