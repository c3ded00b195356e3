"""d-separation in graphs with latent nodes and bidirected edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits
from causal_core.graph.names import Names, known, listed
from causal_core.problem import GraphError

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


def is_d_separated(graph: CausalGraph, x: Names, y: Names, given: Names = ()) -> bool:
    """Whether every path between `x` and `y` is blocked by `given` and the graph's selected nodes.

    A bidirected edge counts as a hidden common cause (m-separation, Richardson 2003).

    Args:
        graph: The graph.
        x: One name or several.
        y: One name or several.
        given: The nodes conditioned on; selected nodes are always conditioned on as well.

    Raises:
        GraphError: A name is unknown, or a node stands on two sides of the question.
    """
    sides = [known(names, graph.adjacency.index) for names in (x, y, given)]
    refuse_overlap(graph, sides[0], sides[1], sides[2])
    adjacency = graph.adjacency
    start, end, condition = (adjacency.mask(names) for names in sides)
    return not connected(adjacency, start, condition | adjacency.mask(graph.selected)) & end


def refuse_overlap(
    graph: CausalGraph, x: tuple[str, ...], y: tuple[str, ...], given: tuple[str, ...]
) -> None:
    """Raise a GraphError when a node is both asked about and conditioned on, or stands on both sides."""
    if both := sorted(set(x) & set(y)):
        raise GraphError(
            f"{listed(both)} stands on both sides of the question.",
            column=both[0],
            remedy="Ask about two different nodes.",
        )
    if both := sorted((set(x) | set(y)) & set(given)):
        raise GraphError(
            f"{listed(both)} is both asked about and conditioned on.",
            column=both[0],
            remedy="Take it out of the conditioning set.",
        )
    if both := sorted((set(x) | set(y)) & graph.selected):
        raise GraphError(
            f"{listed(both)} is a selected node: it is always conditioned on, so nothing varies with it.",
            column=both[0],
            remedy="Ask about another node, or unmark it as selected.",
        )


def connected(adjacency: Adjacency, start: int, condition: int) -> int:
    """The nodes d-connected to the mask `start` given the mask `condition` (reachability by Bayes ball).

    A walk enters a node either against an arrow (`rising`) or with an arrowhead at the node (`falling`).
    """
    opened = adjacency.ancestors(condition)
    rising_seen = falling_seen = 0
    rising, falling = start, 0
    while rising or falling:
        rising_seen |= rising
        falling_seen |= falling
        up = down = 0
        for node in bits(rising & ~condition):
            up |= adjacency.parents[node]
            down |= adjacency.children[node] | adjacency.siblings[node]
        for node in bits(falling):
            if not condition >> node & 1:
                down |= adjacency.children[node]
            if opened >> node & 1:
                up |= adjacency.parents[node]
                down |= adjacency.siblings[node]
        rising, falling = up & ~rising_seen, down & ~falling_seen
    return (rising_seen | falling_seen) & ~condition
