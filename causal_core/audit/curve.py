"""One input over its values: the column changed alone, and the input set through the graph."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np

from causal_core.audit.answer import Answer
from causal_core.audit.box import Box
from causal_core.audit.people import People, changed, doing, mean
from causal_core.data.design import Floats
from causal_core.what_if.response import values_of
from causal_core.what_if.structural_model import StructuralModel


@dataclass(frozen=True)
class Curve:
    """The question what the mean prediction is at each value of an input.

    Attributes:
        node: The input.
        grid: The values, or the codes of its levels.
    """

    node: str
    grid: tuple[float, ...]

    @classmethod
    def of(cls, world: StructuralModel, node: str) -> Curve:
        """At 25 values of a number between its 1 and 99 % quantiles, or at every level.

        Raises:
            Problem: The input is no node.
        """
        return cls(node, tuple(values_of(world, node).tolist()))

    def numbers(self, world: StructuralModel, box: Box) -> Floats:
        """(2 g + 1,) means of the column changed alone, of the input set through the graph, and as it is."""
        people = People.of(world)
        coding = box.columns.get(self.node, world.columns[self.node])
        values = coding.values(np.array(self.grid)).tolist()
        codes = world.columns[self.node].codes(values).tolist()
        naive = [mean(world, box, changed(people, self.node, code)) for code in codes]
        graph = [mean(world, box, doing(world, people, self.node, code)) for code in codes]
        return np.array([*naive, *graph, mean(world, box, people.codes)])


@dataclass(frozen=True, eq=False)
class Curved:
    """The mean prediction at each value of an input.

    Attributes:
        node: The input.
        grid: (g,) the values, or codes.
        levels: Its levels; empty for a number.
        naive: (g,) with this column alone changed: the partial dependence.
        graph: (g,) with the input set and all that follows moved.
        low: (g,) lower ends of the band of `graph`; NaN without refits.
        high: (g,) upper ends.
        now: The mean prediction as things are.
        reached: Other inputs downstream of this one.
    """

    node: str
    grid: Floats = field(repr=False)
    levels: tuple[Hashable, ...]
    naive: Floats = field(repr=False)
    graph: Floats = field(repr=False)
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    now: float
    reached: tuple[str, ...]


def curved(world: StructuralModel, box: Box, question: Curve, answer: Answer) -> Curved:
    """The curves with the band."""
    many = len(question.grid)
    line = slice(many, 2 * many)
    below = world.graph.descendants([question.node]) - {question.node}
    return Curved(
        question.node,
        np.array(question.grid),
        world.columns[question.node].levels,
        answer.values[:many],
        answer.values[line],
        answer.low[line],
        answer.high[line],
        float(answer.values[-1]),
        tuple(name for name in world.order if name in below and name in box.inputs),
    )
