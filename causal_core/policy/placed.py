"""Policies in which only so many people can get an arm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.budget import check_budget
from causal_core.policy.capacity import Placed, place, places_of
from causal_core.policy.economics import Economics
from causal_core.policy.limits import Limits
from causal_core.policy.result import PolicyResult
from causal_core.policy.valuation import value_of
from causal_core.problem import Problem


def best_arm_placed(
    economics: Economics, capacity: Mapping[str, float], above: float | None = None
) -> PolicyResult:
    """The highest predicted net benefit in total when only so many people can get each arm.

    Args:
        economics: Rewards and costs.
        capacity: Arm -> share of people, the most who can get it.
        above: The threshold of the policy of that name, taken off each arm's net benefit; None for 0.

    Raises:
        Problem: There is no such arm, a share lies outside 0 to 1, or rows have sampling weights.
    """
    rewards = np.hstack([np.zeros((len(economics.best), 1)), economics.predicted - (above or 0.0)])
    name = "best_arm" if above is None else "threshold"
    return _valued(economics, name, rewards, place(rewards, _places(economics, capacity)))


def top_share_placed(economics: Economics, share: float, capacity: Mapping[str, float]) -> PolicyResult:
    """Just a share of people treated, as far as there are places: the highest net benefit in total.

    Raises:
        Problem: As `best_arm_placed`; or the share lies outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise Problem(f"The share to treat is {share}; it must lie between 0 and 1.", column="share")
    rewards = np.hstack([np.zeros((len(economics.best), 1)), economics.predicted])
    # Nobody is treated beyond the share, so the control is worth more than any exchange can bring.
    arms = rewards.shape[1]
    rewards[:, 0] = (arms + 1) * float(np.ptp(rewards)) + 1.0
    return _valued(economics, "top_share", rewards, place(rewards, _places(economics, capacity, share)))


def within_budget_placed(economics: Economics, budget: float, capacity: Mapping[str, float]) -> PolicyResult:
    """Spend at most a budget for all people of the study, with only so many places for each arm.

    Raises:
        Problem: As `best_arm_placed`; or the budget is negative or infinite, or some arm costs less than the
            control.
    """
    check_budget(budget)
    rows, price = len(economics.best), economics.price
    money = budget * rows / economics.held_out.total_rows
    placed = place(economics.predicted_gross, _places(economics, capacity), price, money)
    return _valued(economics, "budget", economics.predicted_gross, placed, price)


def _places(economics: Economics, capacity: Mapping[str, float], share: float | None = None) -> Integers:
    held_out = economics.held_out
    if held_out.weights is not None:
        raise Problem(
            "Places are counted in people, and with sampling weights a row stands for a part of one or for "
            "several.",
            remedy="Leave the capacities or the sampling weights out.",
        )
    return places_of(held_out.arms, capacity, len(economics.best), share)


def _valued(
    economics: Economics, name: str, rewards: Floats, placed: Placed, price: Floats | None = None
) -> PolicyResult:
    """The policy's value; people who are alike draw lots, so that the order of rows never matters."""
    arms = rewards.shape[1]
    policy = placed.kinds.shares(placed.assigned, arms)
    worth = rewards - placed.prices
    limits = []
    if price is not None and placed.money > 0:
        worth = worth - placed.money * price
        limits.append(price)
    for arm in np.flatnonzero(placed.prices > 0):
        used = np.zeros(rewards.shape)
        used[:, arm] = 1.0
        limits.append(used)
    return value_of(economics, name, policy, reached=Limits.of(worth, policy, limits))
