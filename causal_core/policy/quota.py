"""Policies whose treatment is shared out among groups of people."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.budget import check_budget
from causal_core.policy.economics import Economics
from causal_core.policy.group_budget import Spending
from causal_core.policy.group_share import Treated, treat_groups
from causal_core.policy.limits import Limits
from causal_core.policy.result import PolicyResult
from causal_core.policy.rule import GroupRule, Groups
from causal_core.policy.valuation import value_of
from causal_core.problem import Problem


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
    held_out, price = economics.held_out, economics.price
    people = held_out.total_rows
    spending = Spending(
        economics.predicted_gross, price, groups.code, rule, budget / people, held_out.weights
    )
    cheapest = spending.least()
    if cheapest > budget / people * (1 + 1e-9) + 1e-12:
        raise Problem(
            f"The budget of {budget:,.6g} for {people:,} rows is too small for the least shares of the "
            f"groups, which cost at least {cheapest * people:,.6g}.",
            column="budget",
            remedy="Give a larger budget, or smaller least shares.",
        )
    money, policy, found = spending.search()
    worth = economics.predicted_gross[:, 1:] - money * price[:, 1:]
    return _valued(economics, "budget", policy, worth, groups, found, uses=[price] if money > 0 else [])


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
