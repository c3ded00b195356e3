"""How far predictions differ between two groups, and by which ways: direct, through others, spurious."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.audit.answer import Answer, Number
from causal_core.audit.box import Box
from causal_core.audit.people import PREDICTION, People, mean, nested
from causal_core.audit.ways import Way, Ways, active_of, ways_of
from causal_core.data.design import Floats
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if.columns import level_text
from causal_core.what_if.structural_model import StructuralModel

FEWEST: Final = 20
"""Rows that each of the two groups needs."""


@dataclass(frozen=True)
class Groups:
    """The two groups compared.

    Attributes:
        attribute: The protected attribute.
        reference: Its value in the reference group.
        other: Its value in the other group.
    """

    attribute: str
    reference: object
    other: object

    def codes(self, world: StructuralModel) -> tuple[float, float]:
        """The codes of both.

        Raises:
            Problem: A value was never seen.
        """
        first, second = world.columns[self.attribute].codes([self.reference, self.other])
        return float(first), float(second)


def groups_of(world: StructuralModel, attribute: str, reference: object, other: object) -> Groups:
    """The two groups.

    Raises:
        Problem: The attribute is no node, has no such values, or both are the same.
        DoesNotApply: It has no levels, or too few rows have one of them.
    """
    if attribute not in world.columns:
        raise Problem(
            f"{attribute} is no node of the graph.",
            column=attribute,
            remedy="Draw it on Graph with its arrows.",
        )
    column = world.columns[attribute]
    if not column.discrete:
        raise DoesNotApply(
            f"{attribute} is a number, so that there are no two groups to compare.",
            remedy="Make it a category on Data, or add a column with groups.",
        )
    groups = Groups(attribute, reference, other)
    codes = groups.codes(world)
    if codes[0] == codes[1]:
        raise Problem(f"Both groups have {attribute} = {level_text(reference)}.", column=attribute)
    seen = column.codes(world.frame[attribute])
    for code, value in zip(codes, (reference, other), strict=True):
        rows = int((seen == code).sum())
        if rows < FEWEST:
            raise DoesNotApply(
                f"Only {rows} rows have {attribute} = {level_text(value)}; {FEWEST} are needed."
            )
    return groups


@dataclass(frozen=True)
class Protected:
    """The question how the two groups come to have different predictions.

    Attributes:
        groups: The groups.
        steps: First steps of the ways, each changed alone.
        active: First steps of the ways chosen by hand, sorted; empty for none.
    """

    groups: Groups
    steps: tuple[str, ...]
    active: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, world: StructuralModel, box: Box, groups: Groups, chosen: tuple[Way, ...] = ()
    ) -> tuple[Protected, Ways]:
        """The question and all ways.

        Raises:
            DoesNotApply: The effect along the ways chosen is not identified.
        """
        ways = ways_of(world.graph, groups.attribute, box.inputs)
        active = tuple(sorted(active_of(ways, chosen))) if chosen else ()
        return cls(groups, ways.first_steps, active), ways

    def numbers(self, world: StructuralModel, box: Box) -> Floats:
        """(7 + steps,) both means, TV, DE, IE, SE, the effect along chosen ways, and of each step."""
        name, (base, other) = self.groups.attribute, self.groups.codes(world)
        everybody = People.of(world)
        mine = everybody.codes[name]
        first, second = everybody.some(mine == base), everybody.some(mine == other)

        def along(active: frozenset[str]) -> float:
            return mean(world, box, nested(world, first, name, base, other, active))

        all_steps = frozenset({*world.graph.children(name), PREDICTION})
        seen, seen_other = mean(world, box, first.codes), mean(world, box, second.codes)
        total, direct = along(all_steps), along(frozenset({PREDICTION}))
        return np.array(
            [
                seen,
                seen_other,
                seen_other - seen,
                direct - seen,
                direct - total,
                total - seen_other,
                along(frozenset(self.active)) - seen if self.active else np.nan,
                *(along(frozenset({step})) - seen for step in self.steps),
            ]
        )


@dataclass(frozen=True)
class Decomposition:
    """The difference of two groups' mean predictions and its parts (Zhang & Bareinboim 2018, theorem 1).

    All effects are those of people in the reference group: what their predictions would be on average were
    the attribute other. TV = DE - IE - SE holds exactly, in the signs of Plečko & Bareinboim (2024).

    Attributes:
        groups: The groups.
        reference: Mean prediction of the reference group.
        other: That of the other group.
        difference: TV, the second less the first.
        direct: DE: only the model's own sight of the attribute is changed.
        indirect: IE: from all ways changed back to the direct one alone; with a minus.
        spurious: SE: the reference group with the attribute changed, less the other group; with a minus.
        steps: First step of the ways out of the attribute -> the effect of changing it on this step alone.
        chosen: The effect along the ways chosen by hand; None where none were.
        refits: How many half samples the bands come from.
    """

    groups: Groups
    reference: Number
    other: Number
    difference: Number
    direct: Number
    indirect: Number
    spurious: Number
    steps: tuple[tuple[str, Number], ...]
    chosen: Number | None
    refits: int


def decomposition(question: Protected, answer: Answer) -> Decomposition:
    """The parts with bands."""
    return Decomposition(
        question.groups,
        answer.at(0),
        answer.at(1),
        answer.at(2),
        answer.at(3),
        answer.at(4),
        answer.at(5),
        tuple((step, answer.at(7 + place)) for place, step in enumerate(question.steps)),
        answer.at(6) if question.active else None,
        answer.refits,
    )
