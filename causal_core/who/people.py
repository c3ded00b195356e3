"""The held-out people one by one: columns, predicted effect and the arm that pays; filtered and exported."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import NORMAL_95
from causal_core.who.judged import Flags, Judged

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.policy.economics import Costs
    from causal_core.uplift.result import HeldOut

NOBODY = "none"
"""What is recommended where no arm's predicted benefit exceeds its cost."""


@dataclass(frozen=True, eq=False)
class People:
    """Held-out rows for one arm.

    Attributes:
        rows: (n,) positions in the table.
        effect: (n,) predicted effect of the arm, in the outcome's unit.
        low: (n,) lower end of an approximate pointwise 95 % interval; None where the learner has none.
        high: (n,) its upper end, or None.
        best: (n,) the arm with the largest predicted net benefit, as a code of `arms`; 0 where none gains.
        arms: The levels of the treatment as text, control first.
        thin: (n,) whether there is little chance of the arm or of the control.
    """

    rows: Integers
    effect: Floats
    low: Floats | None
    high: Floats | None
    best: Integers
    arms: tuple[str, ...]
    thin: Flags

    @property
    def recommended(self) -> tuple[str, ...]:
        """What each code of `best` is called; "none" for 0, and a real arm of that name is told apart."""
        named = tuple(f"{arm} (arm)" if arm == NOBODY else arm for arm in self.arms[1:])
        return (NOBODY, *named)

    def take(self, places: NDArray[np.int64] | Flags) -> People:
        """Some of them, in the order of `places`."""
        return replace(
            self,
            rows=self.rows[places],
            effect=self.effect[places],
            low=None if self.low is None else self.low[places],
            high=None if self.high is None else self.high[places],
            best=self.best[places],
            thin=self.thin[places],
        )


@dataclass(frozen=True)
class Filter:
    """Which people are kept; what is None keeps everybody.

    Attributes:
        effect: (least, most) predicted effect.
        arms: Codes of recommended arms.
        column: A column.
        span: (least, most) of it, for numbers and dates as the table holds them.
        levels: Its values as text.
    """

    effect: tuple[float, float] | None = None
    arms: frozenset[int] | None = None
    column: str | None = None
    span: tuple[object, object] | None = None
    levels: frozenset[str] | None = field(default=None)


def people(
    held_out: HeldOut, judged: Judged, learner: str, benefit: float = 1.0, costs: Costs | None = None
) -> People:
    """All held-out people, highest predicted effect first; equal ones in the table's order.

    Args:
        held_out: For all arms.
        judged: The same rows for the arm looked at.
        learner: Whose predictions recommend.
        benefit: Value of one unit of outcome; negative when less of it is better.
        costs: Cost by arm label.

    Raises:
        Problem: No such learner, or a cost that does not fit.
    """
    from causal_core.policy.economics import Economics

    economics = Economics.of(held_out, learner, benefit, costs)
    best = np.where(economics.priority > 0, economics.best, 0)
    error = judged.std_error
    found = People(
        rows=judged.rows,
        effect=judged.predicted,
        low=None if error is None else judged.predicted - NORMAL_95 * error,
        high=None if error is None else judged.predicted + NORMAL_95 * error,
        best=best,
        arms=held_out.arms,
        thin=judged.thin,
    )
    return found.take(np.argsort(-found.effect, kind="stable"))


def chosen(found: People, table: Table, asked: Filter) -> People:
    """Those that pass the filter, in the same order; a missing value passes no filter of its column.

    Raises:
        Problem: The column is not in the table.
    """
    kept = np.ones(len(found.rows), dtype=bool)
    if asked.effect is not None:
        kept &= (found.effect >= asked.effect[0]) & (found.effect <= asked.effect[1])
    if asked.arms is not None:
        kept &= np.isin(found.best, list(asked.arms))
    if asked.column is not None:
        values = table.arrow([asked.column]).column(0).take(pa.array(found.rows))
        if asked.span is not None:
            low, high = (pa.scalar(end).cast(values.type, safe=False) for end in asked.span)
            inside = pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high))
            kept &= pc.fill_null(inside, False).to_numpy(zero_copy_only=False)
        if asked.levels is not None:
            texts = values.cast(pa.large_string())
            inside = pc.is_in(texts, value_set=pa.array(sorted(asked.levels), pa.large_string()))
            kept &= inside.to_numpy(zero_copy_only=False)
    return found.take(kept)


def as_table(found: People, table: Table, columns: tuple[str, ...]) -> pa.Table:
    """The people with their columns, ready to be shown or written.

    The row's number in the table (from 1) comes first, then the predicted effect, its approximate interval if
    there is one, the arm recommended, and whether there were few people to compare with; then the columns as
    the table holds them. A name that a column has already gets a number.
    """
    arrow = table.arrow(columns).take(pa.array(found.rows))
    named = {name: _without_nan(arrow.column(name)) for name in columns}
    result: dict[str, object] = {_free("row", columns): pa.array(found.rows + 1)}
    labels = pa.DictionaryArray.from_arrays(
        pa.array(found.best.astype(np.int32)), pa.array(list(found.recommended), pa.large_string())
    ).dictionary_decode()
    result[_free("predicted effect", columns)] = pa.array(found.effect)
    if found.low is not None and found.high is not None:
        result[_free("about 95 % from", columns)] = pa.array(found.low)
        result[_free("about 95 % to", columns)] = pa.array(found.high)
    result[_free("recommended", columns)] = labels
    result[_free("few to compare with", columns)] = pa.array(found.thin)
    return pa.table(result | named)


def as_csv(people_table: pa.Table) -> bytes:
    """UTF-8 csv with a header; cells and names that a spreadsheet would run as a formula start with '."""
    from pyarrow import csv

    safe = [_harmless(column) for column in people_table.columns]
    names = _harmless(pa.chunked_array([pa.array(people_table.column_names, pa.large_string())])).to_pylist()
    file = BytesIO()
    csv.write_csv(pa.Table.from_arrays(safe, names=names), file)
    return file.getvalue()


def as_parquet(people_table: pa.Table) -> bytes:
    """The same as a parquet file, every value as it is."""
    from pyarrow import parquet

    file = BytesIO()
    parquet.write_table(people_table, file)
    return file.getvalue()


def _harmless(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return column
    return pc.replace_substring_regex(column, pattern=r"^([=+\-@\t\r])", replacement=r"'\1")


def _without_nan(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A missing number as an empty cell."""
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)


def _free(name: str, taken: tuple[str, ...]) -> str:
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free
