"""Whom to treat by predicted effect, valued on the held-out rows.

The predictions come from the learning half and the AIPW scores that value a policy from the held-out half, so
the policy is valued on rows it never saw. Rewards are benefit times outcome less cost.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.policy.allocation import allocate
from causal_core.policy.economics import Costs, Economics
from causal_core.policy.result import Gain, PolicyResult
from causal_core.policy.tree import PolicyTree
from causal_core.problem import Problem
from causal_core.uplift.arrays import interval, mean_and_error
from causal_core.uplift.curves import ranking
from causal_core.uplift.result import HeldOut


def treat_none(economics: Economics) -> PolicyResult:
    """Everybody keeps the control."""
    return value_of(economics, "treat_none", _all(economics, 0), learner="")


def treat_all(economics: Economics) -> tuple[PolicyResult, ...]:
    """Everybody gets the same arm: one policy for each arm after the control."""
    arms = economics.held_out.arms
    several = len(arms) > 2
    return tuple(
        value_of(
            economics, f"treat_all: {label}" if several else "treat_all", _all(economics, arm), learner=""
        )
        for arm, label in enumerate(arms[1:], start=1)
    )


def best_arm(economics: Economics) -> PolicyResult:
    """Each person gets the arm of highest predicted net benefit, or the control when none is above 0."""
    chosen = np.where(economics.priority > 0, economics.best, 0)
    return value_of(economics, "best_arm", np.eye(len(economics.held_out.arms))[chosen])


def top_share(economics: Economics, share: float) -> PolicyResult:
    """The share of people with the highest predicted net benefit get their best arm; the others the control.

    People of equal prediction at the limit are treated with equal probability: row order never matters.

    Raises:
        Problem: The share lies outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise Problem(f"The share to treat is {share}; it must lie between 0 and 1.", column="share")
    treated = inclusion(economics.priority, share)
    rows = np.arange(len(treated))
    policy = np.zeros((len(treated), len(economics.held_out.arms)))
    policy[rows, economics.best] = treated
    policy[:, 0] = 1 - treated
    return value_of(economics, "top_share", policy)


def by_tree(economics: Economics, tree: PolicyTree, features: pd.DataFrame) -> PolicyResult:
    """A tree fitted on the learning half, valued on the held-out rows.

    Args:
        economics: Rewards and costs.
        tree: Its actions are the arms, in order.
        features: (n, p) covariates of the held-out rows.
    """
    chosen = tree.assign(features)
    valued = value_of(economics, "tree", np.eye(len(economics.held_out.arms))[chosen], learner="")
    return replace(valued, rules=tree.describe())


def within_budget(
    held_out: HeldOut, learner: str, budget: float, benefit: float = 1.0, costs: Costs | None = None
) -> PolicyResult:
    """Spend at most `budget` on all people of the study where it is predicted to bring most.

    The held-out rows, a part of all people, get that part of the budget. Gross benefit stands against cost.

    Raises:
        Problem: A cost or the budget is negative, or no such learner.
    """
    economics = Economics.of(held_out, learner, benefit, costs)
    part = len(held_out.outcome) / held_out.total_rows
    gross = np.column_stack([np.zeros(len(held_out.outcome)), benefit * held_out.effects(learner)])
    found = allocate(gross, economics.cost - economics.cost[:, :1], budget * part)
    return value_of(economics, "budget", np.eye(len(held_out.arms))[found.assigned])


def inclusion(priority: Floats, share: float) -> Floats:
    """(n,) probability of being among the top `share`; between 0 and 1 only for ties at the limit."""
    order, ends = ranking(priority)
    starts = np.concatenate(([0], ends[:-1] + 1))
    sizes = ends - starts + 1
    part = np.clip((share * len(priority) - starts) / sizes, 0.0, 1.0)
    included = np.empty(len(priority))
    included[order] = np.repeat(part, sizes)
    return included


def value_of(economics: Economics, name: str, policy: Floats, learner: str | None = None) -> PolicyResult:
    """A policy given as (n, k) probabilities, valued on the held-out rows.

    Args:
        economics: Rewards and costs.
        name: What the policy is called.
        policy: (n, k).
        learner: Whose predictions chose; None for those of `economics`, "" for nobody's.
    """
    held_out = economics.held_out
    reward = (policy * economics.reward).sum(axis=1)
    value, error = mean_and_error(reward, held_out.clusters)
    none = Gain.of(reward - economics.reward[:, 0], held_out.clusters)
    everybody = Gain.of(reward - economics.reward[:, economics.all_arm], held_out.clusters)
    shares = policy.mean(axis=0)
    treated = float(shares[1:].sum())
    cost = float((policy * economics.cost).sum(axis=1).mean())
    arm = held_out.arms[economics.all_arm]
    return PolicyResult(
        policy=name,
        value=value,
        std_error=error,
        ci=interval(value, error),
        gain_vs_none=none,
        gain_vs_all=everybody,
        treated_share=treated,
        cost=cost,
        arm_shares=tuple(zip(held_out.arms, map(float, shares), strict=True)),
        all_arm=arm,
        learner=economics.learner if learner is None else learner,
        sentence=_sentence(none, everybody, treated, cost, arm, several=len(held_out.arms) > 2),
        rows_used=len(reward),
    )


def _all(economics: Economics, arm: int) -> Floats:
    policy = np.zeros((len(economics.best), len(economics.held_out.arms)))
    policy[:, arm] = 1
    return policy


def _sentence(none: Gain, everybody: Gain, treated: float, cost: float, arm: str, *, several: bool) -> str:
    whom = "Nobody is treated" if treated == 0 else f"{percent(treated)} of people are treated"
    if treated == 1:
        whom = "Everybody is treated"
    spent = f", at a mean cost of {cost:.3g} a person" if cost else ""
    everyone = "treating everybody"
    if several:
        everyone = f"giving everybody {arm} (the arm predicted best on average, chosen on other rows)"
    parts = [f"{whom}{spent}."]
    if treated > 0:
        parts.append(_against(none, "treating nobody"))
    if (none.value, none.std_error) != (everybody.value, everybody.std_error) and everybody.std_error > 0:
        parts.append(_against(everybody, everyone))
    return " ".join(parts)


def _against(gain: Gain, other: str) -> str:
    if gain.ci[0] > 0:
        return f"It gains {_numbers(gain.value, *gain.ci)} over {other}."
    if gain.ci[1] < 0:
        return f"It loses {_numbers(-gain.value, -gain.ci[1], -gain.ci[0])} against {other}."
    return f"No clear difference from {other}: {_numbers(gain.value, *gain.ci)}."


def _numbers(value: float, low: float, high: float) -> str:
    return f"{value:.3g} a person (95 % interval {low:.3g} to {high:.3g})"
