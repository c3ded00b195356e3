"""Where the boxes of a Bayesian network's picture lie, in pixels."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from causal_core.graph import CausalGraph
from causal_core.graph.layout import layered, placed
from causal_core.what_if.network import BayesianNetwork

Place = tuple[float, float]

ROW: Final = 18.0
"""Pixels a level."""

HEAD: Final = 22.0
"""Pixels of a box above its first level."""

BAR: Final = 56.0
"""Pixels of a chance of 1."""

NUMBER: Final = 50.0
"""Pixels of a chance in words."""

LONGEST: Final = 16
"""Letters of a level."""

LONGEST_NAME: Final = 22
"""Letters of a node's name."""

MOST: Final = 6
"""Levels that have a bar."""

_LETTER, _LETTER_OF_NAME, _MARK, _ACROSS, _BETWEEN = 6.4, 7.6, 34.0, 56.0, 26.0
_STRETCH: Final = (1.0, 1.35, 1.8, 2.4)


@dataclass(frozen=True)
class Box:
    """One node's box.

    Attributes:
        x, y: Its left upper corner; y grows downwards.
        width, height: Its size.
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Place:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, point: Place, margin: float = 0.0) -> bool:
        """Whether a point lies in the box or within a margin around it."""
        return (
            self.x - margin <= point[0] <= self.x + self.width + margin
            and self.y - margin <= point[1] <= self.y + self.height + margin
        )


def levels_of(network: BayesianNetwork) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(node, its levels) of each node."""
    return tuple((node.name, node.levels) for node in network.nodes)


def boxes_of(
    graph: CausalGraph, levels: tuple[tuple[str, tuple[str, ...]], ...], positions: Mapping[str, Place]
) -> dict[str, Box]:
    """Node -> its box.

    Args:
        graph: What joins the nodes.
        levels: (node, its levels) of each.
        positions: Node -> (x, y), y down. Kept where every node has one and boxes there leave each other
            room; else nodes are laid out along the arrows.
    """
    width = _width(levels)
    sizes = {name: (width, _height(each)) for name, each in levels}
    wanted = {name: positions[name] for name, _ in levels if name in positions}
    for stretch in _STRETCH if len(wanted) == len(levels) else ():
        found = _placed(placed(graph.with_positions(wanted)), sizes, stretch)
        if not any(_overlap(one, other) for one, other in combinations(found.values(), 2)):
            return found
    return _placed(layered(graph), sizes, 1.0)


def _width(levels: tuple[tuple[str, tuple[str, ...]], ...]) -> float:
    """One width for all boxes, so that bars can be compared along a column."""
    level = max(min(len(text), LONGEST) for _, each in levels for text in each)
    name = max(min(len(name), LONGEST_NAME) for name, _ in levels)
    return max(_LETTER * level + 14 + BAR + NUMBER, _LETTER_OF_NAME * name + _MARK + 14)


def _height(levels: tuple[str, ...]) -> float:
    return HEAD + ROW * (min(len(levels), MOST) + (len(levels) > MOST)) + 6


def _placed(
    places: Mapping[str, Place], sizes: Mapping[str, tuple[float, float]], stretch: float
) -> dict[str, Box]:
    across = (max(width for width, _ in sizes.values()) + _ACROSS) * stretch
    down = (max(height for _, height in sizes.values()) + _BETWEEN) * stretch
    # Pictures by hand leave empty rows and columns; what is far from everything draws nearer.
    xs, ys = _closed({x for x, _ in places.values()}), _closed({y for _, y in places.values()})
    return {
        name: Box(
            xs[places[name][0]] * across - width / 2, ys[places[name][1]] * down - height / 2, width, height
        )
        for name, (width, height) in sizes.items()
    }


def _closed(values: Collection[float]) -> dict[float, float]:
    """Values with gaps of more than one unit closed to one."""
    found: dict[float, float] = {}
    last, at = None, 0.0
    for value in sorted(values):
        at += 0.0 if last is None else min(value - last, 1.0)
        found[value] = at
        last = value
    return found


def _overlap(one: Box, other: Box) -> bool:
    (ax, ay), (bx, by) = one.middle, other.middle
    return (
        abs(ax - bx) < (one.width + other.width) / 2 + 18
        and abs(ay - by) < (one.height + other.height) / 2 + 12
    )
