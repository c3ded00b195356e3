"""A graph of arrows and lines in the making: Meek's rules, its DAGs, and the class of a DAG."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.discovery.knowledge import Rules
from causal_core.discovery.suggestion import Mark
from causal_core.graph.adjacency import bits


class Pdag:
    """Columns 0..p-1 joined by arrows and lines, as masks.

    Attributes:
        parents, children, lines: For each column, the columns joined to it that way.
    """

    def __init__(self, size: int) -> None:
        self.parents = [0] * size
        self.children = [0] * size
        self.lines = [0] * size

    def near(self, column: int) -> int:
        """All columns joined to one."""
        return self.parents[column] | self.children[column] | self.lines[column]

    def join(self, one: int, other: int) -> None:
        """Draw a line."""
        self.lines[one] |= 1 << other
        self.lines[other] |= 1 << one

    def cut(self, one: int, other: int) -> None:
        """Take away whatever joins the two."""
        for a, b in ((one, other), (other, one)):
            for masks in (self.parents, self.children, self.lines):
                masks[a] &= ~(1 << b)

    def point(self, cause: int, effect: int) -> None:
        """Make what joins the two an arrow, or draw one."""
        self.cut(cause, effect)
        self.parents[effect] |= 1 << cause
        self.children[cause] |= 1 << effect

    def text(self, a: int, b: int) -> tuple[int, int, Mark] | None:
        """What joins two columns as (from, to, mark); None when nothing does."""
        if self.children[a] >> b & 1:
            return a, b, "->"
        if self.children[b] >> a & 1:
            return b, a, "->"
        return (a, b, "--") if self.lines[a] >> b & 1 else None

    def leads(self, start: int, end: int) -> bool:
        """Whether arrows lead from `start` to `end`."""
        seen = fresh = 1 << start
        while fresh and not seen >> end & 1:
            reached = 0
            for column in bits(fresh):
                reached |= self.children[column]
            fresh = reached & ~seen
            seen |= fresh
        return bool(seen >> end & 1)

    def complete(self) -> None:
        """Point every line that Meek's four rules point; none so that arrows go round in a circle.

        Source: Meek 1995, figure 1. The fourth rule matters only where knowledge pointed arrows.
        """
        changed = True
        while changed:
            changed = False
            for one, mask in enumerate(self.lines):
                for other in bits(mask):
                    if self._compelled(one, other) and not self.leads(other, one):
                        self.point(one, other)
                        changed = True

    def _compelled(self, a: int, b: int) -> bool:
        if self.parents[a] & ~self.near(b):
            return True
        into = self.parents[b]
        if self.children[a] & into:
            return True
        beside = self.lines[a]
        pair = beside & into
        if any(pair & ~self.near(c) & ~(1 << c) for c in bits(pair)):
            return True
        # a - c, c -> d -> b, with c and b apart and a and d joined
        return any(beside & self.parents[d] & ~self.near(b) & ~(1 << b) for d in bits(into & self.near(a)))

    def point_known(self, rules: Rules) -> None:
        """Point every line that knowledge leaves one direction; take away those it leaves none."""
        for one, mask in enumerate(list(self.lines)):
            for other in bits(mask >> one << one):
                there, back = rules.allows(one, other), rules.allows(other, one)
                if not there and not back:
                    self.cut(one, other)
                elif not back or rules.needs(one, other):
                    self.point(one, other)
                elif not there or rules.needs(other, one):
                    self.point(other, one)

    def obeys(self, rules: Rules) -> bool:
        """Whether no arrow or line is against knowledge and none that it requires is missing."""
        return all(
            not (self.parents[effect] | self.lines[effect]) & ~rules.may[effect]
            and not rules.need[effect] & ~self.parents[effect]
            for effect in range(len(self.parents))
        )

    def extension(self) -> list[int] | None:
        """The parents in one DAG with the same arrows, edges and colliders; None when there is none.

        Source: Dor & Tarsi 1992.
        """
        parents = list(self.parents)
        near = [self.near(column) for column in range(len(parents))]
        out, lines = list(self.children), list(self.lines)
        left = (1 << len(parents)) - 1
        while left:
            sink = next(
                (
                    column
                    for column in bits(left)
                    if not out[column] & left
                    and all(
                        not (near[column] & left) & ~near[line] & ~(1 << line)
                        for line in bits(lines[column] & left)
                    )
                ),
                None,
            )
            if sink is None:
                return None
            parents[sink] |= lines[sink] & left
            for line in bits(lines[sink] & left):
                lines[line] &= ~(1 << sink)
                out[line] |= 1 << sink
            left &= ~(1 << sink)
        return parents


def class_of(parents: Sequence[int]) -> Pdag:
    """The equivalence class of the DAG with these parents: its colliders pointed, then Meek's rules."""
    graph = Pdag(len(parents))
    near = [0] * len(parents)
    for effect, mask in enumerate(parents):
        for cause in bits(mask):
            graph.join(cause, effect)
            near[cause] |= 1 << effect
            near[effect] |= 1 << cause
    for effect, mask in enumerate(parents):
        for cause in bits(mask):
            if mask & ~near[cause] & ~(1 << cause):
                graph.point(cause, effect)
    graph.complete()
    return graph


def order_of(parents: Sequence[int]) -> list[int]:
    """The columns of a DAG, causes before effects, the lowest number first among free ones."""
    order: list[int] = []
    done = 0
    while len(order) < len(parents):
        column = next(c for c in range(len(parents)) if not done >> c & 1 and not parents[c] & ~done)
        order.append(column)
        done |= 1 << column
    return order
