"""The locked part in sentences; names from the data stand in them unescaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from causal_core.gap.digits import number_and_ends
from causal_core.percent import percent
from causal_core.vault.question import MEASURES, asked_words

if TYPE_CHECKING:
    from causal_core.study.experiment_options import HeldBackOptions

WHY: Final = (
    "Every look at the data makes the next finding a little less than it seems. Rows that no step has seen "
    "can answer **one** question as if it were new: lock a random share of them away **before** the "
    "analysis, write down what they shall answer, and open them once at the end."
)

SURE: Final = "I am done with the analysis: the locked part can be opened only once."

BROKEN: Final = (
    "The lock or its question is not what was written down: the study file has been changed by hand since. "
    "Count the answer as one that had been seen."
)


def locked_sentence(options: HeldBackOptions, rows: int) -> str:
    """How many rows are locked away."""
    whole = options.rows or rows
    clusters = f" (whole clusters of {options.clusters})" if options.clusters else ""
    share = percent(options.share or 0)
    return (
        f"{whole - rows:,} of {whole:,} rows are locked away{clusters}: a random {share}, drawn with seed "
        f"{options.seed}. Every step sees the other {rows:,} alone."
    )


def looked_sentence(looked: tuple[str, ...]) -> str:
    """That some steps have already seen all rows, and what that means."""
    return (
        f"All rows have already been looked at here ({', '.join(looked)}). Rows locked now are no longer "
        "unseen: what was learned from them is in your head. The study will say so."
    )


def question_sentence(options: HeldBackOptions, unit: str) -> str:
    """The question, when it was written, and what counts as success."""
    return f"Written down on {options.written}: {asked_words(options, unit)}"


def answer_sentence(options: HeldBackOptions, unit: str) -> str:
    """The answer as it was recorded."""
    answer = options.answer
    value, low, high = (float(answer.get(name, 0.0)) for name in ("value", "low", "high"))
    number, ends = number_and_ends(value, (low, high))
    met = f"{'Success' if answer.get('success') else 'No success'}, by what was written down"
    return (
        f"{met}. {MEASURES[options.measure]}: {f'{number} {unit}'.rstrip()} a person (95 % interval {ends}), "
        f"on {int(answer.get('rows', 0)):,} rows that nothing before had seen."
    )


def answer_remarks(options: HeldBackOptions) -> tuple[str, ...]:
    """What stands beside the answer."""
    answer = options.answer
    found = [
        f"The policy was learned on the open part alone and carried out as exported; it treats "
        f"{percent(float(answer.get('treated_share', 0)))} of the locked rows. "
        f"{answer.get('policy_was', '')}".strip(),
        "Its value is the mean of doubly robust (AIPW) scores, cross-fitted within the locked rows.",
    ]
    if answer.get("clusters"):
        found.append(f"Errors are those of {int(answer['clusters']):,} clusters.")
    if answer.get("same_data") is False:
        found.append(
            "The data file is not the one that rows were locked in: its digest or its number of rows "
            "differs. Rows that were open then may be among those that answered."
        )
    return tuple(found)


def remarks(options: HeldBackOptions) -> tuple[str, ...]:
    """What a reader must know about the lock."""
    if not options.looked:
        return ()
    return (
        f"Before rows were locked, all of them had been looked at ({', '.join(options.looked)}): the locked "
        "part was not wholly unseen.",
    )


def used_sentence(options: HeldBackOptions) -> str:
    """That the part has been used, and what that means for any other question."""
    return (
        f"The locked part was opened on {options.opened} and is used: opening it again shows this answer. To "
        "any other question its rows are no longer unseen; that takes new data."
    )
