"""The paths between two nodes: which are open, and which node opens or closes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from typing import TYPE_CHECKING

from causal_core.graph.adjacency import Adjacency, bits
from causal_core.graph.lazy import found
from causal_core.graph.names import Names, known
from causal_core.graph.path_reason import verdict
from causal_core.graph.separation import refuse_overlap
from causal_core.listing import Listing

if TYPE_CHECKING:
    from causal_core.graph.causal_graph import CausalGraph


@dataclass(frozen=True)
class Path:
    """One path, without repeated nodes.

    Attributes:
        nodes: The nodes from the first side to the second.
        marks: The edges between them: `->`, `<-` or `<->`.
        open: Whether association flows along the path under the conditioning asked about.
        reason: Why, in plain sentences: which node blocks or opens it.
        blockers: The inner nodes that block it, in path order; empty when it is open.
        openers: The colliders on it that are held open, in path order.
    """

    nodes: tuple[str, ...]
    marks: tuple[str, ...]
    open: bool
    reason: str
    blockers: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """The path as text, e.g. `x <- z -> y`."""
        return self.nodes[0] + "".join(
            f" {mark} {node}" for mark, node in zip(self.marks, self.nodes[1:], strict=True)
        )

    @property
    def causal(self) -> bool:
        """Whether every arrow points away from the first node."""
        return all(mark == "->" for mark in self.marks)

    @property
    def backward(self) -> bool:
        """Whether every arrow points towards the first node: the last one causes the first."""
        return all(mark == "<-" for mark in self.marks)

    @property
    def edges(self) -> tuple[tuple[str, str] | frozenset[str], ...]:
        """Its edges as the graph names them: an arrow as (cause, effect), a bidirected edge as a set."""
        found: list[tuple[str, str] | frozenset[str]] = []
        for mark, one, other in zip(self.marks, self.nodes, self.nodes[1:], strict=False):
            found.append(
                frozenset((one, other)) if mark == "<->" else (one, other) if mark == "->" else (other, one)
            )
        return tuple(found)


def paths(
    graph: CausalGraph,
    x: Names,
    y: Names,
    given: Names = (),
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Path]:
    """The paths between `x` and `y`, shortest first, each with its verdict given `given`.

    Args:
        graph: The graph; an arrow and a bidirected edge between the same nodes make two paths.
        x: One name or several; a path meets only one of them, its first node.
        y: One name or several; a path meets only one of them, its last node.
        given: The nodes conditioned on; selected nodes are always conditioned on as well.
        limit: The most paths to list; None for all (there may be exponentially many).
        seconds: The longest time to take; None for ever.

    Raises:
        GraphError: A name is unknown, or a node stands on two sides of the question.
    """
    first, second, condition = (known(names, graph.adjacency.index) for names in (x, y, given))
    refuse_overlap(graph, first, second, condition)
    walks = _walks(graph.adjacency, first, second)
    return found((walk and _path(graph, walk, frozenset(condition)) for walk in walks), limit, seconds)


Walk = tuple[tuple[str, ...], tuple[str, ...]]


def _path(graph: CausalGraph, walk: Walk, condition: frozenset[str]) -> Path:
    nodes, marks = walk
    found = verdict(graph, nodes, marks, condition)
    return Path(nodes, marks, found.open, found.reason, found.blockers, found.openers)


def _walks(adjacency: Adjacency, first: tuple[str, ...], second: tuple[str, ...]) -> Iterator[Walk | None]:
    """Simple paths by length: each length is searched in turn, cutting off where the end is too far."""
    either = [
        p | c | s for p, c, s in zip(adjacency.parents, adjacency.children, adjacency.siblings, strict=True)
    ]
    starts, ends = adjacency.mask(first), adjacency.mask(second)
    longer = True
    length = 0
    while longer:
        length += 1
        longer = False
        for start in bits(starts):
            search = _Search(either, ends, ~(starts | ends), length)
            for trail in search.trails(start):
                if trail is None:
                    yield None
                else:
                    yield from _marked(adjacency, trail)
            longer |= search.cut


class _Search:
    """Simple paths of exactly `length` steps; `cut` says whether longer ones may exist."""

    def __init__(self, either: list[int], ends: int, inner: int, length: int) -> None:
        self.either, self.ends, self.inner, self.length = either, ends, inner, length
        self.cut = False

    def trails(self, start: int) -> Iterator[tuple[int, ...] | None]:
        trail, stack = [start], [self._steps(start, 1 << start, 1)]
        seen = 1 << start
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
                seen &= ~(1 << trail.pop())
                yield None
            elif len(trail) == self.length:
                yield (*trail, node)
            else:
                trail.append(node)
                seen |= 1 << node
                stack.append(self._steps(node, seen, len(trail)))

    def _steps(self, node: int, seen: int, depth: int) -> Iterator[int]:
        """Next nodes from `node`: on the last step an end, before it nodes from which an end is near."""
        if depth == self.length:
            self.cut = self.cut or bool(self.either[node] & self.inner & ~seen)
            return bits(self.either[node] & self.ends)
        reach, near = self.ends, 0
        for _ in range(self.length - depth):
            grown = reach
            for each in bits(reach & ~near):
                grown |= self.either[each] & self.inner & ~seen
            near, reach = reach, grown
            if near == reach:
                break
        else:
            self.cut = True
        return bits(self.either[node] & reach & self.inner & ~seen)


def _marked(adjacency: Adjacency, trail: tuple[int, ...]) -> Iterator[Walk]:
    """The walks along these nodes: one for each choice of edge where an arrow and an arc run in parallel."""
    choices: list[list[str]] = []
    for one, other in pairwise(trail):
        marks = ["->"] if adjacency.children[one] >> other & 1 else []
        marks += ["<-"] if adjacency.parents[one] >> other & 1 else []
        marks += ["<->"] if adjacency.siblings[one] >> other & 1 else []
        choices.append(marks)
    nodes = tuple(adjacency.names[node] for node in trail)
    for marks_chosen in product(*choices):
        yield nodes, marks_chosen
