"""A causal graph as networkx sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from causal_core.graph.causal_graph import CausalGraph


def to_networkx(graph: CausalGraph) -> nx.DiGraph[str]:
    """A fresh `networkx.DiGraph` with the node attributes `latent` and `selected`.

    Latents are nodes; each bidirected edge becomes a fresh latent parent of its two ends.
    """
    import networkx as nx

    directed: nx.DiGraph[str] = nx.DiGraph()
    for node in graph.nodes:
        directed.add_node(node, latent=node in graph.latent, selected=node in graph.selected)
    directed.add_edges_from(graph.edges)
    for one, other in graph.bidirected:
        hidden = f"hidden cause of {one} and {other}"
        while hidden in directed:
            hidden += "'"
        directed.add_node(hidden, latent=True, selected=False)
        directed.add_edges_from([(hidden, one), (hidden, other)])
    return directed
