"""Some of the judged rows, where there are so many that a world of all would only be slow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from causal_core.policy.paid import PaidColumn
    from causal_core.uplift.result import HeldOut

MOST_ROWS = 50_000
"""The most people a world is made of."""


def few(
    held_out: HeldOut, learner: str, paid: tuple[PaidColumn, ...], seed: int
) -> tuple[HeldOut, tuple[PaidColumn, ...]]:
    """At most `MOST_ROWS` of the judged rows, picked at random, with one learner's predictions.

    Args:
        held_out: The judged rows.
        learner: Whose predictions are needed.
        paid: What each arm makes of the columns that costs are paid by.
        seed: Of the pick.

    Raises:
        Problem: The learner gave no predictions.
    """
    effects, rows = held_out.effects(learner), len(held_out.rows)
    only = replace(held_out, predicted={learner: effects}, baseline={}, std_error={})
    if rows <= MOST_ROWS:
        return only, paid
    some = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))
    taken = replace(
        only,
        rows=held_out.rows[some],
        predicted={learner: effects[some]},
        scores=held_out.scores[some],
        outcome_model=held_out.outcome_model[some],
        arm=held_out.arm[some],
        outcome=held_out.outcome[some],
        propensity=held_out.propensity[some],
        clusters=None if held_out.clusters is None else held_out.clusters[some],
        fold=None if held_out.fold is None else held_out.fold[some],
        weights=None if held_out.weights is None else held_out.weights[some],
    )
    columns = tuple(
        replace(each, predicted=each.predicted[some], scores=each.scores[some], learning=None)
        for each in paid
    )
    return taken, columns
