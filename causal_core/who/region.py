"""A region drawn in a chart of two columns, and who is inside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.who.judged import Flags
from causal_core.who.split import date_text, listed
from causal_core.who.words import value_text

MOST_CORNERS = 2000
"""Corners of a lasso; the browser sends some hundreds."""


@dataclass(frozen=True)
class Axis:
    """An axis of the chart.

    Attributes:
        name: What is on it.
        levels: For a category its levels: level i is drawn around i, and is inside where i is; None for
            numbers.
        day_zero: The date that is 0, for dates.
        predicted: Whether it is the predicted effect, not a column.
    """

    name: str
    levels: tuple[str, ...] | None = None
    day_zero: str | None = None
    predicted: bool = False


@dataclass(frozen=True)
class Region:
    """A box, or a lasso as a closed line.

    Attributes:
        x: The axis along the bottom.
        y: The upright axis.
        kind: "box" or "lasso".
        corners: (x, y): of a box lower left and upper right, of a lasso all in order.
    """

    x: Axis
    y: Axis
    kind: str
    corners: tuple[tuple[float, float], ...]

    def contains(self, x: Floats, y: Floats) -> Flags:
        """(n,) whether each point is inside; a missing value is not, a point on a box's edge is.

        Args:
            x: (n,) values, codes of a category.
            y: (n,) likewise.
        """
        if self.kind == "box":
            (left, bottom), (right, top) = self.corners
            return np.asarray((x >= left) & (x <= right) & (y >= bottom) & (y <= top))
        return _inside(np.array(self.corners), x, y)

    def words(self) -> str:
        """What the region is: ranges and levels of a box; of a lasso the ranges it lies in."""
        xs, ys = zip(*self.corners, strict=True)
        said = " and ".join((_span(self.x, min(xs), max(xs)), _span(self.y, min(ys), max(ys))))
        return said if self.kind == "box" else f"a drawn shape within {said}"


def region_of(selection: Mapping[str, object], x: Axis, y: Axis) -> Region | None:
    """The region in what Plotly's selection says, or None when nothing is selected.

    Args:
        selection: With `box` and `lasso`, each a list of {"x": [...], "y": [...]}; the last one counts.
        x: The axis along the bottom.
        y: The upright axis.

    Raises:
        Problem: It is no box and no closed shape of numbers.
    """
    for kind, least in (("lasso", 3), ("box", 2)):
        drawn = selection.get(kind)
        if not isinstance(drawn, Sequence) or not drawn:
            continue
        last = drawn[-1]
        xs, ys = (_numbers(last.get(name) if isinstance(last, Mapping) else None) for name in ("x", "y"))
        if len(xs) != len(ys) or not least <= len(xs) <= MOST_CORNERS:
            raise Problem("What was drawn is no region.", remedy="Draw a box or a closed shape.")
        if kind == "box":
            return Region(x, y, kind, ((min(xs), min(ys)), (max(xs), max(ys))))
        return Region(x, y, kind, tuple(zip(xs, ys, strict=True)))
    return None


def _numbers(values: object) -> list[float]:
    if not isinstance(values, Sequence) or isinstance(values, str):
        return []
    good = [float(value) for value in values if isinstance(value, int | float) and math.isfinite(value)]
    return good if len(good) == len(values) else []


def _inside(corners: Floats, x: Floats, y: Floats) -> Flags:
    """(n,) by the even-odd rule: whether a ray to the right crosses the line an odd number of times."""
    odd = np.zeros(len(x), dtype=bool)
    known = ~(np.isnan(x) | np.isnan(y))
    px, py = np.where(known, x, 0.0), np.where(known, y, 0.0)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay == by:
            continue
        crosses = (py < max(ay, by)) & (py >= min(ay, by))
        odd ^= crosses & (px < ax + (py - ay) / (by - ay) * (bx - ax))
    return np.asarray(odd & known)


def _span(axis: Axis, low: float, high: float) -> str:
    if axis.levels is not None:
        found = tuple(name for code, name in enumerate(axis.levels) if low <= code <= high)
        return f"{axis.name} is {listed(found)}" if found else f"{axis.name} is none of its levels"
    if axis.day_zero is not None:
        return f"{axis.name} from {date_text(axis.day_zero, low)} to {date_text(axis.day_zero, high)}"
    return f"{axis.name} from {value_text(low)} to {value_text(high)}"
