"""Policies whose treatment is shared out among groups of people."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.budget import check_budget
from causal_core.policy.economics import Economics
from causal_core.policy.group_share import Treated, treat_groups
from causal_core.policy.limits import Limits
from causal_core.policy.result import PolicyResult
from causal_core.policy.rule import GroupRule, Groups
from causal_core.policy.valuation import value_of
from causal_core.problem import Problem

STEPS = 60
"""How often the price of money is looked for at most."""

_TINY = 1e-9


def top_share_by_group(economics: Economics, groups: Groups, rule: GroupRule, share: float) -> PolicyResult:
    """Treat a share of all people, those of highest predicted net benefit, as far as the rules allow.

    Raises:
        Problem: The share lies outside 0 to 1, or the rules cannot be met with it.
    """
    if not 0 <= share <= 1:
        raise Problem(f"The share to treat is {share}; it must lie between 0 and 1.", column="share")
    found = treat_groups(economics.priority, groups.code, rule, share, economics.held_out.weights)
    policy = _policy(economics, economics.best, found.included)
    return _valued(economics, "top_share", policy, economics.predicted, groups, found, total=True)


def best_arm_by_group(
    economics: Economics, groups: Groups, rule: GroupRule, above: float | None = None
) -> PolicyResult:
    """Treat everybody predicted to gain more than `above`, more or fewer where the rules demand it.

    Args:
        economics: Rewards and costs.
        groups: The groups of the judged rows.
        rule: What binds their treated shares.
        above: The threshold of the policy of that name; None for 0, which treats all who gain.
    """
    worth = economics.predicted - (above or 0.0)
    found = treat_groups(
        economics.priority - (above or 0.0), groups.code, rule, None, economics.held_out.weights
    )
    policy = _policy(economics, economics.best, found.included)
    return _valued(economics, "best_arm" if above is None else "threshold", policy, worth, groups, found)


def within_budget_by_group(
    economics: Economics, groups: Groups, rule: GroupRule, budget: float
) -> PolicyResult:
    """Spend at most a budget for all people of the study where it is predicted to bring most.

    At a price of money each person's best arm is the one of highest predicted benefit less the price of its
    cost; the groups are treated by that, and the price is where just the budget is spent. There two policies
    are equally good, of which one spends too much: chances are between them.

    Raises:
        Problem: The budget is negative or infinite, or too small for the least shares; or some arm costs less
            than the control.
    """
    check_budget(budget)
    search = _Search(economics, groups, rule, budget / economics.held_out.total_rows)
    money, policy, found = search.run()
    worth = economics.predicted_gross[:, 1:] - money * search.price[:, 1:]
    uses = [search.price] if money > 0 else []
    return _valued(economics, "budget", policy, worth, groups, found, uses=uses)


class _Search:
    """The search for the price of money at which the budget is just spent."""

    def __init__(self, economics: Economics, groups: Groups, rule: GroupRule, money: float) -> None:
        self.economics, self.groups, self.rule, self.money = economics, groups, rule, money
        self.price = economics.price

    def run(self) -> tuple[float, Floats, Treated]:
        """The price, the policy there, and how its groups are treated."""
        low = (0.0, *self._at(0.0))
        if low[3] <= self.money * (1 + 1e-12):
            return low[0], low[1], low[2]
        cheapest = self._spent_at_least()
        if cheapest > self.money + _TINY * max(cheapest, 1.0):
            people = self.economics.held_out.total_rows
            raise Problem(
                f"The budget of {self.money * people:,.6g} is too small for the least shares of the groups, "
                f"which cost at least {cheapest * people:,.6g}.",
                column="budget",
                remedy="Give a larger budget, or smaller least shares.",
            )
        price = self._usual()
        high = (price, *self._at(price))
        while high[3] > self.money and price < 1e15:
            low, price = high, price * 4
            high = (price, *self._at(price))
        for step in range(STEPS):
            if high[0] - low[0] <= 1e-8 * high[0] or self.money - high[3] <= 1e-8 * self.money:
                break
            part = (low[3] - self.money) / (low[3] - high[3]) if step % 3 < 2 else 0.5
            price = low[0] + min(max(part, 0.02), 0.98) * (high[0] - low[0])
            middle = (price, *self._at(price))
            low, high = (middle, high) if middle[3] > self.money else (low, middle)
        part = min(max((self.money - high[3]) / (low[3] - high[3]), 0.0), 1.0)
        return high[0], part * low[1] + (1 - part) * high[1], high[2]

    def _at(self, price: float) -> tuple[Floats, Treated, float]:
        economics = self.economics
        worth = economics.predicted_gross[:, 1:] - price * self.price[:, 1:]
        arm = worth.argmax(axis=1)
        rows = np.arange(len(arm))
        found = treat_groups(worth[rows, arm], self.groups.code, self.rule, None, economics.held_out.weights)
        policy = _policy(economics, arm + 1, found.included)
        spent = (policy * self.price).sum(axis=1)
        return policy, found, float(np.average(spent, weights=economics.held_out.weights))

    def _spent_at_least(self) -> float:
        cheapest = self.price[:, 1:].min(axis=1)
        weights = self.economics.held_out.weights
        found = treat_groups(-cheapest, self.groups.code, self.rule, None, weights)
        return float(np.average(found.included * cheapest, weights=weights))

    def _usual(self) -> float:
        cost = self.price[self.price > 0]
        return float(np.abs(self.economics.predicted_gross).mean() / cost.mean()) or 1.0


def _policy(economics: Economics, arm: Integers, included: Floats) -> Floats:
    policy = np.zeros(economics.reward.shape)
    policy[np.arange(len(included)), arm] = included
    policy[:, 0] = 1.0 - included
    return policy


def _valued(
    economics: Economics,
    name: str,
    policy: Floats,
    worth: Floats,
    groups: Groups,
    found: Treated,
    *,
    total: bool = False,
    uses: list[Floats] | None = None,
) -> PolicyResult:
    """The policy's value, where the limits of groups, of all and of money move from sample to sample."""
    treated = np.ones(policy.shape)
    treated[:, 0] = 0.0
    limits = list(uses or [])
    if total and not found.bound.all():
        limits.append(treated)
    for place in np.flatnonzero(found.bound):
        inside = (groups.code == place)[:, None]
        limits.append(np.where(inside, treated - found.rate[place], 0.0))
    level = found.level[groups.code][:, None]
    standing = np.hstack([np.zeros((len(policy), 1)), worth - level])
    limit = Limits.of(standing, policy, limits, economics.held_out.weights)
    return value_of(economics, name, policy, reached=limit)
