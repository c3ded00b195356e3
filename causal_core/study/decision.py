"""Words and units that every account of a policy shares, and what its values rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from causal_core.study.headline import number_text
from causal_core.study.results import Refused
from causal_core.study.uplift_words import label_of

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.policy.result import Gain, PolicyResult
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation, HeldOut

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
    plain = options.benefit == 1 and all(cost == 0 for cost in options.cost.values())
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


def assumptions(
    study: Study, identification: Identification, evaluation: Evaluation, valued: Valued
) -> tuple[str, ...]:
    """What the values rest on, one sentence each; names from the data stand in them unescaped."""
    question, options = study.question, study.policy
    held_out = evaluation.held_out
    adjusted = ", ".join(identification.chosen.variables) if identification.chosen else ""
    costs = ", ".join(
        f"{arm} {f'as in {cost}' if isinstance(cost, str) else number_text(cost)}"
        + (f" for each unit of {options.paid_per[arm]}" if arm in options.paid_per else "")
        for arm, cost in options.cost.items()
    )
    clipped = max((result.clipped for result in evaluation.results), default=0)
    found = [
        "Assignment was random, so the arms are comparable."
        if question.randomised
        else f"The graph is right: holding fixed {adjusted or 'nothing'} makes the arms comparable.",
        f"Whom to treat is predicted by: {label_of(valued.learner)}. {split_sentence(held_out)} Values are "
        "means of doubly robust (AIPW) scores.",
        f"One unit of {question.outcome} is worth {number_text(options.benefit)}; cost a person: "
        f"{costs or 'none'}. Nothing else is gained or lost.",
        {
            "no": "Nobody's treatment touches another's outcome, as the study says.",
            "yes": "The study says that treatments touch others' outcomes. The values leave that out: a "
            "roll-out can gain more or less.",
            "unknown": "Nobody's treatment touches another's outcome. The study leaves that open.",
        }[question.interference],
        "Those who will be treated are like those in the table, and respond as they did.",
        "Each interval is for one share. A share picked because its curve is highest here will gain less "
        f"elsewhere; the share fixed beforehand, by predictions alone, is "
        f"{share_text(valued.curve.planned_share)}.",
    ]
    if clipped:
        found.append(
            f"{clipped:,} estimated probabilities of an arm were so small that they were raised to a tenth "
            "of the arm's share: there the values lean on the outcome model."
        )
    return tuple(found)
