"""The outcome as numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from causal_core.data.column import MAX_LEVELS
from causal_core.data.design import Floats
from causal_core.data.typed import Types, kind_of, numbers, truths
from causal_core.problem import Problem


def outcome_values(name: str, column: pa.Array, types: Types | None = None) -> Floats:
    """(n,) the outcome as numbers, NaN where missing or infinite.

    Raises:
        Problem: It is a date or text, or missing in every row; for text it names a value at fault.
    """
    said = (types or {}).get(name)
    kind = kind_of(name, column, types)
    if kind == "boolean":
        values = truths(name, column)
    elif kind == "number":
        values = numbers(name, column)
    elif kind == "date":
        raise Problem(
            f'The outcome "{name}" is a date.',
            column=name,
            remedy="Use a number, such as the days between two dates.",
        )
    else:
        raise _text_outcome(name, column, said)
    if np.isnan(values).all():
        raise Problem(
            f'The outcome "{name}" is missing in every row.', column=name, remedy="Choose another outcome."
        )
    return values


def _text_outcome(name: str, column: pa.Array, said: str | None) -> Problem:
    if said is not None and not pa.types.is_large_string(column.type):
        return Problem(
            f'The outcome "{name}" has the type "{said}", but an outcome must be a number or true/false.',
            column=name,
            remedy="Leave its type out.",
        )
    found = sorted(value for value in column.unique().to_pylist()[: MAX_LEVELS + 1] if value is not None)
    if len(found) == 2:
        first, second = found
        return Problem(
            f'The outcome "{name}" holds the two texts "{first}" and "{second}".',
            column=name,
            remedy='Write 1 for one and 0 for the other; yes/no and true/false only need the type "boolean".',
        )
    try:
        numbers(name, column)
    except Problem as problem:
        return Problem(
            f"The outcome must be a number. {problem.message}",
            column=name,
            remedy="Correct such values, leave them empty if they are missing, or choose another outcome.",
        )
    return Problem(
        f'The outcome "{name}" holds numbers written as text.',
        column=name,
        remedy='Set its type to "number".',
    )
