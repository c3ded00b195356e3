"""A local search that shifts nodes along their row or layer: no line through a node, few crossings."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Edge = tuple[str, str]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_WORK = 40_000_000
"""The most comparisons one pass may take; larger drawings are left as they are."""

MOST_REPEATED = 2_000_000
"""The comparisons of one pass, all starts together."""

PASSES, STARTS = 4, 12
STEPS = np.arange(-8, 9) / 2
CLEARANCE = 0.4
"""How near, in units, a line may come to a node that is not its end."""

THROUGH, CROSSING, HOME, EVEN = 10.0, 2.0, 0.05, 0.05
"""What a line through a node costs, a crossing, a unit away from home and a square unit of a line's length; a
unit of length costs one."""


@dataclass
class Drawing:
    """Nodes at places, and the lines between them.

    Attributes:
        places: Node -> (x, y), one unit apart at least; changed by `improve`.
        axis: Node -> 0 when it may move along x, 1 when along y; others stay.
        limits: Node -> the least and the greatest value it may have there; without limits when missing.
        edges: Pairs of nodes joined by a line.
        home: Where a node without other reasons would stand.
    """

    places: dict[str, tuple[float, float]]
    axis: Mapping[str, int]
    limits: Mapping[str, tuple[float, float]]
    edges: Collection[Edge]
    home: tuple[float, float] = (0.0, 0.0)


def improve(drawing: Drawing) -> None:
    """Move single nodes while that makes the drawing better; very large graphs are left as they are.

    While lines still cross, the search is repeated from shuffled rows, as often as the graph is small enough
    for, and the best result kept.
    """
    search = _Search(drawing)
    lines = len(search.lines)
    work = 2 * lines * (lines + len(search.names)) * len(STEPS)
    if not lines or work > MOST_WORK:
        return
    pick = random.Random(1)  # noqa: S311 - a drawing, not a secret; the same each time
    best, least = search.points, (float("inf"), 0.0)
    for start in range(min(STARTS, 1 + MOST_REPEATED // work)):
        if start:
            search.points = search.shuffled(drawing, pick)
        for _ in range(PASSES):
            if not sum(search.move(place) for place, name in enumerate(search.names) if name in drawing.axis):
                break
        cost = search.total()
        if cost < least:
            best, least = search.points.copy(), cost
        if not least[0]:
            break
    drawing.places = {name: (float(x), float(y)) for name, (x, y) in zip(search.names, best, strict=True)}


class _Search:
    def __init__(self, drawing: Drawing) -> None:
        self.names = list(drawing.places)
        index = {name: place for place, name in enumerate(self.names)}
        self.points: Floats = np.array(list(drawing.places.values()), dtype=float).reshape(-1, 2)
        self.home = drawing.home
        self.axis = [drawing.axis.get(name, 0) for name in self.names]
        free = (float("-inf"), float("inf"))
        self.limits = [drawing.limits.get(name, free) for name in self.names]
        pairs = sorted({tuple(sorted((index[one], index[other]))) for one, other in drawing.edges})
        self.lines = np.array(pairs, dtype=int).reshape(-1, 2)
        self.first = self.points.copy()

    def shuffled(self, drawing: Drawing, pick: random.Random) -> Floats:
        """The first places, those of each row dealt out anew among the nodes that may have any of them."""
        rows: dict[tuple[int, float], list[int]] = {}
        for place, name in enumerate(self.names):
            if name in drawing.axis and name not in drawing.limits:
                rows.setdefault((self.axis[place], self.first[place, 1 - self.axis[place]]), []).append(place)
        points = self.first.copy()
        for row in rows.values():
            dealt = row.copy()
            pick.shuffle(dealt)
            points[row] = self.first[dealt]
        return points

    def total(self) -> tuple[float, float]:
        """What crossings and lines through nodes cost in the whole drawing, and how long its lines are."""
        start, stop = self.points[self.lines[:, 0]], self.points[self.lines[:, 1]]
        length = np.sqrt(((start - stop) ** 2).sum(axis=1))
        near = _distance(start[:, None], stop[:, None], self.points[None]) < CLEARANCE
        crossing = _cross(start[:, None], stop[:, None], start[None], stop[None])
        shared = (self.lines[:, None, :, None] == self.lines[None, :, None, :]).any(axis=(2, 3))
        through = near.sum() - 2 * len(self.lines)
        bad = THROUGH * through + CROSSING * (crossing & ~shared).sum() / 2
        return float(bad), float(length.sum())

    def move(self, node: int) -> bool:
        """Move the node to its best place; whether it moved."""
        along = self.axis[node]
        spots = self._spots(node, along)
        if len(spots) == 1:
            return False
        costs = self._costs(node, along, spots)
        best = int(np.argmin(costs))
        if not costs[best] < costs[0] - 1e-9:
            return False
        self.points[node] = spots[best]
        return True

    def _spots(self, node: int, along: int) -> Floats:
        """Where the node may go, its own place first."""
        here = self.points[node]
        low, high = self.limits[node]
        values = here[along] + STEPS[STEPS != 0]
        spots = np.tile(here, (len(values) + 1, 1))
        spots[1:, along] = values
        others = np.delete(self.points, node, axis=0)
        close: Flags = np.abs(spots[:, None, :] - others[None, :, :]) < 1
        near: Flags = np.asarray((close[..., 0] & close[..., 1]).any(axis=1))
        near[0] = False
        inside = (spots[:, along] >= low) & (spots[:, along] <= high) & ~near
        inside[0] = True
        return np.asarray(spots[inside])

    def _costs(self, node: int, along: int, spots: Floats) -> Floats:
        """For each spot, what depends on this node's place."""
        touching = (self.lines[:, 0] == node) | (self.lines[:, 1] == node)
        own, rest = self.lines[touching], self.lines[~touching]
        far = np.where(own[:, 0] == node, own[:, 1], own[:, 0])
        ends = self.points[far]
        cost = HOME * np.abs(spots[:, along] - self.home[along])
        length = np.abs(spots[:, None, along] - ends[None, :, along])
        cost += (length + EVEN * length**2).sum(axis=1)
        start, stop = self.points[rest[:, 0]], self.points[rest[:, 1]]
        # Axes: the spots, the node's own lines, and the other nodes or lines.
        near = _distance(spots[:, None, None], ends[None, :, None], self.points[None, None]) < CLEARANCE
        near[:, np.arange(len(far)), far] = False
        near[:, :, node] = False
        cost += THROUGH * near.sum(axis=(1, 2))
        cost += THROUGH * (_distance(start[None], stop[None], spots[:, None]) < CLEARANCE).sum(axis=1)
        crossing = _cross(spots[:, None, None], ends[None, :, None], start[None, None], stop[None, None])
        crossing &= (rest[None, :, :] != far[:, None, None]).all(axis=2)[None]
        cost += CROSSING * crossing.sum(axis=(1, 2))
        return np.asarray(cost)


def _distance(one: Floats, other: Floats, point: Floats) -> Floats:
    """How far the points are from the segments; the last axis holds x and y."""
    course = other - one
    length = np.maximum((course**2).sum(axis=-1), 1e-12)
    share = np.clip(((point - one) * course).sum(axis=-1) / length, 0.0, 1.0)
    return np.asarray(np.sqrt(((point - one - share[..., None] * course) ** 2).sum(axis=-1)))


def _cross(a: Floats, b: Floats, c: Floats, d: Floats) -> Flags:
    """Whether the segments a-b and c-d meet in their insides."""

    def side(one: Floats, other: Floats, point: Floats) -> Floats:
        return np.asarray(
            (other[..., 0] - one[..., 0]) * (point[..., 1] - one[..., 1])
            - (other[..., 1] - one[..., 1]) * (point[..., 0] - one[..., 0])
        )

    return np.asarray((side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0))
