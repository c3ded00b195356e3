"""Words and units that every account of a policy shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from causal_core.study.results import Refused

if TYPE_CHECKING:
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import HeldOut

Verdict = Literal["gain", "loss", "unclear"]


def verdict_of(gain: Gain) -> Verdict:
    """Whether the 95 % interval of a gain lies above 0, below, or holds it."""
    if gain.ci[0] > 0:
        return "gain"
    return "loss" if gain.ci[1] < 0 else "unclear"


def answered(valued: Valued) -> tuple[PolicyResult, ...]:
    """The policies valued on the judged rows, side by side; a rule of several stages has rows of its own."""
    return tuple(each for each in valued.policies if not isinstance(each, Refused) and each.paired)


def person_word(row_is: str) -> str:
    """What one row is without its article, `a customer` -> `customer`; `person` when that is longer."""
    words = row_is.split()
    if 1 < len(words) <= 3 and words[0].lower() in {"a", "an", "one"}:
        return " ".join(words[1:])
    return "person"


def benefit_unit(study: Study) -> str:
    """The unit of values and gains: the policy's own, or the outcome's where nothing was converted."""
    options = study.policy
    plain = (
        options.benefit == 1
        and options.benefit_by is None
        and all(cost == 0 for cost in options.cost.values())
    )
    return options.unit or (study.question.unit if plain else "")


def share_text(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.3g} %"


def split_sentence(held_out: HeldOut) -> str:
    """On how many rows policies were learned and valued."""
    judged = len(held_out.rows)
    if held_out.evaluation == "sequential":
        return f"Valued on {judged:,} rows, fold by fold, each with what was learned on the folds before it."
    return f"Learned on {held_out.total_rows - judged:,} rows, valued on {judged:,} others."
