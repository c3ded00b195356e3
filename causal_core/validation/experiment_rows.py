"""Which rows of a table are the randomised sample and which the observational one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from causal_core.data.levels import Levels, levels_of
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.problem import Problem
from causal_core.validation.experiment import Samples

MOST_VALUES = 50
"""A column with more values than this does not say which sample a row belongs to."""

Flags = NDArray[np.bool_]


def sample_levels(table: Table, column: str) -> Levels:
    """The values of a column as text, and each row's.

    Raises:
        Problem: The column is not there, or has more than 50 values.
    """
    levels = levels_of(columns_of(table, [column])[column], MOST_VALUES)
    if isinstance(levels, int):
        raise Problem(
            f"{column} has {levels:,} values, too many to say which sample a row belongs to.",
            column=column,
            remedy="Choose a column with a few values, such as experiment and survey.",
        )
    return levels


def sample_rows(table: Table, samples: Samples) -> tuple[Flags, Flags]:
    """(rows,) whether each row of the table is in the trial, and whether it is in the observational sample.

    Raises:
        Problem: A value is not in the column or marks both samples, or a sample has no value.
    """
    levels = sample_levels(table, samples.column)
    both = sorted(set(samples.trial) & set(samples.observational))
    if both:
        raise Problem(
            f"{samples.column} = {both[0]} cannot mark the randomised and the observational rows.",
            column=samples.column,
            remedy="Choose different values for the two samples.",
        )
    flags = []
    for name, values in (("randomised", samples.trial), ("observational", samples.observational)):
        unknown = [value for value in values if value not in levels.texts]
        if unknown or not values:
            what = (
                f"No row has {samples.column} = {unknown[0]}."
                if unknown
                else f"No value of {samples.column} marks the {name} rows."
            )
            raise Problem(
                what,
                column=samples.column,
                remedy=f"Choose among {', '.join(levels.texts) or 'other columns'}.",
            )
        flags.append(np.isin(levels.codes, [levels.texts.index(value) for value in values]))
    return flags[0], flags[1]
