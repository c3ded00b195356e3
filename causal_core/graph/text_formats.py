"""Reading a graph from text in any format, and writing it in one."""

from __future__ import annotations

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats import (
    dagitty,
    dot,
    edge_lines,
    gml,
    lavaan,
    mermaid,
    old_dagitty,
    plain_json,
    tikz,
)
from causal_core.graph.formats.graph_text import GraphText
from causal_core.graph.formats.recognition import recognise
from causal_core.graph.names import Names, known
from causal_core.problem import GraphError

READERS = {
    "dagitty": dagitty.read,
    "old_dagitty": old_dagitty.read,
    "dot": dot.read,
    "gml": gml.read,
    "json": plain_json.read,
    "lavaan": lavaan.read,
    "edges": edge_lines.read,
}
WRITERS = {
    "dagitty": dagitty.write,
    "dot": dot.write,
    "gml": gml.write,
    "json": plain_json.write,
    "lavaan": lavaan.write,
    "mermaid": mermaid.write,
    "tikz": tikz.write,
}


def read_text(text: str) -> GraphText:
    """Read a graph, recognising the format.

    Raises:
        GraphError: The format is not recognised, or the text breaks its rules; the message names the line.
    """
    name, body = recognise(text)
    return READERS[name](body)


def write_text(
    graph: CausalGraph,
    format: str = "dagitty",  # noqa: A002 - the word of the contract's to_text
    treatment: Names = (),
    outcome: Names = (),
    adjusted: Names = (),
) -> str:
    """Write a graph.

    Args:
        graph: The graph.
        format: dagitty, dot, gml and json keep everything, lavaan edges and latents; mermaid and tikz draw.
        treatment: Nodes to mark as treatment, in the formats that have a place for it.
        outcome: Nodes to mark as outcome.
        adjusted: Nodes to mark as adjusted for.

    Raises:
        GraphError: The format is unknown, or a name is.
    """
    if format not in WRITERS:
        raise GraphError(f"There is no graph format {format!r}.", remedy=f"Use one of {', '.join(WRITERS)}.")
    roles = (known(names, graph.adjacency.index) for names in (treatment, outcome, adjusted))
    return WRITERS[format](graph, *roles)
