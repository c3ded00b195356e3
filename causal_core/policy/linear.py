"""Linear policies: points for each arm, a weighted sum of the columns; the arm with the most is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.numeral import numeral
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.features import Encoder

MOST_TOLD: Final = 12
"""So many columns are told in words; the others are counted."""

CLEARLY: Final = 1.28
"""Standard errors by which a rule must beat the best single action on rows left out: one-sided 10 %.

A useless rule costs little, as its value is judged on other rows; a missed one costs all it would bring.
"""

_SLIGHT: Final = 0.01
"""A weight below this part of the largest is not told."""


@dataclass(frozen=True)
class Compared:
    """One way of finding a policy, by rows it was not found on.

    Attributes:
        method: "constant", "regression", "classification", "ascent" or "boosted".
        penalty: Of the weights; 0 where there is none.
        value: Mean score of the actions it gave.
        gain: What that is above the best single action's.
        std_error: Of `gain`, paired.
    """

    method: str
    penalty: float
    value: float
    gain: float
    std_error: float


@dataclass(frozen=True, eq=False)
class LinearPolicy:
    """argmax_a of w_a' phi(x), phi the standardised design of the columns.

    Attributes:
        weights: (q + 1, k) points, intercept first, action 0 at 0; scaled so that the largest is 10.
        actions: What the actions are called.
        score: Mean score of the actions on the rows it was found on; optimistic, so value it on others.
        chosen: How it was found, and how well that did on rows it was not found on.
        compared: All ways that were tried, the chosen one among them.
        dummies: How coded columns become the design.
        encoder: How columns become codes.
    """

    weights: Floats = field(repr=False)
    actions: tuple[str, ...]
    score: float
    chosen: Compared
    compared: tuple[Compared, ...] = field(repr=False)
    dummies: Dummies = field(repr=False)
    encoder: Encoder = field(repr=False)

    def points(self, features: pd.DataFrame | ArrayLike) -> Floats:
        """(n, k) points of each action, 0 for action 0.

        Raises:
            Problem: A column it was found on is missing.
        """
        design = self.dummies.design(self.encoder.matrix(features))
        return np.asarray(self.weights[0] + design @ self.weights[1:])

    def assign(self, features: pd.DataFrame | ArrayLike) -> Integers:
        """(n,) action index of each row; of equal points the first action.

        Raises:
            Problem: A column it was found on is missing.
        """
        return np.asarray(self.points(features).argmax(axis=1))

    def describe(self) -> str:
        """The rule in words: for each action its points column by column, the weightiest first."""
        if not self.weights[1:].any():
            only = self.actions[int(self.weights[0].argmax())]
            return f"Always: {only}\nNo weighing of the columns was clearly better than this."
        parts = [self._told(action) for action in range(1, len(self.actions))]
        several = len(self.actions) > 2
        rule = f"The most points decide; {self.actions[0]} has 0 points."
        if not several:
            rule = f"Above 0 points: {self.actions[1]}. Otherwise: {self.actions[0]}."
        return "\n".join([*parts, rule])

    def _told(self, action: int) -> str:
        weights = self.weights[1:, action]
        names = design_words(self.dummies, self.encoder)
        order = np.argsort(-np.abs(weights), kind="stable")
        order = order[np.abs(weights[order]) > _SLIGHT * np.abs(self.weights).max()]
        told = [f"{_signed(weights[place])} {names[place]}" for place in order[:MOST_TOLD]]
        if len(order) > MOST_TOLD:
            told.append(f"and {len(order) - MOST_TOLD} smaller ones")
        start = f"Points for {self.actions[action]}: start at {_signed(float(self.weights[0, action]))}"
        return "; ".join([start, *told]) + "."


def design_words(dummies: Dummies, encoder: Encoder) -> tuple[str, ...]:
    """What each of the q columns of the design counts, in words."""
    words = [
        f"for each {numeral(float(scale), 3)} of {encoder.names[column]} above {numeral(float(centre), 3)}"
        for column, centre, scale in zip(dummies.numeric, dummies.centre, dummies.scale, strict=True)
    ]
    words += [f"where {encoder.names[column]} is missing" for column in dummies.gaps]
    for column, codes in dummies.levels:
        levels = encoder.levels[column] or ()
        words += [f"where {encoder.names[column]} is {levels[int(code)]}" for code in codes]
    return tuple(words)


def _signed(value: float) -> str:
    shown = numeral(abs(round(value, 2)), 3)
    return f"{'−' if value < 0 and shown != '0' else '+'}{shown}"
