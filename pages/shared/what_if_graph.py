"""The model's graph on the What-if page."""

from __future__ import annotations

from collections.abc import Mapping

from causal_core.graph.roles import roles
from pages.shared.graph_editor import Highlight
from pages.shared.graph_view import graph_view
from pages.shared.what_if_parts import Asked


def show_graph(asked: Asked, key: str, notes: Mapping[str, str], highlight: Highlight | None = None) -> None:
    """The graph as drawn on Graph, with a few words at nodes."""
    question, graph = asked.here.study.question, asked.model.graph
    both = {question.treatment, question.outcome} <= set(graph.nodes)
    named = dict.fromkeys(graph.nodes, "other")
    if both and question.treatment != question.outcome:
        named = dict(roles(graph, question.treatment, question.outcome))
    drawn = asked.here.study.graph.positions
    placed = {name: place for name, place in drawn.items() if name in graph.nodes}
    graph_view(graph.with_positions(placed), named, highlight, key=f"{key}-{asked.here.token}", notes=notes)
