"""The value of a policy on rows it never saw, against nobody, everybody, and what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.percent import percent
from causal_core.policy.economics import Economics
from causal_core.policy.evaluation import effective_size, thin_evidence
from causal_core.policy.limits import Limits
from causal_core.policy.ranking import Limit, Reached
from causal_core.policy.result import Gain, PolicyResult
from causal_core.uplift.arrays import Marks, interval, mean_and_error

FEW_TREATED = 20
"""With fewer judged rows treated, what a policy gains over treating nobody is warned about."""

_KNOWN: WeakKeyDictionary[Economics, Floats] = WeakKeyDictionary()


def value_of(
    economics: Economics,
    name: str,
    policy: Floats,
    learner: str | None = None,
    reached: Reached | Limit | Limits | None = None,
) -> PolicyResult:
    """A policy given as (n, k) probabilities, valued on the held-out rows by its AIPW scores.

    Args:
        economics: Rewards and costs.
        name: What the policy is called.
        policy: (n, k).
        learner: Whose predictions chose; None for those of `economics`, "" for nobody's.
        reached: Whom a share or a budget reached, each with the arm of `economics.best`, or the limit itself
            where arms are stepped up, or several limits; None where none moves from sample to sample.
    """
    held_out = economics.held_out
    limit = reached.limit(economics.best) if isinstance(reached, Reached) else reached
    chosen_by = economics.learner if learner is None else learner
    weight = matching_weights(economics, policy)
    return _result(
        economics,
        name,
        _Contributions(
            reward=_counted(policy, economics.reward, limit),
            outcome=_counted(policy, held_out.scores, limit),
            cost=_counted(policy, economics.cost, limit),
        ),
        policy,
        chosen_by,
        weight,
        "procedure" if chosen_by and held_out.evaluation == "sequential" else "policy",
    )


def current(economics: Economics) -> PolicyResult:
    """What was done when the data were made, worth what it brought: no model is asked, each row speaks once.

    A cost that is paid by what happens has no record in the economics, so its mean is that of its AIPW scores
    under the chances the arms had.
    """
    held_out = economics.held_out
    policy = np.eye(len(held_out.arms))[held_out.arm]
    return _result(economics, "current", _as_logged(economics), policy, "", np.ones(len(policy)), "policy")


def matching_weights(economics: Economics, policy: Floats) -> Floats:
    """(n,) pi(a_i|x_i) / e(a_i|x_i) of the arms logged; propensities are taken as they are."""
    held_out = economics.held_out
    rows = np.arange(len(policy))
    return np.asarray(policy[rows, held_out.arm] / held_out.propensity[rows, held_out.arm])


def paid_later(economics: Economics) -> Marks:
    """(k,) whether an arm's cost is paid by what happens, so that it is known by scores only."""
    return np.asarray((economics.cost != economics.predicted_cost).any(axis=0))


def reward_as_logged(economics: Economics) -> Floats:
    """(n,) what each row brought: contributions to the value of what was done, as in `current`."""
    return _as_logged(economics).reward


@dataclass(frozen=True, eq=False)
class _Contributions:
    """(n,) contributions to a policy's mean reward, outcome and cost."""

    reward: Floats = field(repr=False)
    outcome: Floats = field(repr=False)
    cost: Floats = field(repr=False)


def _counted(policy: Floats, values: Floats, limit: Limit | Limits | None) -> Floats:
    counted = (policy * values).sum(axis=1)
    return np.asarray(counted if limit is None else counted + limit.shift(values))


def _as_logged(economics: Economics) -> _Contributions:
    held_out = economics.held_out
    rows = np.arange(len(held_out.arm))
    later = paid_later(economics)
    logged = np.where(later[held_out.arm], 0.0, economics.cost[rows, held_out.arm])
    cost = logged + (held_out.propensity * economics.cost)[:, later].sum(axis=1)
    return _Contributions(economics.worth * held_out.outcome - cost, held_out.outcome, cost)


def _hardly_anybody(name: str, policy: Floats) -> tuple[str, ...]:
    """What is said of a policy that treats so few judged rows that a normal interval may be too short."""
    rows, treated = len(policy), int((policy[:, 0] < 1).sum())
    if name == "treat_none" or treated >= FEW_TREATED:
        return ()
    if treated == 0 and name == "top_share":
        # The share itself, places or rules leave nobody; that holds for whoever comes.
        return ()
    if treated == 0:
        # The rule of three: none seen in n rows.
        return (
            f"It treats none of the {rows:,} judged rows, so its gain over treating nobody is 0 here. Among "
            f"others it may treat up to {min(300 / rows, 100):.2g} %.",
        )
    return (f"It treats only {treated} of the {rows:,} judged rows: its gains rest on very few people.",)


def _compact(policy: Floats) -> Floats | Integers:
    """Arms in place of probabilities where nothing is left to chance: a study keeps many policies."""
    arms = policy.argmax(axis=1)
    certain = bool((policy.max(axis=1) == 1).all())
    return arms.astype(np.int16) if certain else policy


def _references(economics: Economics) -> Floats:
    """(n, 3) as `PolicyResult.references`; one array for all policies of the same economics."""
    if economics not in _KNOWN:
        columns = (
            economics.reward[:, 0],
            economics.reward[:, economics.all_arm],
            reward_as_logged(economics),
        )
        _KNOWN[economics] = np.column_stack(columns)
    return _KNOWN[economics]


def _result(
    economics: Economics,
    name: str,
    found: _Contributions,
    policy: Floats,
    learner: str,
    weight: Floats,
    of: Literal["policy", "procedure"],
) -> PolicyResult:
    held_out = economics.held_out
    clusters, weights = held_out.clusters, held_out.weights

    def gain(differences: Floats) -> Gain:
        return Gain.of(differences, clusters, weights)

    value, error = mean_and_error(found.reward, clusters, weights)
    references = _references(economics)
    none, everybody, logged = (gain(found.reward - other) for other in references.T)
    shares = np.average(policy, axis=0, weights=weights)
    treated = float(shares[1:].sum())
    cost = float(np.average(found.cost, weights=weights))
    arm = held_out.arms[economics.all_arm]
    carried = weight if weights is None else weight * weights
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
        learner=learner,
        sentence=_sentence(none, everybody, treated, cost, arm, several=len(held_out.arms) > 2),
        rows_used=len(found.reward),
        gain_vs_current=logged,
        outcome=gain(found.outcome - held_out.scores[:, 0]),
        spending=gain(found.cost - economics.cost[:, 0]),
        effective_sample_size=effective_size(carried),
        warnings=(*thin_evidence(carried), *_hardly_anybody(name, policy)),
        of=of,
        influence=found.reward,
        references=references,
        given=_compact(policy),
        clusters=clusters,
        weights=weights,
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
