"""Front-door sets: mediators that carry the whole effect and are themselves free of bias."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.identification.links import Links
from causal_core.identification.projection import among_selected
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set, by_size, gather, minimal_sets
from causal_core.listing import Listing


@dataclass(frozen=True)
class FrontDoor:
    """The front-door criterion for one question (Pearl 2009, definition 3.3.3).

    Attributes:
        graph: The graph, rows selected by design already taken into account.
        treatments: What is set.
        outcomes: What is looked at.
    """

    graph: CausalGraph
    treatments: Set
    outcomes: Set

    @property
    def candidates(self) -> Set:
        """The observed nodes without an open back-door path from a treatment."""
        out = [edge for edge in self.graph.edges if edge[0] in self.treatments]
        biased = Links.of(self.graph, without=out).reach(self.treatments)
        return self.graph.observed - biased - self.treatments - self.outcomes

    def leak(self, mediators: Set) -> Set:
        """The mediators with a back-door path to an outcome that the treatments leave open."""
        out = [edge for edge in self.graph.edges if edge[0] in mediators]
        return mediators & Links.of(self.graph, without=out).reach(self.outcomes, self.treatments)

    def largest(self, mediators: Set) -> Set:
        """The largest part of `mediators` without a leak; it holds every other such part.

        Taking more mediators only takes away paths, so a node that leaks from the larger set leaks from every
        smaller one (compare Jeong, Tian & Bareinboim 2022, "Finding and listing front-door adjustment sets").
        """
        while bad := self.leak(mediators):
            mediators -= bad
        return mediators

    def accepts(self, mediators: Set) -> bool:
        """Whether these candidates satisfy the criterion."""
        bypass = Links.of(self.graph).directed_path(self.treatments, self.outcomes, avoiding=mediators)
        return bypass is None and not self.leak(mediators)

    def choose(self, inside: Set, left: Set) -> str | None:
        """The node to decide next, or None when nothing between `inside` and `inside | left` is accepted."""
        links = Links.of(self.graph)
        largest = self.largest(inside | left)
        if not inside <= largest or links.directed_path(self.treatments, self.outcomes, avoiding=largest):
            return None
        path = links.directed_path(self.treatments, self.outcomes, avoiding=inside)
        if path is None:
            out = [edge for edge in self.graph.edges if edge[0] in inside]
            leaks = Links.of(self.graph, without=out)
            path = leaks.open_trail(self.leak(inside), self.outcomes, self.treatments)
        return None if path is None else next((n for n in path.nodes if n in largest - inside), None)


def frontdoor_sets(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Set]:
    """All inclusion-minimal front-door sets of observed nodes, smallest first, ties in name order.

    A set counts when it meets every directed path from treatment to outcome, no back-door path from treatment
    to the set is open, and the treatment blocks every back-door path from the set to the outcome (Pearl 2009,
    definition 3.3.3). `(frozenset(),)` means that the graph draws no directed path at all.

    Args:
        graph: The causal graph. Among rows selected on an effect of the treatment there is no front-door set.
        treatment: One node or several.
        outcome: One node or several.
        limit: The most sets to list.
        seconds: The longest time to search.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    return gather(_sets(Question.ask(graph, treatment, outcome)), by_size, limit, seconds)


def _sets(question: Question) -> Iterator[Set | None]:
    if question.selection & question.links.descendants(question.treatments):
        return iter(())
    graph = among_selected(question.graph, question.selection)
    criterion = FrontDoor(graph, question.treatments, question.outcomes)
    return minimal_sets(frozenset(), criterion.candidates, criterion.accepts, criterion.choose)


def frontdoor_reason(treatments: Set, outcomes: Set, mediators: Set) -> str:
    """Why a front-door set gives the effect."""
    x, y, m = listed(treatments), listed(outcomes), listed(mediators)
    return (
        f"All of the effect of {x} on {y} goes through {m}; nothing hidden acts on both {x} and {m}, "
        f"and holding {x} "
        f"fixed closes every path of bias from {m} to {y}."
    )
