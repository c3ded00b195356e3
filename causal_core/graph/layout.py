"""Where to draw each node: layers from left to right along the arrows, few crossings, no overlap.

Source: Sugiyama, Tagawa & Toda 1981 (layers, barycentre sweeps), with a local search on small graphs.
"""

from __future__ import annotations

from collections import defaultdict
from math import dist
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import bits
from causal_core.graph.layout_search import Drawing, improve
from causal_core.graph.names import Names, as_names
from causal_core.graph.roles import roles

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Position = tuple[float, float]
SWEEPS = 6
MOST_SCALED = 1000
ABOVE = {"confounder", "latent"}
MAIN = {"treatment", "outcome", "mediator", "instrument"}


def layered(
    graph: CausalGraph, treatment: Names | None = None, outcome: Names | None = None
) -> dict[str, Position]:
    """A position for every node; the same graph always gets the same ones.

    x grows along every arrow, y downwards; one unit is the least distance between two nodes. With a question
    treatment and outcome stand in the row y = 0, the treatment on the left unless the outcome causes it;
    confounders and latents stand above that row, mediators between the two, effects of both below.

    Args:
        graph: The graph; positions it already has are not used.
        treatment: One treatment or several, or None.
        outcome: One outcome or several, or None.

    Raises:
        GraphError: A name is unknown, selected, or stands on both sides.
    """
    first, second = as_names(treatment or ()), as_names(outcome or ())
    asked = bool(first and second)
    role = roles(graph, first, second) if asked else {}
    joined = {end for edge in (*graph.edges, *graph.bidirected) for end in edge} | {*first, *second}
    linked = [node for node in graph.nodes if node in joined]
    layer = _layers(graph, linked, first if asked else (), second if asked else ())
    band = {
        node: -1 if role.get(node) in ABOVE else 0 if role.get(node, "") in MAIN else 1 for node in linked
    }
    rows = _order(graph, linked, layer, band if asked else dict.fromkeys(linked, 0))
    if asked:
        straight = any((a, b) in set(graph.edges) for a in first for b in second)
        heights = _banded(rows, band, {*first, *second}, role, straight)
        limits = {node: _limits(band[node], node in {*first, *second}) for node in linked}
    else:
        heights = _relaxed(graph, rows, layer)
        limits = {node: (float("-inf"), float("inf")) for node in linked}
    drawing = Drawing(layer, heights, limits, (*graph.edges, *graph.bidirected))
    improve(drawing)
    return _with_isolated(graph, {node: (float(layer[node]), drawing.heights[node]) for node in linked})


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


def _limits(band: int, main: bool) -> tuple[float, float]:
    """The heights a node may have in its band; treatment and outcome stay in their row."""
    if main:
        return 0.0, 0.0
    return (float("-inf"), -1.0) if band < 0 else (0.0 if band == 0 else 1.0, float("inf"))


def _layers(
    graph: CausalGraph, linked: list[str], first: tuple[str, ...], second: tuple[str, ...]
) -> dict[str, int]:
    """Longest path from the left, then nodes with more effects than causes drawn towards their effects."""
    adjacency = graph.adjacency
    parents = {node: list(graph.parents(node)) for node in linked}
    children = {node: list(graph.children(node)) for node in linked}
    order = [adjacency.names[node] for node in adjacency.order if adjacency.names[node] in parents]
    if not graph.ancestors(first) & set(second):
        for one in first:
            for other in second:
                parents[other].append(one)
                children[one].append(other)
        order = _sorted(order, children, parents)
    layer: dict[str, int] = {}
    for node in order:
        layer[node] = max((layer[parent] + 1 for parent in parents[node]), default=0)
    for node in reversed(order):
        if children[node] and len(children[node]) > len(parents[node]):
            layer[node] = min(layer[child] for child in children[node]) - 1
    least = min(layer.values(), default=0)
    return {node: layer[node] - least for node in linked}


def _sorted(order: list[str], children: dict[str, list[str]], parents: dict[str, list[str]]) -> list[str]:
    """A topological order that also minds the arrows added for the question."""
    missing = {node: len(parents[node]) for node in order}
    free = [node for node in order if not missing[node]]
    for node in free:
        for child in children[node]:
            missing[child] -= 1
            if not missing[child]:
                free.append(child)
    return free


