"""The comparison at the budget a study names, its four kinds, and both as an entry of results.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.gap.compare import compare
from causal_core.gap.kinds import Quadrant, quadrants, usual_limits
from causal_core.plain import Plain, to_plain

if TYPE_CHECKING:
    from causal_core.gap.result import Comparison, Gap
    from causal_core.study.study import Study


def share_of(study: Study) -> float:
    """The share of people to treat: that of [gap], else of [policy]."""
    return study.policy.share if study.gap.share is None else study.gap.share


def chosen(study: Study, gap: Gap) -> Comparison:
    """Both rankings at the study's budget.

    Raises:
        Problem: The budget is money, and treating costs none.
    """
    budget = study.gap.budget
    if budget is None:
        return compare(gap.people, share=share_of(study))
    return compare(gap.people, budget=budget / gap.total_rows)


def limits(study: Study, gap: Gap) -> tuple[float, float]:
    """Where the study cuts baseline and effect, in the outcome's unit."""
    usual, _ = usual_limits(gap.people)
    return usual if study.gap.baseline is None else study.gap.baseline, study.gap.effect


def kinds(study: Study, gap: Gap) -> tuple[Quadrant, ...]:
    """The four quadrants at the study's limits."""
    return quadrants(gap.people, *limits(study, gap))


def gap_entry(study: Study, gap: Gap) -> dict[str, Plain]:
    """The comparison as plain JSON; no entry of a single person is in it."""
    comparison = chosen(study, gap)
    money = comparison.money
    plain: dict[str, Plain] = {
        "risk": gap.score or "model",
        "learner": gap.learner,
        "contrast": [gap.control, gap.people.uplift.label],
        "rows": gap.rows,
        "rows_missing": gap.rows_missing,
        "accuracy": to_plain(gap.accuracy),
        "autoc": to_plain(gap.targeting),
        "verdict": comparison.verdict,
        "comparison": to_plain(comparison),
        "harmed": to_plain(gap.everybody[0]),
        "helped": to_plain(gap.everybody[1]),
        "limits": to_plain(limits(study, gap)),
        "kinds": to_plain(kinds(study, gap)),
        "curves": [to_plain(gap.curve("outcome", money)), to_plain(gap.curve("worth", money))],
    }
    return plain
