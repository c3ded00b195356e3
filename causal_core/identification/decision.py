"""What one graph decides about one effect, held against what another decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, as_names, known
from causal_core.identification.adjustment import (
    AdjustmentCheck,
    adjustment_sets,
    check_adjustment,
    why_no_adjustment,
)
from causal_core.identification.explanation import explain
from causal_core.identification.identify import identify
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import valid_reason
from causal_core.identification.search import Set, by_size
from causal_core.listing import Listing
from causal_core.problem import GraphError

_MOST_SETS = 200
_MOST_JUDGED = 10  # of the listed sets, when not all are listed
_SHOWN = 3


@dataclass(frozen=True)
class Decision:
    """What a graph says about one total effect.

    Attributes:
        question: The question as asked of the graph; None when it cannot be.
        identifiable: Whether the effect is identifiable with no assumption besides the graph.
        zero: Whether the graph draws no causal path, so that the effect is zero.
        sets: The minimal adjustment sets.
        chosen: The set in use: the one asked for, else the smallest; None when there is none.
        valid: Whether the set in use gives the effect; None without one.
        verdict: The answer in a sentence or two, or why the question cannot be asked.
    """

    question: Question | None
    identifiable: bool
    zero: bool
    sets: Listing[Set]
    chosen: Set | None
    valid: bool | None
    verdict: str


def decide(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    adjust_for: Names | None = None,
    randomised: bool = False,
    seconds: float = 0.5,
    in_words: bool = True,
) -> Decision:
    """The decision of one graph; a graph of which the question cannot be asked says so as its verdict.

    Args:
        graph: The causal graph.
        treatment: One node or several.
        outcome: One node or several.
        adjust_for: The set in use; None for the smallest minimal one.
        randomised: Whether the treatment is known to be random: arrows into it are then ignored.
        seconds: About the longest time to list sets.
        in_words: Whether to put the verdict into words; without, it is empty.

    Raises:
        GraphError: `adjust_for` names what is not in the graph.
    """
    try:
        Question.ask(graph, treatment, outcome)
    except GraphError as problem:
        return Decision(None, False, False, Listing(), None, None, str(problem))
    if randomised:
        done = set(as_names(treatment))
        graph = graph.without(
            edges=[edge for edge in graph.edges if edge[1] in done],
            bidirected=[pair for pair in graph.bidirected if done & set(pair)],
        )
    question = Question.ask(graph, treatment, outcome)
    sets = adjustment_sets(graph, treatment, outcome, limit=_MOST_SETS, seconds=seconds / 2)
    chosen = next(iter(sets), None) if adjust_for is None else frozenset(known(adjust_for, graph.nodes))
    said = ""
    if in_words:
        said = explain(
            graph, treatment, outcome, adjust_for=adjust_for, limit=10, seconds=seconds / 2
        ).verdict
    return Decision(
        question=question,
        identifiable=identify(graph, treatment, outcome).identifiable,
        zero=not question.causal_nodes,
        sets=sets,
        chosen=chosen,
        valid=None if chosen is None else check_in(question, chosen).valid,
        verdict=said,
    )


def check_in(question: Question, nodes: Set) -> AdjustmentCheck:
    """Whether a set, perhaps of another graph, gives the effect in this one, and why."""
    absent = sorted(nodes - set(question.graph.nodes))
    if absent:
        words = f"{listed(absent)} {'is' if len(absent) == 1 else 'are'} not in the graph."
        return AdjustmentCheck(False, words, tuple(absent))
    return check_adjustment(question.graph, question.treatments, question.outcomes, nodes)


@dataclass(frozen=True)
class Contrast:
    """Two decisions held against each other: before and after a change, or of two people.

    Attributes:
        before, after: The two decisions.
        same_sets: Whether the minimal adjustment sets are the same; None when too many to list.
        kept: The first decision's set judged in the second graph; None without one.
    """

    before: Decision
    after: Decision
    same_sets: bool | None
    kept: AdjustmentCheck | None

    @classmethod
    def of(cls, before: Decision, after: Decision) -> Contrast:
        """The contrast of two decisions about the same effect."""
        kept = None
        if before.chosen is not None and after.question is not None:
            kept = check_in(after.question, before.chosen)
        return cls(before, after, _same_sets(before, after), kept)

    @property
    def matters(self) -> bool | None:
        """Whether the decisions differ; None when only sets beyond the listed ones could."""
        one, two = self.before, self.after
        if (one.question is None) != (two.question is None):
            return True
        if (one.identifiable, one.zero) != (two.identifiable, two.zero):
            return True
        if self.kept is not None and self.kept.valid != one.valid:
            return True
        return None if self.same_sets is None else not self.same_sets

    def then(self) -> str:
        """What the second decision brings, the first being known: sentences after a change."""
        one, two = self.before, self.after
        if two.question is None:
            return f"The question can then not be asked: {two.verdict}"
        if one.question is None:
            return "The question can then be asked."
        asked = two.question
        parts = []
        if one.identifiable and not two.identifiable:
            parts.append(
                f"The {asked.effect_words} is then no longer identifiable. {why_no_adjustment(asked)}"
            )
        elif two.identifiable and not one.identifiable:
            how = f": {_lower(valid_reason(asked, two.sets[0]))}" if two.sets else " by the general formula."
            parts.append(f"The {asked.effect_words} is then identifiable{how}")
        if two.zero != one.zero:
            path = f"causal path from {listed(asked.treatments)} to {listed(asked.outcomes)}"
            parts.append(
                f"There is then no {path}, so the effect is zero by the graph."
                if two.zero
                else f"There is then a {path}."
            )
        if self.kept is not None and one.chosen is not None and self.kept.valid != one.valid:
            set_named = adjusting(one.chosen)
            if self.kept.valid:
                parts.append(f"{set_named} is then right.")
            elif two.identifiable or not one.identifiable:
                parts.append(f"{set_named} is then wrong. {self.kept.reason}")
        if self.same_sets is False and (one.identifiable == two.identifiable or not parts):
            parts.append(self._sets_then())
        return " ".join(part.strip() for part in parts)

    def _sets_then(self) -> str:
        was, now = self.before.sets, self.after.sets
        if not now:
            return f"No adjustment set is then left; before, there was {sets_text(was)}."
        if not was:
            return f"Adjustment is then possible, with {sets_text(now)}."
        return f"What to adjust for becomes {sets_text(now, 'or')}; it was {sets_text(was, 'or')}."

    def beside(self, called: tuple[str, str]) -> tuple[str, ...]:
        """In what the decisions of two graphs differ, a sentence each."""
        one, two = self.before, self.after
        first, second = called
        if one.question is None or two.question is None:
            named = [name for name, each in zip(called, (one, two), strict=True) if each.question is None]
            return (f"The question cannot be asked of {listed(named)}.",)
        parts = []
        if one.identifiable != two.identifiable:
            yes, no = called if one.identifiable else (second, first)
            parts.append(f"The effect is identifiable by {yes}, but not by {no}.")
        if one.zero != two.zero:
            zero, not_zero = called if one.zero else (second, first)
            parts.append(
                f"There is no causal path in {zero}, so that the effect is zero; there is in {not_zero}."
            )
        if self.same_sets is False:
            parts.append(
                f"Minimal adjustment sets: {sets_text(one.sets)} by {first}, "
                f"{sets_text(two.sets)} by {second}."
            )
        return tuple(parts)


def set_text(nodes: Iterable[str]) -> str:
    """A set as it is read: `{a, b}`, or "the empty set"."""
    names = sorted(nodes)
    return "{" + ", ".join(names) + "}" if names else "the empty set"


def adjusting(nodes: Iterable[str]) -> str:
    """The use of a set as the start of a sentence: `Adjusting for {a, b}`, or for nothing."""
    return f"Adjusting for {set_text(nodes) if tuple(nodes) else 'nothing'}"


def sets_text(sets: Listing[Set], word: str = "and") -> str:
    """The first few of some sets as they are read, joined by `word`, and how many more there are."""
    if not sets:
        return "none"
    texts = [set_text(nodes) for nodes in sets[:_SHOWN]]
    if len(sets) > _SHOWN:
        texts.append(f"{'at least ' if not sets.complete else ''}{len(sets) - _SHOWN} more")
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _same_sets(one: Decision, two: Decision) -> bool | None:
    if one.question is None or two.question is None:
        return one.question is two.question
    if one.sets.complete and two.sets.complete:
        return sorted(one.sets, key=by_size) == sorted(two.sets, key=by_size)
    # Not everything is listed, but one listed set that the other graph refuses is a difference.
    pairs = ((two.question, one.sets), (one.question, two.sets))
    refused = any(not check_in(asked, nodes).valid for asked, sets in pairs for nodes in sets[:_MOST_JUDGED])
    return False if refused else None
