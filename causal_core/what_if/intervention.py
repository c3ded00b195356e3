"""What is done to a node: a value for everybody, a shift, or either for some rows only."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.columns import Column, level_text

Intervention = Any
"""A value for everybody, a `Shift`, a `Where`, or a policy: a function of the frame of nodes before it."""


@dataclass(frozen=True)
class Shift:
    """Add this much to what the node would have been."""

    by: float


@dataclass(frozen=True)
class Where:
    """Do something for some rows; the others stay as they would have been.

    Attributes:
        done: A value, or a `Shift`.
        column: The node that says which rows: the one acted on, or one that is not downstream of it.
        level: Rows of this level; None where `column` is a number.
        above: Rows above this number, or below it.
        over: Whether rows above it are meant, rather than those below.
    """

    done: Intervention
    column: str
    level: Hashable | None = None
    above: float = 0.0
    over: bool = True

    @property
    def text(self) -> str:
        """Which rows; names from the data stand in it unescaped."""
        if self.level is not None:
            return f"{self.column} = {level_text(self.level)}"
        return f"{self.column} is {'above' if self.over else 'below'} {self.above:g}"

    def chosen(self, column: Column, codes: Floats) -> Any:
        """(n,) whether each row is meant.

        Raises:
            Problem: The level was never seen, or a number is asked for a level.
        """
        if column.discrete:
            return codes == column.codes([self.level])[0]
        return codes > self.above if self.over else codes < self.above


def done_text(node: str, wanted: Intervention) -> str:
    """What is done, as a sentence begins: `Setting x to 5 where z is above 3`. Names are not escaped."""
    done, where = action(wanted), f" where {wanted.text}" if isinstance(wanted, Where) else ""
    if isinstance(done, Shift):
        return f"Shifting {node} by {'+' if done.by > 0 else ''}{done.by:g}{where}"
    return f"Setting {node} to {value_text(done)}{where}"


def done_label(node: str, wanted: Intervention) -> str:
    """What is done, as a mark on a chart: `x = 5`, `x + 2`, `x = 5 where z is above 3`; not escaped."""
    done, where = action(wanted), f" where {wanted.text}" if isinstance(wanted, Where) else ""
    if isinstance(done, Shift):
        return f"{node} {'+' if done.by >= 0 else '−'} {abs(done.by):g}{where}"
    return f"{node} = {value_text(done)}{where}"


def value_text(value: Hashable) -> str:
    """A value as people write it: a number with six significant digits, a level as it is."""
    return f"{value:,.6g}" if isinstance(value, float) and not value.is_integer() else level_text(value)


def action(wanted: Intervention) -> Intervention:
    """What is done to the rows meant: a value, a `Shift` or a policy."""
    return wanted.done if isinstance(wanted, Where) else wanted


def needs(interventions: Mapping[str, Intervention]) -> dict[str, str]:
    """Node -> the node that says which of its rows are meant, where that is another one."""
    return {
        node: wanted.column
        for node, wanted in interventions.items()
        if isinstance(wanted, Where) and wanted.column != node
    }


def natural(wanted: Intervention) -> bool:
    """Whether what the node would have been still matters."""
    return isinstance(wanted, Shift | Where)


def acted(
    wanted: Intervention, columns: Mapping[str, Column], node: str, codes: Mapping[str, Floats], rows: int
) -> Floats:
    """(rows,) the node's codes under an intervention.

    Args:
        wanted: The intervention.
        columns: Of the model.
        node: The node.
        codes: Of the nodes before it, and what the node itself would have been where that matters.
        rows: How many.

    Raises:
        Problem: The node takes no such value, or a policy gives too few.
    """
    column = columns[node]
    if isinstance(wanted, Where):
        chosen = wanted.chosen(columns[wanted.column], codes[wanted.column])
        return np.where(chosen, acted(wanted.done, columns, node, codes, rows), codes[node])
    if isinstance(wanted, Shift):
        if column.discrete:
            raise Problem(
                f"{node} has levels, so that nothing can be added to it.",
                column=node,
                remedy="Set it to one of its levels.",
            )
        return codes[node] + wanted.by
    if callable(wanted):
        so_far = pd.DataFrame({name: columns[name].values(codes[name]) for name in codes if name != node})
        found = column.codes(pd.Series(wanted(so_far)))
        if len(found) != rows:
            raise Problem(f"The policy for {node} gave {len(found):,} values for {rows:,} rows.", column=node)
        return found
    return np.full(rows, column.codes([wanted])[0])
