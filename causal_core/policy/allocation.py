"""Spending a budget where it is predicted to bring most (multi-armed cost curve; Sverdrup et al. 2025)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.policy.capacity import place
from causal_core.policy.kinds import Kinds
from causal_core.problem import Problem


@dataclass(frozen=True, eq=False)
class Allocation:
    """Who gets what within a budget.

    Attributes:
        assigned: (n,) action of each row.
        value: Total predicted reward of these actions; for planning only, an honest value needs other rows.
        spent: Total cost, never over the budget.
        gap: No assignment within the limits brings more than `value` and this, in the unit of the reward.
        prices: (k,) predicted reward of one more place for each action; 0 where some stay free.
        money: Predicted reward of one more unit of money; 0 where the budget is not used up.
    """

    assigned: Integers = field(repr=False)
    value: float
    spent: float
    gap: float = 0.0
    prices: tuple[float, ...] = ()
    money: float = 0.0


def allocate(
    predicted: ArrayLike,
    costs: ArrayLike,
    budget: float | None,
    capacity: Sequence[int | None] | None = None,
) -> Allocation:
    """Assign actions to whole people within a budget, and no more people an action than it has places.

    Without places, each person's actions form the upper convex hull of (cost, predicted reward). The hulls'
    segments of all people are pooled and taken by slope, steepest first, while they fit. One that does not
    fit is passed over, with the person's later ones; cheaper ones of other people still get what is left.
    With places it is a transportation problem (`causal_core.policy.capacity`). The order of rows matters in
    neither.

    Args:
        predicted: (n, k) predicted reward of each action; action 0 does nothing.
        costs: (n, k) or (k,) cost of each action, 0 for action 0.
        budget: The most to spend on everybody together; None for no limit.
        capacity: (k,) the most people who can get each action; None for everybody, as action 0 always is.

    Raises:
        Problem: Shapes differ, numbers are missing, a cost, the budget or a capacity is negative, or doing
            nothing costs.
    """
    rewards, price = _checked(predicted, costs)
    if budget is not None and not budget >= 0:
        raise Problem(f"The budget is {budget}; it must be 0 or more.", column="budget")
    rows = np.arange(len(rewards))
    most = np.inf if budget is None else float(budget)
    if capacity is not None:
        places = _places(capacity, *rewards.shape)
        placed = place(rewards, places, price, None if np.isinf(most) else most)
        return Allocation(
            placed.assigned,
            placed.value,
            placed.spent,
            placed.gap,
            tuple(placed.prices.tolist()),
            placed.money,
        )
    free, segments = hulls(rewards, price, Kinds.of(rewards, price).kind)
    assigned = _spend(free, segments, most)
    value = float(rewards[rows, assigned].sum())
    bound, money = _bound(float(rewards[rows, free].sum()), segments, most)
    return Allocation(
        assigned,
        value,
        float(price[rows, assigned].sum()),
        max(bound - value, 0.0),
        (0.0,) * rewards.shape[1],
        money,
    )


def _bound(start: float, segments: Segments, budget: float) -> tuple[float, float]:
    """The total if the last step could be taken in part, and what one more unit of money would bring."""
    until = np.cumsum(segments.cost)
    whole = int(np.searchsorted(until, budget, side="right"))
    total = start + float(segments.slope[:whole] @ segments.cost[:whole])
    if whole == len(until):
        return total, 0.0
    left = budget - (float(until[whole - 1]) if whole else 0.0)
    return total + float(segments.slope[whole]) * left, float(segments.slope[whole])


def _places(capacity: Sequence[int | None], people: int, actions: int) -> Integers:
    if len(capacity) != actions:
        raise Problem(
            f"There are {len(capacity)} capacities for {actions} actions.",
            column="capacity",
            remedy="Give one for each action, None where everybody can get it.",
        )
    if any(most is not None and not most >= 0 for most in capacity):
        raise Problem("A capacity is negative; it is a number of people.", column="capacity")
    if capacity[0] is not None and capacity[0] < people:
        raise Problem("Action 0 is doing nothing, which has no capacity.", column="capacity")
    return np.array([people if most is None else min(int(most), people) for most in capacity], dtype=np.int64)


def _checked(predicted: ArrayLike, costs: ArrayLike) -> tuple[Floats, Floats]:
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
    return rewards, price


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


def hulls(rewards: Floats, price: Floats, rank: Integers | None = None) -> tuple[Integers, Segments]:
    """The best free action of each person, and the steps up from it.

    Args:
        rewards: (n, k) predicted reward of each action.
        price: (n, k) cost of each action, 0 for action 0.
        rank: (n,) who comes first of equal slopes; None for the order of rows.
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
    order = np.lexsort((person if rank is None else rank[person], np.concatenate(steps), -slope))
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
