"""The observed part of a graph: latents turned into bidirected edges, selection into one hidden cause."""

from __future__ import annotations

from itertools import combinations

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import bits, closure


def latent_projection(graph: CausalGraph) -> CausalGraph:
    """The graph on the observed nodes that says the same about them (Verma & Pearl 1990).

    An arrow a -> b stands for a directed path whose inner nodes are latent, a <-> b for a hidden common
    cause.
    """
    if not graph.latent:
        return graph
    web = graph.adjacency
    latent = web.mask(graph.latent)
    observed = [node for node in range(len(web.names)) if not latent >> node & 1]
    above, causes, beside = {}, {}, {}
    for node in observed:
        # The node and every latent with a path of latents into it.
        above[node] = closure(1 << node, web.parents, latent)
        causes[node] = beside[node] = 0
        for hidden in bits(above[node]):
            causes[node] |= web.parents[hidden] & ~latent
            beside[node] |= web.siblings[hidden]
    edges = [
        (web.names[cause], web.names[node])
        for node in sorted(observed, key=web.order.index)
        for cause in bits(causes[node])
    ]
    pairs = [
        (web.names[a], web.names[b])
        for a, b in combinations(observed, 2)
        if (above[a] | beside[a]) & above[b]
    ]
    return CausalGraph(edges, pairs, nodes=[web.names[n] for n in observed], selected=graph.selected)


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
