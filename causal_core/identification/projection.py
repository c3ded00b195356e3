"""The observed part of a graph: latents turned into bidirected edges, selection into one hidden cause."""

from __future__ import annotations

from itertools import combinations

from causal_core.graph import CausalGraph


def latent_projection(graph: CausalGraph) -> CausalGraph:
    """The graph on the observed nodes that says the same about them (Verma & Pearl 1990).

    An arrow a -> b stands for a directed path whose inner nodes are latent, a <-> b for a hidden common
    cause.
    """
    if not graph.latent:
        return graph
    above = {node: _hidden_above(graph, node) for node in graph.topological_order() if node in graph.observed}
    edges, pairs = [], []
    observed = [node for node in graph.nodes if node in graph.observed]
    for node in observed:
        causes = frozenset[str]().union(*(graph.parents(n) for n in above[node])) - graph.latent
        edges += [(cause, node) for cause in observed if cause in causes]
    for a, b in combinations(observed, 2):
        shared = above[a] & above[b]
        if shared or any(graph.siblings(hidden) & above[b] for hidden in above[a]):
            pairs.append((a, b))
    return CausalGraph(edges, pairs, nodes=observed, selected=graph.selected)


def _hidden_above(graph: CausalGraph, node: str) -> frozenset[str]:
    """The node and every latent with a path of latents into it."""
    seen, stack = {node}, [node]
    while stack:
        for parent in graph.parents(stack.pop()) & graph.latent:
            if parent not in seen:
                seen.add(parent)
                stack.append(parent)
    return frozenset(seen)


def among_selected(graph: CausalGraph, selection: frozenset[str]) -> CausalGraph:
    """A graph that holds for the rows selected on `selection`, without those nodes.

    Among selected rows all causes of the selection hang together in any way; everything else works as before.
    So one hidden cause is put above every cause of the selection and above every node such a hidden cause
    acts on. This is right for effects of nodes that are no cause of the selection.
    """
    if not selection:
        return graph
    causes = graph.ancestors(selection)
    tied = set(causes)
    for cause in causes:
        tied |= graph.siblings(cause)
        if cause in graph.latent:
            tied |= graph.children(cause)
    hidden = "the selection"
    while hidden in graph.nodes:
        hidden += "'"
    kept = graph.without(nodes=selection)
    return kept.replace(
        edges=[*kept.edges, *((hidden, node) for node in kept.nodes if node in tied)],
        latent=[*kept.latent, hidden],
        positions={},
    )
