"""The columns of a table as tests of independence read them, each once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from causal_core.data.checks import require_columns
from causal_core.data.covariates import covariate
from causal_core.data.design import Floats, Integers
from causal_core.data.levels import Levels
from causal_core.data.storage import normalise, whole
from causal_core.data.table import Table
from causal_core.data.typed import Types

if TYPE_CHECKING:
    import pandas as pd

FEW_VALUES = 5
"""A number with at most this many different values is conditioned on value by value."""

_BYTES_KEPT = 400_000_000


@dataclass(frozen=True, eq=False)
class Column:
    """One column over all rows.

    Attributes:
        name: Its name.
        numbers: (n,) numbers with NaN, also for two values; None for categories.
        codes: (n,) the value's place among `levels`, -1 where missing; None for numbers of many values.
        levels: The different values as text; empty for numbers of many values.
        missing: (n,) whether the value is missing.
        parts: What a regression on the whole column uses, kept from one test to the next.
    """

    name: str
    numbers: Floats | None
    codes: Integers | None
    levels: tuple[str, ...]
    missing: NDArray[np.bool_]
    parts: dict[str, Floats] = field(default_factory=dict)

    @property
    def number(self) -> bool:
        """Whether it is tested as a number: it has an order and more than two values."""
        return self.numbers is not None and len(self.levels) != 2


class Columns:
    """The columns of a table or frame, read when first asked for.

    Args:
        data: The table, or a frame with one row a unit.
        types: Column -> kind, for columns whose kind differs from what their values suggest.
        rows: Positions of the rows to use; None for all.
    """

    def __init__(
        self, data: Table | pd.DataFrame, types: Types | None = None, rows: Integers | None = None
    ) -> None:
        self._data = data
        self._types = dict(types or {})
        self._rows = rows
        self._kept: OrderedDict[str, Column] = OrderedDict()
        self.names = tuple(str(name) for name in data.columns)
        self.rows = len(rows) if rows is not None else data.rows if isinstance(data, Table) else len(data)

    def __getitem__(self, name: str) -> Column:
        """The column called `name`.

        Raises:
            Problem: There is none, it is missing everywhere, holds too many texts or not what its type says.
        """
        if name not in self._kept:
            self._kept[name] = self._read(name)
            most = max(8, _BYTES_KEPT // (17 * max(self.rows, 1)))
            while len(self._kept) > most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]

    def complete(self, names: Iterable[str]) -> NDArray[np.bool_]:
        """(n,) whether a row has a value in each of these columns."""
        rows = np.ones(self.rows, dtype=np.bool_)
        for name in names:
            rows &= ~self[name].missing
        return rows

    def _read(self, name: str) -> Column:
        array = self._array(name)
        if self._rows is not None:
            array = array.take(pa.array(self._rows))
        found = covariate(name, array, self._types)
        if isinstance(found.content, Levels):
            return Column(name, None, found.content.codes, found.content.texts, found.missing)
        codes, levels = _few(found.content, found.missing)
        return Column(name, found.content, codes, levels, found.missing)

    def _array(self, name: str) -> pa.Array:
        require_columns(self.names, (name,))
        if isinstance(self._data, Table):
            return whole(self._data.arrow([name]).column(0))
        from causal_core.data.frames import arrow_of

        position = self.names.index(name)
        return whole(normalise(arrow_of(self._data.iloc[:, [position]])).column(0))


def _few(values: Floats, missing: NDArray[np.bool_]) -> tuple[Integers | None, tuple[str, ...]]:
    """A number of few different values as codes and texts; None and () for others."""
    start = values[:2000]
    if len(np.unique(start[~np.isnan(start)])) > FEW_VALUES:
        return None, ()
    distinct = np.unique(values[~missing])
    if len(distinct) > FEW_VALUES:
        return None, ()
    codes = np.searchsorted(distinct, values).astype(np.int64)
    codes[missing] = -1
    return codes, tuple(f"{value:g}" for value in distinct)
