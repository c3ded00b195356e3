"""Spending a budget where it is predicted to bring most (multi-armed cost curve; Sverdrup et al. 2025)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem


@dataclass(frozen=True, eq=False)
class Allocation:
    """Who gets what within a budget.

    Attributes:
        assigned: (n,) action of each row.
        value: Total predicted reward of these actions; for planning only, an honest value needs other rows.
        spent: Total cost, never over the budget.
    """

    assigned: Integers = field(repr=False)
    value: float
    spent: float


def allocate(predicted: ArrayLike, costs: ArrayLike, budget: float) -> Allocation:
    """Assign actions to whole people within a budget.

    Each person's actions form the upper convex hull of (cost, predicted reward). The hulls' segments of all
    people are pooled and taken by slope, steepest first, while they fit. One that does not fit is passed
    over, with the person's later ones; cheaper ones of other people still get what is left.

    Args:
        predicted: (n, k) predicted reward of each action; action 0 does nothing.
        costs: (n, k) or (k,) cost of each action, 0 for action 0.
        budget: The most to spend on everybody together.

    Raises:
        Problem: Shapes differ, numbers are missing, a cost or the budget is negative, or doing nothing costs.
    """
    rewards = np.asarray(predicted, dtype=np.float64)
    if rewards.ndim != 2:
        raise Problem("The predicted rewards must have the shape (rows, actions).", column="predicted")
    given = np.asarray(costs, dtype=np.float64)
    if given.shape not in (rewards.shape, rewards.shape[1:]):
        raise Problem(
            f"The costs must have the shape {rewards.shape} or {rewards.shape[1:]}.",
            column="costs",
        )
    price = np.broadcast_to(given, rewards.shape)
    if not (np.isfinite(rewards).all() and np.isfinite(price).all()):
        raise Problem("Some predicted rewards or costs are missing or infinite.", column="predicted")
    if (price < 0).any():
        raise Problem("Some costs are negative.", column="costs", remedy="Count a saving as reward.")
    if (price[:, 0] != 0).any():
        raise Problem("Action 0 must cost nothing: it is doing nothing.", column="costs")
    if not budget >= 0:
        raise Problem(f"The budget is {budget}; it must be 0 or more.", column="budget")
    free, segments = hulls(rewards, price)
    assigned = _spend(free, segments, float(budget))
    rows = np.arange(len(rewards))
    return Allocation(assigned, float(rewards[rows, assigned].sum()), float(price[rows, assigned].sum()))


@dataclass(frozen=True, eq=False)
class Segments:
    """Steps along the hulls of all people, steepest first; a person's own steps stay in their order.

    Attributes:
        person: (s,) row of the person who takes the step.
        action: (s,) action after the step.
        cost: (s,) money the step takes.
        slope: (s,) predicted reward for one unit of money.
    """

    person: Integers
    action: Integers
    cost: Floats
    slope: Floats


def hulls(rewards: Floats, price: Floats) -> tuple[Integers, Segments]:
    """The best free action of each person, and the steps up from it.

    Args:
        rewards: (n, k) predicted reward of each action.
        price: (n, k) cost of each action, 0 for action 0.
    """
    rows = np.arange(len(rewards))
    at = np.where(price == 0, rewards, -np.inf).argmax(axis=1)
    free = at.copy()
    last = np.full(len(rewards), np.inf)
    people, actions, spends, slopes, steps = [], [], [], [], []
    for step in range(rewards.shape[1] - 1):
        extra = price - price[rows, at][:, None]
        more = rewards - rewards[rows, at][:, None]
        better = (extra > 0) & (more > 0)
        slope = np.divide(more, extra, out=np.full_like(more, -np.inf), where=better)
        steepest = slope.max(axis=1)
        moving = np.isfinite(steepest)
        if not moving.any():
            break
        # Of equally steep actions the cheapest, so that little money can still be spent.
        target = np.where(slope >= steepest[:, None], extra, np.inf).argmin(axis=1)
        last = np.where(moving, np.minimum(last, steepest), last)
        people.append(rows[moving])
        actions.append(target[moving])
        spends.append(extra[rows, target][moving])
        slopes.append(last[moving])
        steps.append(np.full(int(moving.sum()), step))
        at = np.where(moving, target, at)
    if not people:
        empty = np.empty(0, dtype=np.int64)
        return free, Segments(empty, empty, np.empty(0), np.empty(0))
    person, slope = np.concatenate(people), np.concatenate(slopes)
    order = np.lexsort((person, np.concatenate(steps), -slope))
    action, cost = np.concatenate(actions)[order], np.concatenate(spends)[order]
    return free, Segments(person[order], action, cost, slope[order])


def _spend(free: Integers, segments: Segments, budget: float) -> Integers:
    assigned = free.copy()
    left = budget
    stopped = np.zeros(len(free), dtype=bool)
    person, action, cost = segments.person, segments.action, segments.cost
    while len(person):
        stopped[person[cost > left]] = True
        open_to = ~stopped[person]
        person, action, cost = person[open_to], action[open_to], cost[open_to]
        running = np.cumsum(cost)
        fits = int(np.searchsorted(running, left, side="right"))
        if fits == 0:
            break
        # Later steps of a person come later in the order and overwrite earlier ones.
        assigned[person[:fits]] = action[:fits]
        left -= float(running[fits - 1])
        person, action, cost = person[fits:], action[fits:], cost[fits:]
    return assigned
