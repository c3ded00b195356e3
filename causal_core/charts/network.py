"""The drawing of a Bayesian network: a box for each node, ways for its arrows, in pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import atan2, degrees
from typing import Final

from causal_core.charts.network_boxes import (
    BAR,
    HEAD,
    LONGEST,
    LONGEST_NAME,
    MOST,
    NUMBER,
    ROW,
    Place,
    boxes_of,
    levels_of,
)
from causal_core.charts.network_ways import Way, arrows, tail, ties
from causal_core.graph import CausalGraph
from causal_core.what_if.network import BayesianNetwork

_EDGE: Final = 14.0


@dataclass(frozen=True)
class DrawnNode:
    """A node's box.

    Attributes:
        name: The node.
        label: Its name as far as there is room.
        x, y: The box's left upper corner.
        width, height: Its size.
        levels: (level, its label) of each.
        most: Levels that have a bar.
    """

    name: str
    label: str
    x: float
    y: float
    width: float
    height: float
    levels: tuple[tuple[str, str], ...]
    most: int = MOST


@dataclass(frozen=True)
class DrawnWay:
    """An arrow, or a hidden cause of two nodes.

    Attributes:
        start, end: The nodes it joins.
        tied: Whether it is a hidden cause: dashed, with two heads.
        path: The line, as SVG writes a path.
        heads: (x, y, degrees clockwise from upwards) of each head.
    """

    start: str
    end: str
    tied: bool
    path: str
    heads: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Drawing:
    """A network's drawing, whatever is believed.

    Attributes:
        left, top, width, height: What it takes, in pixels.
        nodes: Its boxes, in the order of the network.
        ways: Its lines.
        row, head, bar, number: Pixels of a level, above the first level, of a chance of 1, and of its words.
    """

    left: float
    top: float
    width: float
    height: float
    nodes: tuple[DrawnNode, ...]
    ways: tuple[DrawnWay, ...]
    row: float = ROW
    head: float = HEAD
    bar: float = BAR
    number: float = NUMBER


def drawing(network: BayesianNetwork, positions: Mapping[str, Place] | None = None) -> Drawing:
    """The network's drawing, kept from one call to the next.

    Args:
        network: The network.
        positions: Node -> (x, y), y down, as `network_boxes.boxes` takes them.
    """
    names = {node.name for node in network.nodes}
    wanted = tuple((name, place) for name, place in (positions or {}).items() if name in names)
    return _drawn(network.graph.replace(positions={}), levels_of(network), wanted)


@lru_cache(maxsize=64)  # laying out and bending take up to a second
def _drawn(
    graph: CausalGraph, levels: tuple[tuple[str, tuple[str, ...]], ...], wanted: tuple[tuple[str, Place], ...]
) -> Drawing:
    at = boxes_of(graph, levels, dict(wanted))
    lines = arrows(graph, at)
    ways = [_way(*edge, points, tied=False) for edge, points in zip(graph.edges, lines, strict=True)]
    for (one, other), points in ties(graph, at):
        ways.append(_way(one, other, points, tied=True))
        lines.append(points)
    xs = [x for points in lines for x, _ in points]
    ys = [y for points in lines for _, y in points]
    left = min([*(box.x for box in at.values()), *xs]) - _EDGE
    top = min([*(box.y for box in at.values()), *ys]) - _EDGE
    right = max([*(box.x + box.width for box in at.values()), *xs]) + _EDGE
    bottom = max([*(box.y + box.height for box in at.values()), *ys]) + _EDGE
    nodes = tuple(
        DrawnNode(
            name,
            _short(name, LONGEST_NAME),
            round(at[name].x, 1),
            round(at[name].y, 1),
            round(at[name].width, 1),
            round(at[name].height, 1),
            tuple((level, _short(level, LONGEST)) for level in each),
        )
        for name, each in levels
    )
    size = round(right - left), round(bottom - top)
    return Drawing(round(left, 1), round(top, 1), *size, nodes, tuple(ways))


def _way(start: str, end: str, points: Way, *, tied: bool) -> DrawnWay:
    ends = [(points[-1], tail(points[::-1]))]
    if tied:
        ends.append((points[0], tail(points)))
    heads = tuple(
        (round(tip[0], 1), round(tip[1], 1), round(degrees(atan2(tip[0] - back[0], back[1] - tip[1])), 1))
        for tip, back in ends
    )
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return DrawnWay(start, end, tied, path, heads)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
