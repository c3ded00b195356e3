"""Where a change, an outlier or variation comes from: shares of each node's own mechanism."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from causal_core.data.design import Floats
from causal_core.graph.names import listed
from causal_core.identification.c_components import districts
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
        nodes: The node; several, in causal order, where hidden causes tie their noise together.
        value: Its share, in the unit of the total.
        std_error: Over random orders, 0 where all coalitions were asked.
    """

    nodes: tuple[str, ...]
    value: float
    std_error: float

    @property
    def name(self) -> str:
        """Whose it is."""
        return listed(self.nodes)


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
        moved = _together(players, coalition)
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
        DoesNotApply: The row leaves noise open that a hidden cause ties to that of other nodes.
        Problem: The row lacks a node, or has a level never seen.
    """
    moment, players = outcome_of(model, target), _players(model, target)
    tied = [node for nodes in players if len(nodes) > 1 for node in nodes]
    if openly := next((node for node in tied if not model.mechanisms[node].invertible), None):
        raise DoesNotApply(
            f"{openly}'s value leaves its noise open in this row, and a hidden cause ties that to the noise "
            "of other nodes.",
            remedy="Measure that cause. How much it varies can still be asked.",
        )
    usual = model.noise_of(ROWS, seed)
    frame = pd.concat([pd.DataFrame([row]).astype(object)] * ROWS, ignore_index=True)
    own = model.abduct(frame, seed)

    def reached(coalition: Coalition) -> float:
        mine = _together(players, coalition)
        noise = {node: (own if node in mine else usual)[node] for node in model.order}
        return moment.of(model.push_codes(noise, {}))

    return _told(moment, players, *shapley(len(players), reached, seed))


def intrinsic_influence(model: StructuralModel, target: str, seed: int = 0) -> Attribution:
    """How much of a node's variance each node brings by noise of its own (Janzing et al. 2024).

    A coalition reaches the variance of the target's mean given its noise: the covariance of two rows that
    share this noise and nothing else. Shares add up to the variance.

    Raises:
        Problem: The node is not in the model.
    """
    moment, players = outcome_of(model, target), _players(model, target)
    first, second = model.noise_of(2 * ROWS, seed), model.noise_of(2 * ROWS, seed + 1)
    everybody = pushed(model, first, {})

    def reached(coalition: Coalition) -> float:
        if not coalition:
            return 0.0
        shared = _together(players, coalition)
        noise = {node: (first if node in shared else second)[node] for node in model.order}
        # Noise of the target itself that the two rows do not share is averaged out: it would only blur.
        one, other = (
            moment.contributions(each.codes) if target in shared else moment.told_each(each)
            for each in (everybody, pushed(model, noise, {}))
        )
        return float(((one - one.mean()) * (other - other.mean())).mean())

    return _told(moment, players, *shapley(len(players), reached, seed))


def _players(model: StructuralModel, target: str) -> list[tuple[str, ...]]:
    """The target and its ancestors in causal order; nodes whose noise hidden causes tie are one player."""
    outcome_of(model, target)
    mine = {target, *model.graph.ancestors([target])}
    tied = [[node for node in model.order if node in part] for part in districts(model.graph, mine)]
    return sorted(map(tuple, tied), key=lambda nodes: model.order.index(nodes[0]))


def _together(players: Sequence[tuple[str, ...]], coalition: Coalition) -> set[str]:
    return {node for each in coalition for node in players[each]}


def _told(moment: Moment, players: Sequence[tuple[str, ...]], values: Floats, errors: Floats) -> Attribution:
    shares = tuple(
        Share(nodes, float(value), float(error))
        for nodes, value, error in zip(players, values, errors, strict=True)
    )
    return Attribution(moment, float(values.sum()), shares)
