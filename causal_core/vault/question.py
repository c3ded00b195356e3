"""The one question for the locked rows: written down before, changed only on the record, answered once."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Final

from causal_core.problem import Problem
from causal_core.study.experiment_options import HeldBackOptions
from causal_core.vault.lock import Lock

MEASURES: Final = {
    "gain_vs_none": "Gain over treating nobody",
    "gain_vs_all": "Gain over treating everybody",
    "gain_vs_current": "Gain over treating as so far",
    "value": "Value of the policy itself",
}
"""What may be asked about a policy -> how it is called."""

_WRITTEN = ("share", "seed", "clusters", "rows", "sha256", "question", "policy", "measure", "at_least")
_ASKED = ("question", "policy", "measure", "at_least")


def lock(
    options: HeldBackOptions, wanted: Lock, rows: int, sha256: str, looked: tuple[str, ...] = ()
) -> HeldBackOptions:
    """The section with rows locked away.

    Args:
        options: The section so far.
        wanted: Which rows.
        rows: Of the whole table.
        sha256: Of the data file.
        looked: Steps that have already been computed on all rows.

    Raises:
        Problem: Rows are locked already, or were: nothing can be unseen again.
    """
    if options.share is not None or options.opened:
        raise Problem(
            "Rows of this study are locked away already, or were: what has been seen cannot be unseen.",
            remedy="Keep this lock, or begin a new study with new data.",
        )
    return dataclasses.replace(
        options,
        share=wanted.share,
        seed=wanted.seed,
        clusters=wanted.clusters,
        rows=rows,
        sha256=sha256,
        looked=looked,
    )


def write_down(
    options: HeldBackOptions, question: str, policy: str, measure: str, at_least: float, when: str
) -> HeldBackOptions:
    """The section with its question; a question that was there before is kept among the changes.

    Args:
        options: The section so far.
        question: In words.
        policy: The policy that will be valued.
        measure: A key of `MEASURES`.
        at_least: Success is an interval above this.
        when: The date and time, as text.

    Raises:
        Problem: Nothing is locked, the part has been opened, or no question is asked.
    """
    if options.share is None:
        raise Problem("No rows are locked away.", remedy="Lock a share of the rows first.")
    if options.opened:
        raise Problem(
            f"The locked part was opened on {options.opened}; its question can no longer be changed.",
            remedy="Another question needs new data.",
        )
    if not question.strip():
        raise Problem("The question is empty.", remedy="Say in a sentence what shall be found out.")
    if measure not in MEASURES:
        raise Problem(f"There is no measure {measure}.", remedy=f"Choose among {', '.join(MEASURES)}.")
    asked = dataclasses.replace(
        options,
        question=question.strip(),
        policy=policy,
        measure=measure,  # type: ignore[arg-type]  # checked above
        at_least=float(at_least),
    )
    if _parts(asked, _ASKED) == _parts(options, _ASKED) and options.written:
        return options
    changes = options.changes
    if options.written:
        changes = (*changes, f"{when}: changed; before it read: {asked_words(options)}")
    asked = dataclasses.replace(asked, written=when, changes=changes)
    return dataclasses.replace(asked, seal=seal_of(asked))


def asked_words(options: HeldBackOptions, outcome_unit: str = "") -> str:
    """Question, policy, measure and what counts as success, in one sentence; names stand in it unescaped."""
    limit = f"{options.at_least:g} {outcome_unit}".rstrip()
    return (
        f"“{options.question}” Policy: {options.policy}. Looked at: {MEASURES[options.measure].lower()}, a "
        f"person. Success: the 95 % interval lies above {limit}."
    )


def record(
    options: HeldBackOptions, answer: Mapping[str, float | int | bool | str], when: str
) -> HeldBackOptions:
    """The section with the answer; from now on the part has been seen.

    Raises:
        Problem: It has been opened before.
    """
    if options.opened:
        raise Problem(
            f"The locked part was opened on {options.opened}: it answers once.",
            remedy="Read the answer that was recorded then.",
        )
    return dataclasses.replace(options, opened=when, answer=dict(answer))


def release(options: HeldBackOptions) -> HeldBackOptions:
    """The section after which every step sees all rows again; the record of the opening stays.

    Raises:
        Problem: The part has not been opened.
    """
    if not options.opened:
        raise Problem(
            "The locked part has not been opened: its rows stay out of every step until it has.",
            remedy="Open it first, or begin the study anew from its data.",
        )
    return dataclasses.replace(options, share=None)


def seal_of(options: HeldBackOptions) -> str:
    """Digest of the lock and of the question as written."""
    text = json.dumps([_parts(options, _WRITTEN), options.written, list(options.changes)], default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def broken_seal(options: HeldBackOptions) -> bool:
    """Whether lock or question are not those that were written down: somebody changed the file by hand."""
    kept = options
    if options.opened and options.share is None and "share" in options.answer:
        kept = dataclasses.replace(options, share=float(options.answer["share"]))
    return bool(options.written) and options.seal != seal_of(kept)


def _parts(options: HeldBackOptions, names: tuple[str, ...]) -> list[object]:
    return [getattr(options, name) for name in names]
