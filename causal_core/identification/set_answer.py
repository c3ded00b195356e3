"""The answer to "is this set right?": no set exists, nothing is needed, right, or wrong because of v."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.identification.adjustment import adjustment_sets, check_adjustment, why_no_adjustment
from causal_core.identification.question import Question, listed


@dataclass(frozen=True)
class SetAnswer:
    """Whether adjusting for a set gives the total effect.

    Attributes:
        kind: "none": no set does. "empty": the set is empty and suffices. "right": the set is valid.
            "wrong": it is not, though another one is.
        title: The answer in one short sentence.
        reason: Why, in words.
        culprits: The nodes that make it wrong, because they are in it.
    """

    kind: Literal["none", "empty", "right", "wrong"]
    title: str
    reason: str
    culprits: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether the set gives the effect."""
        return self.kind in {"empty", "right"}


def set_answer(graph: CausalGraph, treatment: Names, outcome: Names, adjustment: Names = ()) -> SetAnswer:
    """Whether adjusting for these nodes gives the total effect, and if not, whether any set would.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    question = Question.ask(graph, treatment, outcome)
    held = frozenset(known(adjustment, graph.nodes))
    check = check_adjustment(graph, treatment, outcome, held)
    if check.valid:
        if not held:
            return SetAnswer("empty", "The empty set suffices.", check.reason)
        bare = check_adjustment(graph, treatment, outcome, ())
        also = " The empty set suffices as well." if bare.valid else ""
        return SetAnswer("right", "This set is right.", check.reason + also)
    if not adjustment_sets(graph, treatment, outcome, limit=1):
        return SetAnswer("none", "No set exists.", _without_title(why_no_adjustment(question)))
    if check.culprits:
        title = f"Your set is wrong because of {listed(check.culprits)}."
    elif held:
        title = "Your set is wrong because of what it leaves out."
    else:
        title = "The empty set does not suffice."
    return SetAnswer("wrong", title, check.reason, check.culprits)


def _without_title(reason: str) -> str:
    """The reason without its opening, which the title says already."""
    words = reason.removeprefix("No set exists. ").removeprefix("No set exists, because ")
    # A name keeps its own first letter.
    ours = words.startswith(("the path ", "closing one path "))
    return words[0].upper() + words[1:] if ours else words
