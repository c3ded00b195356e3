"""Gain against money spent, when it goes first where a learner predicts the most gain for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.allocation import hulls
from causal_core.policy.economics import Costs, cost_matrix
from causal_core.uplift.curves import thin
from causal_core.uplift.findings import CostCurve
from causal_core.uplift.result import Evaluation, HeldOut

POINTS = 200
"""The most points a curve keeps for drawing."""


def priced(evaluation: Evaluation, benefit: float = 1.0, costs: Costs | None = None) -> Evaluation:
    """The same evaluation with the cost curves of each learner and arm, and of the best mix of several arms.

    Args:
        evaluation: From `uplift.evaluate`.
        benefit: Value of one unit of outcome; negative when less of it is better.
        costs: Cost by arm label, for everybody or (n,) one a judged row.

    Raises:
        Problem: A cost of an unknown arm, of another length, or missing.
    """
    held_out = evaluation.held_out
    results = tuple(
        result
        if result.error is not None
        else replace(
            result, cost=cost_curve(held_out, result.learner, benefit, costs, arm=result.contrast[1])
        )
        for result in evaluation.results
    )
    mixed = [cost_curve(held_out, learner, benefit, costs) for learner in held_out.predicted]
    several = len(held_out.arms) > 2
    return replace(
        evaluation,
        results=results,
        cost=tuple(curve for curve in mixed if curve is not None) if several else (),
    )


def cost_curve(
    held_out: HeldOut,
    learner: str,
    benefit: float = 1.0,
    costs: Costs | None = None,
    arm: str | None = None,
) -> CostCurve | None:
    """The cost curve of one learner (Sverdrup et al. 2025), valued by the AIPW scores of the judged rows.

    Each person's arms form the upper convex hull of (cost, predicted gain); the hulls' steps of all people
    are taken by predicted gain per unit of money, steepest first, until no step is predicted to gain. Steps
    of equal slope are taken together, so that the order of rows never matters.

    Args:
        held_out: The judged rows.
        learner: Whose predictions choose.
        benefit: Value of one unit of outcome; negative when less of it is better.
        costs: Cost by arm label, for everybody or (n,) one a judged row.
        arm: The only arm given; None for the best mix of all.

    Returns:
        None when no step costs money, or some arm costs less than the control: then money is no limit.

    Raises:
        Problem: No such learner or arm, or a cost that is missing or of another length.
    """
    effects = held_out.effects(learner)
    rows, several = len(effects), slice(None) if arm is None else [held_out.arms.index(arm) - 1]
    cost = cost_matrix(held_out.arms, rows, costs)
    nothing = np.zeros((rows, 1))
    price = np.hstack([nothing, (cost[:, 1:] - cost[:, :1])[:, several]])
    predicted = np.hstack([nothing, benefit * effects[:, several]])
    gains = np.hstack([nothing, benefit * (held_out.scores[:, 1:] - held_out.scores[:, :1])[:, several]])
    if (price < 0).any():
        return None
    free, steps = hulls(predicted, price)
    if len(steps.person) == 0:
        return None
    every = np.arange(rows)
    start = gains[every, free]
    before = _before(free, steps.person, steps.action)
    old, new = gains[steps.person, before], gains[steps.person, steps.action]
    ends = np.append(np.flatnonzero(steps.slope[1:] < steps.slope[:-1]) + 1, len(steps.person))
    taken = np.concatenate(([0], ends))
    spent = np.concatenate(([0.0], np.cumsum(steps.cost)))[taken] / rows
    total = spent[-1]
    _, spent, kept = thin(spent / total, POINTS, spent, taken.astype(np.float64))
    taken = kept.astype(np.int64)
    gain = (start.sum() + np.concatenate(([0.0], np.cumsum(new - old)))[taken]) / rows
    if held_out.clusters is None:
        square = (start @ start + np.concatenate(([0.0], np.cumsum(new**2 - old**2)))[taken]) / rows
        error = np.sqrt(np.maximum(square - gain**2, 0.0) / max(rows - 1, 1))
    else:
        error = _clustered(start, steps.person, new - old, taken, held_out.clusters)
    points = tuple(zip(spent.tolist(), gain.tolist(), strict=True))
    return CostCurve(learner, arm, points, tuple(error.tolist()))


def _before(free: Integers, person: Integers, action: Integers) -> Integers:
    """(s,) the action each step starts from: that of the person's step before, or the free one."""
    order = np.lexsort((np.arange(len(person)), person))
    people, actions = person[order], action[order]
    first = np.concatenate(([True], people[1:] != people[:-1]))
    before = np.empty(len(person), dtype=np.int64)
    before[order] = np.where(first, free[people], np.concatenate(([0], actions[:-1])))
    return before


def _clustered(start: Floats, person: Integers, more: Floats, taken: Integers, codes: Integers) -> Floats:
    """Standard errors of the mean gain from cluster sums about their mean share."""
    sizes = np.bincount(codes).astype(np.float64)
    groups = int((sizes > 0).sum())
    sums = np.bincount(codes, weights=start).astype(np.float64)
    errors, done = np.empty(len(taken)), 0
    for point, count in enumerate(taken):
        here = codes[person[done:count]]
        sums = sums + np.bincount(here, weights=more[done:count], minlength=len(sizes))
        done = int(count)
        centred = sums - sums.sum() / len(codes) * sizes
        errors[point] = np.sqrt(centred @ centred * groups / max(groups - 1, 1)) / len(codes)
    return errors
