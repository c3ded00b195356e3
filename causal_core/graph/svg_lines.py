"""Arrows and arcs of an SVG picture, from border to border."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from math import dist, hypot

from causal_core.charts.colours import GREEN, GREY, VERMILLION

Point = tuple[float, float]

RADIUS = 17.0
HEAD = 9.0
GAP = 2.0
CLEARANCE = 10.0
INK = "#4a4f57"


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: its colour, its width in pixels and its dashes (empty: solid)."""

    colour: str = INK
    width: float = 1.5
    dashes: str = ""


PLAIN, HIDDEN = Stroke(), Stroke(dashes="5 4")
"""An arrow, and a bidirected edge."""

MEANINGS = {
    "causal": Stroke(GREEN, 3.5),
    "open": Stroke(VERMILLION, 3.0, "12 5"),
    "closed": Stroke(GREY, 1.5, "2 4"),
}
"""What a highlighted edge lies on -> its stroke."""


def line(start: Point, end: Point, bow: float, *, arc: bool, stroke: Stroke) -> str:
    """The line between two nodes as SVG, with an arrowhead at its end (an arc: with heads at both).

    Args:
        start: Centre of the first node, in pixels.
        end: Centre of the second node.
        bow: How far it bows out at its middle, from `bend`.
        arc: Whether it is a bidirected edge.
        stroke: How it is drawn.
    """
    if dist(start, end) < 2 * (RADIUS + HEAD):
        return ""
    across = _across(start, end)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    control = (middle[0] + across[0] * bow * 2, middle[1] + across[1] * bow * 2)
    tip, neck = _border(end, control, GAP), _border(end, control, GAP + HEAD)
    tail = _border(start, control, GAP + HEAD if arc else 0.0)
    heads = _head(neck, tip, stroke.colour)
    heads += _head(tail, _border(start, control, GAP), stroke.colour) if arc else ""
    way = f"L{neck[0]:.1f} {neck[1]:.1f}"
    if bow:
        way = f"Q{control[0]:.1f} {control[1]:.1f} {neck[0]:.1f} {neck[1]:.1f}"
    dash = f' stroke-dasharray="{stroke.dashes}"' if stroke.dashes else ""
    return (
        f'<path d="M{tail[0]:.1f} {tail[1]:.1f}{way}" fill="none" stroke="{stroke.colour}" '
        f'stroke-width="{stroke.width}"{dash}/>{heads}'
    )


def bend(start: Point, end: Point, others: Collection[Point], arc: bool) -> float:
    """How far a line bows out at its middle, in pixels: the least bow that meets none of the other nodes."""
    length = dist(start, end)
    least = min(0.22 * length, 110.0) if arc else 0.0
    sizes = [least + step for step in (0.0, 24.0, 40.0, 60.0, 90.0, 130.0) if least + step <= 0.5 * length]
    tries = [side * size for size in sizes or [least] for side in (1, -1)]
    return min(tries, key=lambda bow: (_met(start, end, others, bow), abs(bow)))


def course(
    start: Point, end: Point, bow: float, shares: Iterable[float] = (0.25, 0.4, 0.5, 0.6, 0.75)
) -> list[Point]:
    """Points along a bowed line at these shares of its way, from which the room it takes can be told."""
    across = _across(start, end)
    points = []
    for share in shares:
        out = 4 * share * (1 - share) * bow
        points.append(
            (
                start[0] + share * (end[0] - start[0]) + out * across[0],
                start[1] + share * (end[1] - start[1]) + out * across[1],
            )
        )
    return points


def _across(start: Point, end: Point) -> Point:
    length = dist(start, end) or 1.0
    return (end[1] - start[1]) / length, -(end[0] - start[0]) / length


def _met(start: Point, end: Point, others: Collection[Point], bow: float) -> int:
    """How many other nodes a bowed line meets, judged at points along it."""
    length = dist(start, end)
    reach = length + RADIUS
    near = [each for each in others if dist(each, start) < reach and dist(each, end) < reach]
    if not near:
        return 0
    across = _across(start, end)
    met = set()
    steps = max(8, int(length / 15))
    for step in range(1, steps):
        share = step / steps
        out = 4 * share * (1 - share) * bow
        x = start[0] + share * (end[0] - start[0]) + out * across[0]
        y = start[1] + share * (end[1] - start[1]) + out * across[1]
        met |= {place for place, each in enumerate(near) if dist(each, (x, y)) < RADIUS + CLEARANCE}
    return len(met)


def _border(centre: Point, towards: Point, gap: float) -> Point:
    """The point on the way from a node to another place, `gap` pixels outside its border."""
    x, y = towards[0] - centre[0], towards[1] - centre[1]
    share = (RADIUS + 1 + gap) / (hypot(x, y) or 1.0)
    return centre[0] + x * share, centre[1] + y * share


def _head(neck: Point, tip: Point, colour: str) -> str:
    """An arrowhead whose base is centred on `neck`."""
    x, y = (tip[0] - neck[0]) / 2.2, (tip[1] - neck[1]) / 2.2
    corners = (tip, (neck[0] - y, neck[1] + x), (neck[0] + y, neck[1] - x))
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in corners)}" fill="{colour}"/>'
