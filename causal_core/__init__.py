"""The causal core of dostudio: graphs, identification, effects, uplift, policies. No Streamlit inside."""

from causal_core.graph import CausalGraph
from causal_core.problem import GraphError, Problem
from causal_core.study import Study

__all__ = ["CausalGraph", "GraphError", "Problem", "Study"]
