"""Where a budget ends: the steps at its limit, which moves from sample to sample."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.allocation import Segments, hulls
from causal_core.policy.ranking import FEWEST, WINDOW, Limit


def money_limit(
    rewards: Floats, price: Floats, budget: float, assigned: Integers, weights: Floats | None = None
) -> Limit | None:
    """The limit of an allocation by predicted reward per money.

    Args:
        rewards: (n, k) predicted reward of each action, by which money is spent.
        price: (n, k) cost of each action, 0 for action 0.
        budget: The most to spend on everybody together.
        assigned: (n,) what `allocate` gave each person for these.
        weights: (n,) sampling weights of mean 1: how many people each row stands for.

    Returns:
        None when the budget is enough for every step that is predicted to gain.
    """
    free, steps = hulls(rewards, price)
    until = np.cumsum(steps.cost if weights is None else steps.cost * weights[steps.person])
    if not len(until) or until[-1] <= budget:
        return None
    people = len(rewards)
    end = int(np.searchsorted(until, budget, side="right"))
    near = max(FEWEST, people // WINDOW)
    at_limit = slice(max(end - near, 0), end + near)
    return Limit(
        spent=price[np.arange(people), assigned],
        rows=steps.person[at_limit],
        before=_before(free, steps)[at_limit],
        after=steps.action[at_limit],
        use=steps.cost[at_limit],
        weights=weights,
    )


def _before(free: Integers, steps: Segments) -> Integers:
    """(s,) the action each step starts from."""
    before = free[steps.person]
    together = np.argsort(steps.person, kind="stable")
    same = np.flatnonzero(np.diff(steps.person[together]) == 0)
    before[together[same + 1]] = steps.action[together[same]]
    return before
