"""Where the short labels of points fit without covering one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in pixels."""

PLACES: Final = {
    "middle right": (1.0, 0.0),
    "top center": (0.0, 1.0),
    "bottom center": (0.0, -1.0),
    "middle left": (-1.0, 0.0),
}
"""Plotly's text position -> which way the label's middle lies from the point, tried in this order."""

HALF_MARKER: Final = 6.0
LETTER, LINE = 7.0, 14.0


def spots(
    points: Sequence[tuple[float, float]], labels: Sequence[str], size: tuple[float, float]
) -> list[str | None]:
    """For each point a text position at which its label covers no point, no earlier label and no edge.

    Half a line may reach below the picture's zero, where a chart leaves some room.

    Args:
        points: (x, y) in pixels from the lower left corner of the picture.
        labels: One short label a point.
        size: The picture's width and height in pixels.

    Returns:
        One of `PLACES` a point; None where the label does not fit, or the point lies outside.
    """
    taken = [_box(x, y, HALF_MARKER, HALF_MARKER) for x, y in points]
    found: list[str | None] = []
    for number, ((x, y), label) in enumerate(zip(points, labels, strict=True)):
        chosen = None
        for name, (right, up) in PLACES.items():
            half = LETTER * len(label) / 2
            box = _box(
                x + right * (HALF_MARKER + half + 2), y + up * (HALF_MARKER + LINE / 2), half, LINE / 2
            )
            inside = box[0] >= 0 and box[1] >= -LINE / 2 and box[2] <= size[0] and box[3] <= size[1]
            if inside and not any(_meet(box, other) for at, other in enumerate(taken) if at != number):
                chosen = name
                taken.append(box)
                break
        found.append(chosen)
    return found


def _box(x: float, y: float, half_width: float, half_height: float) -> Box:
    return x - half_width, y - half_height, x + half_width, y + half_height


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
