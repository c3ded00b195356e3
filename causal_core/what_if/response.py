"""What every node becomes as one is set to one value after another, beside what is seen there."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import report
from causal_core.problem import Problem
from causal_core.uplift.arrays import NORMAL_95
from causal_core.what_if.moments import Moment, moments
from causal_core.what_if.pushed import Noise, pushed
from causal_core.what_if.refits import error
from causal_core.what_if.structural_model import StructuralModel

PEOPLE: Final = 5_000
"""Rows of noise that answers are told from."""

GRID: Final = 25
"""Values of a number at which answers are told."""

NEAR: Final = 0.02
"""What is seen at a value is told from this share of the rows on either side, at least `FEWEST` rows."""

FEWEST: Final = 25


@dataclass(frozen=True, eq=False)
class Told:
    """One number of one node at each value set.

    Attributes:
        moment: Which number.
        do: (g,) what it becomes when the value is set.
        see: (g,) what it is among the rows near that value.
        see_error: (g,) standard error of `see`.
        now: What it is with nothing set.
    """

    moment: Moment
    do: Floats = field(repr=False)
    see: Floats = field(repr=False)
    see_error: Floats = field(repr=False)
    now: float

    @property
    def see_band(self) -> tuple[Floats, Floats]:
        """Lower and upper ends of the pointwise 95 % intervals of `see`."""
        return self.see - NORMAL_95 * self.see_error, self.see + NORMAL_95 * self.see_error


@dataclass(frozen=True, eq=False)
class Response:
    """What setting one node brings about.

    Attributes:
        node: The node that is set.
        grid: (g,) the values, or codes of its levels.
        levels: Its levels; empty for a number.
        near: (g,) rows of the data near each value (of that level).
        told: The numbers of every other node, in causal order.
        rows: Rows of noise pushed through the model.
    """

    node: str
    grid: Floats
    levels: tuple[Hashable, ...]
    near: Floats
    told: tuple[Told, ...]
    rows: int

    def of(self, moment: Moment) -> Told:
        """What is told of one number."""
        return next(each for each in self.told if each.moment == moment)


@dataclass(frozen=True, eq=False)
class Banded:
    """A response with pointwise 95 % bands, which are approximate.

    Attributes:
        response: The response.
        low: (m, g) lower ends of `do` of each number told.
        high: (m, g) upper ends.
        change_error: (m, g) standard errors of `do` less what the number is with nothing set.
        whole: (m, g) what the model says of a few people at each value.
        halves: (r, m, g) what each model of a half sample says of as many.
    """

    response: Response
    low: Floats = field(repr=False)
    high: Floats = field(repr=False)
    change_error: Floats = field(repr=False)
    whole: Floats = field(repr=False)
    halves: Floats = field(repr=False)

    @property
    def refits(self) -> int:
        """How many half samples the bands come from."""
        return len(self.halves)

    def of(self, moment: Moment) -> tuple[Floats, Floats]:
        """Lower and upper ends of one number."""
        place = [told.moment for told in self.response.told].index(moment)
        return self.low[place], self.high[place]

    def change_error_at(self, moment: Moment, value: float) -> float:
        """Standard error of the change that setting the node to a value (or code) brings to a number."""
        place = [told.moment for told in self.response.told].index(moment)
        return float(np.interp(value, self.response.grid, self.change_error[place]))

    def contrast_error(self, moment: Moment, control: float, arm: float) -> float:
        """Standard error of what a number is at one value (or code) less what it is at another."""
        place = [told.moment for told in self.response.told].index(moment)
        low, high = (self._weights(value) for value in (control, arm))
        return float(error(self.whole[place] @ (high - low), self.halves[:, place] @ (high - low)))

    def _weights(self, value: float) -> Floats:
        """(g,) how much of each value of the grid is in this one, between the two next to it."""
        return np.array(
            [np.interp(value, self.response.grid, row) for row in np.eye(len(self.response.grid))]
        )


def values_of(model: StructuralModel, node: str) -> Floats:
    """(g,) values at which a node is set: quantiles from 1 to 99 % evenly cut, or the codes of its levels.

    Raises:
        Problem: The node is not in the model.
    """
    if node not in model.columns:
        raise Problem(f"{node} is no node of the model.", column=node)
    column = model.columns[node]
    if column.discrete:
        return np.arange(len(column.levels), dtype=np.float64)
    low, high = np.quantile(column.codes(model.frame[node]), [0.01, 0.99])
    return np.linspace(low, high, GRID)


def doing(model: StructuralModel, node: str, values: Floats, noise: Noise) -> Floats:
    """(m, g) every number of every other node, with the node set to each value for the same people."""
    wanted = moments(model.columns[name] for name in model.order if name != node)
    found = np.empty((len(wanted), len(values)))
    base = pushed(model, noise, {})
    for place, value in enumerate(values):
        report(place, len(values))
        done = {node: model.columns[node].values(np.array([value])).iloc[0]}
        people = pushed(model, noise, done, base)
        found[:, place] = [moment.told(people) for moment in wanted]
    return found


def doing_and_now(model: StructuralModel, node: str, values: Floats, noise: Noise) -> Floats:
    """(m, g + 1) as `doing`, and in the last column what each number is with nothing set."""
    now = pushed(model, noise, {})
    wanted = moments(model.columns[name] for name in model.order if name != node)
    return np.column_stack([doing(model, node, values, noise), [moment.told(now) for moment in wanted]])


def response(model: StructuralModel, node: str, rows: int = PEOPLE, seed: int = 0) -> Response:
    """What setting the node brings about, at each value, beside what is seen there.

    Args:
        model: The model.
        node: The node that is set.
        rows: Rows of noise.
        seed: Of the noise.

    Raises:
        Problem: The node is not in the model.
    """
    values, column = values_of(model, node), model.columns[node]
    noise = model.noise_of(rows, seed)
    done = doing(model, node, values, noise)
    data = {name: model.columns[name].codes(model.frame[name]) for name in model.order}
    now = pushed(model, noise, {})
    wanted = moments(model.columns[name] for name in model.order if name != node)
    near = [near_rows(data[node], value, discrete=column.discrete) for value in values]
    told = []
    for moment, line in zip(wanted, done, strict=True):
        mine = moment.contributions(data)
        seen = np.array([mine[rows].mean() if len(rows) else np.nan for rows in near])
        see_error = np.array(
            [mine[rows].std(ddof=1) / np.sqrt(len(rows)) if len(rows) > 1 else np.nan for rows in near]
        )
        told.append(Told(moment, line, seen, see_error, moment.told(now)))
    counts = np.array([within(data[node], value, discrete=column.discrete) for value in values])
    return Response(node, values, column.levels, counts, tuple(told), rows)


def reaches(grid: Floats, value: float) -> bool:
    """Whether a value lies on the grid or at most one step beside it, so that it may be read off there."""
    step = float(grid[1] - grid[0]) if len(grid) > 1 else 0.0
    return bool(grid[0] - step <= value <= grid[-1] + step)


def within(data: Floats, value: float, *, discrete: bool) -> int:
    """Rows of the data near a value: of that level, or within a tenth of a standard deviation."""
    if discrete:
        return int((data == value).sum())
    return int((np.abs(data - value) <= 0.1 * data.std()).sum())


def near_rows(data: Floats, value: float, *, discrete: bool) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Positions of the rows from which what is seen at a value is told."""
    if discrete:
        return np.flatnonzero(data == value)
    reach = min(max(FEWEST, round(NEAR * len(data))), len(data) // 2)
    order = np.argsort(data, kind="stable")
    place = int(np.searchsorted(data[order], value))
    first = min(max(place - reach, 0), max(len(data) - 2 * reach, 0))
    return order[first : first + 2 * reach]
