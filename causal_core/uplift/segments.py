"""Groups by predicted effect: what the effect is in each, and who is in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import interval, mean_and_error
from causal_core.uplift.curves import ranking
from causal_core.uplift.features import is_number
from causal_core.uplift.result import Calibration, Segment, Trait

TRAITS = 6
"""How many of the most different columns a segment names."""

_LEVELS = 20


def segments(
    predicted: Floats,
    effects: Floats,
    features: pd.DataFrame,
    clusters: Integers | None = None,
    groups: int = 5,
) -> tuple[Segment, ...]:
    """Rows in `groups` equal parts by predicted effect, highest first, each with its mean effect score.

    Equal predictions stay together, so parts may differ in size, and a constant prediction makes one part.

    Args:
        predicted: (n,) predicted effects, learned on other rows.
        effects: (n,) effect scores.
        features: (n, p) columns to describe the parts by.
        clusters: (n,) codes, or None.
        groups: Parts, 5 for fifths.
    """
    order, ends = ranking(predicted)
    sizes = np.diff(ends, prepend=-1)
    middle = ends + 1 - (sizes + 1) / 2
    group = np.empty(len(predicted), dtype=np.int64)
    group[order] = np.repeat((middle * groups / len(predicted)).astype(np.int64), sizes)
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


def calibration(predicted: Floats, effects: Floats, clusters: Integers | None = None) -> Calibration | None:
    """Slope of the effect scores on the predictions, with HC3 errors (cluster sums of them with clusters).

    None when all predictions are equal.
    """
    centred = predicted - predicted.mean()
    spread = float(centred @ centred)
    if len(predicted) < 3 or spread <= 1e-20 * max(1.0, float(predicted @ predicted)):
        return None
    slope = float(centred @ effects) / spread
    leverage = 1 / len(predicted) + centred**2 / spread
    residual = (effects - effects.mean() - slope * centred) / np.maximum(1 - leverage, 1e-9)
    influence = centred * residual / spread
    if clusters is not None:
        influence = np.bincount(clusters, weights=influence)
    error = float(np.sqrt(influence @ influence))
    return Calibration(slope, error, interval(slope, error))


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


def _traits(
    columns: list[tuple[str, str | None, Floats]], inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[Trait, ...]:
    traits = []
    for name, level, values in columns:
        known = ~np.isnan(values)
        here, there = values[known & inside], values[known & ~inside]
        if len(here) == 0 or len(there) == 0:
            continue
        scale = float(values[known].std())
        difference = (here.mean() - there.mean()) / scale if scale > 0 else 0.0
        traits.append(Trait(name, level, float(here.mean()), float(there.mean()), float(difference)))
    traits.sort(key=lambda trait: -abs(trait.difference))
    most = {trait.column: trait for trait in reversed(traits)}
    return tuple(trait for trait in traits if most[trait.column] is trait)[:TRAITS]
