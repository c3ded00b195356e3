"""One graph changed a little and asked again: what the change does to its decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from time import monotonic

from causal_core.graph import CausalGraph
from causal_core.graph.adjacency import closure
from causal_core.graph.difference import Change, apply
from causal_core.identification.decision import Contrast, Decision, decide, sets_text
from causal_core.identification.question import listed
from causal_core.problem import GraphError

_MOST_NODES = 80  # of a graph whose paths through an edge are looked for


@dataclass(frozen=True)
class Trial:
    """What one change, or several at once, does to the decision of one graph.

    Attributes:
        possible: Whether the changed graph can be; one with a cycle cannot.
        matters: Whether the decision changes; None when this was not found out in time.
        reason: What changes, or why nothing does, in words.
    """

    possible: bool
    matters: bool | None
    reason: str


@dataclass(frozen=True)
class Side:
    """A graph, to be changed a little towards another and asked again.

    Attributes:
        graph: The graph.
        decision: What it decides unchanged.
        source: The graph the changes come from.
        treatments, outcomes, randomised: The question.
        until: The moment, on the monotonic clock, after which nothing is tried any more.
    """

    graph: CausalGraph
    decision: Decision
    source: CausalGraph
    treatments: tuple[str, ...]
    outcomes: tuple[str, ...]
    randomised: bool
    until: float

    def trial(self, changes: Sequence[Change]) -> Trial:
        """What these changes, all at once, do to this side's decision."""
        left = self.until - monotonic()
        if left <= 0:
            return Trial(True, None, "Not tried: the time ran out.")
        try:
            graph = apply(self.graph, changes, self.source)
        except GraphError as problem:
            return Trial(False, False, f"Not possible by itself: {problem.message}")
        after = decide(
            graph, self.treatments, self.outcomes, None, self.randomised, min(left, 0.1), in_words=False
        )
        contrast = Contrast.of(self.decision, after)
        if contrast.matters is None:
            return Trial(
                True,
                None,
                "The verdict and the set in use stay; there are too many minimal sets to compare all.",
            )
        return Trial(
            True, contrast.matters, contrast.then() if contrast.matters else self._same(graph, changes)
        )

    def smallest(self, changes: Sequence[Change]) -> tuple[tuple[Change, ...], Trial | None, bool]:
        """The fewest changes that together change the decision, and whether the search was finished."""
        for size in range(2, len(changes) + 1):
            for some in combinations(changes, size):
                trial = self.trial(some)
                if trial.matters is None:
                    return (), None, False
                if trial.matters:
                    return some, trial, True
        return (), None, True

    def _same(self, graph: CausalGraph, changes: Iterable[Change]) -> str:
        decision = self.decision
        if decision.question is None:
            return "The question cannot be asked with it or without it."
        x, y = listed(self.treatments), listed(self.outcomes)
        ends = [change.nodes for change in changes if change.subject == "edge"]
        alone = len(self.treatments) == len(self.outcomes) == 1 and len(graph.nodes) <= _MOST_NODES
        if alone and ends and not any(self._between(each, (self.graph, graph)) for each in ends):
            return f"No path between {x} and {y} runs along it, so nothing changes."
        if not decision.identifiable:
            return "The effect is not identifiable with it or without it."
        if decision.zero:
            return f"There is no causal path from {x} to {y} with it or without it: the effect stays zero."
        if decision.sets and not decision.sets[0]:
            return "Nothing need be adjusted for with it or without it."
        if decision.sets:
            one = len(decision.sets) == 1
            return f"The minimal set{'' if one else 's'} stay{'s' if one else ''} {sets_text(decision.sets)}."
        return "The effect is identifiable with it and without it, and no adjustment set exists either way."

    def _between(self, ends: tuple[str, ...], graphs: Iterable[CausalGraph]) -> bool:
        """Whether some path between treatment and outcome runs along an edge between these ends.

        There is one if and only if no single node parts the edge from treatment and outcome (Menger).
        """
        for graph in graphs:
            web = graph.adjacency
            if not set(ends) <= web.index.keys():
                continue
            around = [p | c | s for p, c, s in zip(web.parents, web.children, web.siblings, strict=True)]
            asked, edge = web.mask((*self.treatments, *self.outcomes)), web.mask(ends)
            others = [web.mask(web.names) & ~(1 << node) for node in range(len(web.names))]
            if all(closure(asked & other, around, other) & edge & other for other in others):
                return True
        return False
