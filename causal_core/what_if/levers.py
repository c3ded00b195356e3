"""Which lever moves the outcome: interventions on different nodes, singly and together, and per cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.arrays import interval, mean_and_error
from causal_core.what_if.intervention import Intervention, Shift, Where, action
from causal_core.what_if.moments import Moment, moments
from causal_core.what_if.pushed import Noise, pushed
from causal_core.what_if.structural_model import StructuralModel

MOST: Final = 4
"""Levers compared at once: they have 15 combinations."""


@dataclass(frozen=True)
class Lever:
    """Something that could be done.

    Attributes:
        node: The node it acts on.
        intervention: What is done to it.
        cost: For each person it is done to.
    """

    node: str
    intervention: Intervention
    cost: float = 0.0


@dataclass(frozen=True)
class Pull:
    """What one lever, or several together, bring.

    Attributes:
        nodes: Of the levers pulled.
        change: Of the outcome, per person.
        band: Of `change`, from refits; (nan, nan) before they are asked.
        cost: Per person, those counted to whom a lever for some rows only is not done.
        per_cost: `change` for one unit of cost; None where it costs nothing.
        apart: The sum of the changes that each lever brings alone; equal to `change` for a single one.
    """

    nodes: tuple[str, ...]
    change: float
    band: tuple[float, float]
    cost: float
    per_cost: float | None
    apart: float


@dataclass(frozen=True)
class Overlap:
    """Why two levers do not simply add up.

    Attributes:
        first: The lever's node that acts on the other.
        second: The other, downstream of the first.
        through: How much of the first one's change passes through the second: its change alone less its
            change with the second held where it was.
        cut: Whether pulling the second sets it, so that what passes through it is lost.
    """

    first: str
    second: str
    through: float
    cut: bool


def pulls(
    model: StructuralModel,
    noise: Noise,
    levers: Sequence[Lever],
    outcome: Moment,
    errors: Floats | None = None,
) -> tuple[Pull, ...]:
    """What each lever and each combination does to the outcome, single ones first; for the same people.

    Args:
        model: The model.
        noise: Of the people.
        levers: At most four, on different nodes.
        outcome: The number of the outcome that counts.
        errors: Standard errors of the changes, in the order of `together`, for bands.

    Raises:
        Problem: No lever or too many, two on one node, a negative cost, or the outcome itself is set.
    """
    _check(levers, outcome)
    combined = _combined(levers)
    found = change_of(model, noise, together(levers), outcome)
    alone = dict(zip(combined, found.tolist(), strict=True))
    answers = []
    for place, chosen in enumerate(combined):
        mine = [levers[each] for each in chosen]
        cost = float(sum(lever.cost * _meant(model, noise, mine, lever) for lever in mine))
        change = float(found[place])
        answers.append(
            Pull(
                tuple(levers[each].node for each in chosen),
                change,
                interval(change, float("nan") if errors is None else float(errors[place])),
                cost,
                change / cost if cost > 0 else None,
                float(sum(alone[(each,)] for each in chosen)),
            )
        )
    return tuple(answers)


def overlaps(
    model: StructuralModel, noise: Noise, levers: Sequence[Lever], outcome: Moment
) -> tuple[Overlap, ...]:
    """Which levers act through which other, and how much.

    Raises:
        Problem: As `pulls`.
    """
    _check(levers, outcome)
    before = pushed(model, noise, {})
    base = outcome.told_each(before)
    found = []
    for first in levers:
        below = model.graph.descendants([first.node])
        for second in levers:
            if second.node == first.node or second.node not in below:
                continue
            done = {first.node: first.intervention}
            kept = model.columns[second.node].values(before.codes[second.node])
            held = {**done, second.node: _as_before(kept)}
            alone = outcome.told_each(pushed(model, noise, done, before)) - base
            rest = outcome.told_each(pushed(model, noise, held, before)) - base
            through, _ = mean_and_error(alone - rest)
            found.append(
                Overlap(first.node, second.node, through, not isinstance(action(second.intervention), Shift))
            )
    return tuple(found)


def outcome_of(model: StructuralModel, node: str) -> Moment:
    """The number of a node that counts as the outcome: its mean, or the share of its last level.

    Raises:
        Problem: The node is not in the model.
    """
    if node not in model.columns:
        raise Problem(f"{node} is no node of the model.", column=node)
    return moments([model.columns[node]])[-1]


def _meant(model: StructuralModel, noise: Noise, pulled: Sequence[Lever], lever: Lever) -> float:
    """Share of people to whom a lever is done when these are pulled."""
    where = lever.intervention
    if not isinstance(where, Where):
        return 1.0
    others = {each.node: each.intervention for each in pulled if each is not lever}
    codes = model.push_codes(noise, others)[where.column]
    return float(where.chosen(model.columns[where.column], codes).mean())


def _as_before(kept: object) -> Intervention:
    return lambda _: kept


def together(levers: Sequence[Lever]) -> tuple[dict[str, Intervention], ...]:
    """The interventions of each lever and each combination, single ones first."""
    return tuple(
        {levers[each].node: levers[each].intervention for each in chosen} for chosen in _combined(levers)
    )


def change_of(
    model: StructuralModel, noise: Noise, many: Sequence[Mapping[str, Intervention]], outcome: Moment
) -> Floats:
    """(i,) what each of several interventions changes of the outcome.

    Raises:
        Problem: A node is not in the model, or takes no such value.
    """
    before = pushed(model, noise, {})
    base = outcome.told(before)
    return np.array([outcome.told(pushed(model, noise, each, before)) - base for each in many])


def _combined(levers: Sequence[Lever]) -> list[tuple[int, ...]]:
    places = range(len(levers))
    return [chosen for size in range(1, len(levers) + 1) for chosen in combinations(places, size)]


def _check(levers: Sequence[Lever], outcome: Moment) -> None:
    names = [lever.node for lever in levers]
    if not 1 <= len(levers) <= MOST:
        raise Problem(f"Levers are compared one to {MOST} at a time, not {len(levers)}.")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Problem(f"Two levers act on {twice}.", column=twice, remedy="Leave one of them out.")
    if outcome.node in names:
        raise Problem(f"{outcome.node} is the outcome: setting it is no lever.", column=outcome.node)
    cheap = next((lever for lever in levers if not lever.cost >= 0), None)
    if cheap is not None:
        raise Problem(f"The cost of {cheap.node} is {cheap.cost}; it is 0 or more.", column=cheap.node)
