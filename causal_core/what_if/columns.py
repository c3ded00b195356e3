"""A frame's columns as numbers for mechanisms, and back: levels as codes, two-valued numbers too."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.features import is_number

Kind = Literal["number", "binary", "category"]

MOST_LEVELS = 50
"""A category with more levels has too few rows in each for a mechanism."""


@dataclass(frozen=True)
class Column:
    """How one column is coded.

    Attributes:
        name: Its name.
        kind: "number", "binary" (two values of any sort) or "category".
        levels: Of binary and category: the values in the order of their codes 0, 1, ...; else empty.
        dtype: The column's type in the frame, to give back.
        low: Smallest number seen; 0 where there are levels.
        high: Largest number seen.
    """

    name: str
    kind: Kind
    levels: tuple[Hashable, ...] = ()
    dtype: Any = None
    low: float = 0.0
    high: float = 0.0

    @classmethod
    def of(cls, values: pd.Series, name: str) -> Column:
        """How a column without missing values is coded.

        Raises:
            Problem: It holds dates, too many levels, or infinite values.
        """
        kinds = pd.api.types
        if kinds.is_datetime64_any_dtype(values.dtype) or kinds.is_timedelta64_dtype(values.dtype):
            raise Problem(
                f"{name} holds dates, for which there is no mechanism.",
                column=name,
                remedy="Turn it into a number, such as days since a fixed day.",
            )
        distinct = values.unique()
        if is_number(values) and len(distinct) != 2:
            numbers = values.to_numpy(dtype=np.float64)
            if not np.isfinite(numbers).all():
                raise Problem(f"{name} holds infinite values.", column=name, remedy="Replace them.")
            return cls(name, "number", (), values.dtype, float(numbers.min()), float(numbers.max()))
        levels = tuple(_plain(level) for level in _ordered(values, distinct))
        if len(levels) > MOST_LEVELS:
            raise Problem(
                f"{name} has {len(levels):,} levels; a mechanism can tell at most {MOST_LEVELS} apart.",
                column=name,
                remedy="Merge rare levels, or leave the column out of the graph.",
            )
        return cls(name, "binary" if len(levels) == 2 else "category", levels, values.dtype)

    @property
    def discrete(self) -> bool:
        """Whether it has levels."""
        return self.kind != "number"

    def codes(self, values: pd.Series | Iterable[Any]) -> Floats:
        """(n,) the values as numbers or codes.

        Raises:
            Problem: A level was never seen, or a value is no number.
        """
        series = values if isinstance(values, pd.Series) else pd.Series(list(values), dtype=object)
        if not self.discrete:
            try:
                found: Floats = np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan))
            except (TypeError, ValueError):
                raise Problem(f"{self.name} takes numbers.", column=self.name) from None
            if not np.isfinite(found).all():
                raise Problem(f"{self.name} takes finite numbers.", column=self.name)
            return found
        place = self._places(series)
        if (place < 0).any():
            unseen = next(each for each, at in zip(series, place, strict=True) if at < 0)
            seen = ", ".join(map(str, self.levels[:8])) + (", ..." if len(self.levels) > 8 else "")
            raise Problem(
                f"{self.name} was never {unseen} in the data.", column=self.name, remedy=f"Seen: {seen}."
            )
        return np.asarray(place, dtype=np.float64)

    def _places(self, series: pd.Series) -> Any:
        if pd.api.types.is_numeric_dtype(series.dtype) and all(
            isinstance(level, int | float) for level in self.levels
        ):
            wanted = series.to_numpy(dtype=np.float64, na_value=np.nan)
            return pd.Index(np.array(self.levels, dtype=np.float64)).get_indexer(pd.Index(wanted))
        found = [_plain(each) for each in series]
        return pd.Index(self.levels, dtype=object).get_indexer(pd.Index(found, dtype=object))

    def values(self, codes: Floats) -> pd.Series:
        """The (n,) codes as the column's own values; numbers stay numbers."""
        if not self.discrete:
            return pd.Series(codes, name=self.name)
        levels = pd.Series(list(self.levels), dtype=object).astype(self.dtype)
        return levels.iloc[codes.astype(np.int64)].reset_index(drop=True).rename(self.name)


def _ordered(values: pd.Series, distinct: Any) -> list[Hashable]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        seen = set(values.dropna())
        return [level for level in values.cat.categories if level in seen]
    try:
        return sorted(distinct)
    except TypeError:
        return sorted(distinct, key=str)


def _plain(level: Any) -> Hashable:
    """A level as Python has it, so that 1, 1.0 and numpy's 1 are the same."""
    found: Hashable = level.item() if isinstance(level, np.generic) else level
    return found


def level_text(level: Hashable) -> str:
    """A level as people write it: whole numbers without a point."""
    if isinstance(level, float) and level.is_integer():
        return f"{level:.0f}"
    return str(level)
