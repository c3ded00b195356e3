"""Instruments: variables that move the treatment and reach the outcome through it alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.graph.separators import minimal_separator
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import passed_on_reason
from causal_core.identification.search import Set, gather, minimal_sets
from causal_core.listing import Listing
from causal_core.problem import Problem


@dataclass(frozen=True)
class Instrument:
    """An instrument and what to hold fixed with it.

    Attributes:
        variable: The instrument.
        given: The nodes to condition on; empty when it is an instrument as it stands.
    """

    variable: str
    given: Set


def instruments(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    effect: str = "total",
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Instrument]:
    """All instruments, each with every minimal set to condition on; smallest sets first, then by name.

    Variable and set avoid the treatment, the nodes on causal paths and their descendants; the variable is not
    separated from the treatment given the set, but from the outcome once the treatment's first arrows on
    causal paths are taken away (Henckel, Buttenschoen & Maathuis 2024, "Graphical tools for selecting
    conditional instrumental sets", theorem 3.1). For the direct effect only the arrow from treatment to
    outcome is taken away, and the set holds no descendant of the outcome.

    Whether a given variable is an instrument for some set is NP-complete (van der Zander et al. 2015), so the
    search is exponential in the worst case; each variable is first tried with the nearest separators alone.

    Args:
        graph: The causal graph; its selected nodes are always held fixed.
        treatment: One node.
        outcome: One node or several.
        effect: "total" or "direct".
        limit: The most instruments to list.
        seconds: The longest time to search.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
        Problem: Several treatments, or an effect that is neither "total" nor "direct".
    """
    question = Question.ask(graph, treatment, outcome, effect)
    if len(question.treatments) > 1:
        raise Problem(
            f"One instrument cannot tell the effects of {listed(question.treatments)} apart.",
            remedy="Ask for one treatment at a time.",
        )
    return gather(_search(question), _order, limit, seconds)


def _order(found: Instrument) -> tuple[object, ...]:
    return len(found.given), found.variable, sorted(found.given)


def sets_for(question: Question, variable: str, seconds: float | None = None) -> Listing[Instrument]:
    """Every minimal set that makes one variable an instrument, as in `instruments`."""
    if variable not in question.usable or question.selection & question.forbidden or question.passed_on:
        return Listing()
    candidate = Candidate(question, variable)
    sets = minimal_sets(frozenset(), candidate.usable, candidate.accepts, candidate.choose)
    return gather(
        (None if found is None else Instrument(variable, found) for found in sets), _order, seconds=seconds
    )


def instrument_reason(question: Question, found: Instrument) -> str:
    """Why this is an instrument, and what it takes to use it."""
    x, y = listed(question.treatments), listed(question.outcomes)
    given = f"Given {listed(found.given)}, " if found.given else ""
    return (
        f"{given}{found.variable} is related to {x} and reaches {y} only along the "
        f"{question.effect_words}; the effect "
        "then needs one more assumption: that it is linear and the same for everyone, or that the "
        "instrument moves "
        f"nobody's {x} the other way, and then it is the effect among those it moves."
    )


def why_no_instrument(question: Question, variable: str) -> str:
    """Why a variable is no instrument, whatever is held fixed."""
    x, y = listed(question.treatments), listed(question.outcomes)
    if variable in question.treatments | question.outcomes:
        return f"{variable} is treatment or outcome itself, so it cannot be an instrument."
    if variable in question.graph.latent:
        return f"{variable} is not observed, so it cannot be an instrument."
    if variable in question.selection:
        return f"The rows are selected on {variable}, so it does not vary and cannot be an instrument."
    if variable in question.forbidden:
        return (
            f"{variable} is an effect of {x} on a causal path or caused by one, so it cannot be an "
            "instrument."
        )
    if question.passed_on:
        return f"{variable} is no instrument. {passed_on_reason(question.passed_on)}"
    candidate = Candidate(question, variable)
    links, held = question.biasing, question.selection
    if links.trail({variable}, question.treatments, held, links.ancestors(held | candidate.usable)) is None:
        return f"{variable} is no instrument: it is not related to {x} in the graph."
    near = links.ancestors({variable} | question.outcomes | held) & candidate.usable
    leak = links.open_trail({variable}, question.outcomes, near | held)
    if leak is not None:
        return (
            f"{variable} is no instrument: the path {leak.text} reaches {y} other than through {x}, and "
            "no observed set "
            "closes it."
        )
    return f"{variable} is no instrument: whatever closes its other ways to {y} also cuts it off from {x}."


def _search(question: Question) -> Iterator[Instrument | None]:
    if question.selection & question.forbidden or question.passed_on:
        return
    early: dict[str, Set | None] = {}
    for variable in sorted(question.usable):
        yield None
        candidate = Candidate(question, variable)
        nearest = candidate.nearest()
        if nearest is None:
            continue
        sets = minimal_sets(frozenset(), nearest, candidate.accepts, candidate.choose)
        early[variable] = next((found for found in sets if found is not None), None)
        found = early[variable]
        yield None if found is None else Instrument(variable, found)
    for variable, first in early.items():
        candidate = Candidate(question, variable)
        for found in minimal_sets(frozenset(), candidate.usable, candidate.accepts, candidate.choose):
            if found != first or found is None:
                yield None if found is None else Instrument(variable, found)


@dataclass(frozen=True)
class Candidate:
    """One variable tried as an instrument.

    On `question.biasing` both conditions can be read: a path that ends in an arrow the effect goes along
    would start among the forbidden nodes, and those are neither instruments nor held fixed.
    """

    question: Question
    variable: str

    @property
    def usable(self) -> Set:
        """What may be held fixed with it."""
        return self.question.usable - {self.variable}

    def excluded(self, held: Set) -> bool:
        """Whether the variable reaches the outcome only along the effect."""
        links = self.question.biasing
        return links.separated({self.variable}, self.question.outcomes, held | self.question.selection)

    def accepts(self, held: Set) -> bool:
        """Whether the variable is an instrument given these nodes."""
        links = self.question.biasing
        moves = not links.separated({self.variable}, self.question.treatments, held | self.question.selection)
        return moves and self.excluded(held)

    def possible(self, inside: Set, left: Set) -> bool:
        """A necessary condition, quick to check, for an accepted set between `inside` and `inside | left`.

        Some set between the two separates from the outcome iff the ancestors in it do; and a path to the
        treatment must be left that passes no node of `inside` and whose colliders can be opened.
        """
        links, held = self.question.biasing, inside | self.question.selection
        ends = {self.variable} | self.question.outcomes
        largest = inside | (left & links.ancestors(ends | held))
        openable = links.ancestors(held | left)
        relevant = links.trail({self.variable}, self.question.treatments, closed=held, opened=openable)
        return relevant is not None and self.excluded(largest)

    def choose(self, inside: Set, left: Set) -> str | None:
        """The node to decide next, or None when nothing between `inside` and `inside | left` is accepted."""
        if not self.possible(inside, left):
            return None
        links, held = self.question.biasing, inside | self.question.selection
        leak = links.open_trail({self.variable}, self.question.outcomes, held)
        if leak is not None:
            return next((node for node in leak.others if node in left), None)
        openable = links.ancestors(held | left)
        route = links.trail({self.variable}, self.question.treatments, closed=held, opened=openable)
        opened = links.ancestors(held)
        shut = [node for node in route.colliders if node not in opened] if route else []
        return min(links.descendants({shut[0]}) & left) if shut else None

    def nearest(self) -> Set | None:
        """The minimal separator from the outcome that lies nearest to it; None when nothing separates.

        It leaves as much open around the variable as can be (van der Zander, Textor & Liskiewicz 2015,
        "Efficiently finding conditional instruments").
        """
        selection = self.question.selection
        separator = minimal_separator(
            self.question.biasing_graph,
            self.question.outcomes,
            self.variable,
            include=selection,
            allowed=self.usable | selection,
        )
        return None if separator is None else separator - selection
