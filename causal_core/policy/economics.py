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
class PaidUnits:
    """How many units an arm's cost is paid for, such as redemptions of a discount.

    Attributes:
        column: The number of units.
        scores: (n,) AIPW scores of that number under the arm, to value with.
        predicted: (n,) predicted number under the arm, 0 or more, to choose with.
    """

    column: str
    scores: Floats = field(repr=False)
    predicted: Floats = field(repr=False)


Paid = Mapping[str, PaidUnits]
"""Arm label -> the units its cost is paid for. Arms not named pay at once, for one unit."""


@dataclass(frozen=True, eq=False)
class Economics:
    """Rewards and costs of each arm for each held-out row, and what a learner predicts of them.

    Attributes:
        held_out: The rows.
        learner: Whose predictions choose.
        benefit: Value of one unit of outcome; negative when less of it is better.
        worth: (n,) the same for each row: the benefit times a factor of its own, if there is one.
        gross: (n, k) benefit of the AIPW score.
        per_outcome: (n, k) the part of an arm's cost that is paid for each unit of the outcome itself.
        cost: (n, k) what each arm costs each row, to value with: the cost itself, or the AIPW score of a cost
            that is paid by outcome, which is right on average only.
        reward: (n, k) gross less cost, to value with.
        predicted_cost: (n, k) what each arm is predicted to cost each row, to choose with; never negative.
        predicted: (n, k-1) predicted net benefit of each arm over the control, to choose with.
        predicted_gross: (n, k) predicted benefit of each arm over the control, before costs; 0 for that.
        best: (n,) the arm 1..k-1 of highest predicted net benefit.
        priority: (n,) that net benefit.
        all_arm: The arm 1..k-1 whose predicted net benefit is highest on average.
    """

    held_out: HeldOut
    learner: str
    benefit: float
    worth: Floats = field(repr=False)
    gross: Floats = field(repr=False)
    per_outcome: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    reward: Floats = field(repr=False)
    predicted_cost: Floats = field(repr=False)
    predicted: Floats = field(repr=False)
    predicted_gross: Floats = field(repr=False)
    best: Integers = field(repr=False)
    priority: Floats = field(repr=False)
    all_arm: int

    @classmethod
    def of(
        cls,
        held_out: HeldOut,
        learner: str,
        benefit: float = 1.0,
        costs: Costs | None = None,
        paid: Paid | None = None,
        factor: Floats | None = None,
    ) -> Economics:
        """Rewards of the held-out rows.

        Args:
            held_out: The rows, from `uplift.evaluate`.
            learner: Whose predictions choose.
            benefit: Value of one unit of outcome; negative when less of it is better.
            costs: Cost by arm label, of one unit where the arm is paid by units.
            paid: The units, by arm label, for arms that are paid by them.
            factor: (n,) by which each row's benefit is multiplied; None for 1.

        Raises:
            Problem: No such learner or arm, or a cost that is negative, missing or of another length.
        """
        effects = held_out.effects(learner)
        arms = held_out.arms
        cost = cost_matrix(arms, len(effects), costs)
        predicted_cost, per_outcome = cost, np.zeros_like(cost)
        for label, units in (paid or {}).items():
            arm = arm_of(arms, label)
            if predicted_cost is cost:
                predicted_cost = cost.copy()
            predicted_cost[:, arm] = cost[:, arm] * np.maximum(units.predicted, 0.0)
            if np.array_equal(units.scores, held_out.scores[:, arm]):
                per_outcome[:, arm] = cost[:, arm]
            cost[:, arm] *= units.scores
        worth = np.full(len(effects), float(benefit)) if factor is None else benefit * factor
        predicted_gross = np.column_stack([np.zeros(len(effects)), worth[:, None] * effects])
        predicted = predicted_gross[:, 1:] - (predicted_cost[:, 1:] - predicted_cost[:, :1])
        best = np.ones(len(predicted), dtype=np.int64)
        priority = predicted[:, 0].copy()
        for arm in range(2, len(arms)):
            best[predicted[:, arm - 1] > priority] = arm
            priority = np.maximum(priority, predicted[:, arm - 1])
        gross = worth[:, None] * held_out.scores
        return cls(
            held_out,
            learner,
            benefit=benefit,
            worth=worth,
            gross=gross,
            per_outcome=per_outcome,
            cost=cost,
            reward=gross - cost,
            predicted_cost=predicted_cost,
            predicted=predicted,
            predicted_gross=predicted_gross,
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
        """(n,) cost of each row's best arm over the control's, to value with."""
        return np.asarray(self.cost[np.arange(len(self.best)), self.best] - self.cost[:, 0])

    @property
    def price(self) -> Floats:
        """(n, k) predicted cost of each arm over the control's: what a budget is spent on.

        Raises:
            Problem: Some arm is predicted to cost somebody less than the control.
        """
        extra = self.predicted_cost - self.predicted_cost[:, :1]
        for arm, label in enumerate(self.held_out.arms):
            fewer = int((extra[:, arm] < 0).sum())
            if fewer:
                raise Problem(
                    f"Giving {label} costs less than {self.held_out.arms[0]} for {fewer:,} of "
                    f"{len(extra):,} people, so a budget would grow with each of them.",
                    column=label,
                    remedy="Count a saving as benefit, and leave the control's cost out.",
                )
        return extra


def cost_matrix(arms: tuple[str, ...], rows: int, costs: Costs | None) -> Floats:
    """(n, k) cost of each arm for each row.

    Raises:
        Problem: A cost of an unknown arm, of another length, missing or negative.
    """
    matrix = np.zeros((rows, len(arms)))
    for label, cost in (costs or {}).items():
        arm = arm_of(arms, label)
        values = np.asarray(cost, dtype=np.float64)
        if values.ndim and len(values) != rows:
            raise Problem(f"The costs of arm {label} are {len(values):,}, for {rows:,} rows.", column=label)
        if not np.isfinite(values).all():
            raise Problem(
                f"The cost of arm {label} is missing in {int((~np.isfinite(values)).sum()):,} rows.",
                column=label,
                remedy="Fill the cost column.",
            )
        if (values < 0).any():
            found = (
                f"{float(values):g}" if not values.ndim else f"negative in {int((values < 0).sum()):,} rows"
            )
            raise Problem(
                f"The cost of arm {label} is {found}; a cost is 0 or more.",
                column=label,
                remedy="A saving counts as benefit: add it to the outcome, not to the costs.",
            )
        matrix[:, arm] = values
    return matrix


def arm_of(arms: tuple[str, ...], label: str) -> int:
    """The position of an arm.

    Raises:
        Problem: There is none of this name.
    """
    if label not in arms:
        raise Problem(
            f"There is no arm {label} to give a cost to.",
            column=label,
            remedy=f"Choose among {', '.join(arms)}.",
        )
    return arms.index(label)
