"""Where a policy that ranks people stops, as one number that can be carried to other people."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.economics import Economics
from causal_core.policy.path import Path
from causal_core.policy.ranking import Ranking

if TYPE_CHECKING:
    from causal_core.study.options import PolicyOptions

ABOVE = 1 + 1e-9
"""By so much a price lies above the steepest step where the budget does not even reach that."""


@dataclass(frozen=True, eq=False)
class Stop:
    """What decides, and whom the policy treats on the rows where that was found.

    Attributes:
        money: What one unit of money counts: 1, or the dual price of a budget.
        limit: Who is above this is treated; None for everybody.
        codes: (n,) the arm each of these rows most probably gets.
        rows: (n,) their positions among the judged rows.
    """

    money: float
    limit: float | None
    codes: Integers = field(repr=False)
    rows: Integers = field(repr=False)


def stop_of(name: str, options: PolicyOptions, economics: Economics, rows: Integers) -> Stop:
    """Where one of "top_share", "threshold", "best_arm" and "budget" stops.

    A share or a budget is reached at a number that lies half-way between the last person treated on these
    rows and the next one, so that no rounding moves anybody across.

    Args:
        name: The policy.
        options: The study's [policy], with a budget for "budget".
        economics: Rewards and costs of the judged rows.
        rows: Positions of the judged rows that the exported models were not learned from.

    Raises:
        Problem: Some arm costs less than the control, within a budget.
    """
    priority, best = economics.priority[rows], economics.best[rows]
    weights = economics.held_out.weights
    mine = None if weights is None else weights[rows]
    if name == "budget":
        money, codes = _price(economics, float(options.budget or 0.0), rows, mine)
        return Stop(money, 0.0, codes, rows)
    if name == "top_share":
        included = Ranking.of(priority, weights=mine).reach(options.share).included >= 0.5
        return Stop(1.0, _between(priority, included), np.where(included, best, 0), rows)
    limit = options.threshold if name == "threshold" else 0.0
    return Stop(1.0, limit, np.where(priority > limit, best, 0), rows)


def _between(priority: Floats, included: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float | None:
    if included.all():
        return None
    highest_left = float(priority[~included].max())
    if not included.any():
        return highest_left
    return (float(priority[included].min()) + highest_left) / 2


def _price(
    economics: Economics, budget: float, rows: Integers, weights: Floats | None
) -> tuple[float, Integers]:
    """The dual price of the budget; whoever the rest of it would reach in part is left out."""
    path = Path.of(economics.predicted_gross[rows], economics.price[rows], weights)
    money = budget / economics.held_out.total_rows
    done = int(np.searchsorted(path.until, money * (1 + 1e-12) + 1e-12, side="right")) - 1
    taken = int(path.blocks[done])
    codes = path.assigned(taken)
    slopes = path.steps.slope
    if done == len(path.blocks) - 1:
        return 0.0, codes
    if taken == 0:
        return float(slopes[0]) * ABOVE, codes
    return float(slopes[taken - 1] + slopes[taken]) / 2, codes
