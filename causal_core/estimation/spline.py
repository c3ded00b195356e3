"""Natural cubic splines: smooth curves that are straight beyond their outer knots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats

OUTER = (0.01, 0.99)
"""The quantiles of the outer knots: the ends of the range in which anything is said."""


@dataclass(frozen=True)
class Spline:
    """The truncated-power basis of a natural cubic spline, without an intercept.

    Attributes:
        knots: In the unit of the values; none for a straight line.
        centre: What is taken off the values first.
        scale: What they are divided by, so that columns are of one size.
    """

    knots: tuple[float, ...]
    centre: float
    scale: float

    @property
    def width(self) -> int:
        """How many columns the basis has."""
        return max(len(self.knots) - 1, 1)

    def basis(self, values: Floats) -> Floats:
        """(m, width) the basis at some values: the value itself, then its bends."""
        s = (values - self.centre) / self.scale
        return np.column_stack([s, *(self._bend(s, j, 3) for j in range(self.width - 1))])

    def slope(self, values: Floats) -> Floats:
        """(m, width) the derivative of the basis by the value."""
        s = (values - self.centre) / self.scale
        columns = [np.ones(len(s)), *(3 * self._bend(s, j, 2) for j in range(self.width - 1))]
        return np.column_stack(columns) / self.scale

    def _bend(self, s: Floats, j: int, power: int) -> Floats:
        t = (np.array(self.knots) - self.centre) / self.scale
        last, before = t[-1], t[-2]
        cubes = [np.maximum(s - knot, 0) ** power for knot in (t[j], before, last)]
        made = cubes[0] - cubes[1] * (last - t[j]) / (last - before)
        made = made + cubes[2] * (before - t[j]) / (last - before)
        bent: Floats = made / (last - t[0]) ** 2
        return bent


def spline_of(values: Floats, bends: bool = True) -> Spline:
    """A spline with knots at quantiles of the values, evenly spaced from 1 to 99 %; or a line.

    There are 3 knots below 100 rows, 4 below 300, 5 below 1,000, else 7 (after Harrell 2015, Regression
    Modeling Strategies, 2.4.6). Where values are heaped so that quantiles coincide, the knots stand at
    quantiles of the different values.
    """
    centre, scale = float(values.mean()), float(values.std())
    if not bends:
        return Spline((), centre, scale)
    number = next((count for rows, count in ((100, 3), (300, 4), (1000, 5)) if len(values) < rows), 7)
    shares = np.linspace(*OUTER, number)
    knots = np.unique(np.quantile(values, shares))
    if len(knots) < number:
        low, high = np.quantile(values, OUTER)
        inner = np.unique(values[(values >= low) & (values <= high)])
        knots = np.unique(np.quantile(inner, np.linspace(0, 1, number)))
    return Spline(tuple(knots.tolist()) if len(knots) > 2 else (), centre, scale)
