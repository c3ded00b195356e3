"""Codes of a structural model as the values that a model's file takes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.columns import Column


def recoded(found: Column, wanted: Column, codes: Floats) -> Floats:
    """Codes of one coding of a column as those of another, as of a half sample that lacks a level.

    Raises:
        Problem: A level has no code in the other one.
    """
    if found.discrete:
        if found.levels == wanted.levels:
            return codes
        return wanted.codes(list(found.levels))[codes.astype(np.int64)]
    return wanted.codes(codes.tolist()) if wanted.discrete else codes


def is_text(column: Column) -> bool:
    """Whether its levels are no numbers."""
    return any(not isinstance(level, int | float) for level in column.levels)


def as_numbers(columns: Mapping[str, Column], codes: Mapping[str, Floats], name: str) -> Floats:
    """(n,) the values of one column as numbers.

    Raises:
        Problem: It holds text.
    """
    column = columns[name]
    if is_text(column):
        raise Problem(
            f"The model wants numbers for {name}, which holds text.",
            column=name,
            remedy="Export the model with its encoding of text, or add the encoded columns to the table.",
        )
    if not column.discrete:
        return codes[name]
    levels = [float(level) for level in column.levels if isinstance(level, int | float)]
    return np.array(levels, dtype=np.float64)[codes[name].astype(np.int64)]


def matched(names: list[str], columns: Mapping[str, Column], what: str) -> tuple[str, ...]:
    """The columns that a file's inputs name; LightGBM writes blanks as underscores.

    Raises:
        Problem: An input has no column among the nodes of the graph.
    """
    by_name = {name.replace(" ", "_"): name for name in columns} | {name: name for name in columns}
    missing = [name for name in names if name not in by_name]
    if missing:
        raise Problem(
            f"{what} takes {', '.join(missing[:5])}{' ...' if len(missing) > 5 else ''}, "
            "which is no node of the graph with a column.",
            column=missing[0],
            remedy="Name the columns as the model does, and draw all of its inputs on Graph.",
        )
    return tuple(by_name[name] for name in names)


def in_order(
    count: int, inputs: tuple[str, ...], columns: Mapping[str, Column], what: str
) -> tuple[str, ...]:
    """The columns given by hand, as many as the file takes.

    Raises:
        Problem: Another number of columns, or one that is no node.
    """
    if len(inputs) != count:
        raise Problem(
            f"{what} takes {count} columns without naming them; {len(inputs)} are chosen.",
            remedy="Choose its inputs in the order in which it was trained on them.",
        )
    return matched(list(inputs), columns, what)


def one_number(found: Floats, rows: int, what: str) -> Floats:
    """(n,) one prediction a row: a value, or the chance of the second of two classes.

    Raises:
        Problem: Several numbers a row, another number of rows, or values that are no numbers.
    """
    if found.ndim == 2 and found.shape[1] in {1, 2}:
        found = found[:, -1]
    if found.shape != (rows,):
        raise Problem(
            f"{what} gives numbers of shape {found.shape} for {rows:,} rows, not one a row.",
            remedy="A model with one number a row, or with the chances of two classes, can be audited.",
        )
    if not np.isfinite(found).all():
        raise Problem(f"{what} gives predictions that are no numbers.", remedy="Look at its missing values.")
    return found
