"""The ways of arrows between the boxes of a Bayesian network's picture, bent around other boxes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import hypot
from typing import Final

from causal_core.charts.network_boxes import Box, Place
from causal_core.graph import CausalGraph

Way = tuple[Place, ...]
"""Points of a line, in pixels, from its beginning to its tip."""

_STEPS: Final = 40
_HEAD: Final = 6.0  # pixels of a head
# Shares of its length by which a line leaves the straight one, and where along it; the calmest first.
_BENDS: Final = (
    (0.0, 0.5),
    *((sway, lean) for wide in (0.3, 0.55, 0.9, 1.4) for lean in (0.5, 0.2, 0.8) for sway in (wide, -wide)),
)


def arrows(graph: CausalGraph, at: Mapping[str, Box]) -> list[Way]:
    """The way of each arrow, in the order of the graph's edges."""
    return [
        way(at[parent], at[child], [box for name, box in at.items() if name not in (parent, child)])
        for parent, child in graph.edges
    ]


def ties(graph: CausalGraph, at: Mapping[str, Box]) -> list[tuple[tuple[str, str], Way]]:
    """(nodes, way) of each hidden cause of two nodes."""
    joined = {frozenset(edge) for edge in graph.edges}
    found = []
    for one, other in sorted(tuple(sorted(pair)) for pair in graph.bidirected):
        others = [box for name, box in at.items() if name not in (one, other)]
        bent = frozenset((one, other)) in joined
        found.append(((one, other), way(at[one], at[other], others, bent=bent)))
    return found


def way(start: Box, end: Box, others: Collection[Box], *, bent: bool = False) -> Way:
    """The points of a line from one box to another: straight, or bent around boxes that lie between.

    Args:
        start: Where it leaves.
        end: Where it arrives.
        others: All other boxes.
        bent: Whether it may not be straight, so that it lies apart from an arrow between the two.
    """
    best: tuple[int, Way] | None = None
    for sway, lean in _BENDS[1 if bent else 0 :]:
        points = _outside(_bow(start.middle, end.middle, sway, lean), start, end)
        hits = sum(any(box.holds(each, 4) for box in others) for each in points)
        if best is None or hits < best[0]:
            best = hits, points
        if not hits:
            break
    return best[1] if best else ()


def tail(points: Way) -> Place:
    """The point that says where a line comes from that ends at its first point."""
    tip = points[0]
    return next((each for each in points if hypot(each[0] - tip[0], each[1] - tip[1]) > _HEAD), points[-1])


def _bow(start: Place, end: Place, sway: float, lean: float) -> list[Place]:
    """Points of a quadratic curve that leaves the straight line by a share of its length, most at `lean`."""
    (ax, ay), (bx, by) = start, end
    long = hypot(bx - ax, by - ay) or 1.0
    high = min(abs(sway) * long, 60 + 90 * abs(sway) * 2) * (1 if sway >= 0 else -1)
    mx, my = ax + lean * (bx - ax), ay + lean * (by - ay)
    cx, cy = mx + high * 2 * (by - ay) / long, my - high * 2 * (bx - ax) / long
    shares = [place / _STEPS for place in range(_STEPS + 1)]
    return [
        (
            (1 - share) ** 2 * ax + 2 * share * (1 - share) * cx + share**2 * bx,
            (1 - share) ** 2 * ay + 2 * share * (1 - share) * cy + share**2 * by,
        )
        for share in shares
    ]


def _outside(points: list[Place], start: Box, end: Box) -> Way:
    """The part of a curve between two boxes, its ends on their edges."""
    first = max(place for place, each in enumerate(points) if start.holds(each))
    last = min((place for place, each in enumerate(points) if end.holds(each)), default=len(points) - 1)
    if first + 1 >= last:
        return (points[first], points[last])
    return (
        _edge(points[first], points[first + 1], start),
        *points[first + 1 : last],
        _edge(points[last], points[last - 1], end),
    )


def _edge(inside: Place, outside: Place, box: Box) -> Place:
    """Where a short piece of line crosses the box's edge, by halving."""
    for _ in range(12):
        middle = ((inside[0] + outside[0]) / 2, (inside[1] + outside[1]) / 2)
        if box.holds(middle, 1.5):
            inside = middle
        else:
            outside = middle
    return outside
