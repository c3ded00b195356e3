"""The effect by one column: what held-out scores say, and what the model does with the column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.plain import Plain, to_plain
from causal_core.uplift.arrays import NORMAL_95
from causal_core.who.judged import FEWEST_ROWS, Flags, Judged, Mean, mean_over
from causal_core.who.regression import alike, robust_fit, smooth
from causal_core.who.tree import Columns

GRID = 60
"""Points of a curve."""

FEW_VALUES = 8
"""A column of numbers with so many different values or fewer is shown value by value."""

MOST_LEVELS = 15
"""Levels of a category shown by themselves, commonest first; the others together."""

BARS = 30
"""Bars of the histogram of a column of numbers."""

ENDS = (0.01, 0.99)
"""A curve runs between these quantiles: beyond them there are too few rows to carry it."""


@dataclass(frozen=True)
class Level:
    """One value of a column, or several together.

    Attributes:
        name: The value as text; "missing" and "other levels" are `kind`s, not names.
        kind: "value", "missing" or "others".
        share: Of the held-out rows.
        effect: On the held-out rows with it; None when there are too few.
        model: What the model predicts on average when everybody has it; None for others and missing.
        thin: Held-out rows with it that have little chance of one of the arms.
    """

    name: str
    kind: str
    share: float
    effect: Mean | None
    model: float | None
    thin: int = 0


@dataclass(frozen=True, eq=False)
class Curve:
    """A column of numbers.

    Attributes:
        grid: Values of the column.
        value: Effect by the best predictor of the scores that is a natural cubic spline of the column.
        low: Lower end of its pointwise 95 % band.
        high: Upper end.
        low_all: Lower end of the 95 % band for all points at once.
        high_all: Upper end.
        model: Partial dependence: the mean predicted effect had everybody this value.
        bars: Histogram (left edge, right edge, share of the rows with a value) over the whole range shown.
        knots: Of the spline; two make a straight line.
        day_zero: The date that is 0, for dates.
    """

    grid: tuple[float, ...]
    value: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    low_all: tuple[float, ...]
    high_all: tuple[float, ...]
    model: tuple[float, ...]
    bars: tuple[tuple[float, float, float], ...]
    knots: int
    day_zero: str | None = None


@dataclass(frozen=True, eq=False)
class ColumnEffect:
    """The effect by a column, over the held-out rows.

    Attributes:
        column: The column.
        curve: For numbers of many values; else None.
        levels: For categories and numbers of few values; of a curve only "missing", if any row lacks it.
        average: The effect over all held-out rows.
        rows: Held-out rows.
        clusters: Whether the errors are of sums by cluster.
        refusal: Why nothing can be shown; then the rest is empty.
        p_value: Of a Wald test that the effect is the same at all values of a curve, or in all levels that
            have an effect; None where there is nothing to compare.
    """

    column: str
    curve: Curve | None
    levels: tuple[Level, ...]
    average: Mean
    rows: int
    clusters: bool
    refusal: str = ""
    p_value: float | None = None

    def to_dict(self) -> dict[str, Plain]:
        """The column's effect as plain JSON."""
        return {
            "column": self.column,
            "curve": None if self.curve is None else to_plain(vars(self.curve)),
            "levels": to_plain(self.levels),
            "rows": self.rows,
            "p_value": self.p_value,
            "refusal": self.refusal,
        }


@dataclass(frozen=True, eq=False)
class Asked:
    """Where the model is asked for its partial dependence on a column.

    Attributes:
        points: (m,) values, as in the matrix.
        curve: Whether they are points of a curve, not levels.
    """

    points: Floats
    curve: bool


def asked_of(columns: Columns, place: int) -> Asked:
    """The points of a column at which its effect is told: levels by how common they are, or a grid."""
    values = columns.matrix[:, place]
    present = values[~np.isnan(values)]
    found, counts = np.unique(present, return_counts=True)
    if columns.levels[place] is not None:
        return Asked(found[np.argsort(-counts, kind="stable")][:MOST_LEVELS], False)
    if len(found) <= FEW_VALUES:
        return Asked(found, False)
    low, high = np.quantile(present, ENDS)
    if low == high:
        low, high = present.min(), present.max()
    return Asked(np.linspace(low, high, GRID), True)


