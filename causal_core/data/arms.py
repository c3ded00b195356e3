"""The treatment as arms: control first, then the other levels in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from causal_core.data.design import Integers
from causal_core.data.levels import Levels, levels_of, match_level
from causal_core.data.outcome import outcome_values
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types, kind_of, truths
from causal_core.problem import DoesNotApply, Problem

MAX_ARMS = 20


@dataclass(frozen=True, eq=False)
class Arms:
    """Who got what.

    Attributes:
        texts: The levels as text, control first.
        codes: (n,) position in `texts`, -1 where the treatment is missing.
    """

    texts: tuple[str, ...]
    codes: Integers


def arms_of(name: str, column: pa.Array, control: object = None, types: Types | None = None) -> Arms:
    """The arms of a treatment column of any type.

    Args:
        name: The column's name, for messages.
        column: A column of a plain type.
        control: The reference level, as a number, a truth value or text; None for the first in order.
        types: The study's types; only "boolean" and "date" change anything here.

    Raises:
        Problem: The treatment is missing everywhere, has one value, more than 20, or not the control level.
    """
    levels = _levels(name, column, types)
    if len(levels.texts) == 1:
        raise Problem(
            f'The treatment "{name}" has the single value "{levels.texts[0]}", so nothing can be compared.',
            column=name,
            remedy="Choose a treatment that differs between rows, or load the rows that were left out.",
        )
    chosen = levels.texts[0] if control is None else match_level(control, levels.texts)
    if chosen is None:
        listed = ", ".join(f'"{text}"' for text in levels.texts)
        raise Problem(
            f'"{control}" is not a level of the treatment "{name}".',
            column=name,
            remedy=f"Choose the control level among {listed}.",
        )
    order = (chosen, *(text for text in levels.texts if text != chosen))
    lookup = np.array([order.index(text) for text in levels.texts] + [-1], dtype=np.int64)
    return Arms(order, lookup[levels.codes])


def arm_counts(
    data: Table | pd.DataFrame, treatment: str, outcome: str | None = None, types: Types | None = None
) -> tuple[tuple[str, int, int], ...]:
    """(level, rows, rows of these whose outcome is missing) for each level of the treatment, in order.

    Args:
        data: The table.
        treatment: Its treatment column.
        outcome: Its outcome column; without it the last count is 0.
        types: The study's types.

    Raises:
        Problem: A column is not there, or the treatment has no or more than 20 values.
    """
    columns = columns_of(data, [treatment] if outcome is None else [treatment, outcome])
    levels = _levels(treatment, columns[treatment], types)
    missing = np.zeros(len(levels.codes), dtype=bool)
    if outcome is not None:
        missing = np.isnan(outcome_values(outcome, columns[outcome], types))
    return tuple(
        (text, int((levels.codes == code).sum()), int(((levels.codes == code) & missing).sum()))
        for code, text in enumerate(levels.texts)
    )


def _levels(name: str, column: pa.Array, types: Types | None) -> Levels:
    kind = "boolean"
    if (types or {}).get(name) == "boolean":
        values = truths(name, column)
        column = pa.array(values == 1, pa.bool_(), mask=np.isnan(values))
    else:
        kind = str(kind_of(name, column, types))
    levels = levels_of(column, MAX_ARMS)
    if isinstance(levels, int) and kind == "number":
        raise DoesNotApply(
            f'The treatment "{name}" has {levels:,} different values: it is a dose, which has no arms to '
            "compare.",
            column=name,
            remedy=f"Group them into a few levels (at most {MAX_ARMS}) in the data, such as low and high; "
            "Estimate shows the curve of the dose as it is.",
        )
    if isinstance(levels, int):
        raise Problem(
            f'The treatment "{name}" has {levels:,} different values.',
            column=name,
            remedy=f"Group them into a few levels (at most {MAX_ARMS}) in the data, such as low and high.",
        )
    if not levels.texts:
        raise Problem(
            f'The treatment "{name}" is missing in every row.',
            column=name,
            remedy="Choose another treatment, or load data that holds it.",
        )
    return levels
