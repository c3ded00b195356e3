"""Shapley's shares of a total among players, from what each coalition reaches."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import report

EXACT: Final = 8
"""Players up to whom every coalition is asked: 256 at most."""

ORDERS: Final = 60
"""Random orders of more players, each with its reverse."""

Coalition = frozenset[int]


def shapley(players: int, reached: Callable[[Coalition], float], seed: int = 0) -> tuple[Floats, Floats]:
    """Each player's share (Shapley 1953), averaged over the orders in which players may join.

    Args:
        players: How many.
        reached: What a coalition reaches.
        seed: Of the orders, where not all coalitions are asked.

    Returns:
        (p,) shares, which add up to what all reach less what none does, and (p,) their standard errors over
        random orders, 0 up to eight players.
    """
    if players <= EXACT:
        return _exact(players, reached), np.zeros(players)
    random = np.random.default_rng(seed)
    kept: dict[Coalition, float] = {}

    def once(coalition: Coalition) -> float:
        if coalition not in kept:
            kept[coalition] = reached(coalition)
        return kept[coalition]

    gains = np.empty((ORDERS, players))
    for draw in range(ORDERS):
        report(draw, ORDERS)
        order = random.permutation(players)
        # An order and its reverse together vary less (Mitchell et al. 2022).
        gains[draw] = (_along(order, once) + _along(order[::-1], once)) / 2
    return gains.mean(axis=0), gains.std(axis=0, ddof=1) / np.sqrt(ORDERS)


def _exact(players: int, reached: Callable[[Coalition], float]) -> Floats:
    coalitions = 2**players
    values = np.empty(coalitions)
    for bits in range(coalitions):
        report(bits, coalitions)
        values[bits] = reached(frozenset(each for each in range(players) if bits >> each & 1))
    shares = np.zeros(players)
    for bits in range(coalitions):
        size = bits.bit_count()
        for each in range(players):
            if not bits >> each & 1:
                weight = factorial(size) * factorial(players - size - 1) / factorial(players)
                shares[each] += weight * (values[bits | 1 << each] - values[bits])
    return shares


def _along(
    order: np.ndarray[tuple[int], np.dtype[np.int64]], reached: Callable[[Coalition], float]
) -> Floats:
    gains = np.empty(len(order))
    joined: Coalition = frozenset()
    before = reached(joined)
    for player in order:
        joined |= {int(player)}
        after = reached(joined)
        gains[player], before = after - before, after
    return gains
