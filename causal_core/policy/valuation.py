"""The value of a policy on rows it never saw, against nobody and everybody treated."""

from __future__ import annotations

from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.policy.economics import Economics
from causal_core.policy.ranking import Limit, Reached
from causal_core.policy.result import Gain, PolicyResult
from causal_core.uplift.arrays import interval, mean_and_error


def value_of(
    economics: Economics,
    name: str,
    policy: Floats,
    learner: str | None = None,
    reached: Reached | Limit | None = None,
) -> PolicyResult:
    """A policy given as (n, k) probabilities, valued on the held-out rows.

    Args:
        economics: Rewards and costs.
        name: What the policy is called.
        policy: (n, k).
        learner: Whose predictions chose; None for those of `economics`, "" for nobody's.
        reached: Whom a share or a budget reached, each with the arm of `economics.best`, or the limit itself
            where arms are stepped up; None where no limit moves from sample to sample.
    """
    held_out = economics.held_out
    limit = reached.limit(economics.best) if isinstance(reached, Reached) else reached
    reward = (policy * economics.reward).sum(axis=1)
    if limit is not None:
        reward = reward + limit.shift(economics.reward)
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
