"""Causal graphs: nodes, arrows, latents; text formats; separation, paths, implications."""

from causal_core.graph.causal_graph import CausalGraph
from causal_core.problem import GraphError

__all__ = ["CausalGraph", "GraphError"]
