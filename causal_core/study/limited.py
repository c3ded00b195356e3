"""A study's policies within its limits: places of arms, money, and rules for groups of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.problem import DoesNotApply, Problem

if TYPE_CHECKING:
    import pandas as pd

    from causal_core.policy.economics import Economics
    from causal_core.policy.quota_report import QuotaReport
    from causal_core.policy.result import PolicyResult
    from causal_core.policy.rule import GroupRule, Groups
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import PolicyOptions
    from causal_core.uplift.result import HeldOut

LIMITED = ("top_share", "threshold", "best_arm", "budget")
"""The policies that rank people, to which limits of places and groups apply."""


@dataclass(frozen=True, eq=False)
class Limits:
    """What limits a study's policies on its judged rows.

    Attributes:
        options: The study's [policy].
        groups: The groups that treatment is shared out among, or None.
        rule: What binds their treated shares, or None.
    """

    options: PolicyOptions
    groups: Groups | None = None
    rule: GroupRule | None = None

    @classmethod
    def of(cls, inputs: Inputs, options: PolicyOptions, held_out: HeldOut) -> Limits:
        """The limits of a study.

        Raises:
            Problem: A group or an arm does not exist, or rules cannot be met together.
            DoesNotApply: Both places and rules for groups are asked for.
        """
        from causal_core.policy.capacity import check_capacity

        for label, part in options.capacity.items():
            check_capacity(held_out.arms, label, part)
        by = options.quota_by
        column = None if by is None else inputs.table.frame([by], rows=held_out.rows)[by]
        return cls(options, *group_rule(options, column))

    def value(self, name: str, economics: Economics) -> PolicyResult:
        """One of the `LIMITED` policies within the limits.

        Raises:
            Problem: The limits cannot be met, or no budget is given where one is needed.
        """
        from causal_core import policy
        from causal_core.policy import placed, quota

        options, groups, rule = self.options, self.groups, self.rule
        above = options.threshold if name == "threshold" else None
        if name == "budget" and options.budget is None:
            raise Problem("No budget is given.", remedy="Set budget in [policy].")
        budget = options.budget or 0.0
        if groups is not None and rule is not None:
            if name == "top_share":
                return quota.top_share_by_group(economics, groups, rule, options.share)
            if name == "budget":
                return quota.within_budget_by_group(economics, groups, rule, budget)
            return quota.best_arm_by_group(economics, groups, rule, above)
        if options.capacity:
            if name == "top_share":
                return placed.top_share_placed(economics, options.share, options.capacity)
            if name == "budget":
                return placed.within_budget_placed(economics, budget, options.capacity)
            return placed.best_arm_placed(economics, options.capacity, above)
        if name == "top_share":
            return policy.top_share(economics, options.share)
        if name == "budget":
            return policy.within_budget(economics, budget)
        return policy.best_arm(economics) if above is None else policy.threshold(economics, above)

    def report(self, economics: Economics, bound: PolicyResult) -> QuotaReport | None:
        """What rules for groups do to one of the policies; None without rules."""
        from causal_core.policy.quota_report import quota_report

        if self.groups is None or self.rule is None or bound.policy not in LIMITED:
            return None
        free = Limits(self.options).value(bound.policy, economics)
        return quota_report(economics, self.groups, self.rule, free, bound)


def group_rule(options: PolicyOptions, column: pd.Series | None) -> tuple[Groups | None, GroupRule | None]:
    """The groups that treatment is shared out among and what binds their shares; None where nothing does.

    Args:
        options: A study's [policy].
        column: What its `quota_by` names, on the rows that are treated or not.

    Raises:
        Problem: No column tells the groups, a group does not exist, or rules cannot be met together.
        DoesNotApply: Both places and rules for groups are asked for.
    """
    from causal_core.policy.rule import GroupRule, Groups

    if not options.quota and options.parity is None:
        return None, None
    if column is None or options.quota_by is None:
        raise Problem(
            "Shares of groups are bound, and no column says who is in which group.",
            remedy="Set quota_by in [policy].",
        )
    if options.capacity:
        raise DoesNotApply(
            "Places of arms and rules for groups cannot be held at once.",
            remedy="Leave one of them out.",
        )
    groups = Groups.of(column, options.quota_by)
    return groups, GroupRule.of(groups, options.quota, options.parity)


def check_groups(options: PolicyOptions, column: pd.Series | None) -> None:
    """Check that rules for groups can be met, by the share to treat too where that is asked for.

    Raises:
        Problem: They cannot, as `group_rule`.
    """
    import numpy as np

    from causal_core.policy.group_share import treat_groups

    groups, rule = group_rule(options, column)
    if groups is not None and rule is not None and "top_share" in options.policies:
        treat_groups(np.zeros(len(groups.code)), groups.code, rule, options.share)
