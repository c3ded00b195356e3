"""What stands behind the decision memo: who gets what, other estimators, hidden confounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.policy.budget import BudgetCurve, budget_curve
from causal_core.policy.estimators import ValueEstimate, estimators
from causal_core.policy.hidden import HiddenConfounding
from causal_core.policy.segments import Grouping, PolicySegment, by_segment, telling
from causal_core.problem import Problem
from causal_core.study.hidden_gain import hidden_gain
from causal_core.study.memo_sentences import treats
from causal_core.study.memo_words import budget_for_people

if TYPE_CHECKING:
    from causal_core.policy.economics import Economics
    from causal_core.study.memo import Memo
    from causal_core.study.study import Study

COLUMNS = 3
"""How many columns the memo's policy is told by."""


@dataclass(frozen=True)
class Detail:
    """What stands behind the memo's policy.

    Attributes:
        groups: (column, the policy by its groups), columns in which the treated differ most first.
        estimates: Its value by other estimators.
        hidden: How its gain stands up to hidden confounding; None where assignment was random.
        budgets: The gain for every budget; None where money is no limit, or no budget is compared.
        budget: The chosen one, for as many people as totals are said for.
    """

    groups: tuple[tuple[str, tuple[PolicySegment, ...]], ...] = ()
    estimates: tuple[ValueEstimate, ...] = ()
    hidden: HiddenConfounding | None = None
    budgets: BudgetCurve | None = None
    budget: float | None = None


def detail(study: Study, found: Memo, economics: Economics, columns: Sequence[Grouping]) -> Detail:
    """What stands behind the memo's policy; nothing where it has no value or treats nobody.

    Args:
        study: What the memo is about.
        found: The memo.
        economics: What its policies were valued with.
        columns: The judged rows, grouped by the columns that learners may use.
    """
    chosen = found.chosen
    if chosen is None or not treats(chosen.result):
        return Detail()
    result = chosen.result
    told = telling(columns, result.policy_matrix)[:COLUMNS]
    return Detail(
        tuple((each.column, by_segment(economics, result.policy_matrix, each)) for each, _ in told),
        () if result.policy == "current" else estimators(economics, result),
        None if study.question.randomised or result.policy == "current" else hidden_gain(economics, result),
        *_budgets(study, found, economics),
    )


def _budgets(study: Study, found: Memo, economics: Economics) -> tuple[BudgetCurve | None, float | None]:
    if not any(each.result.policy == "budget" for each in found.options):
        return None, None
    try:
        curve = budget_curve(economics)
    except Problem:
        return None, None
    return curve, budget_for_people(study.policy, curve.people)
