"""One question of a tree: which side a person is on, in numbers and in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.plain import Plain
from causal_core.who.judged import Flags

FEW = 4
"""So many levels of a category are named in short words; more are counted."""


@dataclass(frozen=True)
class Split:
    """A column cut in two. The low side is the one the words name first.

    Attributes:
        column: The column.
        place: Its position in the matrix.
        threshold: Low when the number is at or below it; None for a category.
        low: The levels of the low side; of a column of two numbers, the lower one.
        high: The levels of the high side; of a column of two numbers, the higher one.
        codes: The codes of the low side's levels.
        known: The codes of both sides' levels.
        others_low: Which side a level goes to that had no row where the split was found: the larger one.
        missing_low: Which side a missing value goes to.
        gaps: Whether values are missing, so that this need be said.
        day_zero: The date that is 0 in a column of dates, as text; None for others.
    """

    column: str
    place: int
    threshold: float | None
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    known: tuple[int, ...] = ()
    others_low: bool = False
    missing_low: bool = True
    gaps: bool = False
    day_zero: str | None = None

    def is_low(self, matrix: Floats) -> Flags:
        """(n,) whether each row is on the low side."""
        values = matrix[:, self.place]
        if self.threshold is None:
            low = np.isin(values, self.codes)
            if self.others_low:
                low |= ~np.isin(values, self.known)
        else:
            low = values <= self.threshold
        return np.where(np.isnan(values), self.missing_low, low)

    def words(self, *, low: bool, short: bool = False) -> str:
        """The answer that leads to a side, such as "plan is basic or plus" or "tenure > 12 or missing".

        Args:
            low: Which side.
            short: Count the levels of a category where they are many.
        """
        said = f"{self.column} {self._relation(low, short)}"
        return f"{said} or missing" if self.gaps and self.missing_low is low else said

    def _relation(self, low: bool, short: bool) -> str:
        levels = self.low if low else self.high
        if levels:
            if short and len(levels) > FEW:
                return f"is one of {len(levels)} levels"
            return f"is {listed(levels)}"
        return f"{'≤' if low else '>'} {self.threshold_text()}"

    def threshold_text(self) -> str:
        """The threshold as a number, or as a date."""
        if self.threshold is None:
            return ""
        if self.day_zero is not None:
            return date_text(self.day_zero, self.threshold)
        return f"{self.threshold:,.10g}".replace("-", "−")

    def to_dict(self) -> dict[str, Plain]:
        """The question as plain JSON."""
        return {
            "column": self.column,
            "threshold": self.threshold,
            "low": list(self.low),
            "high": list(self.high),
            "missing": ("low" if self.missing_low else "high") if self.gaps else None,
        }


def listed(names: tuple[str, ...], last: str = "or") -> str:
    """Names with "or" before the last, or another word."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def date_text(day_zero: str, days: float) -> str:
    """The date so many days after `day_zero`."""
    date = np.datetime64(day_zero) + np.timedelta64(int(np.floor(days)), "D")
    return str(date.astype("datetime64[D]"))


def short_number(low: float, high: float) -> float:
    """The number of fewest digits in [low, high), for low < high: a threshold that is easy to say."""
    middle = low + (high - low) / 2
    for digits in range(1, 17):
        rounded = float(f"{middle:.{digits}g}")
        if low <= rounded < high:
            return rounded
    return low
