"""Where a change, an outlier or variation comes from: shares of each node's own mechanism."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from causal_core.data.design import Floats
from causal_core.graph.names import listed
from causal_core.problem import DoesNotApply, Problem
from causal_core.what_if.levers import outcome_of
from causal_core.what_if.moments import Moment
from causal_core.what_if.pushed import pushed
from causal_core.what_if.shapley import Coalition, shapley
from causal_core.what_if.structural_model import StructuralModel

ROWS: Final = 2_000
"""Rows of noise behind each coalition."""


@dataclass(frozen=True)
class Share:
    """What one node's own mechanism or noise has to do with it.

    Attributes:
        node: The node.
        value: Its share, in the unit of the total.
        std_error: Over random orders, 0 where all coalitions were asked.
    """

    node: str
    value: float
    std_error: float


@dataclass(frozen=True)
class Attribution:
    """A total and its shares.

    Attributes:
        target: The number that is told of.
        total: What the shares add up to.
        shares: Of the target and its ancestors, in causal order.
    """

    target: Moment
    total: float
    shares: tuple[Share, ...]


def what_changed(before: StructuralModel, after: StructuralModel, target: str, seed: int = 0) -> Attribution:
    """Which mechanisms brought the change of a node's mean (or share) between two periods or groups.

    A coalition of nodes has its mechanisms as they are after, the others as before (Budhathoki et al. 2021);
    a root's mechanism is the distribution of its values.

    Args:
        before: The model fitted to the first group.
        after: That of the second, with the same columns and levels.
        target: The node.
        seed: Of the noise.

    Raises:
        DoesNotApply: Noise of different nodes depends.
        Problem: A column has other levels in one group than in the other.
    """
    other = next(
        (node for node in before.order if before.columns[node].levels != after.columns[node].levels), None
    )
    if other is not None:
        raise Problem(
            f"{other} has other levels in one group than in the other.",
            column=other,
            remedy="Merge levels that one group lacks, or leave the column out of the graph.",
        )
    moment, players = outcome_of(before, target), _players(before, target)
    noises = [model.noise_of(ROWS, seed) for model in (before, after)]

    def reached(coalition: Coalition) -> float:
        moved = {players[each] for each in coalition}
        mixed = replace(
            before,
            mechanisms={node: (after if node in moved else before).mechanisms[node] for node in before.order},
        )
        noise = {node: noises[node in moved][node] for node in before.order}
        return moment.told(pushed(mixed, noise, {}))

    return _told(moment, players, *shapley(len(players), reached, seed))


def why_unusual(model: StructuralModel, row: pd.Series, target: str, seed: int = 0) -> Attribution:
    """Whose noise makes a row's value of a node as far from usual as it is.

    A coalition of nodes has the row's noise, the others noise as in everybody; it reaches the mean (or
    chance) of the target. Shares add up to the row's value less the mean of all. Noise that the row leaves
    open is drawn.

    Raises:
        DoesNotApply: Noise of different nodes depends.
        Problem: The row lacks a node, or has a level never seen.
    """
    moment, players = outcome_of(model, target), _players(model, target)
    usual = model.noise_of(ROWS, seed)
    frame = pd.concat([pd.DataFrame([row]).astype(object)] * ROWS, ignore_index=True)
    own = model.abduct(frame, seed)

    def reached(coalition: Coalition) -> float:
        mine = {players[each] for each in coalition}
        noise = {node: (own if node in mine else usual)[node] for node in model.order}
        return moment.of(model.push_codes(noise, {}))

    return _told(moment, players, *shapley(len(players), reached, seed))


def intrinsic_influence(model: StructuralModel, target: str, seed: int = 0) -> Attribution:
    """How much of a node's variance each node brings by noise of its own (Janzing et al. 2024).

    A coalition reaches the variance of the target's mean given its noise: the covariance of two rows that
    share this noise and nothing else. Shares add up to the variance.

    Raises:
        DoesNotApply: Noise of different nodes depends.
    """
    moment, players = outcome_of(model, target), _players(model, target)
    first, second = model.noise_of(2 * ROWS, seed), model.noise_of(2 * ROWS, seed + 1)
    base = moment.contributions(model.push_codes(first, {}))

    def reached(coalition: Coalition) -> float:
        if not coalition:
            return 0.0
        shared = {players[each] for each in coalition}
        noise = {node: (first if node in shared else second)[node] for node in model.order}
        other = moment.contributions(model.push_codes(noise, {}))
        return float(((base - base.mean()) * (other - other.mean())).mean())

    return _told(moment, players, *shapley(len(players), reached, seed))


def _players(model: StructuralModel, target: str) -> tuple[str, ...]:
    outcome_of(model, target)
    mine = {target, *model.graph.ancestors([target])}
    tied = [node for node in model.order if node in mine and node in model.tied]
    if tied:
        raise DoesNotApply(
            f"Hidden causes tie the noise of {listed(tied)} together, so it cannot be told apart.",
            remedy="Measure what they have in common.",
        )
    return tuple(node for node in model.order if node in mine)


def _told(moment: Moment, players: tuple[str, ...], values: Floats, errors: Floats) -> Attribution:
    shares = tuple(
        Share(node, float(value), float(error))
        for node, value, error in zip(players, values, errors, strict=True)
    )
    return Attribution(moment, float(values.sum()), shares)
