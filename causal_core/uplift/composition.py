"""What the automatic choice is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from causal_core.uplift.catalogue import LEARNERS

CONSTANT: Final = "constant"
"""The candidate that gives everybody the same effect."""

STRAIGHT: Final = {
    "r_linear": "R-learner with a linear effect",
    "dr_linear": "DR-learner with a linear effect",
}
"""Candidates that are not offered as learners of their own, and what they are called."""


@dataclass(frozen=True)
class Component:
    """One candidate of the automatic choice, for one arm; scores are from rows it was not fitted on.

    Attributes:
        learner: A learner's name; "r_linear" or "dr_linear", whose effect is linear in the columns
            whatever their nuisances are made of; or "constant".
        weight: Its part in the choice; the weights of an arm's candidates sum to 1.
        r_score: 1 - R-loss / R-loss of the best constant effect (Nie & Wager 2021).
        dr_score: The same with the squared distance to cross-fitted AIPW effect scores.
        r_behind: How far `r_score` is below that of the best candidate by it.
        r_error: Standard error of that difference, paired by row or cluster; 0 for the best itself.
        dr_behind: How far `dr_score` is below that of the best candidate by it.
        dr_error: Standard error of that difference.
    """

    learner: str
    weight: float
    r_score: float
    dr_score: float
    r_behind: float
    r_error: float
    dr_behind: float
    dr_error: float

    @property
    def label(self) -> str:
        """What the candidate is called."""
        if self.learner == CONSTANT:
            return "the same effect for everybody"
        if self.learner in STRAIGHT:
            return STRAIGHT[self.learner]
        return LEARNERS[self.learner].label if self.learner in LEARNERS else self.learner


def mix(composition: Sequence[Component]) -> str:
    """The parts in words, largest first: "60 % X-learner, 40 % DR-learner"."""
    parts = sorted((part for part in composition if part.weight >= 0.005), key=lambda part: -part.weight)
    return ", ".join(f"{part.weight:.0%}".replace("%", " %") + f" {part.label}" for part in parts)
