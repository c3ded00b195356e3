"""The moral graph: every cause of one effect is joined to its other causes, then arrows lose their heads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits, closure
from causal_core.graph.names import Names, known, listed

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Pair = tuple[str, str]


@dataclass(frozen=True)
class Marriage:
    """A line of the moral graph that is no edge of the causal graph.

    Attributes:
        one, other: The two nodes it joins, in the graph's order.
        through: The colliders by which they are joined: their common effects, or else the nodes of a shortest
            path between them on which every inner node is a collider.
        common: Whether `through` holds common effects.
    """

    one: str
    other: str
    through: tuple[str, ...]
    common: bool

    @property
    def text(self) -> str:
        """The reason for the line, one plain sentence."""
        if self.common:
            both = "a common effect" if len(self.through) == 1 else "common effects"
            return f"{self.one} and {self.other} are joined because of {both}: {listed(self.through)}."
        met = "collider" if len(self.through) == 1 else "colliders"
        return (
            f"{self.one} and {self.other} are joined through the {met} {listed(self.through)}, "
            "reached by a hidden common cause."
        )


@dataclass(frozen=True)
class MoralGraph:
    """An undirected graph in which plain separation is d-separation in the causal graph.

    Attributes:
        nodes: Its nodes, in the causal graph's order.
        lines: The pairs that an arrow or a bidirected edge joins.
        marriages: The lines added, by pair.
    """

    nodes: tuple[str, ...]
    lines: tuple[Pair, ...]
    marriages: tuple[Marriage, ...]


def moral_graph(graph: CausalGraph, of: Names | None = None) -> MoralGraph:
    """The moral graph of all nodes, or of the ancestors of some.

    Two sets are d-separated given a third exactly when, in the moral graph of the ancestors of all three and
    of the selected nodes, every path between them meets the third set or a selected node (Lauritzen et al.
    1990; with bidirected edges the augmented graph of Richardson 2003, where two nodes are joined when a path
    of colliders runs between them).

    Args:
        graph: The causal graph.
        of: Keep only the ancestors of these and of the selected nodes; None for all nodes.

    Raises:
        GraphError: A name is unknown.
    """
    adjacency = graph.adjacency
    within = (1 << len(graph.nodes)) - 1
    if of is not None:
        within = adjacency.ancestors(adjacency.mask([*known(of, adjacency.index), *graph.selected]))
    joined = [0] * len(graph.nodes)
    for clique in _cliques(adjacency, within):
        for node in bits(clique):
            joined[node] |= clique & ~(1 << node)
    lines: list[Pair] = []
    marriages: list[Marriage] = []
    for a, b in combinations(bits(within), 2):
        pair = adjacency.names[a], adjacency.names[b]
        if (adjacency.parents[a] | adjacency.children[a] | adjacency.siblings[a]) >> b & 1:
            lines.append(pair)
        elif joined[a] >> b & 1:
            common = adjacency.children[a] & adjacency.children[b] & within
            through = tuple(bits(common)) if common else _between(adjacency, a, b, within)
            marriages.append(Marriage(*pair, tuple(adjacency.names[n] for n in through), bool(common)))
    return MoralGraph(tuple(adjacency.names[node] for node in bits(within)), tuple(lines), tuple(marriages))


def _cliques(adjacency: Adjacency, within: int) -> Iterator[int]:
    """Each district (nodes joined by bidirected edges) together with all its parents."""
    left = within
    while left:
        district = closure(left & -left, adjacency.siblings, within)
        left &= ~district
        clique = district
        for node in bits(district):
            clique |= adjacency.parents[node] & within
        yield clique


def _between(adjacency: Adjacency, one: int, other: int, within: int) -> tuple[int, ...]:
    """The inner nodes of a shortest path of colliders between two nodes of one clique."""
    ends = (adjacency.children[other] | adjacency.siblings[other]) & within
    first = (adjacency.children[one] | adjacency.siblings[one]) & within
    trails: dict[int, tuple[int, ...]] = {node: (node,) for node in bits(first)}
    frontier = list(trails)
    while not any(ends >> node & 1 for node in frontier):
        grown = []
        for node in frontier:
            for step in bits(adjacency.siblings[node] & within):
                if step not in trails:
                    trails[step] = (*trails[node], step)
                    grown.append(step)
        frontier = grown
    return next(trails[node] for node in frontier if ends >> node & 1)
