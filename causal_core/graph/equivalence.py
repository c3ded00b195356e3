"""The Markov equivalence class of a DAG: how many DAGs imply the same, and which arrows they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits, closure
from causal_core.graph.chordal import acyclic_orientations
from causal_core.problem import GraphError

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph

Edge = tuple[str, str]


@dataclass(frozen=True)
class EquivalenceClass:
    """All DAGs with the same skeleton and colliders: no observational data can tell them apart.

    Attributes:
        size: How many DAGs there are, this one included.
        compelled: The arrows that point the same way in all of them.
        reversible: The arrows of this DAG that point the other way in some of them.
    """

    size: int
    compelled: tuple[Edge, ...]
    reversible: tuple[Edge, ...]


def equivalence_class(graph: CausalGraph) -> EquivalenceClass:
    """The Markov equivalence class of a DAG, in polynomial time.

    Raises:
        GraphError: The graph has latent or selected nodes or bidirected edges.

    Source: compelled arrows by Chickering 1995; size by Clique-Picking, Wienoebst et al. 2021.
    """
    for has, what in (
        (sorted(graph.latent), "latent nodes"),
        ([f"{one} <-> {other}" for one, other in graph.bidirected], "bidirected edges"),
        (sorted(graph.selected), "selected nodes"),
    ):
        if has:
            raise GraphError(
                "The equivalence class is defined for DAGs whose nodes are all observed and none selected, "
                f"but this graph has {what}: {', '.join(has)}.",
                column=has[0],
                remedy=f"Ask about a graph without {what}.",
            )
    compelled = _compelled_parents(graph.adjacency)
    index = graph.adjacency.index
    shared = {(a, b) for a, b in graph.edges if compelled[index[b]] >> index[a] & 1}
    loose = [0] * len(index)
    for cause, effect in graph.edges:
        if (cause, effect) not in shared:
            loose[index[cause]] |= 1 << index[effect]
            loose[index[effect]] |= 1 << index[cause]
    size = 1
    left = (1 << len(index)) - 1
    memory: dict[int, int] = {}
    while left:
        component = closure(left & -left, loose)
        left &= ~component
        size *= acyclic_orientations(loose, component, memory)
    return EquivalenceClass(
        size,
        tuple(edge for edge in graph.edges if edge in shared),
        tuple(edge for edge in graph.edges if edge not in shared),
    )


def _compelled_parents(adjacency: Adjacency) -> list[int]:
    """For each node, the mask of the parents whose arrow is compelled (Chickering 1995, Label-Edges)."""
    rank = {node: place for place, node in enumerate(adjacency.order)}
    compelled = [0] * len(adjacency.names)
    for node in adjacency.order:
        parents = adjacency.parents[node]
        if not parents:
            continue
        last = max(bits(parents), key=rank.__getitem__)
        others = parents & ~(1 << last)
        whole = compelled[last] & ~parents or others & ~adjacency.parents[last]
        compelled[node] = parents if whole else compelled[last]
    return compelled
