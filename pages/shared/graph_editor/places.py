"""A place for every node, its own wherever it has one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import median
from typing import Final

from causal_core.graph import CausalGraph
from causal_core.graph.layout import layered

Place = tuple[float, float]

_NEAR: Final = 0.3
_FAR: Final = 6.0
_MOST_MEASURED: Final = 200


def places(graph: CausalGraph, treatment: str | None = None, outcome: str | None = None) -> dict[str, Place]:
    """Node -> (x, y) in units of about one node's spacing, x to the right and y down.

    Positions of the graph are kept; those in another unit (a text from elsewhere may count in pixels or from
    0 to 1) are scaled as a whole. A graph without any is laid out along its arrows; single nodes without one
    are put near their neighbours.
    """
    known = {node: graph.positions[node] for node in graph.nodes if node in graph.positions}
    if not known:
        return layered(graph, treatment or (), outcome or ()) if graph.nodes else {}
    placed = _scaled(known)
    for node in graph.topological_order():
        if node not in placed:
            near = [placed[end] for end in _neighbours(graph, node) if end in placed]
            placed[node] = _free(near or list(placed.values()), placed)
    return placed


def _scaled(known: Mapping[str, Place]) -> dict[str, Place]:
    """The positions, scaled when the median distance to the nearest other node is far from one unit."""
    points = list(known.values())
    gaps = [
        min(math.dist(point, other) for place, other in enumerate(points) if place != index)
        for index, point in enumerate(points[:_MOST_MEASURED])
        if len(points) > 1
    ]
    gap = median(gaps) if gaps else 1.0
    if gap == 0 or _NEAR <= gap <= _FAR:
        return dict(known)
    return {node: (x / gap, y / gap) for node, (x, y) in known.items()}


def _neighbours(graph: CausalGraph, node: str) -> frozenset[str]:
    return graph.parents(node) | graph.children(node) | graph.siblings(node)


def _free(near: list[Place], placed: Mapping[str, Place]) -> Place:
    """The free place nearest to the middle of some points, searched on widening rings."""
    x = sum(point[0] for point in near) / len(near)
    y = sum(point[1] for point in near) / len(near)
    for ring in range(1, 60):
        for step in range(6 * ring):
            angle = 2 * math.pi * step / (6 * ring)
            place = (round(x + 0.5 * ring * math.cos(angle), 3), round(y + 0.5 * ring * math.sin(angle), 3))
            if all(abs(place[0] - a) >= 0.8 or abs(place[1] - b) >= 0.7 for a, b in placed.values()):
                return place
    return (x, y)
