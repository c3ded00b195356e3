"""The tables of the decision memo: heads, rows, and which columns hold numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from causal_core.gap.digits import gain_text
from causal_core.percent import percent
from causal_core.policy.estimators import ValueEstimate
from causal_core.policy.result import Gain
from causal_core.policy.segments import FEWEST_ROWS, PolicySegment
from causal_core.study import memo_words as words
from causal_core.study.headline import number_text

if TYPE_CHECKING:
    from causal_core.study.memo import Memo
    from causal_core.study.study import Study

Rows = tuple[tuple[str, ...], list[tuple[str, ...]], tuple[int, ...]]
"""Head, rows, and the places of the columns of numbers."""

OPTIONS = ("", "Policy", "Who gets it", "Cost per person", "Change in {outcome}", "Net gain per person")

ESTIMATORS_NOTE = (
    "Benefit less cost, with 95 % intervals where there are valid ones. Effective rows: to how many equally "
    "weighted rows the weights are worth that match what was done to this policy. Estimators that disagree "
    "say that a model behind one of them is wrong."
)


def option_rows(study: Study, found: Memo) -> Rows:
    """The policies compared: who gets it, what it costs, changes and gains."""
    people, unit = study.policy.people, found.unit
    total = f"Net gain, {people:,} people" + (f" ({unit})" if unit else "")
    rows: list[tuple[str, ...]] = [
        (
            option.letter,
            f"◆ {option.title}" if option.chosen else option.title,
            words.who_text(option.result),
            number_text(option.result.spending.value),
            words.plain_gain(option.result.outcome),
            words.plain_gain(option.result.gain_vs_none),
            words.plain_gain(option.result.gain_vs_none, people),
        )
        for option in found.options
    ]
    return (*(each.format(outcome=study.question.outcome) for each in OPTIONS), total), rows, (3, 4, 5, 6)


def segment_rows(segments: Sequence[PolicySegment], unit: str) -> Rows:
    """A policy by groups of people: who gets which arm, and what that gains."""
    arms = [arm for arm, _ in segments[0].arm_shares][1:] if segments else []
    several = len(arms) > 1
    gain = f"Gain per person ({unit})" if unit else "Gain per person"
    head = ("Group", "Rows", "Of all", "Treated", *(arms if several else ()), "Predicted gain", gain)
    rows: list[tuple[str, ...]] = [
        (
            each.label,
            f"{each.rows:,}",
            words.part_text(each.share),
            words.part_text(each.treated),
            *((words.part_text(share) for _, share in each.arm_shares[1:]) if several else ()),
            number_text(each.predicted),
            f"fewer than {FEWEST_ROWS} rows" if each.gain is None else words.plain_gain(each.gain),
        )
        for each in segments
    ]
    return head, rows, tuple(range(1, len(head)))


def estimator_rows(estimates: Sequence[ValueEstimate], unit: str) -> Rows:
    """A policy's value by each estimator, and on how much evidence."""
    head = ("Estimator", "Value per person" + (f" ({unit})" if unit else ""))
    rows: list[tuple[str, ...]] = [
        (
            each.name,
            number_text(each.value)
            if each.ci is None
            else gain_text(Gain(each.value, each.std_error or 0.0, each.ci)),
            "" if each.effective_sample_size is None else number_text(each.effective_sample_size),
            "" if each.largest_weight is None else percent(each.largest_weight, 2),
            each.note,
        )
        for each in estimates
    ]
    return (*head, "Effective rows", "Heaviest row", "How"), rows, (1, 2, 3)
