"""A partial ancestral graph in the making: what all graphs with hidden causes that fit the tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from causal_core.discovery.asking import Clock
from causal_core.discovery.knowledge import Rules
from causal_core.discovery.suggestion import Mark

NONE, CIRCLE, ARROW, TAIL = 0, 1, 2, 3

_TEXT: Final[dict[tuple[int, int], Mark]] = {
    (TAIL, ARROW): "->",
    (CIRCLE, ARROW): "o->",
    (ARROW, ARROW): "<->",
    (CIRCLE, CIRCLE): "o-o",
}

Separator = Callable[[int, int], frozenset[int] | None]


class Pag:
    """Columns 0..p-1 and the mark at each end of each edge.

    Attributes:
        mark: mark[a][b] is the mark at b on the edge between a and b: NONE, CIRCLE, ARROW or TAIL.
    """

    def __init__(self, near: list[int], clock: Clock) -> None:
        size = len(near)
        self.mark = [[CIRCLE if near[a] >> b & 1 else NONE for b in range(size)] for a in range(size)]
        self._size, self._clock = size, clock

    def skeleton(self) -> list[int]:
        """For each column the mask of those joined to it."""
        return [sum(1 << b for b in range(self._size) if self.mark[a][b]) for a in range(self._size)]

    def cut(self, a: int, b: int) -> None:
        """Take an edge away."""
        self.mark[a][b] = self.mark[b][a] = NONE

    def text(self, a: int, b: int) -> tuple[int, int, Mark] | None:
        """What joins two columns as (from, to, mark); None when nothing does."""
        ends = (self.mark[b][a], self.mark[a][b])
        if NONE in ends:
            return None
        if ends in _TEXT:
            return a, b, _TEXT[ends]
        return b, a, _TEXT[ends[::-1]]

    def know(self, rules: Rules) -> None:
        """Put the marks that knowledge gives."""
        for a in range(self._size):
            for b in range(self._size):
                if not self.mark[a][b]:
                    continue
                if rules.needs(a, b):
                    self._set(b, a, TAIL)
                    self._set(a, b, ARROW)
                elif not rules.allows(a, b):
                    self._set(b, a, ARROW)

    def collide(self, triples: Iterable[tuple[int, int, int]]) -> int:
        """R0: put arrowheads at the middle of each triple; how many were against marks already there."""
        conflicts = 0
        for x, y, z in triples:
            if TAIL in (self.mark[x][y], self.mark[z][y]):
                conflicts += 1
                continue
            self.mark[x][y] = self.mark[z][y] = ARROW
        return conflicts

    def possible_separators(self, start: int) -> set[int]:
        """Possible-D-SEP: reached by paths on which each middle column is a collider or closes a triangle."""
        queue = [(start, b) for b in range(self._size) if self.mark[start][b]]
        seen = set(queue)
        while queue:
            a, b = queue.pop()
            for c in range(self._size):
                if c in (a, start) or not self.mark[b][c] or (b, c) in seen:
                    continue
                collider = self.mark[a][b] == ARROW and self.mark[c][b] == ARROW
                if collider or self.mark[a][c]:
                    seen.add((b, c))
                    queue.append((b, c))
        return {b for _, b in seen}

    def complete(self, separator: Separator) -> None:
        """Put every mark that the rules of Zhang 2008 put (R1-R4, then R8-R10), until none is left."""
        changed = True
        while changed:
            changed = False
            for rule in (self._r1, self._r2, self._r3, self._r8, self._r9, self._r10):
                changed |= rule()
            changed |= self._r4(separator)

    def _set(self, a: int, b: int, mark: int) -> bool:
        """Put a mark at b where there is a circle; whether it was."""
        if self.mark[a][b] != CIRCLE:
            return False
        self.mark[a][b] = mark
        return True

    def _edges(self) -> Iterator[tuple[int, int]]:
        for a in range(self._size):
            for b in range(self._size):
                if self.mark[a][b]:
                    self._clock.tick()
                    yield a, b

    def _r1(self) -> bool:
        """R1, for a *-> b o-* c with a and c apart: b -> c."""
        done = False
        for a, b in self._edges():
            if self.mark[a][b] != ARROW:
                continue
            for c in range(self._size):
                if c != a and self.mark[c][b] == CIRCLE and not self.mark[a][c] and self.mark[b][c] != TAIL:
                    self.mark[c][b], self.mark[b][c] = TAIL, ARROW
                    done = True
        return done

    def _r2(self) -> bool:
        """R2, for a -> b *-> c or a *-> b -> c, and a *-o c: a *-> c."""
        done = False
        for a, c in self._edges():
            if self.mark[a][c] == CIRCLE and any(
                self.mark[a][b] == ARROW
                and self.mark[b][c] == ARROW
                and TAIL in (self.mark[b][a], self.mark[c][b])
                for b in range(self._size)
            ):
                done |= self._set(a, c, ARROW)
        return done

    def _r3(self) -> bool:
        """R3, for a *-> b <-* c, a *-o d o-* c, a and c apart, d *-o b: d *-> b."""
        done = False
        for d, b in self._edges():
            if self.mark[d][b] != CIRCLE:
                continue
            sides = [a for a in range(self._size) if self.mark[a][b] == ARROW and self.mark[a][d] == CIRCLE]
            if any(not self.mark[a][c] for a in sides for c in sides if a < c):
                done |= self._set(d, b, ARROW)
        return done

    def _r4(self, separator: Separator) -> bool:
        """R4, for a discriminating path for b between d and c: b -> c when b separates them, else b <-> c."""
        done = False
        for b, c in self._edges():
            if self.mark[c][b] != CIRCLE or self.mark[b][c] == TAIL:
                continue
            found = self._discriminating(b, c)
            if found is None:
                continue
            d, a = found
            apart = separator(d, c)
            if apart is None:
                continue
            if b in apart:
                self.mark[c][b], self.mark[b][c] = TAIL, ARROW
            else:
                self.mark[c][b] = self.mark[b][c] = ARROW
                self._set(a, b, ARROW)
            done = True
        return done

    def _discriminating(self, b: int, c: int) -> tuple[int, int] | None:
        """The far end and the neighbour of b on a shortest discriminating path for b towards c."""
        paths: list[tuple[int, int, tuple[int, ...]]] = [
            (b, a, (b, a))
            for a in range(self._size)
            if self.mark[b][a] == ARROW and self._parent(a, c) and a != c
        ]
        while paths:
            longer = []
            for after, a, path in paths:
                self._clock.tick()
                for w in range(self._size):
                    if w == c or w in path or self.mark[w][a] != ARROW or self.mark[after][a] != ARROW:
                        continue
                    if not self.mark[w][c]:
                        return w, path[1]
                    if self.mark[a][w] == ARROW and self._parent(w, c):
                        longer.append((a, w, (*path, w)))
            paths = longer
        return None

    def _parent(self, a: int, c: int) -> bool:
        return self.mark[a][c] == ARROW and self.mark[c][a] == TAIL

    def _r8(self) -> bool:
        """R8, for a -> b -> c or a -o b -> c, and a o-> c: a -> c."""
        done = False
        for a, c in self._half():
            if any(
                self.mark[b][a] == TAIL and self.mark[a][b] in (ARROW, CIRCLE) and self._parent(b, c)
                for b in range(self._size)
            ):
                done |= self._set(c, a, TAIL)
        return done

    def _r9(self) -> bool:
        """R9, for a o-> c and an uncovered possibly directed path a, b, ..., c with b and c apart: a -> c."""
        done = False
        for a, c in self._half():
            for b in range(self._size):
                if b != c and self._step(a, b) and not self.mark[b][c] and self._uncovered(a, b, c):
                    done |= self._set(c, a, TAIL)
                    break
        return done

    def _r10(self) -> bool:
        """R10, for a o-> c, b -> c <- d and uncovered paths that may point from a to both and start apart."""
        done = False
        for a, c in self._half():
            into = [b for b in range(self._size) if b != a and self._parent(b, c)]
            starts = {
                b: [v for v in range(self._size) if v != c and self._step(a, v) and self._uncovered(a, v, b)]
                for b in into
            }
            if any(
                v != w and not self.mark[v][w]
                for b in into
                for d in into
                if b < d
                for v in starts[b]
                for w in starts[d]
            ):
                done |= self._set(c, a, TAIL)
        return done

    def _half(self) -> Iterator[tuple[int, int]]:
        """The edges a o-> c."""
        for a, c in self._edges():
            if self.mark[c][a] == CIRCLE and self.mark[a][c] == ARROW:
                yield a, c

    def _step(self, a: int, b: int) -> bool:
        """Whether an edge may point from a to b."""
        return bool(self.mark[a][b]) and self.mark[b][a] != ARROW and self.mark[a][b] != TAIL

    def _uncovered(self, a: int, b: int, end: int) -> bool:
        """Whether an uncovered possibly directed path runs from a through its neighbour b to `end`."""
        stack = [(a, b, frozenset((a, b)))]
        while stack:
            self._clock.tick()
            before, now, seen = stack.pop()
            if now == end:
                return True
            stack += [
                (now, after, seen | {after})
                for after in range(self._size)
                if after not in seen and self._step(now, after) and not self.mark[before][after]
            ]
        return False
