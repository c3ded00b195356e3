"""A drawing that shows a question: its instruments, back-door region, mediators and effects lie apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import bits
from causal_core.graph.layout_rows import neighbours, settle
from causal_core.graph.layout_search import Drawing, improve
from causal_core.graph.roles import roles

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Position = tuple[float, float]
FEW = 3
"""So many nodes that are tied to the back-door region alone are drawn in it; a larger group below."""


def by_regions(
    graph: CausalGraph, linked: list[str], treatment: tuple[str, ...], outcome: tuple[str, ...]
) -> dict[str, Position]:
    """A place for each of the nodes `linked`; every arrow leads to the right or downwards.

    - The middle row, y = 0: instruments, treatment, mediators and outcome from left to right; what does not
      fit in it dips below.
    - Above: causes of these that no treatment causes, and the few nodes tied to such causes alone.
    - Below: everything else, which is effects of the middle row and nodes far from the question.

    Args:
        graph: The graph.
        linked: The nodes to place: treatment, outcome and all that have an edge.
        treatment: A treatment stands left of every outcome that does not cause it.
        outcome: The other side of the question.
    """
    regions = _Regions(graph, linked, treatment, outcome)
    column = _columns(graph, regions.middle, treatment, outcome)
    main = {*treatment, *outcome}
    height, least = _dips(graph, regions.middle, column, main)
    base = max(height.values()) + 1
    row_of: dict[str, float] = dict(height)
    row_of |= {node: -1.0 - depth for node, depth in _depths(graph, regions.above, down=False).items()}
    row_of |= {node: base + depth for node, depth in _depths(graph, regions.below, down=True).items()}
    at = {node: float(place) for node, place in column.items()}
    near = neighbours(graph.adjacency, linked)
    centre = sum(at[node] for node in main) / len(main)
    for part in (regions.above, regions.below):
        rows = _rows(part, row_of)
        for row in rows:
            at.update((node, centre + place - (len(row) - 1) / 2) for place, node in enumerate(row))
        settle(rows, at, near, row_of, sort=True)
    moving = [node for node in regions.middle if node not in main]
    lowest = base - 1 if regions.below else base
    drawing = Drawing(
        {node: (at[node], row_of[node]) for node in linked},
        dict.fromkeys((*regions.above, *regions.below), 0) | dict.fromkeys(moving, 1),
        {node: (least[node], lowest) for node in moving},
        (*graph.edges, *graph.bidirected),
        (centre, 0.0),
    )
    improve(drawing)
    return drawing.places


class _Regions:
    """Which nodes stand in the middle row, above it and below it.

    Nothing below causes anything in the middle or above, and nothing in the middle causes anything above, so
    that every arrow between regions leads downwards.
    """

    def __init__(
        self,
        graph: CausalGraph,
        linked: list[str],
        treatment: tuple[str, ...],
        outcome: tuple[str, ...],
    ) -> None:
        adjacency = graph.adjacency
        named = roles(graph, treatment, outcome)
        middle = adjacency.mask([node for node in linked if named[node] == "instrument"])
        middle |= adjacency.mask({*treatment, *outcome})
        # Whatever lies between two nodes of the middle row belongs to it: first of all the mediators.
        middle |= adjacency.descendants(middle) & adjacency.ancestors(middle)
        after = adjacency.descendants(middle) & ~middle
        above = adjacency.ancestors(middle) & ~middle
        self.middle = [node for node in linked if middle >> adjacency.index[node] & 1]
        upper = {node for node in linked if above >> adjacency.index[node] & 1}
        free = [node for node in linked if not (middle | after | above) >> adjacency.index[node] & 1]
        for group in _groups(free, neighbours(adjacency, free)):
            tied = {other for node in group for other in _all_neighbours(graph, node)} - set(group)
            if len(group) <= FEW and tied <= upper:
                upper |= set(group)
        self.above = [node for node in linked if node in upper]
        self.below = [node for node in linked if node not in upper and node not in set(self.middle)]


def _all_neighbours(graph: CausalGraph, node: str) -> frozenset[str]:
    return graph.parents(node) | graph.children(node) | graph.siblings(node)


def _groups(nodes: Collection[str], near: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The connected parts, each in the order in which it is walked through."""
    left = dict.fromkeys(nodes)
    found = []
    while left:
        group = [next(iter(left))]
        del left[group[0]]
        for node in group:
            for other in near[node]:
                if other in left:
                    del left[other]
                    group.append(other)
        found.append(group)
    return found


def _columns(
    graph: CausalGraph, middle: list[str], treatment: tuple[str, ...], outcome: tuple[str, ...]
) -> dict[str, int]:
    """Longest path from the left along the arrows; two columns between a treatment and its outcome.

    Nodes left of everything they lead to are then drawn towards it.
    """
    inside = set(middle)
    steps = [(one, other, 1) for one, other in graph.edges if one in inside and other in inside]
    if not graph.ancestors(treatment) & set(outcome):
        steps += [(one, other, 2) for one in treatment for other in outcome]
    column = dict.fromkeys(middle, 0)
    for _ in middle:
        changed = False
        for one, other, gap in steps:
            if column[other] < column[one] + gap:
                column[other] = column[one] + gap
                changed = True
        if not changed:
            break
    causes = {other for _, other, _ in steps}
    for node in graph.topological_order()[::-1]:
        if node in inside and node not in causes:
            column[node] = min((column[other] - gap for one, other, gap in steps if one == node), default=0)
    least = min(column.values())
    return {node: column[node] - least for node in middle}


def _dips(
    graph: CausalGraph, middle: list[str], column: Mapping[str, int], main: Collection[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Heights in the middle row, and the least each may have: half a unit where an arrow runs along it."""
    height: dict[str, float] = {}
    least: dict[str, float] = {}
    straight = [(column[one], column[other]) for one, other in graph.edges if one in main and other in main]
    taken: dict[int, float] = {}
    for node in sorted(middle, key=lambda node: node not in main):
        place = column[node]
        over = node not in main and any(left < place < right for left, right in straight)
        least[node] = 0.5 if over else 0.0
        height[node] = max(taken.get(place, 0.0), 1.0 if over else 0.0)
        taken[place] = height[node] + 1
    return height, least


def _depths(graph: CausalGraph, part: Collection[str], down: bool) -> dict[str, int]:
    """Longest path within a region, from its causes (`down`) or to its last effects."""
    adjacency = graph.adjacency
    inside = adjacency.mask(part)
    before = adjacency.parents if down else adjacency.children
    depth: dict[int, int] = {}
    for place in adjacency.order if down else reversed(adjacency.order):
        if inside >> place & 1:
            depth[place] = max((depth[other] + 1 for other in bits(before[place] & inside)), default=0)
    return {node: depth[adjacency.index[node]] for node in part}


def _rows(part: Iterable[str], row_of: Mapping[str, float]) -> list[list[str]]:
    """The nodes of a region row by row, the row nearest to the middle first."""
    rows: dict[float, list[str]] = defaultdict(list)
    for node in part:
        rows[row_of[node]].append(node)
    return [rows[key] for key in sorted(rows, key=abs)]
