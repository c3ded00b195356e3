"""How two graphs differ: nodes and arrows that only one has, arrows turned round, marks that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.names import listed

Marks = tuple[str, ...]

ARROW, BACK, BOTH = "->", "<-", "<->"
_NODE = "node"
_SIGNS = {ARROW: "→", BACK: "←", BOTH: "↔"}
_MARKED = ("latent", "selected", "randomised")


@dataclass(frozen=True)
class Change:
    """One difference between two graphs, read as the change that leads from the first to the second.

    Attributes:
        subject: "node", "mark" or "edge".
        nodes: The node it is about, or the two ends of the edge.
        before: What the first graph has there. Edge: `->`, `<-` or `<->`, from the first of `nodes` to the
            second; node: "node"; mark: among "latent", "selected" and "randomised". Empty when nothing.
        after: What the second graph has there.
    """

    subject: str
    nodes: tuple[str, ...]
    before: Marks
    after: Marks

    @property
    def kind(self) -> str:
        """What differs: "only here", "only there", "reversed", "kind" or "mark".

        "here" is the first graph; "kind" is an arrow in one graph that is two-headed in the other.
        """
        if self.subject == "mark":
            return "mark"
        if not self.after:
            return "only here"
        if not self.before:
            return "only there"
        return "kind" if BOTH in (*self.before, *self.after) else "reversed"

    @property
    def undone(self) -> Change:
        """The change that leads back from the second graph to the first."""
        return replace(self, before=self.after, after=self.before)

    @property
    def edges(self) -> tuple[tuple[tuple[str, str] | frozenset[str], ...], ...]:
        """The edges it is about, in the first graph and in the second.

        An arrow is (tail, head), a bidirected edge the frozenset of its ends; none for a node or a mark.
        """
        if self.subject != "edge":
            return (), ()
        return tuple(tuple(_edge(self.nodes, mark) for mark in marks) for marks in (self.before, self.after))

    def words(self, one: str = "the first graph", other: str = "the second graph") -> str:
        """The difference as a sentence; `one` and `other` are what the two graphs are called."""
        if self.subject == "mark":
            before, after = (listed(marks) or "observed" for marks in (self.before, self.after))
            return f"{self.nodes[0]} is {before} in {one} and {after} in {other}."
        here, there = (self._drawn(marks) for marks in (self.before, self.after))
        if not self.after:
            return f"{here} is only in {one}."
        if not self.before:
            return f"{there} is only in {other}."
        if self.kind == "reversed":
            return f"{here} in {one} is the other way round, {there}, in {other}."
        return f"{here} in {one} is {there} in {other}."

    def step(self) -> str:
        """What to do to the first graph to follow the second, as a short imperative."""
        if self.subject == "node":
            return f"{'Remove' if self.before else 'Add'} {self.nodes[0]} with its arrows"
        if self.subject == "mark":
            return f"Mark {self.nodes[0]} as {listed(self.after) or 'observed'}"
        if not self.after:
            return f"Remove {self._drawn(self.before)}"
        return f"Draw {self._drawn(self.after)}"

    def _drawn(self, marks: Marks) -> str:
        if self.subject == "node":
            return f"The node {self.nodes[0]}"
        a, b = self.nodes
        return " and ".join(f"{b} → {a}" if mark == BACK else f"{a} {_SIGNS[mark]} {b}" for mark in marks)


@dataclass(frozen=True)
class Difference:
    """All differences between two graphs.

    Attributes:
        one: The first graph.
        other: The second graph.
        changes: Nodes first, then marks, then edges; each in name order. An arrow at a node that only one
            graph has is listed besides the node, which stands for itself with all of its arrows.
    """

    one: CausalGraph
    other: CausalGraph
    changes: tuple[Change, ...]

    def of(self, subject: str, kind: str | None = None) -> tuple[Change, ...]:
        """The changes about "node", "mark" or "edge", of one kind if given."""
        return tuple(c for c in self.changes if c.subject == subject and kind in (None, c.kind))

    @property
    def words(self) -> str:
        """How much differs, in a sentence."""
        if not self.changes:
            return "The two graphs are the same: nodes, arrows and marks."
        edges = self.of("edge")
        counts = (
            (sum(c.kind == "only here" for c in edges), "edge", "only in the first"),
            (sum(c.kind == "only there" for c in edges), "edge", "only in the second"),
            (sum(c.kind == "reversed" for c in edges), "arrow", "reversed"),
            (
                sum(c.kind == "kind" for c in edges),
                "edge",
                "drawn as an arrow in one and two-headed in the other",
            ),
            (len(self.of("node")), "node", "in one graph alone"),
            (len(self.of("mark")), "node", "marked differently"),
        )
        parts = [f"{n} {noun}{'' if n == 1 else 's'} {what}" for n, noun, what in counts if n]
        return f"The graphs differ: {', '.join(parts)}."


def difference(one: CausalGraph, other: CausalGraph) -> Difference:
    """Where two graphs differ; positions and notes do not count.

    Nodes are the same when their names are. An arrow in one and a bidirected edge in the other between the
    same two nodes is one change, as is an arrow turned round.
    """
    return Difference(one, other, (*_nodes(one, other), *_marks(one, other), *_edges(one, other)))


def apply(graph: CausalGraph, changes: Iterable[Change], source: CausalGraph) -> CausalGraph:
    """The graph after some changes at once; with all of `difference(graph, source)` it equals `source`.

    A node it brings along comes with the marks it has in `source` and, for a change about the node itself,
    with all its edges there to nodes that are in the graph. Marking a node as randomised removes what points
    at it.

    Args:
        graph: The graph to change.
        changes: Changes of `difference(graph, source)`.
        source: The graph the changes come from.

    Raises:
        GraphError: The changed graph cannot be: it has a cycle, or an edge into a randomised node.
    """
    gone: set[str] = set()
    nodes = dict.fromkeys(graph.nodes)
    brought: set[str] = set()
    cut: set[tuple[str, str] | frozenset[str]] = set()
    drawn: dict[tuple[str, str] | frozenset[str], None] = {}
    marks = {node: _marks_of(graph, node) for node in graph.nodes}
    for change in changes:
        if change.subject == "mark":
            marks[change.nodes[0]] = change.after
        elif change.subject == "edge":
            before, after = change.edges
            cut.update(before)
            drawn.update(dict.fromkeys(after))
            nodes.update(dict.fromkeys(change.nodes if after else ()))
        elif change.before:
            gone.update(change.nodes)
        else:
            brought.update(change.nodes)
            nodes.update(dict.fromkeys(change.nodes))
    drawn.update(dict.fromkeys(e for e in _all_edges(source) if brought & set(e) and nodes.keys() >= set(e)))
    fresh_random = {
        node for node in graph.nodes if "randomised" in marks[node] and node not in graph.randomised
    }
    cut.update(e for e in _all_edges(graph) if fresh_random & set(e if isinstance(e, frozenset) else e[1:]))
    new = [node for node in nodes if node not in marks]
    marks.update({node: _marks_of(source, node) for node in new})
    kept = graph.without(
        nodes=gone & set(graph.nodes),
        edges=[e for e in cut if isinstance(e, tuple)],
        bidirected=[_pair(e) for e in cut if isinstance(e, frozenset)],
    )
    there = set(_all_edges(kept))
    fresh = [e for e in drawn if e not in there]
    names = [node for node in nodes if node not in gone]
    return kept.replace(
        nodes=names,
        edges=[*kept.edges, *(e for e in fresh if isinstance(e, tuple))],
        bidirected=[*kept.bidirected, *(_pair(e) for e in fresh if isinstance(e, frozenset))],
        positions={
            **kept.positions,
            **{node: source.positions[node] for node in new if node in source.positions},
        },
        **{mark: [node for node in names if mark in marks[node]] for mark in _MARKED},
    )


def _pair(edge: frozenset[str]) -> tuple[str, str]:
    one, other = sorted(edge)
    return one, other


def _edge(nodes: tuple[str, ...], mark: str) -> tuple[str, str] | frozenset[str]:
    a, b = nodes
    return frozenset((a, b)) if mark == BOTH else (b, a) if mark == BACK else (a, b)


def _all_edges(graph: CausalGraph) -> Iterator[tuple[str, str] | frozenset[str]]:
    yield from graph.edges
    yield from map(frozenset, graph.bidirected)


def _marks_of(graph: CausalGraph, node: str) -> Marks:
    return tuple(mark for mark in _MARKED if node in getattr(graph, mark))


def _nodes(one: CausalGraph, other: CausalGraph) -> Iterator[Change]:
    here, there = set(one.nodes), set(other.nodes)
    for node in sorted(here ^ there):
        yield Change("node", (node,), (_NODE,) * (node in here), (_NODE,) * (node in there))


def _marks(one: CausalGraph, other: CausalGraph) -> Iterator[Change]:
    for node in sorted(set(one.nodes) & set(other.nodes)):
        before, after = _marks_of(one, node), _marks_of(other, node)
        if before != after:
            yield Change("mark", (node,), before, after)


def _edges(one: CausalGraph, other: CausalGraph) -> Iterator[Change]:
    arrows, arcs = (
        [set(g.edges) for g in (one, other)],
        [set(map(frozenset, g.bidirected)) for g in (one, other)],
    )
    differing = {frozenset(e) for e in arrows[0] ^ arrows[1]} | (arcs[0] ^ arcs[1])
    for a, b in sorted(map(_pair, differing)):
        directed = [(ARROW,) * ((a, b) in side) + (BACK,) * ((b, a) in side) for side in arrows]
        shared = [(BOTH,) * (frozenset((a, b)) in side) for side in arcs]
        # Read from tail to head, as the first graph draws it or else the second.
        tail = (b, a) if BACK in (directed[0] or directed[1]) else (a, b)
        if tail == (b, a):
            directed = [tuple({ARROW: BACK, BACK: ARROW}[mark] for mark in marks) for marks in directed]
        swapped = [bool(directed[i]) and bool(shared[1 - i]) for i in (0, 1)]
        alone = [not directed[1 - i] and not shared[i] for i in (0, 1)]
        if any(swapped[i] and alone[i] for i in (0, 1)):
            yield Change("edge", tail, directed[0] or shared[0], directed[1] or shared[1])
            continue
        if directed[0] != directed[1]:
            yield Change("edge", tail, directed[0], directed[1])
        if shared[0] != shared[1]:
            yield Change("edge", (a, b), shared[0], shared[1])
