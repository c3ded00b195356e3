"""Two people's graphs of one question: what each decides, and which arrow makes the difference."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from causal_core.graph import CausalGraph
from causal_core.graph.difference import Change, Difference, difference
from causal_core.graph.names import Names, as_names
from causal_core.identification.adjustment import AdjustmentCheck
from causal_core.identification.decision import (
    Contrast,
    Decision,
    adjusting,
    decide,
    set_text,
)
from causal_core.identification.search import Set
from causal_core.identification.shared_set import shared_set
from causal_core.identification.trial import Side, Trial


@dataclass(frozen=True)
class Tried:
    """One difference, tried by itself.

    Attributes:
        change: The difference, as the change from the first graph to the second.
        here: What it does alone in the first graph.
        there: What its reverse does alone in the second.
    """

    change: Change
    here: Trial
    there: Trial

    @property
    def matters(self) -> bool:
        """Whether it changes the decision of at least one of the two graphs, all by itself."""
        return bool(self.here.matters or self.there.matters)


@dataclass(frozen=True)
class Disagreement:
    """Two graphs of one question side by side.

    Attributes:
        treatment, outcome: The question.
        called: What the two graphs are called in the sentences.
        one, other: Each graph's decision.
        difference: How the graphs differ.
        differs: Whether the decisions differ; None when only sets beyond the listed ones could.
        points: In what they differ, as sentences; empty when they do not.
        one_in_other: The first graph's set judged in the second; None when there is no set.
        other_in_one: The second graph's set judged in the first; None when there is no set.
        tried: Every difference by itself, first those that change a decision, the first graph's before.
        combination: The smallest set of changes that changes the first graph's decision, when no single one
            does and the decisions differ; else empty.
        combined: What the combination does; None without one.
        shared: The smallest set valid in both graphs; None when there is none, or none was found.
        shared_reason: Why there is such a set or not, in words.
        complete: Whether everything was tried and searched in the time given.
    """

    treatment: tuple[str, ...]
    outcome: tuple[str, ...]
    called: tuple[str, str]
    one: Decision
    other: Decision
    difference: Difference
    differs: bool | None
    points: tuple[str, ...]
    one_in_other: AdjustmentCheck | None
    other_in_one: AdjustmentCheck | None
    tried: tuple[Tried, ...]
    combination: tuple[Change, ...]
    combined: Trial | None
    shared: Set | None
    shared_reason: str
    complete: bool

    @property
    def decisive(self) -> tuple[Change, ...]:
        """The single differences that change a decision."""
        return tuple(each.change for each in self.tried if each.matters)


def disagreement(
    one: CausalGraph,
    other: CausalGraph,
    treatment: Names,
    outcome: Names,
    adjust_for: Names | None = None,
    randomised: bool = False,
    called: tuple[str, str] = ("the first graph", "the second graph"),
    seconds: float = 2.0,
) -> Disagreement:
    """What two graphs say about one total effect, and which of their differences it hangs on.

    A decision is: whether the effect is identifiable, whether the graph makes it zero, which minimal
    adjustment sets there are, and whether the set in use is valid. Each difference is applied alone to the
    first graph, and its reverse alone to the second. A graph of which the question cannot be asked (it lacks
    a node) has a decision that says so.

    Args:
        one: The first graph.
        other: The second graph.
        treatment: One node or several.
        outcome: One node or several.
        adjust_for: The set in use with the first graph; None for its smallest.
        randomised: Whether the treatment is known to be random: arrows into it are then ignored in both.
        called: What to call the two graphs in sentences.
        seconds: About the longest time for everything; what was not tried by then is said.

    Raises:
        GraphError: `adjust_for` names what is not in the first graph.
    """
    treatments, outcomes = as_names(treatment), as_names(outcome)
    here, there = (
        decide(graph, treatments, outcomes, held, randomised, seconds / 8)
        for graph, held in ((one, adjust_for), (other, None))
    )
    towards, back = Contrast.of(here, there), Contrast.of(there, here)
    nodes, reason, searched = _shared(here, there, towards, back, called, seconds / 4)
    found = difference(one, other)
    until = monotonic() + seconds / 2
    sides = [
        Side(graph, decision, source, treatments, outcomes, randomised, until)
        for graph, decision, source in ((one, here, other), (other, there, one))
    ]
    tried = [
        Tried(change, sides[0].trial((change,)), sides[1].trial((change.undone,))) for change in found.changes
    ]
    differs = True if back.matters else towards.matters
    combination: tuple[Change, ...] = ()
    combined: Trial | None = None
    finished = all(trial.matters is not None for each in tried for trial in (each.here, each.there))
    if differs and not any(each.here.matters for each in tried):
        combination, combined, done = sides[0].smallest(found.changes)
        finished = finished and done
    return Disagreement(
        treatment=treatments,
        outcome=outcomes,
        called=called,
        one=here,
        other=there,
        difference=found,
        differs=differs,
        points=_points(towards, back, called) if differs else (),
        one_in_other=towards.kept,
        other_in_one=back.kept,
        tried=tuple(sorted(tried, key=lambda each: (not each.matters, not each.here.matters))),
        combination=combination,
        combined=combined,
        shared=nodes,
        shared_reason=reason,
        complete=searched and finished and here.sets.complete and there.sets.complete,
    )


def _points(towards: Contrast, back: Contrast, called: tuple[str, str]) -> tuple[str, ...]:
    points = list(towards.beside(called))
    for contrast, (mine, theirs) in ((towards, called), (back, called[::-1])):
        kept, chosen = contrast.kept, contrast.before.chosen
        if kept is not None and chosen is not None and contrast.before.valid and not kept.valid:
            points.append(f"{adjusting(chosen)}, right by {mine}, is wrong by {theirs}. {kept.reason}")
    return tuple(points)


def _shared(
    here: Decision,
    there: Decision,
    towards: Contrast,
    back: Contrast,
    called: tuple[str, str],
    seconds: float,
) -> tuple[Set | None, str, bool]:
    if here.question is None or there.question is None:
        return None, "There is no such set while the question cannot be asked of both graphs.", True
    found = shared_set((here.question, there.question), seconds)
    if found.nodes is not None:
        sets = [found.nodes in decision.sets for decision in (here, there)]
        more = [
            f"It holds more than {name} needs, and that does no harm there."
            for name, minimal in zip(called, sets, strict=True)
            if not minimal
        ]
        if not found.nodes:
            return found.nodes, "Nothing need be adjusted for, by either graph.", True
        what = set_text(found.nodes)
        least = "and none is smaller" if found.complete else "but there may be a smaller one"
        words = f"{what} is valid in both graphs, {least}."
        return found.nodes, " ".join([words, *more]), found.complete
    if not found.complete:
        return None, "No set valid in both was found in the time given; there may be one.", False
    reasons = [f"In {name}: {why}" for name, why in zip(called, found.without, strict=True) if why]
    if not reasons:
        pairs = ((towards, called[1]), (back, called[0]))
        for contrast, name in pairs:
            if contrast.kept is not None and not contrast.kept.valid and contrast.before.chosen is not None:
                reasons.append(
                    f"{adjusting(contrast.before.chosen)} is wrong in {name}. {contrast.kept.reason}"
                )
        reasons.append("Every other set is wrong in one of the two as well.")
    return None, f"No set is valid in both graphs. {' '.join(reasons)}", True
