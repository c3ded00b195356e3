"""Gain against money spent, when it goes first where a learner predicts the most gain for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from causal_core.policy.budget import POINTS
from causal_core.policy.economics import Costs, Economics, Paid
from causal_core.policy.path import Path
from causal_core.uplift.curves import thin
from causal_core.uplift.findings import CostCurve
from causal_core.uplift.result import Evaluation, HeldOut


def priced(
    evaluation: Evaluation,
    benefit: float = 1.0,
    costs: Costs | None = None,
    paid: Mapping[str, Paid] | None = None,
) -> Evaluation:
    """The same evaluation with the cost curves of each learner and arm, and of the best mix of several arms.

    Args:
        evaluation: From `uplift.evaluate`.
        benefit: Value of one unit of outcome; negative when less of it is better.
        costs: Cost by arm label, for everybody or (n,) one a judged row.
        paid: Learner -> the units by which arms are paid, as it predicts them.

    Raises:
        Problem: A cost of an unknown arm, of another length, negative or missing.
    """
    held_out, units = evaluation.held_out, paid or {}

    def curve(learner: str, arm: str | None = None) -> CostCurve | None:
        return cost_curve(held_out, learner, benefit, costs, arm, units.get(learner))

    results = tuple(
        result
        if result.error is not None
        else replace(result, cost=curve(result.learner, result.contrast[1]))
        for result in evaluation.results
    )
    mixed = [curve(learner) for learner in held_out.predicted]
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
    paid: Paid | None = None,
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
        paid: The units by which arms are paid, by arm label.

    Returns:
        None when no step costs money, or some arm costs less than the control: then money is no limit.

    Raises:
        Problem: No such learner or arm, or a cost that is negative, missing or of another length.
    """
    economics = Economics.of(held_out, learner, benefit, costs, paid)
    rows = len(economics.best)
    arms = slice(None) if arm is None else [0, held_out.arms.index(arm)]
    price = (economics.predicted_cost - economics.predicted_cost[:, :1])[:, arms]
    predicted = economics.predicted_gross[:, arms]
    gains = (economics.gross - economics.gross[:, :1])[:, arms]
    if (price < 0).any():
        return None
    path = Path.of(predicted, price, held_out.weights)
    if path.total <= 0:
        return None
    _, spent, kept = thin(path.until / path.total, POINTS, path.until, path.blocks.astype(np.float64))
    taken = kept.astype(np.int64)
    gain = path.sums((gains,), taken)[:, 0] / rows
    error = path.errors(gains, taken, held_out.clusters, moving=False)
    points = tuple(zip(spent.tolist(), gain.tolist(), strict=True))
    return CostCurve(learner, arm, points, tuple(error.tolist()))
