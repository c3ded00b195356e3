"""What is asked of a model under audit, as a row of numbers that can be banded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from causal_core.audit.box import Box
from causal_core.data.design import Floats
from causal_core.what_if.structural_model import StructuralModel


class Question(Protocol):
    """Something to ask."""

    def numbers(self, world: StructuralModel, box: Box) -> Floats:
        """(k,) its answers under one structural model."""


@dataclass(frozen=True)
class Number:
    """A number with its approximate 95 % band.

    Attributes:
        value: The number.
        low: Lower end; NaN without refits.
        high: Upper end.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")

    @property
    def clear(self) -> bool:
        """Whether the band leaves out 0."""
        return bool(self.low > 0 or self.high < 0)

    def __neg__(self) -> Number:
        return Number(-self.value, -self.high, -self.low)


@dataclass(frozen=True, eq=False)
class Answer:
    """The answers with bands.

    Attributes:
        values: (k,) under the model of all rows.
        low: (k,) lower ends; NaN where there are too few refits.
        high: (k,) upper ends.
        refits: How many half samples the bands come from.
    """

    values: Floats = field(repr=False)
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    refits: int

    def at(self, place: int) -> Number:
        """One of them."""
        return Number(float(self.values[place]), float(self.low[place]), float(self.high[place]))


def answered(values: Floats, halves: list[Floats]) -> Answer:
    """The answers of all rows with bands from those of half samples."""
    from causal_core.what_if.refits import band

    if len(halves) < 10:
        nothing = np.full(len(values), np.nan)
        return Answer(values, nothing, nothing, len(halves))
    low, high = band(values, np.stack(halves))
    return Answer(values, low, high, len(halves))
