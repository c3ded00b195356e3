"""The value of spending a budget where it is predicted to bring most, for every budget at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats
from causal_core.policy.economics import Economics
from causal_core.policy.path import Path
from causal_core.policy.result import PolicyResult
from causal_core.policy.valuation import value_of
from causal_core.problem import Problem
from causal_core.uplift.arrays import NORMAL_95
from causal_core.uplift.curves import thin

POINTS = 200
"""The most points a curve keeps for drawing."""


@dataclass(frozen=True, eq=False)
class BudgetCurve:
    """Gain over the budget, from nothing to what everything predicted to gain costs.

    Gains are valued with AIPW scores of rows no model saw; who gets what follows predictions alone.

    Attributes:
        learner: Whose predictions choose.
        arms: The k levels as text, control first.
        people: The study's people, whom budgets are for.
        budget: (p,) money for all of them, at most 200 budgets from 0 up.
        gain: (p,) gain over treating nobody per person, costs taken off, in the benefit's unit.
        std_error: (p,) of the gain; budgets fix the money, so that who is at the limit differs by sample.
        gross: (p,) the gain before costs.
        cost: (p,) mean cost per person over the control's, as valued on the judged rows.
        treated: (p,) share of people in another arm than the control.
        shares: (p, k) share of people in each arm.
        marginal: (p,) predicted benefit of one more unit of money; 0 at the last. Beyond the budget where it
            falls below 1, more money costs more than it is predicted to bring.
        rows_used: Judged rows.
    """

    learner: str
    arms: tuple[str, ...]
    people: int
    budget: Floats = field(repr=False)
    gain: Floats = field(repr=False)
    std_error: Floats = field(repr=False)
    gross: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    treated: Floats = field(repr=False)
    shares: Floats = field(repr=False)
    marginal: Floats = field(repr=False)
    rows_used: int
    economics: Economics = field(repr=False)
    path: Path = field(repr=False)

    @property
    def lower(self) -> Floats:
        """(p,) lower end of the pointwise 95 % band of the gain."""
        return np.asarray(self.gain - NORMAL_95 * self.std_error)

    @property
    def upper(self) -> Floats:
        """(p,) upper end of the pointwise 95 % band of the gain."""
        return np.asarray(self.gain + NORMAL_95 * self.std_error)

    @property
    def planned(self) -> float:
        """The budget beyond which another unit of money is predicted to bring less than itself."""
        worth = self.path.steps.slope > 1
        taken = int(worth.sum())
        block = int(np.searchsorted(self.path.blocks, taken, side="right")) - 1
        return float(self.path.until[block] * self.people)

    def at(self, budget: float) -> PolicyResult:
        """The policy within a budget for all people of the study, valued exactly; no sort, sums alone.

        Raises:
            Problem: The budget is negative, infinite or missing.
        """
        return _valued(self.economics, self.path, budget)


def budget_curve(economics: Economics) -> BudgetCurve:
    """The gain for every budget; one sort, then running sums.

    Raises:
        Problem: Some arm costs less than the control, or no arm that is predicted to gain costs anything.
    """
    held_out, path = economics.held_out, path_of(economics)
    if path.total <= 0:
        raise Problem(
            "Nothing that is predicted to gain costs anything, so money sets no limit.",
            remedy="Give the arms a cost.",
        )
    rows = len(economics.best)
    _, kept = thin(path.until / path.total, POINTS, np.arange(len(path.until), dtype=np.float64))
    block = kept.astype(np.int64)
    taken = path.blocks[block]
    net, gross, cost = (each - each[:, :1] for each in (economics.reward, economics.gross, economics.cost))
    sums = path.sums((net, gross, cost), taken) / rows
    shares = path.shares(taken)
    return BudgetCurve(
        economics.learner,
        held_out.arms,
        held_out.total_rows,
        path.until[block] * held_out.total_rows,
        sums[:, 0],
        path.errors(net, taken, held_out.clusters, moving=True),
        sums[:, 1],
        sums[:, 2],
        1.0 - shares[:, 0],
        shares,
        np.append(path.steps.slope, 0.0)[taken],
        rows,
        economics,
        path,
    )


def within_budget(economics: Economics, budget: float) -> PolicyResult:
    """Spend at most `budget` on all people of the study where it is predicted to bring most.

    Predicted gross benefit stands against predicted cost. Whoever is at the limit is treated with a
    probability at which just the budget is spent.

    Raises:
        Problem: The budget is negative, infinite or missing, or some arm costs less than the control.
    """
    return _valued(economics, path_of(economics), budget)


def path_of(economics: Economics) -> Path:
    """The path of spending on the judged rows.

    Raises:
        Problem: Some arm costs less than the control.
    """
    return Path.of(economics.predicted_gross, economics.price, economics.held_out.weights)


def check_budget(budget: float) -> None:
    """Check that a budget is an amount of money.

    Raises:
        Problem: It is negative, infinite or missing.
    """
    if not (np.isfinite(budget) and budget >= 0):
        raise Problem(
            f"The budget is {budget:g}; it must be an amount of 0 or more.",
            column="budget",
            remedy="Give the most that may be spent on all rows of the table.",
        )


def _valued(economics: Economics, path: Path, budget: float) -> PolicyResult:
    check_budget(budget)
    policy, limit = path.reach(budget / economics.held_out.total_rows)
    return value_of(economics, "budget", policy, reached=limit)
