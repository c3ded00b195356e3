"""What the numbers of an uplift evaluation say, in words: the verdict, what was tested, who ranks better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from causal_core.study.headline import number_text, signed_text
from causal_core.uplift.catalogue import LEARNERS
from causal_core.uplift.findings import PairedDifference
from causal_core.uplift.result import Calibration, UpliftResult
from causal_core.uplift.verdict import is_flat, verdict_of

if TYPE_CHECKING:
    from causal_core.study.study import Study

FOUND = {
    "differs": "effects differ",
    "worse": "worse than chance",
    "signs": "some signs",
    "signs_worse": "signs of worse than chance",
    "nothing": "nothing detected",
}
"""Verdict -> how a table says it."""


def label_of(learner: str) -> str:
    """What a learner is called; a name not in the catalogue as it is."""
    words = LEARNERS.get(learner)
    return words.label if words else learner


def named(learner: str) -> str:
    """What a learner is called within a sentence."""
    if learner == "auto":
        return "the automatic choice"
    label = label_of(learner)
    return f"the {label}" if "-" in label or learner not in LEARNERS else f"the {label.lower()}"


def found_text(result: UpliftResult) -> str:
    """How a table says the verdict; empty without an answer."""
    verdict = verdict_of(result)
    return "" if verdict is None else "the same effect for all" if is_flat(result) else FOUND[verdict]


def what_was_tested(result: UpliftResult) -> str:
    """What the interval of AUTOC tests, and which direction is good news; empty where there is no order."""
    if is_flat(result):
        return ""
    tested = (
        "Tested on rows kept out of learning: that the order by predicted effect says nothing, which is an "
        "AUTOC of 0. An interval above 0 is good news: those ranked first have larger effects than average; "
        "below 0 the order is upside down."
    )
    verdict = verdict_of(result)
    if verdict in {"signs", "signs_worse"}:
        tested += (
            " The other tests look at the same predictions in other ways: a sign from them alone is a reason "
            "to look again with more rows."
        )
    if verdict == "nothing":
        tested += (
            " An interval around 0 does not prove that everybody responds alike: it may take more rows, or "
            "other columns, to see who does."
        )
    return tested


def direction_sentence(study: Study) -> str:
    """A reminder where the study says that less of the outcome is better; else empty."""
    if study.policy.benefit >= 0:
        return ""
    return (
        f"Less of {study.question.outcome} counts as better here (the benefit on Policy is below 0): "
        "those ranked last are then the ones to treat."
    )


def calibration_sentence(calibration: Calibration, unit: str = "") -> str:
    """What the best linear predictor says: the average effect, and the size of predicted differences.

    Args:
        calibration: Of one ranking.
        unit: The outcome's; may be empty.
    """
    low, high = calibration.ci
    mean_low, mean_high = calibration.mean_ci
    mean = f"{number_text(calibration.mean)} {unit}".strip()
    numbers = (
        f"The effect is {mean} on average (95 % interval {number_text(mean_low)} to "
        f"{number_text(mean_high)}). Where predictions differ by 1, effects differ by "
        f"{number_text(calibration.slope)} ({number_text(low)} to {number_text(high)})."
    )
    if high < 0:
        meaning = "Predictions point the wrong way: where they are higher, effects are lower."
    elif low <= 0:
        meaning = "The interval holds 0: these rows do not show that predictions say anything about effects."
    elif low <= 1 <= high:
        meaning = "The interval holds 1: as far as these rows tell, predicted differences are the right size."
    elif high < 1:
        meaning = "Below 1: predictions order people, but exaggerate by how much they differ."
    else:
        meaning = "Above 1: people differ by more than predicted."
    return f"{numbers} {meaning}"


def pairs_of(
    pairs: Sequence[PairedDifference], contrast: tuple[str, str], measure: str, learner: str
) -> tuple[PairedDifference, ...]:
    """The differences between one learner and each other, turned so that it comes first.

    Args:
        pairs: Of an evaluation.
        contrast: (control, arm).
        measure: "autoc" or "qini".
        learner: The one that comes first.
    """
    found = []
    for pair in pairs:
        if pair.contrast != contrast or pair.measure != measure:
            continue
        if pair.first == learner:
            found.append(pair)
        elif pair.second == learner:
            low, high = pair.ci
            turned = replace(pair, first=learner, second=pair.first, value=-pair.value, ci=(-high, -low))
            found.append(turned)
    return tuple(found)


def pair_numbers(pair: PairedDifference) -> str:
    """A difference with its 95 % interval."""
    return f"{signed_text(pair.value)} ({number_text(pair.ci[0])} to {number_text(pair.ci[1])})"


def better_of(pair: PairedDifference) -> str | None:
    """The learner that ranks better; None where the 95 % interval holds 0."""
    return pair.first if pair.ci[0] > 0 else pair.second if pair.ci[1] < 0 else None


def compared_sentence(pairs: Sequence[PairedDifference]) -> str:
    """Which other learners one learner ranks better or worse than; empty without pairs."""
    if not pairs:
        return ""
    first = label_of(pairs[0].first)
    better = [label_of(pair.second) for pair in pairs if pair.ci[0] > 0]
    worse = [label_of(pair.second) for pair in pairs if pair.ci[1] < 0]
    if not better and not worse:
        others = "the other learner" if len(pairs) == 1 else f"any of the other {len(pairs)} learners"
        return f"{first}: its ranking is not told apart from that of {others}."
    parts = []
    if better:
        parts.append(f"better than {_listed(better)}")
    if worse:
        parts.append(f"worse than {_listed(worse)}")
    left = len(pairs) - len(better) - len(worse)
    rest = f"; not told apart from the other {left}" if left else ""
    return f"{first}: it ranks {' and '.join(parts)}{rest}."


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
