"""What an outcome is worth and an arm costs, on the held-out rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.result import HeldOut

Costs = Mapping[str, float | Floats]
"""Arm label -> cost for one person, or (n,) one cost a held-out row. Arms not named cost nothing."""


@dataclass(frozen=True, eq=False)
class Economics:
    """Rewards and costs of each arm for each held-out row, and what a learner predicts of them.

    Attributes:
        held_out: The rows.
        learner: Whose predictions choose.
        reward: (n, k) benefit of the AIPW score less the cost, to value with.
        cost: (n, k).
        predicted: (n, k-1) predicted net benefit of each arm over the control, to choose with.
        best: (n,) the arm 1..k-1 of highest predicted net benefit.
        priority: (n,) that net benefit.
        all_arm: The arm 1..k-1 whose predicted net benefit is highest on average.
    """

    held_out: HeldOut
    learner: str
    reward: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    predicted: Floats = field(repr=False)
    best: Integers = field(repr=False)
    priority: Floats = field(repr=False)
    all_arm: int

    @classmethod
    def of(
        cls, held_out: HeldOut, learner: str, benefit: float = 1.0, costs: Costs | None = None
    ) -> Economics:
        """Rewards of the held-out rows.

        Args:
            held_out: The rows, from `uplift.evaluate`.
            learner: Whose predictions choose.
            benefit: Value of one unit of outcome; negative when less of it is better.
            costs: Cost by arm label.

        Raises:
            Problem: No such learner or arm, or a cost that is missing or of another length.
        """
        effects = held_out.effects(learner)
        cost = cost_matrix(held_out.arms, len(effects), costs)
        predicted = benefit * effects - (cost[:, 1:] - cost[:, :1])
        best = np.ones(len(predicted), dtype=np.int64)
        priority = predicted[:, 0].copy()
        for arm in range(2, cost.shape[1]):
            best[predicted[:, arm - 1] > priority] = arm
            priority = np.maximum(priority, predicted[:, arm - 1])
        return cls(
            held_out,
            learner,
            reward=benefit * held_out.scores - cost,
            cost=cost,
            predicted=predicted,
            best=best,
            priority=priority,
            all_arm=int(predicted.mean(axis=0).argmax()) + 1,
        )

    @property
    def gains(self) -> Floats:
        """(n,) reward scores of giving each row its best arm rather than the control."""
        rows = np.arange(len(self.best))
        return np.asarray(self.reward[rows, self.best] - self.reward[:, 0])

    @property
    def costs_of_best(self) -> Floats:
        """(n,) cost of each row's best arm over the control's."""
        return np.asarray(self.cost[np.arange(len(self.best)), self.best] - self.cost[:, 0])


def cost_matrix(arms: tuple[str, ...], rows: int, costs: Costs | None) -> Floats:
    """(n, k) cost of each arm for each row.

    Raises:
        Problem: A cost of an unknown arm, of another length, or missing.
    """
    matrix = np.zeros((rows, len(arms)))
    for label, cost in (costs or {}).items():
        if label not in arms:
            raise Problem(
                f"There is no arm {label} to give a cost to.", column=label, remedy=f"Arms: {arms}."
            )
        values = np.asarray(cost, dtype=np.float64)
        if values.ndim and len(values) != rows:
            raise Problem(f"The costs of arm {label} are {len(values):,}, for {rows:,} rows.", column=label)
        if not np.isfinite(values).all():
            raise Problem(
                f"The cost of arm {label} is missing in {int((~np.isfinite(values)).sum()):,} rows.",
                column=label,
                remedy="Fill the cost column.",
            )
        matrix[:, arms.index(label)] = values
    return matrix
