"""Whole people given places of limited number, at the highest total: a transportation problem."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers

ROUNDS = 60
"""The most rounds in which prices are moved one after the other."""

SAMPLE = 20_000
"""With more than twice as many kinds of people, prices are first found on so many."""

_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Transport:
    """Who gets which place.

    Attributes:
        flow: (g, k) how many people of each kind get each place.
        prices: (k,) what one more place of each would add to the total; 0 where some stay free.
        total: The sum of values.
        bound: No assignment has a higher sum than this.
    """

    flow: Integers = field(repr=False)
    prices: Floats
    total: float
    bound: float


def transport(values: Floats, count: Integers, places: Integers, start: Floats | None = None) -> Transport:
    """The assignment of highest total value.

    Prices that clear the places are found approximately, one place after the other (each at the value at
    which just as many people want it as there are places: coordinate descent in the dual). The few people too
    many or too few then move along cheapest paths of exchanges, which makes the assignment exact (successive
    shortest paths; Ahuja, Magnanti & Orlin 1993, section 9.7).

    Args:
        values: (g, k) value of each place to one person of each kind.
        count: (g,) people of each kind.
        places: (k,) how many places there are of each sort, together enough for all.
        start: (k,) prices to start from.
    """
    prices = np.zeros(values.shape[1]) if start is None else start.copy()
    if start is None and len(values) > 2 * SAMPLE:
        step = len(values) // SAMPLE
        some = slice(None, None, step)
        share = count[some].sum() / count.sum()
        prices = _clear(values[some], count[some], places * share, prices, ROUNDS)
    prices = _clear(values, count, places.astype(np.float64), prices, ROUNDS if start is None else 8)
    chosen = (values - prices).argmax(axis=1)
    flow = np.zeros(values.shape, dtype=np.int64)
    flow[np.arange(len(values)), chosen] = count
    moved = _settle(values, flow, places, prices, _near(values, chosen, flow, places))
    bound = _bound(values, count, places, moved)
    total = float((flow * values).sum())
    if bound - total > 1e-9 * max(abs(bound), abs(total), _TINY):
        # Somebody was needed who did not seem near a limit.
        moved = _settle(values, flow, places, moved, np.arange(len(values)))
        total, bound = float((flow * values).sum()), _bound(values, count, places, moved)
    return Transport(flow, moved, total, max(bound, total))


def _clear(values: Floats, count: Integers, places: Floats, prices: Floats, rounds: int) -> Floats:
    prices = prices.copy()
    weights = None if (count == 1).all() else count
    everybody = float(count.sum())
    for _ in range(rounds):
        before = prices.copy()
        for place in range(len(prices)):
            if places[place] >= everybody:
                continue
            others = [values[:, each] - prices[each] for each in range(len(prices)) if each != place]
            prices[place] = _clearing(values[:, place] - np.maximum.reduce(others), weights, places[place])
        if np.allclose(before, prices, rtol=1e-6, atol=1e-12):
            break
    return prices


def _clearing(wanted: Floats, weights: Integers | None, places: float) -> float:
    """The lowest price of 0 or more at which no more people want a place than there are."""
    keen = wanted > 0
    if weights is None:
        if keen.sum() <= places:
            return 0.0
        rank = int(places)
        if rank == 0:
            return float(wanted.max())
        at = np.partition(wanted, (len(wanted) - rank - 1, len(wanted) - rank))
        return max(float(at[len(wanted) - rank - 1] + at[len(wanted) - rank]) / 2, 0.0)
    if weights[keen].sum() <= places:
        return 0.0
    order = np.argsort(-wanted[keen], kind="stable")
    until = np.cumsum(weights[keen][order])
    return float(wanted[keen][order][np.searchsorted(until, places, side="right")])


def _near(values: Floats, chosen: Integers, flow: Integers, places: Integers) -> Integers:
    """The kinds of people who may have to move: of each place those who lose least by each other one."""
    excess = int(np.abs(flow.sum(axis=0) - places).clip(max=len(values)).max())
    wanted = 4 * excess + 100
    if wanted * 4 >= len(values):
        return np.arange(len(values))
    near = []
    for place in range(values.shape[1]):
        mine = np.flatnonzero(chosen == place)
        for other in range(values.shape[1]):
            if other != place and len(mine):
                loss = values[mine, place] - values[mine, other]
                few = min(wanted, len(mine) - 1)
                near.append(mine[np.argpartition(loss, few)[: few + 1]])
    return np.unique(np.concatenate(near))


def _settle(values: Floats, flow: Integers, places: Integers, prices: Floats, near: Integers) -> Floats:
    """Move people among `near` until no place is overfull and none with a price is free; new prices."""
    count = values.shape[1]
    mine, here = values[near], flow[near]
    used = flow.sum(axis=0)
    # The last node stands for places that stay free.
    full = np.where(prices > _TINY, places, np.minimum(used, places))
    excess = np.append(used - full, full.sum() - used.sum())
    costs = np.full((count + 1, count + 1), np.inf)
    for place in range(count):
        _exchanges(costs, mine, here, place)
    scale = float(np.abs(mine).max()) if mine.size else 0.0
    tolerance = max(scale, 1.0) * _TINY
    while (excess > 0).any():
        _free_places(costs, full, places)
        source = int(excess.argmax())
        distance, came = _paths(costs, source, tolerance)
        open_to = np.flatnonzero((excess < 0) & np.isfinite(distance))
        if not len(open_to):
            break
        goal = int(open_to[distance[open_to].argmin()])
        path = _path(came, source, goal)
        amount = min(int(excess[source]), int(-excess[goal]))
        for tail, head in path:
            if head == count:
                amount = min(amount, int(places[tail] - full[tail]))
            elif tail == count:
                amount = min(amount, int(full[head]))
            else:
                amount = min(amount, int(here[_tied(costs, mine, here, tail, head, tolerance), tail].sum()))
        for tail, head in path:
            if head == count:
                full[tail] += amount
            elif tail == count:
                full[head] -= amount
            else:
                _move(here, _tied(costs, mine, here, tail, head, tolerance), tail, head, amount)
        excess[source] -= amount
        excess[goal] += amount
        for place in {each for edge in path for each in edge if each < count}:
            _exchanges(costs, mine, here, place)
    flow[near] = here
    _free_places(costs, full, places)
    distance, _ = _paths(costs, count, tolerance)
    return np.where(np.isfinite(distance[:count]), np.maximum(-distance[:count], 0.0), prices)


def _exchanges(costs: Floats, values: Floats, flow: Integers, place: int) -> None:
    """The least that moving one person from a place to each other one loses."""
    there = np.flatnonzero(flow[:, place] > 0)
    count = values.shape[1]
    if len(there):
        costs[place, :count] = (values[there, place][:, None] - values[there]).min(axis=0)
    else:
        costs[place, :count] = np.inf
    costs[place, place] = np.inf


def _free_places(costs: Floats, full: Integers, places: Integers) -> None:
    costs[:-1, -1] = np.where(full < places, 0.0, np.inf)
    costs[-1, :-1] = np.where(full > 0, 0.0, np.inf)


def _paths(costs: Floats, source: int, tolerance: float) -> tuple[Floats, Integers]:
    """Shortest distances from a node and the node before each (Bellman & Ford)."""
    distance = np.full(len(costs), np.inf)
    came = np.full(len(costs), -1, dtype=np.int64)
    distance[source] = 0.0
    for _ in range(len(costs) - 1):
        through = distance[:, None] + costs
        best = through.argmin(axis=0)
        reached = through[best, np.arange(len(costs))]
        better = reached < np.where(np.isfinite(distance), distance - tolerance, np.inf)
        better[source] = False
        if not better.any():
            break
        distance = np.where(better, reached, distance)
        came = np.where(better, best, came)
    return distance, came


def _path(came: Integers, source: int, goal: int) -> list[tuple[int, int]]:
    path: list[tuple[int, int]] = []
    node = goal
    while node != source and len(path) < len(came):
        path.append((int(came[node]), node))
        node = int(came[node])
    return path[::-1]


def _tied(costs: Floats, values: Floats, flow: Integers, tail: int, head: int, tolerance: float) -> Integers:
    """Kinds of people at one place who lose least by another."""
    loss = values[:, tail] - values[:, head]
    return np.flatnonzero((flow[:, tail] > 0) & (loss <= costs[tail, head] + tolerance))


def _move(flow: Integers, kinds: Integers, tail: int, head: int, amount: int) -> None:
    there = flow[kinds, tail]
    moved = np.clip(amount - (np.cumsum(there) - there), 0, there)
    flow[kinds, tail] -= moved
    flow[kinds, head] += moved


def _bound(values: Floats, count: Integers, places: Integers, prices: Floats) -> float:
    return float(count @ (values - prices).max(axis=1) + prices @ places)