def _order(
    graph: CausalGraph, linked: list[str], layer: dict[str, int], band: dict[str, int]
) -> list[list[str]]:
    """The nodes of each layer from top to bottom, by barycentre sweeps to the right and back."""
    rows: dict[int, list[str]] = defaultdict(list)
    for node in linked:
        rows[layer[node]].append(node)
    count = max(rows, default=-1) + 1
    neighbours = _neighbours(graph, linked)
    height: dict[str, float] = {}
    for row in rows.values():
        row.sort(key=band.__getitem__)
        height.update({node: place - (len(row) - 1) / 2 for place, node in enumerate(row)})
    for sweep in range(2 * SWEEPS):
        rightwards = sweep % 2 == 0
        for number in range(count) if rightwards else reversed(range(count)):
            centre: dict[str, float] = {}
            for node in rows[number]:
                near = [
                    (height[other], 1 / abs(layer[other] - number))
                    for other in neighbours[node]
                    if (layer[other] < number if rightwards else layer[other] > number)
                ]
                weight = sum(share for _, share in near)
                centre[node] = sum(y * share for y, share in near) / weight if near else height[node]
            rows[number].sort(key=lambda node: (band[node], round(centre[node], 9)))
            for place, node in enumerate(rows[number]):
                height[node] = place - (len(rows[number]) - 1) / 2
    return [rows[number] for number in range(count)]


def _neighbours(graph: CausalGraph, linked: list[str]) -> dict[str, list[str]]:
    adjacency = graph.adjacency
    found = {}
    for node in linked:
        place = adjacency.index[node]
        mask = adjacency.parents[place] | adjacency.children[place] | adjacency.siblings[place]
        found[node] = [adjacency.names[other] for other in bits(mask)]
    return found


def _banded(
    rows: list[list[str]], band: dict[str, int], main: set[str], role: dict[str, str], straight: bool
) -> dict[str, float]:
    """Heights around the row y = 0, which a treatment or an outcome takes first.

    When an arrow runs straight along that row, mediators step below it.
    """
    heights: dict[str, float] = {}
    for row in rows:
        above = [node for node in row if band[node] < 0]
        heights.update({node: float(place - len(above)) for place, node in enumerate(above)})
        middle = sorted((node for node in row if band[node] == 0), key=lambda node: node not in main)
        low = 0.0
        for node in middle:
            low = max(low, 1.0) if straight and role[node] == "mediator" else low
            heights[node] = low
            low += 1
        for node in (node for node in row if band[node] > 0):
            low = max(low, 1.0)
            heights[node] = low
            low += 1
    return heights


def _relaxed(graph: CausalGraph, rows: list[list[str]], layer: dict[str, int]) -> dict[str, float]:
    """Heights near the mean of the neighbours', in the order of each row and one unit apart."""
    neighbours = _neighbours(graph, list(layer))
    heights = {node: place - (len(row) - 1) / 2 for row in rows for place, node in enumerate(row)}
    for _ in range(SWEEPS):
        for row in rows:
            wanted = []
            for node in row:
                others = [heights[other] for other in neighbours[node] if layer[other] != layer[node]]
                wanted.append(sum(others) / len(others) if others else heights[node])
            heights.update(zip(row, _apart(wanted), strict=True))
    return {node: round(2 * height) / 2 for node, height in heights.items()}


def _apart(wanted: list[float]) -> list[float]:
    """The nearest heights (least squares) that are whole steps of one apart, by pooling neighbours."""
    blocks: list[tuple[float, int]] = []
    for place, height in enumerate(wanted):
        total, size = height - place, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / size:
            before = blocks.pop()
            total, size = total + before[0], size + before[1]
        blocks.append((total, size))
    levels = [round(2 * total / size) / 2 for total, size in blocks for _ in range(size)]
    return [level + place for place, level in enumerate(levels)]


def _with_isolated(graph: CausalGraph, places: dict[str, Position]) -> dict[str, Position]:
    """All nodes: those without any edge in rows of their own below the rest."""
    alone = [node for node in graph.nodes if node not in places]
    width = max(int(max((x for x, _ in places.values()), default=0)) + 1, int(len(alone) ** 0.5), 1)
    low = max((y for _, y in places.values()), default=-1.0) + 1
    for number, node in enumerate(alone):
        places[node] = (float(number % width), low + number // width)
    return {node: places[node] for node in graph.nodes}
