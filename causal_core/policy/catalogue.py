"""The policies of a study in words: whom they treat, and what finding them takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class PolicyWords:
    """A policy for people.

    Attributes:
        label: What it is called.
        sentence: Whom it treats, and when it is a good choice.
        slow: Whether it is found on scores of the learning rows by a search, which takes a worker's minute;
            the others are valued at once from a learner's predictions.
        exported: Whether it can be written out as a program.
    """

    label: str
    sentence: str
    slow: bool = False
    exported: bool = True


POLICIES: Final = {
    "treat_all": PolicyWords("Treat everybody", "Everybody gets the same arm."),
    "treat_none": PolicyWords("Treat nobody", "Everybody keeps the control."),
    "current": PolicyWords(
        "As so far", "Everybody keeps the arm they had when the data were made.", exported=False
    ),
    "top_share": PolicyWords(
        "Top share", "The given share of people whom the learner predicts to gain most get their best arm."
    ),
    "threshold": PolicyWords(
        "Above a threshold",
        "Who is predicted to gain more than the threshold, net of costs, gets the best arm.",
    ),
    "best_arm": PolicyWords(
        "Best arm", "Each person gets the arm of highest predicted net benefit, or none where none pays."
    ),
    "budget": PolicyWords(
        "Within a budget", "Money goes first where it is predicted to gain most for each unit of it."
    ),
    "tree": PolicyWords(
        "Policy tree",
        "A few questions, found by trying all of them, lead to an arm. Easy to explain and to carry out.",
        slow=True,
    ),
    "linear": PolicyWords(
        "Linear policy",
        "Each person's points, a weighted sum of the columns, decide the arm. Simple to carry out, and able "
        "to weigh many columns at once.",
        slow=True,
    ),
    "q_learning": PolicyWords(
        "Q-learning", "Decisions over several stages, each made knowing what happened before.", exported=False
    ),
}
"""Policy -> its words, in the order of choice."""

SLOW: Final = frozenset(name for name, words in POLICIES.items() if words.slow)
"""Policies found on scores of the learning rows: `tasks.value_policies` needs these as `parts`."""
