"""A local search that moves nodes up and down in their layer: no line through a node, few crossings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

Edge = tuple[str, str]

MOST_WORK = 4000
PASSES = 4
CLEARANCE = 0.4
"""How near, in units, a line may come to a node that is not its end."""

THROUGH, CROSSING = 10.0, 2.0
"""The cost of a line through a node and of a crossing; a unit of height between neighbours costs one."""


@dataclass
class Drawing:
    """Nodes in layers with heights, and the lines between them.

    Attributes:
        layer: Node -> its layer.
        heights: Node -> its height; changed by `improve`.
        limits: Node -> the least and the greatest height it may have.
        edges: Pairs of nodes joined by a line.
    """

    layer: dict[str, int]
    heights: dict[str, float]
    limits: dict[str, tuple[float, float]]
    edges: Collection[Edge]


def improve(drawing: Drawing) -> None:
    """Move single nodes while that makes the drawing better; large graphs are left as they are."""
    if len(drawing.layer) * len(drawing.edges) > MOST_WORK:
        return
    search = _Search(drawing)
    for _ in range(PASSES):
        if not sum(search.move(node) for node in drawing.layer):
            return


class _Search:
    def __init__(self, drawing: Drawing) -> None:
        self.layer, self.heights, self.limits = drawing.layer, drawing.heights, drawing.limits
        edges = {tuple(sorted(edge, key=self.layer.__getitem__)) for edge in drawing.edges}
        self.lines: list[Edge] = sorted((one, other) for one, other in edges)
        self.own = {node: [line for line in self.lines if node in line] for node in self.layer}

    def move(self, node: str) -> bool:
        """Move the node to its best height; whether it moved."""
        low, high = self.limits[node]
        if low == high:
            return False
        here = self.heights[node]
        taken = [
            height
            for other, height in self.heights.items()
            if other != node and self.layer[other] == self.layer[node]
        ]
        best, least = here, self._cost(node)
        for step in range(-6, 7):
            height = here + step / 2
            if step == 0 or not low <= height <= high or any(abs(height - other) < 1 for other in taken):
                continue
            self.heights[node] = height
            cost = self._cost(node)
            if cost < least - 1e-9:
                best, least = height, cost
        self.heights[node] = best
        return best != here

    def _cost(self, node: str) -> float:
        """What depends on this node's height."""
        cost = 0.05 * abs(self.heights[node])
        for line in self.own[node]:
            cost += abs(self.heights[line[0]] - self.heights[line[1]])
            cost += THROUGH * sum(self._through(line, other) for other in self.layer if other not in line)
            cost += CROSSING * sum(self._cross(line, other) for other in self.lines)
        return cost + THROUGH * sum(self._through(line, node) for line in self.lines if node not in line)

    def _through(self, line: Edge, node: str) -> bool:
        left, right = self.layer[line[0]], self.layer[line[1]]
        here = self.layer[node]
        if left == right:
            ends = sorted((self.heights[line[0]], self.heights[line[1]]))
            return here == left and ends[0] < self.heights[node] < ends[1]
        return left < here < right and abs(self._at(line, here) - self.heights[node]) < CLEARANCE

    def _at(self, line: Edge, x: float) -> float:
        (a, b), left, right = line, self.layer[line[0]], self.layer[line[1]]
        share = (x - left) / (right - left)
        return self.heights[a] + share * (self.heights[b] - self.heights[a])

    def _cross(self, one: Edge, other: Edge) -> bool:
        """Whether two lines that share no end cross, judged where both run."""
        if set(one) & set(other):
            return False
        left = max(self.layer[one[0]], self.layer[other[0]])
        right = min(self.layer[one[1]], self.layer[other[1]])
        if left >= right:
            return False
        return (self._at(one, left) - self._at(other, left)) * (
            self._at(one, right) - self._at(other, right)
        ) < 0
