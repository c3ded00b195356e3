"""The graph as it is searched: neighbours by kind of arrow, with some arrows taken away."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import Adjacency, bits, closure
from causal_core.graph.separation import connected
from causal_core.graph.separators import minimal_cuts

Edge = tuple[str, str]
State = tuple[int, bool]
"""A node and whether it was entered by an arrowhead."""


@dataclass(frozen=True)
class Trail:
    """One path through the graph.

    Attributes:
        nodes: Its nodes, from one end to the other.
        marks: The edge between each node and the next: `->`, `<-` or `<->`.
    """

    nodes: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The path as it is read, e.g. `x <- c -> y`."""
        return " ".join(
            [self.nodes[0], *(f"{a} {n}" for a, n in zip(self.marks, self.nodes[1:], strict=True))]
        )

    @property
    def colliders(self) -> tuple[str, ...]:
        """The inner nodes at which two arrowheads meet, in path order."""
        pairs = zip(self.nodes[1:-1], self.marks, self.marks[1:], strict=False)
        return tuple(node for node, before, after in pairs if before != "<-" and after != "->")

    @property
    def others(self) -> tuple[str, ...]:
        """The inner nodes that are not colliders, in path order."""
        colliders = set(self.colliders)
        return tuple(node for node in self.nodes[1:-1] if node not in colliders)


class Links:
    """A graph without some of its arrows or nodes, to be searched for open paths.

    Args:
        nodes: Its nodes.
        edges: Its directed arrows.
        bidirected: Its pairs with a hidden common cause.
    """

    def __init__(self, nodes: Iterable[str], edges: Iterable[Edge], bidirected: Iterable[Edge]) -> None:
        self._web = Adjacency(tuple(nodes), edges, bidirected)

    @classmethod
    def of(
        cls, graph: CausalGraph, without: Collection[Edge] = (), only: Collection[str] | None = None
    ) -> Links:
        """`graph` without some directed arrows, on all of its nodes or `only` some of them."""
        kept = frozenset(graph.nodes) if only is None else frozenset(only)
        gone = frozenset(without)
        return cls(
            (node for node in graph.nodes if node in kept),
            (e for e in graph.edges if e not in gone and kept.issuperset(e)),
            (e for e in graph.bidirected if kept.issuperset(e)),
        )

    def parents(self, node: str) -> frozenset[str]:
        """The direct causes of a node."""
        return self._web.set(self._web.parents[self._web.index[node]])

    def children(self, node: str) -> frozenset[str]:
        """The direct effects of a node."""
        return self._web.set(self._web.children[self._web.index[node]])

    def ancestors(self, nodes: Iterable[str], stop: Iterable[str] = ()) -> frozenset[str]:
        """The nodes and everything with a directed path to one of them; paths into `stop` do not count."""
        web = self._web
        parents = list(web.parents)
        for node in stop:
            parents[web.index[node]] = 0
        return web.set(closure(web.mask(nodes), parents))

    def descendants(self, nodes: Iterable[str]) -> frozenset[str]:
        """The nodes and everything a directed path leads to from one of them."""
        return self._web.set(self._web.descendants(self._web.mask(nodes)))

    def separated(self, a: Iterable[str], b: Iterable[str], given: Iterable[str] = ()) -> bool:
        """Whether `given` closes every path between `a` and `b`."""
        web = self._web
        return not connected(web, web.mask(a), web.mask(given)) & web.mask(b)

    def separators(
        self, a: Iterable[str], b: Iterable[str], held: Iterable[str], allowed: Iterable[str]
    ) -> Iterator[frozenset[str]]:
        """The minimal sets of `allowed` nodes that, with those `held`, close every path between `a` and `b`.

        As in `causal_core.graph.separators.minimal_separators`, whose listing this is.
        """
        web = self._web
        cuts = minimal_cuts(web, web.mask(a), web.mask(b), web.mask(held), web.mask(allowed))
        return (web.set(cut) for cut in cuts)

    def reach(self, sources: Iterable[str], given: Iterable[str] = ()) -> frozenset[str]:
        """The sources and every node that an open path given `given` leads to from one of them."""
        return self._web.set(connected(self._web, self._web.mask(sources), self._web.mask(given)))

    def open_trail(
        self, sources: Iterable[str], targets: Iterable[str], given: Iterable[str] = ()
    ) -> Trail | None:
        """A shortest path from a source to a target that is open given `given`; None when all are closed."""
        held = frozenset(given)
        return self.trail(sources, targets, closed=held, opened=self.ancestors(held))

    def trail(
        self, sources: Iterable[str], targets: Iterable[str], closed: Iterable[str], opened: Iterable[str]
    ) -> Trail | None:
        """A shortest path that passes no `closed` node but as a collider and only `opened` colliders.

        Args:
            sources: Where it may start.
            targets: Where it may end; none of them a source.
            closed: Nodes that stop a path running through them, other than as colliders.
            opened: Nodes that let a path through as colliders; with every node all of its ancestors too.
                A shortest walk then never meets a node twice: cutting out the round trip leaves it open.
        """
        web = self._web
        ends, shut, gates = web.mask(targets), web.mask(closed), web.mask(opened)
        start = web.mask(sources)
        came_from: dict[State, tuple[State, str] | None] = {(node, False): None for node in bits(start)}
        queue = deque(came_from)
        while queue:
            state = queue.popleft()
            node, by_head = state
            if ends >> node & 1:
                return self._retrace(state, came_from)
            first = came_from[state] is None
            through = first or not shut >> node & 1
            steps: list[tuple[State, str]] = []
            if through:
                steps += [((n, True), "->") for n in bits(web.children[node])]
            if gates >> node & 1 if by_head else through:
                steps += [((n, False), "<-") for n in bits(web.parents[node])]
                steps += [((n, True), "<->") for n in bits(web.siblings[node])]
            for step, arrow in steps:
                if step not in came_from:
                    came_from[step] = (state, arrow)
                    queue.append(step)
        return None

    def directed_path(
        self, sources: Iterable[str], targets: Iterable[str], avoiding: Iterable[str] = ()
    ) -> Trail | None:
        """A shortest directed path from a source to a target past no node of `avoiding`, or None."""
        web = self._web
        ends, shut = web.mask(targets), web.mask(avoiding)
        came_from: dict[State, tuple[State, str] | None] = {(n, False): None for n in bits(web.mask(sources))}
        queue = deque(came_from)
        while queue:
            state = queue.popleft()
            if ends >> state[0] & 1:
                return self._retrace(state, came_from)
            for child in bits(web.children[state[0]] & ~shut):
                if (child, False) not in came_from:
                    came_from[child, False] = (state, "->")
                    queue.append((child, False))
        return None

    def _retrace(self, state: State, came_from: Mapping[State, tuple[State, str] | None]) -> Trail:
        nodes, marks = [self._web.names[state[0]]], list[str]()
        while (step := came_from[state]) is not None:
            state, arrow = step
            nodes.append(self._web.names[state[0]])
            marks.append(arrow)
        return Trail(tuple(reversed(nodes)), tuple(reversed(marks)))
