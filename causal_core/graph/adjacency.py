"""The graph as bit masks: node i is bit i, so that a set of nodes is one integer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property


def bits(mask: int) -> Iterator[int]:
    """The positions of the set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class Adjacency:
    """Neighbours and closures of each node as masks; every list is indexed by node.

    Attributes:
        names: The node of each bit.
        index: Node -> bit position.
        parents, children, siblings: Masks of the neighbours by arrow and by bidirected edge.
    """

    def __init__(
        self, nodes: Sequence[str], edges: Iterable[tuple[str, str]], bidirected: Iterable[tuple[str, str]]
    ) -> None:
        self.names = tuple(nodes)
        self.index = {name: position for position, name in enumerate(self.names)}
        self.parents = [0] * len(self.names)
        self.children = [0] * len(self.names)
        self.siblings = [0] * len(self.names)
        for cause, effect in edges:
            a, b = self.index[cause], self.index[effect]
            self.children[a] |= 1 << b
            self.parents[b] |= 1 << a
        for one, other in bidirected:
            a, b = self.index[one], self.index[other]
            self.siblings[a] |= 1 << b
            self.siblings[b] |= 1 << a

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Bit positions, nodes after all their parents; among the free ones, the earliest listed first."""
        missing = [parents.bit_count() for parents in self.parents]
        free = sum(1 << node for node, count in enumerate(missing) if count == 0)
        order: list[int] = []
        while free:
            node = (free & -free).bit_length() - 1
            free ^= 1 << node
            order.append(node)
            for child in bits(self.children[node]):
                missing[child] -= 1
                if missing[child] == 0:
                    free |= 1 << child
        return tuple(order)

    def mask(self, names: Iterable[str]) -> int:
        """The set of these nodes."""
        mask = 0
        for name in names:
            mask |= 1 << self.index[name]
        return mask

    def set(self, mask: int) -> frozenset[str]:
        """The names in a mask."""
        return frozenset(self.names[node] for node in bits(mask))

    def ancestors(self, mask: int) -> int:
        """The nodes of `mask` and all their ancestors."""
        return closure(mask, self.parents)

    def descendants(self, mask: int) -> int:
        """The nodes of `mask` and all their descendants."""
        return closure(mask, self.children)


def closure(mask: int, neighbours: Sequence[int], within: int = -1) -> int:
    """All nodes reached from `mask` along `neighbours` without leaving `within`; `mask` included."""
    reached = frontier = mask
    while frontier:
        step = 0
        for node in bits(frontier):
            step |= neighbours[node]
        frontier = step & within & ~reached
        reached |= frontier
    return reached
