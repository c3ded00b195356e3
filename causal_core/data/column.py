"""What a column holds, in numbers small enough to send to a browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "category", "boolean", "date", "text"]

KINDS: tuple[Kind, ...] = ("number", "category", "boolean", "date", "text")

MAX_LEVELS = 50
"""Text with at most this many different values is a category unless the study says otherwise."""

MAX_CODES = 12
"""Whole numbers with at most this many different values may be codes."""


@dataclass(frozen=True)
class Histogram:
    """Counts between edges: bin i holds values from edges[i] up to edges[i + 1], the last bin both ends.

    Attributes:
        edges: Bin edges in the column's unit (days since 1970-01-01 for dates), one more than bins.
        counts: Rows in each bin, at most 20 bins.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Level:
    """One value of a column as text, and how many rows have it."""

    text: str
    count: int


@dataclass(frozen=True)
class ColumnProfile:
    """A column's kind and summary.

    Attributes:
        name: The column's name exactly as in the table.
        kind: The type a study uses unless its `[data.types]` says otherwise.
        missing: Rows without a usable value: empty, not a number, or infinite.
        distinct: Different values among the others.
        infinite: How many of the missing are infinite.
        coded: Whole numbers with 3 to 12 different values, or two that are not 0 and 1: maybe codes.
        min: Smallest value; ISO text for dates; None for category, text and all-missing columns.
        max: Largest value, likewise.
        mean: Mean, for numbers; share of true, for booleans.
        sd: Standard deviation (n - 1), for numbers.
        quantiles: (share, value) at 5, 25, 50, 75 and 95 %, linear interpolation; for numbers.
        histogram: For numbers and dates.
        levels: The commonest values with their counts, at most 20, for category, boolean and text
            columns and for numbers that look like codes or are 0 and 1.
        other: Rows whose value is none of `levels`; 0 without levels.
        constant: One single value in every row that has one.
        all_missing: No row has a value.
        hint: One sentence of advice, or empty.
    """

    name: str
    kind: Kind
    missing: int
    distinct: int
    infinite: int = 0
    coded: bool = False
    min: float | str | None = None
    max: float | str | None = None
    mean: float | None = None
    sd: float | None = None
    quantiles: tuple[tuple[float, float], ...] = ()
    histogram: Histogram | None = None
    levels: tuple[Level, ...] = ()
    other: int = 0
    constant: bool = False
    all_missing: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Profile:
    """The profiles of a table's columns, in order.

    Attributes:
        columns: One profile a column.
        rows: Rows of the table.
        fingerprint: The table's fingerprint.
    """

    columns: tuple[ColumnProfile, ...]
    rows: int
    fingerprint: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> ColumnProfile:
        """The profile of the column called `name`.

        Raises:
            Problem: No column has that name; it names the nearest.
        """
        from causal_core.data.checks import require_columns

        require_columns(self.names, (name,))
        return next(column for column in self.columns if column.name == name)
