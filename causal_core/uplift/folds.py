"""Seeded splits of the rows: arms in proportion, clusters whole."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Integers
from causal_core.problem import Problem

FEWEST_ROWS = 10
"""The fewest rows an arm must have in each half for its effect to be learned and checked."""


def folds(arm: Integers, count: int, clusters: Integers | None = None, seed: int = 0) -> Integers:
    """(n,) fold 0..count-1 of each row; each arm spread evenly, a cluster always in one fold.

    With clusters, they are spread by their most common arm.
    """
    random = np.random.default_rng([seed, count])
    if clusters is None:
        return _spread(arm, count, random)
    table = np.zeros((int(clusters.max()) + 1, int(arm.max()) + 1), dtype=np.int64)
    np.add.at(table, (clusters, arm), 1)
    return _spread(table.argmax(axis=1), count, random)[clusters]


def halves(
    arm: Integers, arms: tuple[str, ...], clusters: Integers | None = None, seed: int = 0
) -> tuple[Integers, Integers]:
    """Positions of the learning half and of the held-out half, each in row order.

    Raises:
        Problem: An arm has fewer than 10 rows in one of the halves.
    """
    half = folds(arm, 2, clusters, seed)
    for code, label in enumerate(arms):
        smallest = min(int(((half == part) & (arm == code)).sum()) for part in (0, 1))
        if smallest < FEWEST_ROWS:
            raise Problem(
                f"The arm {label} has only {int((arm == code).sum()):,} rows, too few to learn from one half "
                "of the rows and check on the other.",
                remedy="Merge it with another arm, or leave it out.",
            )
    return np.flatnonzero(half == 0), np.flatnonzero(half == 1)


def _spread(group: Integers, count: int, random: np.random.Generator) -> Integers:
    shuffled = random.permutation(len(group))
    by_group = shuffled[np.argsort(group[shuffled], kind="stable")]
    fold = np.empty(len(group), dtype=np.int64)
    fold[by_group] = np.arange(len(group)) % count
    return fold
