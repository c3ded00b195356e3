"""The causal core of dostudio: graphs, identification, effects, uplift, policies. No Streamlit inside.

The names below are loaded on first use, so that the command line starts quickly.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causal_core.graph import CausalGraph
    from causal_core.problem import GraphError, Problem
    from causal_core.study import Study

__all__ = ["CausalGraph", "GraphError", "Problem", "Study"]

_HOMES = {"CausalGraph": "graph", "GraphError": "problem", "Problem": "problem", "Study": "study"}


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
