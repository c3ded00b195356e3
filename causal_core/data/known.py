"""What is known about each row besides its values: assignment probabilities, weights, clusters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from causal_core.data.design import Floats
from causal_core.data.levels import Levels, levels_of, match_level
from causal_core.data.typed import numbers
from causal_core.problem import Problem


def assignment_probabilities(
    columns: Mapping[str, pa.Array], propensity: str | Mapping[str, str], arms: tuple[str, ...]
) -> tuple[Floats, dict[str, NDArray[np.bool_]]]:
    """(n, k) known probabilities of the arms, control first, and the flags of missing values by column.

    Args:
        columns: The table's columns.
        propensity: The column of the other arm's probability (two arms), or columns by level.
        arms: The levels as text, control first.

    Raises:
        Problem: A probability is not between 0 and 1, or an arm has no column.
    """
    if isinstance(propensity, str):
        if len(arms) > 2:
            raise Problem(
                f'With {len(arms)} arms, one column, "{propensity}", cannot say the probability of each.',
                column=propensity,
                remedy="Name one column for each arm but the control, keyed by its level.",
            )
        propensity = {arms[1]: propensity}
    by_arm = {match_level(level, arms): column for level, column in propensity.items()}
    probabilities = np.empty((len(next(iter(columns.values()))), len(arms)))
    missing: dict[str, NDArray[np.bool_]] = {}
    for position, arm in enumerate(arms[1:], start=1):
        if arm not in by_arm:
            raise Problem(
                f'No column says the probability of the arm "{arm}".', remedy="Name one column for each arm."
            )
        name = by_arm[arm]
        probabilities[:, position] = _shares(name, columns[name])
        missing[name] = np.isnan(probabilities[:, position])
    probabilities[:, 0] = 1 - probabilities[:, 1:].sum(axis=1)
    # Shares written with a few decimals may add up to a little over 1.
    over = int((probabilities[:, 0] <= 1e-9).sum())
    if over:
        listed = ", ".join(f'"{name}"' for name in by_arm.values())
        raise Problem(
            f"In {over:,} rows the probabilities in {listed} leave none for the control arm.",
            column=next(iter(by_arm.values())),
            remedy="They must add up to less than 1 in every row.",
        )
    return probabilities, missing


def sampling_weights(name: str, column: pa.Array) -> Floats:
    """(n,) sampling weights, NaN where missing.

    Raises:
        Problem: A weight is negative, or none is positive.
    """
    values = numbers(name, column)
    negative = int((values < 0).sum())
    if negative:
        raise Problem(
            f'Column "{name}" holds {negative:,} negative weight{"s" if negative > 1 else ""}.',
            column=name,
            remedy="A weight says how many people a row stands for: correct them, or choose another column.",
        )
    if not (values > 0).any():
        raise Problem(
            f'Column "{name}" holds no positive weight.',
            column=name,
            remedy="Choose another column of weights.",
        )
    return values


def cluster_levels(column: pa.Array) -> Levels:
    """The clusters as codes, -1 where missing."""
    levels = levels_of(column, len(column))
    if isinstance(levels, int):
        raise TypeError("a column cannot have more values than rows")
    return levels


def _shares(name: str, column: pa.Array) -> Floats:
    values = numbers(name, column)
    wrong = int(((values <= 0) | (values >= 1)).sum())
    if wrong:
        raise Problem(
            f'Column "{name}" holds {wrong:,} values that are no probability between 0 and 1.',
            column=name,
            remedy="A known assignment probability is above 0 and below 1 in every row.",
        )
    return values
