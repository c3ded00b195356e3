"""Causal graphs: nodes, arrows, latents; text formats; separation, paths, implications."""

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import GraphText
from causal_core.graph.text_formats import read_text, write_text
from causal_core.problem import GraphError

__all__ = ["CausalGraph", "GraphError", "GraphText", "read_text", "write_text"]
