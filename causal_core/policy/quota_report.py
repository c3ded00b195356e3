"""What rules for groups of people do to a policy, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.gap.digits import number_and_ends
from causal_core.percent import percent
from causal_core.policy.economics import Economics
from causal_core.policy.result import Gain, PolicyResult, compare
from causal_core.policy.rule import GroupRule, Groups


@dataclass(frozen=True)
class GroupTreated:
    """What a policy does for one group.

    Attributes:
        group: Its value as text.
        people: Share of all people who are in it.
        least: Least share of it that was to be treated.
        most: Most.
        treated: Share of it that is treated.
        free: Share of it that the same policy treats without rules for groups.
        gain: Gain over treating nobody, per person of the group, costs taken off.
    """

    group: str
    people: float
    least: float
    most: float
    treated: float
    free: float
    gain: Gain


@dataclass(frozen=True)
class QuotaReport:
    """What rules for groups do to a policy.

    Attributes:
        policy: Its name.
        column: The column that tells the groups.
        groups: Each group.
        parity: Largest difference of treated shares that was allowed; None for any.
        difference: The largest difference there is.
        price: What the rules give up per person: the same policy without them less the policy with them, a
            paired difference on the same rows.
        sentence: That in words.
        rows_used: Judged rows.
    """

    policy: str
    column: str
    groups: tuple[GroupTreated, ...]
    parity: float | None
    difference: float
    price: Gain
    sentence: str
    rows_used: int


def quota_report(
    economics: Economics, groups: Groups, rule: GroupRule, free: PolicyResult, bound: PolicyResult
) -> QuotaReport:
    """What the rules do to a policy.

    Args:
        economics: Rewards and costs.
        groups: The groups of the judged rows.
        rule: What binds their treated shares.
        free: The policy without the rules.
        bound: The policy with them.
    """
    held_out = economics.held_out
    weights = np.ones(len(groups.code)) if held_out.weights is None else held_out.weights
    treated, before = (1.0 - each.policy_matrix[:, 0] for each in (bound, free))
    gains = (bound.policy_matrix * economics.reward).sum(axis=1) - economics.reward[:, 0]
    found = []
    for place, label in enumerate(groups.labels):
        mine = np.flatnonzero(groups.code == place)
        clusters = None if held_out.clusters is None else held_out.clusters[mine]
        found.append(
            GroupTreated(
                label,
                float(weights[mine].sum() / weights.sum()),
                float(rule.least[place]),
                float(rule.most[place]),
                float(np.average(treated[mine], weights=weights[mine])),
                float(np.average(before[mine], weights=weights[mine])),
                Gain.of(gains[mine], clusters, None if held_out.weights is None else weights[mine]),
            )
        )
    price = compare(free, bound)
    shares = [each.treated for each in found]
    difference = max(shares) - min(shares)
    changed = not np.allclose(free.policy_matrix, bound.policy_matrix)
    return QuotaReport(
        bound.policy,
        groups.column,
        tuple(found),
        rule.parity,
        difference,
        price,
        _sentence(found, groups.column, price, changed=changed),
        len(groups.code),
    )


def _sentence(found: list[GroupTreated], column: str, price: Gain, *, changed: bool) -> str:
    high, low = max(found, key=lambda each: each.treated), min(found, key=lambda each: each.treated)
    most, least = percent(high.treated), percent(low.treated)
    said = f"{most} of {column} = {high.group} are treated and {least} of {low.group}."
    if most == least:
        said = f"{most} of each group of {column} are treated."
    if not changed:
        return f"{said} The rules for groups change nothing."
    size, ends = number_and_ends(price.value, price.ci)
    if price.ci[0] > 0:
        return f"{said} The rules for groups give up {size} a person (95 % interval {ends})."
    if price.ci[1] < 0:
        more, ends = number_and_ends(-price.value, (-price.ci[1], -price.ci[0]))
        return (
            f"{said} On these rows the policy gains more with the rules for groups than without: {more} a "
            f"person (95 % interval {ends})."
        )
    return f"{said} No clear price of the rules for groups: {size} a person (95 % interval {ends})."
