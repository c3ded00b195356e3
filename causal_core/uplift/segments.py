"""Groups by predicted effect: what the effect is in each, and who is in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import Marks, interval, mean_and_error
from causal_core.uplift.curves import ranking
from causal_core.uplift.features import is_number
from causal_core.uplift.findings import Difference
from causal_core.uplift.result import Segment, Trait

TRAITS = 6
"""How many of the most different columns a segment names."""

_LEVELS = 20


def segments(
    predicted: Floats,
    effects: Floats,
    features: pd.DataFrame,
    clusters: Integers | None = None,
    groups: int = 5,
    piece: Integers | None = None,
) -> tuple[Segment, ...]:
    """Rows in `groups` equal parts by predicted effect, highest first, each with its mean effect score.

    Equal predictions stay together, so parts may differ in size, and a constant prediction makes one part.
    Of several pieces each is cut by itself, and its parts join those of the others; the error takes a part's
    rows as one sample, which is a little too wide where pieces differ.

    Args:
        predicted: (n,) predicted effects, learned on other rows.
        effects: (n,) effect scores.
        features: (n, p) columns to describe the parts by.
        clusters: (n,) codes, or None.
        groups: Parts, 5 for fifths.
        piece: (n,) codes of pieces, or None for one.
    """
    group = grouped(predicted, groups, piece)
    columns = _columns(features)
    found = []
    for number, code in enumerate(np.unique(group), start=1):
        inside = group == code
        effect, error = mean_and_error(effects[inside], None if clusters is None else clusters[inside])
        found.append(
            Segment(
                group=number,
                rows=int(inside.sum()),
                share=float(inside.mean()),
                predicted=float(predicted[inside].mean()),
                effect=effect,
                std_error=error,
                ci=interval(effect, error),
                traits=_traits(columns, inside),
            )
        )
    return tuple(found)


def extremes(
    predicted: Floats, effects: Floats, clusters: Integers | None, groups: int, piece: Integers | None
) -> Difference | None:
    """Effect of the group predicted highest less that of the group predicted lowest; None for one group.

    Its interval is the test of whether the outermost groups differ. Groups share no rows, so their errors
    add up, unless clusters reach into both: then the error is that of cluster sums.
    """
    group = grouped(predicted, groups, piece)
    top, bottom = group == group.min(), group == group.max()
    if group.min() == group.max():
        return None
    (first, error), (last, other) = (mean_and_error(effects[each]) for each in (top, bottom))
    spread = float(np.hypot(error, other))
    if clusters is not None:
        influence = top * (effects - first) / top.sum() - bottom * (effects - last) / bottom.sum()
        sums = np.bincount(clusters, weights=influence)
        present = int(np.count_nonzero(np.bincount(clusters, weights=top | bottom)))
        spread = float(np.sqrt(sums @ sums * present / max(present - 1, 1)))
    return Difference(first - last, spread, interval(first - last, spread))


def grouped(predicted: Floats, groups: int, piece: Integers | None = None) -> Integers:
    """(n,) 0..groups-1, 0 for the highest predictions; within each piece, since each has its own learner."""
    group = np.empty(len(predicted), dtype=np.int64)
    pieces = [slice(None)] if piece is None else [np.flatnonzero(piece == code) for code in np.unique(piece)]
    for rows in pieces:
        order, ends = ranking(predicted[rows])
        sizes = np.diff(ends, prepend=-1)
        middle = ends + 1 - (sizes + 1) / 2
        here = np.empty(len(order), dtype=np.int64)
        here[order] = np.repeat((middle * groups / len(order)).astype(np.int64), sizes)
        group[rows] = here
    return group


def traits(features: pd.DataFrame, inside: Marks) -> tuple[Trait, ...]:
    """The columns in which some rows differ most from the others, largest difference first."""
    return _traits(_columns(features), inside)


def _columns(features: pd.DataFrame) -> list[tuple[str, str | None, Floats]]:
    """(column, level, numbers) of each column of numbers and of each of the commonest levels."""
    found: list[tuple[str, str | None, Floats]] = []
    for position in range(features.shape[1]):
        column = features.iloc[:, position]
        name = str(features.columns[position])
        if not is_number(column):
            found.extend(
                (name, str(level), (column == level).to_numpy(dtype=np.float64, na_value=0.0))
                for level in column.value_counts().index[:_LEVELS]
            )
        elif pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
            found.append((name, None, column.to_numpy(dtype=np.float64, na_value=np.nan)))
    return found


def _traits(columns: list[tuple[str, str | None, Floats]], inside: Marks) -> tuple[Trait, ...]:
    found = []
    for name, level, values in columns:
        known = ~np.isnan(values)
        here, there = values[known & inside], values[known & ~inside]
        if len(here) == 0 or len(there) == 0:
            continue
        scale = float(values[known].std())
        difference = (here.mean() - there.mean()) / scale if scale > 0 else 0.0
        found.append(Trait(name, level, float(here.mean()), float(there.mean()), float(difference)))
    # Of two levels that mirror each other, the one that is frequent here.
    found.sort(key=lambda trait: (-round(abs(trait.difference), 9), -trait.difference))
    most = {trait.column: trait for trait in reversed(found)}
    return tuple(trait for trait in found if most[trait.column] is trait)[:TRAITS]
