"""A causal graph: arrows, hidden common causes, latent and selected nodes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from causal_core.graph.adjacency import Adjacency
from causal_core.graph.checks import (
    Edge,
    find_cycle,
    name_checked,
    pairs_checked,
    position_checked,
    refuse_both_marks,
    refuse_caused,
    refuse_cycle,
    refuse_duplicates,
    refuse_unknown,
)
from causal_core.graph.equivalence import EquivalenceClass, equivalence_class
from causal_core.graph.implications import Independence, implied_independencies
from causal_core.graph.names import Names, in_order, known
from causal_core.graph.notes import NoteKey, notes_about, notes_checked
from causal_core.graph.paths import Path, paths
from causal_core.graph.separation import is_d_separated
from causal_core.listing import Listing

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, init=False, eq=False)
class CausalGraph:
    """An acyclic directed mixed graph; equal when the same nodes, edges, marks and positions are in it.

    Args:
        edges: Arrows as (cause, effect); they introduce their nodes.
        bidirected: Pairs that share a hidden common cause.
        latent: Nodes that are not observed; may introduce nodes.
        nodes: Further nodes, and the order in which nodes are listed.
        selected: Nodes the data are conditioned on by design.
        positions: Node -> (x, y), x to the right and y down.
        randomised: Nodes whose value is known to be drawn at random, so that nothing points at them.
        notes: Node, arrow (cause, effect) or frozenset of a bidirected edge's ends -> why it is believed.

    Attributes:
        nodes: All nodes: those of `nodes` first, then in the order the edges and `latent` name them.
        edges, bidirected: Tuples of pairs in the order given.
        latent, selected, randomised: Frozensets.
        positions, notes: Read-only mappings; notes without text are dropped.

    Raises:
        GraphError: A cycle, a self-loop, a duplicate, an empty or an unknown name, an arrow into a
            randomised node; it names the nodes.
    """

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    bidirected: tuple[Edge, ...]
    latent: frozenset[str]
    selected: frozenset[str]
    positions: Mapping[str, tuple[float, float]]
    randomised: frozenset[str]
    notes: Mapping[NoteKey, str]

    def __init__(
        self,
        edges: Iterable[Iterable[str]] = (),
        bidirected: Iterable[Iterable[str]] = (),
        latent: Names = (),
        nodes: Names = (),
        selected: Names = (),
        positions: Mapping[str, Iterable[float]] | None = None,
        randomised: Names = (),
        notes: Mapping[NoteKey, str] | None = None,
    ) -> None:
        arrows = pairs_checked(edges, "An arrow", "->")
        arcs = pairs_checked(bidirected, "A bidirected edge", "<->")
        listed = [name_checked(name) for name in in_order(nodes)]
        hidden = [name_checked(name) for name in in_order(latent)]
        kept, random = in_order(selected), in_order(randomised)
        for names, kind in ((listed, ""), (hidden, "latent "), (kept, "selected "), (random, "randomised ")):
            refuse_duplicates(names, f"The {kind}node")
        refuse_duplicates((f"{cause} -> {effect}" for cause, effect in arrows), "The arrow")
        refuse_duplicates((" <-> ".join(sorted(pair)) for pair in arcs), "The bidirected edge")
        every = dict.fromkeys([*listed, *(end for pair in arrows for end in pair), *hidden])
        refuse_unknown((end for pair in arcs for end in pair), every, "bidirected")
        refuse_unknown(kept, every, "selected")
        refuse_unknown(random, every, "randomised")
        refuse_unknown(positions or (), every, "positions")
        refuse_both_marks(hidden, kept, "selected", "A node that is conditioned on is observed")
        refuse_both_marks(hidden, random, "randomised", "What is drawn at random is known")
        refuse_caused(random, arrows, arcs)
        children: dict[str, list[str]] = {node: [] for node in every}
        for cause, effect in arrows:
            children[cause].append(effect)
        refuse_cycle(find_cycle(children))
        places = {node: position_checked(node, place) for node, place in (positions or {}).items()}
        said = notes_checked(notes or {}, every, arrows, arcs)
        marks = (frozenset(hidden), frozenset(kept), MappingProxyType(places), frozenset(random))
        values = (tuple(every), arrows, arcs, *marks, MappingProxyType(said))
        for field, value in zip(self.__dataclass_fields__, values, strict=True):
            object.__setattr__(self, field, value)

    @classmethod
    def from_text(cls, text: str) -> CausalGraph:
        """The graph in a text: dagitty, DOT, GML, JSON, lavaan or lines such as `x -> y; z -> y`.

        The roles a text gives are in `causal_core.graph.read_text(text)`.

        Raises:
            GraphError: The format is not recognised, or the text breaks its rules; it names the line.
        """
        from causal_core.graph.text_formats import read_text

        return read_text(text).graph

    def to_text(
        self,
        format: str = "dagitty",  # noqa: A002 - the word a caller thinks of
        treatment: Names | None = None,
        outcome: Names | None = None,
    ) -> str:
        """The graph as text: dagitty, dot, gml, json (these keep everything), lavaan, mermaid or tikz.

        Raises:
            GraphError: The format is unknown, or a name is.
        """
        from causal_core.graph.text_formats import write_text

        return write_text(self, format, treatment or (), outcome or ())

    def to_dict(self) -> dict[str, Any]:
        """The graph as plain dictionaries and lists, in the form of its JSON."""
        from causal_core.graph.formats.plain_json import to_record

        return to_record(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CausalGraph):
            return NotImplemented
        drawn = self.positions == other.positions and self.notes == other.notes
        return drawn and self._structure == other._structure

    def __hash__(self) -> int:
        return hash(self._structure)

    def __reduce__(self) -> tuple[object, ...]:
        arguments = (
            self.edges,
            self.bidirected,
            self.latent,
            self.nodes,
            self.selected,
            dict(self.positions),
            self.randomised,
            dict(self.notes),
        )
        return (CausalGraph, arguments)

    @cached_property
    def _structure(self) -> tuple[frozenset[object], ...]:
        arcs = frozenset(frozenset(pair) for pair in self.bidirected)
        marks = (self.latent, self.selected, self.randomised)
        return (frozenset(self.nodes), frozenset(self.edges), arcs, *marks)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 (hexadecimal) of all but positions and notes; no order matters."""
        arcs = sorted(sorted(pair) for pair in self.bidirected)
        marks = [sorted(self.latent), sorted(self.selected), sorted(self.randomised)]
        parts = [sorted(self.nodes), sorted(self.edges), arcs, *marks]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    @cached_property
    def adjacency(self) -> Adjacency:
        """Neighbours as bit masks, for algorithms that ask often."""
        return Adjacency(self.nodes, self.edges, self.bidirected)

    @property
    def observed(self) -> frozenset[str]:
        """The nodes that are not latent."""
        return frozenset(self.nodes) - self.latent

    def parents(self, node: str) -> frozenset[str]:
        """The direct causes of a node."""
        return self._neighbours(node, self.adjacency.parents)

    def children(self, node: str) -> frozenset[str]:
        """The direct effects of a node."""
        return self._neighbours(node, self.adjacency.children)

    def siblings(self, node: str) -> frozenset[str]:
        """The nodes joined to a node by a bidirected edge."""
        return self._neighbours(node, self.adjacency.siblings)

    def _neighbours(self, node: str, masks: list[int]) -> frozenset[str]:
        known(node, self.adjacency.index)
        return self.adjacency.set(masks[self.adjacency.index[node]])

    def ancestors(self, nodes: Names) -> frozenset[str]:
        """The nodes themselves and everything that causes them."""
        mask = self.adjacency.mask(known(nodes, self.adjacency.index))
        return self.adjacency.set(self.adjacency.ancestors(mask))

    def descendants(self, nodes: Names) -> frozenset[str]:
        """The nodes themselves and everything they cause."""
        mask = self.adjacency.mask(known(nodes, self.adjacency.index))
        return self.adjacency.set(self.adjacency.descendants(mask))

    def topological_order(self) -> tuple[str, ...]:
        """All nodes, causes before effects; among free nodes the earliest listed first."""
        return tuple(self.nodes[node] for node in self.adjacency.order)

    def is_d_separated(self, x: Names, y: Names, given: Names = ()) -> bool:
        """Whether `given` and the selected nodes block every path between `x` and `y`.

        Raises:
            GraphError: A name is unknown, or a node stands on two sides of the question.
        """
        return is_d_separated(self, x, y, given)

    def paths(
        self,
        x: Names,
        y: Names,
        given: Names = (),
        limit: int | None = None,
        seconds: float | None = None,
    ) -> Listing[Path]:
        """The paths between `x` and `y`, shortest first; see `causal_core.graph.paths.paths`."""
        return paths(self, x, y, given, limit, seconds)

    def implied_independencies(
        self, limit: int | None = None, seconds: float | None = None
    ) -> Listing[Independence]:
        """Every minimal separating set of every separable observed pair; in `graph.implications`."""
        return implied_independencies(self, limit, seconds)

    def equivalence_class(self) -> EquivalenceClass:
        """The DAGs no observational data can tell from this one; see `causal_core.graph.equivalence`.

        Raises:
            GraphError: The graph has latent or selected nodes or bidirected edges.
        """
        return equivalence_class(self)

    def to_networkx(self) -> nx.DiGraph[str]:
        """A fresh `networkx.DiGraph` with the node attributes `latent` and `selected`.

        Latents are nodes; each bidirected edge becomes a fresh latent parent of its two ends.
        """
        from causal_core.graph.networkx_view import to_networkx

        return to_networkx(self)

    def replace(self, **changes: Any) -> CausalGraph:
        """A graph like this one with some constructor arguments changed; see `without` to take nodes out.

        Notes stay on what is still there.
        """
        arguments: dict[str, Any] = {field: getattr(self, field) for field in self.__dataclass_fields__}
        changed = CausalGraph(**(arguments | {"notes": {}} | changes))
        if "notes" in changes or not self.notes:
            return changed
        notes = notes_about(self.notes, changed.nodes, changed.edges, changed.bidirected)
        return changed.replace(notes=notes)

    def with_positions(self, positions: Mapping[str, Iterable[float]]) -> CausalGraph:
        """This graph with these positions in place of its own."""
        return self.replace(positions=positions)

    def without(
        self, nodes: Names = (), edges: Iterable[Edge] = (), bidirected: Iterable[Edge] = ()
    ) -> CausalGraph:
        """This graph less some nodes (with all that touches them), arrows and bidirected edges.

        Raises:
            GraphError: A node is unknown. An edge that is not there is ignored.
        """
        gone = set(known(nodes, self.adjacency.index))
        cut, arcs = set(edges), {frozenset(pair) for pair in bidirected}
        return self.replace(
            edges=[pair for pair in self.edges if pair not in cut and gone.isdisjoint(pair)],
            bidirected=[
                pair for pair in self.bidirected if frozenset(pair) not in arcs and gone.isdisjoint(pair)
            ],
            latent=self.latent - gone,
            nodes=[node for node in self.nodes if node not in gone],
            selected=self.selected - gone,
            positions={node: place for node, place in self.positions.items() if node not in gone},
            randomised=self.randomised - gone,
        )
