"""Arrows and arcs of an SVG picture, from border to border."""

from __future__ import annotations

from collections.abc import Collection
from math import dist, hypot

Point = tuple[float, float]

RADIUS = 17.0
HEAD = 9.0
GAP = 2.0
CLEARANCE = 10.0
INK = "#4a4f57"


def line(start: Point, end: Point, others: Collection[Point], *, arc: bool, thick: bool) -> str:
    """The line between two nodes as SVG, with an arrowhead at its end (an arc: dashed, with heads at both).

    Arrows are straight unless another node is in the way.

    Args:
        start: Centre of the first node, in pixels.
        end: Centre of the second node.
        others: Centres of all other nodes.
        arc: Whether it is a bidirected edge.
        thick: Whether it is emphasised.
    """
    length = dist(start, end)
    if length < 2 * (RADIUS + HEAD):
        return ""
    bend = _bend(start, end, others, arc)
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    across = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
    control = (middle[0] + across[0] * bend * 2, middle[1] + across[1] * bend * 2)
    tip, neck = _border(end, control, GAP), _border(end, control, GAP + HEAD)
    tail = _border(start, control, GAP + HEAD if arc else 0.0)
    heads = _head(neck, tip) + (_head(tail, _border(start, control, GAP)) if arc else "")
    course = f"L{neck[0]:.1f} {neck[1]:.1f}"
    if bend:
        course = f"Q{control[0]:.1f} {control[1]:.1f} {neck[0]:.1f} {neck[1]:.1f}"
    dash = ' stroke-dasharray="5 4"' if arc else ""
    width = 3.5 if thick else 1.5
    return (
        f'<path d="M{tail[0]:.1f} {tail[1]:.1f}{course}" fill="none" stroke="{INK}" '
        f'stroke-width="{width}"{dash}/>{heads}'
    )


def _bend(start: Point, end: Point, others: Collection[Point], arc: bool) -> float:
    """How far the line bows out at its middle, in pixels: the least bow that meets no other node."""
    length = dist(start, end)
    tries = [0.22, -0.22, 0.4, -0.4] if arc else [0.0, 0.15, -0.15, 0.3, -0.3, 0.45, -0.45]
    return min((share * length for share in tries), key=lambda bow: (_met(start, end, others, bow), abs(bow)))


def _met(start: Point, end: Point, others: Collection[Point], bow: float) -> int:
    """How many other nodes a bowed line meets, judged at points along it."""
    length = dist(start, end)
    reach = length + RADIUS
    near = [each for each in others if dist(each, start) < reach and dist(each, end) < reach]
    if not near:
        return 0
    across = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
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


def _head(neck: Point, tip: Point) -> str:
    """An arrowhead whose base is centred on `neck`."""
    x, y = (tip[0] - neck[0]) / 2.2, (tip[1] - neck[1]) / 2.2
    corners = (tip, (neck[0] - y, neck[1] + x), (neck[0] + y, neck[1] - x))
    return f'<polygon points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in corners)}" fill="{INK}"/>'
