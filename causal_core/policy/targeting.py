"""Whom to treat by predicted effect, valued on the held-out rows.

The predictions come from the learning half and the AIPW scores that value a policy from the held-out half, so
the policy is valued on rows it never saw. Rewards are benefit times outcome less cost.
"""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.policy.economics import Economics
from causal_core.policy.ranking import Ranking
from causal_core.policy.result import PolicyResult
from causal_core.policy.valuation import value_of
from causal_core.problem import Problem


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


def threshold(economics: Economics, above: float) -> PolicyResult:
    """Who is predicted to gain more than a threshold, costs taken off, gets the best arm; others the control.

    Args:
        economics: Rewards and costs.
        above: In the benefit's unit, per person; below 0 it treats some who are predicted to lose.

    Raises:
        Problem: The threshold is infinite or missing.
    """
    if not np.isfinite(above):
        raise Problem(f"The threshold is {above:g}; it must be a number.", column="threshold")
    chosen = np.where(economics.priority > above, economics.best, 0)
    return value_of(economics, "threshold", np.eye(len(economics.held_out.arms))[chosen])


def top_share(economics: Economics, share: float) -> PolicyResult:
    """The share of people with the highest predicted net benefit get their best arm; the others the control.

    People of equal prediction at the limit are treated with equal probability: row order never matters.

    Raises:
        Problem: The share lies outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise Problem(f"The share to treat is {share}; it must lie between 0 and 1.", column="share")
    reached = Ranking.of(economics.priority, weights=economics.held_out.weights).reach(share)
    treated = reached.included
    rows = np.arange(len(treated))
    policy = np.zeros((len(treated), len(economics.held_out.arms)))
    policy[rows, economics.best] = treated
    policy[:, 0] = 1 - treated
    return value_of(economics, "top_share", policy, reached=reached)


def inclusion(priority: Floats, share: float) -> Floats:
    """(n,) probability of being among the top `share`; between 0 and 1 only for ties at the limit."""
    return Ranking.of(priority).reach(share).included


def _all(economics: Economics, arm: int) -> Floats:
    policy = np.zeros((len(economics.best), len(economics.held_out.arms)))
    policy[:, arm] = 1
    return policy
