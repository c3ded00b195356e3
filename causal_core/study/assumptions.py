"""What the values of policies rest on, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from causal_core.study.decision import benefit_unit, share_text, split_sentence
from causal_core.study.memo_words import amount, arm_name
from causal_core.study.uplift_words import label_of

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.study.results import Valued
    from causal_core.study.study import Study
    from causal_core.uplift.result import Evaluation


def assumptions(
    study: Study, identification: Identification, evaluation: Evaluation, valued: Valued
) -> tuple[str, ...]:
    """What the values rest on, one sentence each; names from the data stand in them unescaped."""
    question, options = study.question, study.policy
    held_out = evaluation.held_out
    adjusted = ", ".join(identification.chosen.variables) if identification.chosen else ""
    unit = benefit_unit(study)
    costs = "; ".join(
        f"{arm_name(arm, question.treatment)}: "
        + (f"as in {cost}" if isinstance(cost, str) else amount(cost, unit))
        + (f" for each unit of {options.paid_per[arm]}" if arm in options.paid_per else " a person")
        for arm, cost in options.cost.items()
        if cost != 0
    )
    clipped = max((result.clipped for result in evaluation.results), default=0)
    found = [
        "Assignment was random, so the arms are comparable."
        if question.randomised
        else f"The graph is right: holding fixed {adjusted or 'nothing'} makes the arms comparable.",
        f"Whom to treat is predicted by: {label_of(valued.learner)}. {split_sentence(held_out)} Values are "
        "means of doubly robust (AIPW) scores.",
        f"One unit of {question.outcome} is worth {amount(options.benefit, unit)}"
        f"{f' times {options.benefit_by}' if options.benefit_by else ''}. "
        f"{f'Costs: {costs}' if costs else 'Nothing costs anything'}. Nothing else is gained or lost.",
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
