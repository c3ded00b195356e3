"""What is told of a node: the mean of a number, the share of each level."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.what_if.columns import Column, level_text
from causal_core.what_if.pushed import Pushed


@dataclass(frozen=True)
class Moment:
    """A number that is told of a node.

    Attributes:
        node: The node.
        level: The level whose share it is; None for the mean of a number.
        code: The level's code; 0 for a mean.
    """

    node: str
    level: Hashable | None = None
    code: int = 0

    @property
    def text(self) -> str:
        """What it is called; names from the data stand in it unescaped."""
        return self.node if self.level is None else f"{self.node} = {level_text(self.level)}"

    def of(self, codes: Mapping[str, Floats]) -> float:
        """Its value over these rows."""
        mine = codes[self.node]
        return float(mine.mean() if self.level is None else (mine == self.code).mean())

    def told(self, people: Pushed) -> float:
        """Its value over people of a model, their noise of this node averaged out where that can be."""
        return float(self.told_each(people).mean())

    def told_each(self, people: Pushed) -> Floats:
        """(n,) numbers whose mean is that."""
        expected = people.expected.get(self.node)
        if expected is None:
            return self.contributions(people.codes)
        return expected if self.level is None else expected[:, self.code]

    def contributions(self, codes: Mapping[str, Floats]) -> Floats:
        """(n,) numbers whose mean is its value."""
        mine = codes[self.node]
        return mine if self.level is None else (mine == self.code).astype(np.float64)


def moments(columns: Iterable[Column]) -> tuple[Moment, ...]:
    """The mean of each number, the share of the second level of a binary node, those of all other levels."""
    found: list[Moment] = []
    for column in columns:
        if column.kind == "number":
            found.append(Moment(column.name))
        elif column.kind == "binary":
            found.append(Moment(column.name, column.levels[1], 1))
        else:
            found += [Moment(column.name, level, code) for code, level in enumerate(column.levels)]
    return tuple(found)
