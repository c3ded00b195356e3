"""A graph read from text, with the roles the text gives its nodes."""

from __future__ import annotations

from dataclasses import dataclass, field

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.notes import NoteKey
from causal_core.problem import GraphError

MOST_NODES = 10_000
MOST_EDGES = 500_000

ROLE_WORDS = {
    "exposure": "treatment",
    "e": "treatment",
    "source": "treatment",
    "treatment": "treatment",
    "outcome": "outcome",
    "o": "outcome",
    "target": "outcome",
    "adjusted": "adjusted",
    "adjustednode": "adjusted",
    "a": "adjusted",
    "latent": "latent",
    "l": "latent",
    "u": "latent",
    "unobserved": "latent",
    "selected": "selected",
    "selectednode": "selected",
    "s": "selected",
    "randomised": "randomised",
    "randomized": "randomised",
}
"""Marks as dagitty and its relatives spell them -> what they mean here."""


@dataclass(frozen=True)
class GraphText:
    """A graph and the roles its text gave.

    Attributes:
        graph: The graph.
        treatments, outcomes, adjusted: Nodes so marked, in the order of the text.
        format: The format recognised: dagitty, dot, gml, json, lavaan or edges.
    """

    graph: CausalGraph
    treatments: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    adjusted: tuple[str, ...] = ()
    format: str = "edges"


@dataclass
class Draft:
    """What a reader has gathered so far.

    Attributes:
        merge: Whether an edge given twice counts once, as in a strict DOT graph.
    """

    merge: bool = False
    nodes: dict[str, None] = field(default_factory=dict)
    edges: list[tuple[str, str]] = field(default_factory=list)
    bidirected: list[tuple[str, str]] = field(default_factory=list)
    positions: dict[str, tuple[float, float]] = field(default_factory=dict)
    marks: dict[str, dict[str, None]] = field(default_factory=dict)
    notes: dict[NoteKey, str] = field(default_factory=dict)

    def add_node(self, name: str) -> None:
        """Make sure the node is there.

        Raises:
            GraphError: There are more nodes than a graph may have.
        """
        self.nodes.setdefault(name)
        if len(self.nodes) > MOST_NODES:
            raise GraphError(
                f"The text names more than {MOST_NODES:,} nodes.", remedy="Read a smaller graph."
            )

    def add_edge(self, one: str, mark: str, other: str, note: str = "") -> None:
        """Add `one -> other`, `one <- other` or `one <-> other`, with a note when there is one.

        Raises:
            GraphError: There are more edges than a graph may have.
        """
        self.add_node(one)
        self.add_node(other)
        arrow = (other, one) if mark == "<-" else (one, other)
        (self.bidirected if mark == "<->" else self.edges).append(arrow)
        if note:
            self.notes[frozenset(arrow) if mark == "<->" else arrow] = note
        if len(self.edges) + len(self.bidirected) > MOST_EDGES:
            raise GraphError(
                f"The text holds more than {MOST_EDGES:,} edges.", remedy="Read a smaller graph."
            )

    def mark(self, name: str, role: str) -> None:
        """Give the node a role: treatment, outcome, adjusted, latent, selected or randomised."""
        self.add_node(name)
        self.marks.setdefault(role, {}).setdefault(name)

    def build(self, format: str) -> GraphText:  # noqa: A002 - the field's own name in GraphText
        """The finished graph with its roles.

        Raises:
            GraphError: The graph has a cycle, a duplicate or an empty name.
        """
        arcs = self.bidirected
        if self.merge:
            arcs = list({frozenset(pair): pair for pair in arcs}.values())
        graph = CausalGraph(
            edges=dict.fromkeys(self.edges) if self.merge else self.edges,
            bidirected=arcs,
            latent=tuple(self.marks.get("latent", ())),
            nodes=self.nodes,
            selected=tuple(self.marks.get("selected", ())),
            positions=self.positions,
            randomised=tuple(self.marks.get("randomised", ())),
            notes=self.notes,
        )
        return GraphText(
            graph,
            treatments=tuple(self.marks.get("treatment", ())),
            outcomes=tuple(self.marks.get("outcome", ())),
            adjusted=tuple(self.marks.get("adjusted", ())),
            format=format,
        )


def place(text: str) -> tuple[float, float] | None:
    """Two numbers apart by a comma, e.g. `-1.5,2`; None when the text is anything else."""
    parts = text.split(",")
    try:
        x, y = (float(part) for part in parts)
    except ValueError:
        return None
    return x, y
