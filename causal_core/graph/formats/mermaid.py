"""Mermaid flowcharts, for documents that draw them."""

from __future__ import annotations

from collections.abc import Collection

from causal_core.charts.colours import BLUE, GREY, VERMILLION
from causal_core.graph.causal_graph import CausalGraph


def _label(name: str) -> str:
    """The name with every sign as a Mermaid entity, so that none is taken for syntax or HTML."""
    shown = " ".join(name.split())
    return "".join(c if c.isalnum() or c in " _." or ord(c) > 127 else f"#{ord(c)};" for c in shown)


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    """The graph as a Mermaid flowchart; positions are left out."""
    number = {node: f"n{place}" for place, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {number[node]}(["{_label(node)}"])' for node in graph.nodes]
    lines += [f"  {number[cause]} --> {number[effect]}" for cause, effect in graph.edges]
    lines += [f"  {number[one]} <-.-> {number[other]}" for one, other in graph.bidirected]
    styles = (
        ("treatment", treatments, f"stroke:{BLUE},stroke-width:3px"),
        ("outcome", outcomes, f"stroke:{VERMILLION},stroke-width:3px"),
        ("adjusted", adjusted, "fill:#eeeeee,color:#111111"),
        ("latent", graph.latent, f"stroke:{GREY},stroke-dasharray:4 3"),
        ("selected", graph.selected, "stroke-width:4px"),
    )
    for style, nodes, drawn in styles:
        marked = [number[node] for node in graph.nodes if node in nodes]
        if marked:
            lines += [f"  classDef {style} {drawn}", f"  class {','.join(marked)} {style}"]
    return "\n".join(lines) + "\n"
