"""Whose decision would be other, had the protected attribute been other: counterfactual fairness by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.audit.answer import Answer, Number
from causal_core.audit.box import Box
from causal_core.audit.people import PREDICTION, People, nested
from causal_core.audit.protected import Groups
from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import NORMAL_95
from causal_core.what_if.structural_model import StructuralModel

DRAWS: Final = 10
"""How often noise is drawn that a row leaves open."""


@dataclass(frozen=True)
class Flips:
    """The question whose decision flips.

    Attributes:
        groups: The groups.
        threshold: A prediction at or above it is the one decision, below it the other.
    """

    groups: Groups
    threshold: float

    def numbers(self, world: StructuralModel, box: Box) -> Floats:
        """(5,) shares that flip: of all; up and down in the reference group; up and down in the other."""
        rows = counterfactual_rows(world, box, self)
        found = [rows.chance.mean()]
        for mine in (~rows.other, rows.other):
            found += [(rows.chance * (rows.above == was))[mine].mean() for was in (False, True)]
        return np.array(found)


@dataclass(frozen=True, eq=False)
class Rows:
    """Each row as it is and as it would have been.

    Attributes:
        rows: (n,) positions among the structural model's rows.
        other: (n,) whether it is in the other group.
        score: (n,) its prediction.
        would: (n,) its mean prediction had the attribute been other.
        above: (n,) whether its prediction is at or above the threshold.
        chance: (n,) the chance that its decision would have been other; 0 or 1 where nothing is open.
        open: Whether levels leave noise open, so that it is drawn.
    """

    rows: Integers
    other: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(repr=False)
    score: Floats = field(repr=False)
    would: Floats = field(repr=False)
    above: np.ndarray[tuple[int], np.dtype[np.bool_]] = field(repr=False)
    chance: Floats = field(repr=False)
    open: bool


@dataclass(frozen=True, eq=False)
class Flipped:
    """Shares of people whose decision would be other, and the rows.

    Attributes:
        question: What was asked.
        share: Of all rows in the two groups.
        up: Of the reference and of the other group: those who would come to the threshold or above.
        down: Of both groups: those who would fall below it.
        rows: Row by row.
        refits: How many half samples the bands come from.
    """

    question: Flips
    share: Number
    up: tuple[Number, Number]
    down: tuple[Number, Number]
    rows: Rows
    refits: int


def counterfactual_rows(world: StructuralModel, box: Box, question: Flips) -> Rows:
    """Every row of both groups, had its attribute been that of the other (Kusner et al. 2017)."""
    name, (base, second) = question.groups.attribute, question.groups.codes(world)
    codes = world.columns[name].codes(world.frame[name])
    chosen = People.of(world).rows
    chosen = chosen[np.isin(codes[chosen], [base, second])]
    other = codes[chosen] == second
    below = world.graph.descendants([name]) - {name}
    ahead = below & ({*box.inputs, *world.graph.ancestors(list(box.inputs))})
    drawn = any(not world.mechanisms[node].invertible for node in ahead)
    draws = DRAWS if drawn else 1
    active = frozenset({*world.graph.children(name), PREDICTION})
    would, chance = np.zeros(len(chosen)), np.zeros(len(chosen))
    for seed in range(draws):
        people = People.of(world, seed, chosen)
        score = box.predict(world, people.codes)
        turned = np.empty(len(chosen))
        for mine, start, end in ((~other, base, second), (other, second, base)):
            if mine.any():
                codes_then = nested(world, people.some(mine), name, start, end, active)
                turned[mine] = box.predict(world, codes_then)
        would += turned / draws
        chance += ((turned >= question.threshold) != (score >= question.threshold)) / draws
    return Rows(chosen, other, score, would, score >= question.threshold, chance, drawn)


def flipped(world: StructuralModel, box: Box, question: Flips, answer: Answer) -> Flipped:
    """The shares with intervals, and the rows."""
    rows = counterfactual_rows(world, box, question)
    sizes = [len(rows.rows), *[int((~rows.other).sum())] * 2, *[int(rows.other.sum())] * 2]
    found = [_share(answer.at(place), size) for place, size in enumerate(sizes)]
    return Flipped(question, found[0], (found[1], found[3]), (found[2], found[4]), rows, answer.refits)


def _share(number: Number, rows: int) -> Number:
    """With an interval no shorter than that of a share of so many rows (Wilson), within 0 and 1."""
    if np.isnan(number.low) or rows == 0:
        return number
    square = NORMAL_95**2 / rows
    middle = (number.value + square / 2) / (1 + square)
    reach = NORMAL_95 * np.sqrt(number.value * (1 - number.value) / rows + square / (4 * rows)) / (1 + square)
    low, high = min(number.low, middle - reach), max(number.high, middle + reach)
    return Number(number.value, float(max(low, 0.0)), float(min(high, 1.0)))