def column_effect(
    columns: Columns, place: int, judged: Judged, asked: Asked, model: Floats, seed: int = 0
) -> ColumnEffect:
    """The effect by a column.

    Args:
        columns: Of the held-out rows.
        place: The column's position.
        judged: The held-out rows.
        asked: The points, from `asked_of` with the same columns.
        model: (m,) the model's partial dependence there.
        seed: Of the band for all points at once.
    """
    values = columns.matrix[:, place]
    known = ~np.isnan(values)
    name, rows, clustered = columns.names[place], len(values), judged.clusters is not None
    average = mean_over(judged, np.ones(rows, dtype=bool))
    if known.sum() < FEWEST_ROWS:
        why = f"{name} has a value in only {int(known.sum())} held-out rows."
        return ColumnEffect(name, None, (), average, rows, clustered, why)
    missing = () if known.all() else (_level("", "missing", ~known, judged, None),)
    if not asked.curve:
        levels = (*_levels(columns, place, judged, asked, model), *missing)
        same = _alike(values, judged, asked)
        return ColumnEffect(name, None, levels, average, rows, clustered, p_value=same)
    band = smooth(
        values[known],
        judged.effects[known],
        asked.points,
        None if judged.clusters is None else judged.clusters[known],
        seed,
    )
    reach, reach_all = NORMAL_95 * band.std_error, band.quantile * band.std_error
    curve = Curve(
        grid=tuple(asked.points.tolist()),
        value=tuple(band.value.tolist()),
        low=tuple((band.value - reach).tolist()),
        high=tuple((band.value + reach).tolist()),
        low_all=tuple((band.value - reach_all).tolist()),
        high_all=tuple((band.value + reach_all).tolist()),
        model=tuple(model.tolist()),
        bars=_bars(values[known], asked.points),
        knots=band.knots,
        day_zero=columns.day_zero.get(place),
    )
    return ColumnEffect(name, curve, missing, average, rows, clustered, p_value=band.p_value)


def _levels(columns: Columns, place: int, judged: Judged, asked: Asked, model: Floats) -> tuple[Level, ...]:
    values = columns.matrix[:, place]
    found = [
        _level(columns.text(place, float(point)), "value", values == point, judged, float(predicted))
        for point, predicted in zip(asked.points, model, strict=True)
    ]
    others = ~np.isin(values, asked.points) & ~np.isnan(values)
    return (*found, _level("", "others", others, judged, None)) if others.any() else tuple(found)


def _alike(values: Floats, judged: Judged, asked: Asked) -> float | None:
    """P-value of the test that all values with rows enough have the same effect."""
    codes = np.full(len(values), -1)
    kept = [point for point in asked.points if (values == point).sum() >= FEWEST_ROWS]
    for code, point in enumerate(kept):
        codes[values == point] = code
    inside = codes >= 0
    if len(kept) < 2:
        return None
    clusters = None if judged.clusters is None else judged.clusters[inside]
    design = np.column_stack([np.ones(inside.sum()), codes[inside, None] == np.arange(1, len(kept))])
    coefficients, covariance = robust_fit(design, judged.effects[inside], clusters)
    units = len(design) if clusters is None else len(np.unique(clusters))
    return alike(coefficients[1:], covariance[1:, 1:], units)


def _level(name: str, kind: str, inside: Flags, judged: Judged, model: float | None) -> Level:
    count = int(inside.sum())
    effect = mean_over(judged, inside) if count >= FEWEST_ROWS else None
    return Level(name, kind, count / len(inside), effect, model, int((inside & judged.thin).sum()))


def _bars(values: Floats, points: Floats) -> tuple[tuple[float, float, float], ...]:
    inside = values[(values >= points[0]) & (values <= points[-1])]
    counts, edges = np.histogram(
        inside, bins=min(BARS, len(np.unique(inside))), range=(points[0], points[-1])
    )
    shares = counts / len(values)
    return tuple(zip(edges[:-1].tolist(), edges[1:].tolist(), shares.tolist(), strict=True))
