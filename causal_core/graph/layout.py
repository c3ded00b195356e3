"""Where to draw each node: along the arrows, few crossings, no overlap.

Source: Sugiyama, Tagawa & Toda 1981 (layers, barycentre sweeps), with a local search on graphs of usual size.
"""

from __future__ import annotations

from collections import defaultdict
from math import dist
from typing import TYPE_CHECKING

from causal_core.graph.layout_regions import by_regions
from causal_core.graph.layout_rows import SWEEPS, neighbours, settle
from causal_core.graph.layout_search import Drawing, improve
from causal_core.graph.names import Names, as_names, known

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Position = tuple[float, float]
MOST_SCALED = 1000


def layered(
    graph: CausalGraph, treatment: Names | None = None, outcome: Names | None = None
) -> dict[str, Position]:
    """A position for every node; the same graph always gets the same ones.

    One unit is the least distance between two nodes, y grows downwards. Without a question x grows along
    every arrow. With one, treatment and outcome stand in the row y = 0, the treatment on the left unless the
    outcome causes it, with instruments left of them and mediators between; the back-door region stands above
    that row, effects below, and every arrow leads to the right or downwards.

    Args:
        graph: The graph; positions it already has are not used.
        treatment: One treatment or several, or None.
        outcome: One outcome or several, or None.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second = (known(as_names(names or ()), graph.nodes) for names in (treatment, outcome))
    joined = {end for edge in (*graph.edges, *graph.bidirected) for end in edge} | {*first, *second}
    linked = [node for node in graph.nodes if node in joined]
    if first and second:
        return _with_isolated(graph, by_regions(graph, linked, first, second))
    layer = _layers(graph, linked)
    at: dict[str, float] = {}
    near = neighbours(graph.adjacency, linked)
    rows = _order(linked, layer, near, at)
    settle(rows, at, near, layer, sort=False)
    drawing = Drawing(
        {node: (float(layer[node]), at[node]) for node in linked},
        dict.fromkeys(linked, 1),
        {},
        (*graph.edges, *graph.bidirected),
    )
    improve(drawing)
    return _with_isolated(graph, drawing.places)


def placed(
    graph: CausalGraph, treatment: Names | None = None, outcome: Names | None = None
) -> dict[str, Position]:
    """The graph's own positions, about one unit between near nodes, or a layout when some are missing.

    Arguments and errors are those of `layered`.
    """
    if set(graph.positions) != set(graph.nodes) or len(graph.nodes) > MOST_SCALED:
        return layered(graph, treatment, outcome)
    points = list(graph.positions.values())
    near = sorted(
        min((dist(here, there) for other, there in enumerate(points) if other != place), default=1.0)
        for place, here in enumerate(points)
    )
    unit = near[len(near) // 2] if near else 1.0
    if not unit:
        return layered(graph, treatment, outcome)
    return {node: (graph.positions[node][0] / unit, graph.positions[node][1] / unit) for node in graph.nodes}


def _layers(graph: CausalGraph, linked: list[str]) -> dict[str, int]:
    """Longest path from the left, then nodes with more effects than causes drawn towards their effects."""
    inside = set(linked)
    order = [node for node in graph.topological_order() if node in inside]
    layer: dict[str, int] = {}
    for node in order:
        layer[node] = max((layer[parent] + 1 for parent in graph.parents(node)), default=0)
    for node in reversed(order):
        children = graph.children(node)
        if len(children) > len(graph.parents(node)):
            layer[node] = min(layer[child] for child in children) - 1
    least = min(layer.values(), default=0)
    return {node: layer[node] - least for node in linked}


def _order(
    linked: list[str], layer: dict[str, int], near: dict[str, list[str]], height: dict[str, float]
) -> list[list[str]]:
    """The nodes of each layer from top to bottom, by barycentre sweeps to the right and back.

    `height` is filled with their places, centred on each layer.
    """
    rows: dict[int, list[str]] = defaultdict(list)
    for node in linked:
        rows[layer[node]].append(node)
    count = max(rows, default=-1) + 1

    def centre(row: list[str]) -> None:
        height.update((node, place - (len(row) - 1) / 2) for place, node in enumerate(row))

    for row in rows.values():
        centre(row)
    for sweep in range(2 * SWEEPS):
        rightwards = sweep % 2 == 0
        for number in range(count) if rightwards else reversed(range(count)):
            wanted: dict[str, float] = {}
            for node in rows[number]:
                sums = [
                    (height[other], 1 / abs(layer[other] - number))
                    for other in near[node]
                    if (layer[other] < number if rightwards else layer[other] > number)
                ]
                weight = sum(share for _, share in sums)
                wanted[node] = sum(y * share for y, share in sums) / weight if sums else height[node]
            rows[number].sort(key=lambda node: round(wanted[node], 9))
            centre(rows[number])
    return [rows[number] for number in range(count)]


def _with_isolated(graph: CausalGraph, places: dict[str, Position]) -> dict[str, Position]:
    """All nodes: those without any edge in rows of their own below the rest."""
    alone = [node for node in graph.nodes if node not in places]
    width = max(int(max((x for x, _ in places.values()), default=0)) + 1, int(len(alone) ** 0.5), 1)
    low = max((y for _, y in places.values()), default=-1.0) + 1
    for number, node in enumerate(alone):
        places[node] = (float(number % width), low + number // width)
    return {node: places[node] for node in graph.nodes}
