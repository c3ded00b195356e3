"""The whole answer to one question: verdict, ways to the effect, the set in use, the paths."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from causal_core.graph import CausalGraph
from causal_core.graph.checks import refuse_unknown
from causal_core.graph.names import Names, as_names, known
from causal_core.graph.paths import paths
from causal_core.identification.adjustment import (
    adjustment_sets,
    check_adjustment,
    why_no_adjustment,
)
from causal_core.identification.conditional_frontdoor import ConditionalDoor, conditional_frontdoor
from causal_core.identification.frontdoor import frontdoor_reason, frontdoor_sets
from causal_core.identification.identify import IdentifiedEffect, identify
from causal_core.identification.instruments import (
    Instrument,
    instrument_reason,
    instruments,
    sets_for,
    why_no_instrument,
)
from causal_core.identification.mediation import MediationCheck, check_mediation
from causal_core.identification.optimal import optimal_adjustment_set
from causal_core.identification.question import Question, listed
from causal_core.identification.reasons import valid_reason
from causal_core.identification.strategies import ChosenSet, Identification, Strategy
from causal_core.listing import Listing

Set = frozenset[str]

IV_ASSUMPTION = (
    "Linearity (the effect is the same for everyone) or monotonicity (then the effect is that among "
    "those whose "
    "treatment the instrument moves)."
)
MEDIATION_ASSUMPTION = (
    "No hidden cause links what a person would do under one treatment to what they would under another."
)


def explain(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    adjust_for: Names | None = None,
    instrument: str | None = None,
    mediators: Names | None = None,
    randomised: bool = False,
    limit: int = 20,
    seconds: float = 2.0,
) -> Identification:
    """Everything a reader wants to know about one total effect.

    Args:
        graph: The causal graph.
        treatment: One node or several.
        outcome: One node or several.
        adjust_for: The set to use, also when it is wrong (that is then said); None for the smallest one.
        instrument: The instrument to use; None for any.
        mediators: Mediators whose share of the effect is asked for; None when none is.
        randomised: Whether the treatment is known to be random: arrows into it are then ignored.
        limit: The most sets, instruments and paths of each kind to list.
        seconds: The longest time for all listings together; a listing cut short by it says so.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    asked = Question.ask(graph, treatment, outcome)
    for names, choice in (
        (adjust_for, "set to adjust for"),
        (instrument, "instrument"),
        (mediators, "mediator"),
    ):
        refuse_unknown(as_names(names or ()), graph.nodes, f"the question's {choice}")
    ignored: tuple[str, ...] = ()
    if randomised:
        graph, ignored = _by_design(graph, asked.treatments)
    question = Question.ask(graph, treatment, outcome)
    until = monotonic() + seconds

    def share() -> float:
        """What one listing may take: a quarter of the time, and no more than is left."""
        return max(min(seconds / 4, until - monotonic()), 0.0)

    sets = adjustment_sets(graph, treatment, outcome, limit=limit, seconds=share())
    doors = frontdoor_sets(graph, treatment, outcome, limit=limit, seconds=share())
    single = len(question.treatments) == 1
    found = (
        instruments(graph, treatment, outcome, limit=limit, seconds=share())
        if single
        else Listing[Instrument]()
    )
    picked, notes = _instrument(question, instrument, found, share())
    mediation = None if mediators is None else check_mediation(graph, treatment, outcome, mediators)
    chosen = _chosen(question, adjust_for, sets)
    general = identify(graph, treatment, outcome)
    # Where something else suffices, a front door that needs covariates too is only more to assume.
    conditional = conditional_frontdoor(graph, treatment, outcome) if not sets and not any(doors) else None
    answer = _Answer(
        question,
        sets,
        doors,
        conditional,
        found,
        picked,
        chosen,
        general,
        mediation,
        as_names(mediators or ()),
    )
    if ignored:
        notes.append(
            f"The treatment is random by design, so the arrows into it are ignored: {', '.join(ignored)}."
        )
    notes += [f"Not all {kind} are listed." for kind, listing in answer.listings() if not listing.complete]
    held = frozenset(chosen.variables) & graph.observed if chosen else frozenset()
    shown = held - question.treatments - question.outcomes
    return Identification(
        treatment=tuple(sorted(question.treatments)),
        outcome=tuple(sorted(question.outcomes)),
        graph=graph,
        identifiable=general.identifiable,
        zero=not question.causal_nodes,
        verdict=answer.verdict(),
        strategies=answer.strategies(),
        adjustment_sets=sets,
        frontdoor_sets=doors,
        instruments=found,
        chosen=chosen,
        instrument=picked,
        mediation=mediation,
        general=general,
        paths=paths(graph, treatment, outcome, shown, limit=limit, seconds=share()),
        randomised=randomised,
        ignored=ignored,
        notes=tuple(notes),
        optimal=optimal_adjustment_set(graph, treatment, outcome),
    )


def _by_design(graph: CausalGraph, treatments: Set) -> tuple[CausalGraph, tuple[str, ...]]:
    edges = [edge for edge in graph.edges if edge[1] in treatments]
    arcs = [pair for pair in graph.bidirected if treatments & set(pair)]
    words = [f"{a} -> {b}" for a, b in edges] + [f"{a} <-> {b}" for a, b in arcs]
    return graph.without(edges=edges, bidirected=arcs), tuple(words)


def _chosen(question: Question, adjust_for: Names | None, sets: Listing[Set]) -> ChosenSet | None:
    if adjust_for is None:
        if not sets:
            return None
        return ChosenSet(tuple(sorted(sets[0])), True, valid_reason(question, sets[0]), by_user=False)
    names = known(adjust_for, question.graph.nodes)
    check = check_adjustment(question.graph, question.treatments, question.outcomes, names)
    return ChosenSet(tuple(sorted(names)), check.valid, check.reason, by_user=True, culprits=check.culprits)


def _instrument(
    question: Question, wanted: str | None, found: Listing[Instrument], seconds: float
) -> tuple[Instrument | None, list[str]]:
    if wanted is None:
        return (found[0] if found else None), []
    known(wanted, question.graph.nodes)
    sets = sets_for(question, wanted, seconds)
    if sets:
        return sets[0], []
    return None, [why_no_instrument(question, wanted)]


@dataclass(frozen=True)
class _Answer:
    """What was found, to be put in words and in order."""

    question: Question
    sets: Listing[Set]
    doors: Listing[Set]
    conditional: ConditionalDoor | None
    found: Listing[Instrument]
    picked: Instrument | None
    chosen: ChosenSet | None
    general: IdentifiedEffect
    mediation: MediationCheck | None
    mediators: tuple[str, ...]

    def listings(self) -> tuple[tuple[str, Listing[Set] | Listing[Instrument]], ...]:
        return (
            ("adjustment sets", self.sets),
            ("front-door sets", self.doors),
            ("instruments", self.found),
        )

    def strategies(self) -> tuple[Strategy, ...]:
        chosen, question = self.chosen, self.question
        ways: list[Strategy] = []
        if chosen and chosen.valid and frozenset(chosen.variables) not in self.sets:
            ways.append(Strategy("backdoor", chosen.variables, chosen.reason))
        ordered = sorted(
            self.sets, key=lambda nodes: chosen is not None and nodes != frozenset(chosen.variables)
        )
        ways += [Strategy("backdoor", tuple(sorted(z)), valid_reason(question, z)) for z in ordered]
        for door in filter(None, self.doors):
            words = frontdoor_reason(question.treatments, question.outcomes, door)
            ways.append(Strategy("frontdoor", tuple(sorted(door)), words))
        if self.conditional is not None:
            door, given = self.conditional.mediators, tuple(sorted(self.conditional.covariates))
            ways.append(Strategy("frontdoor", tuple(sorted(door)), self.conditional.reason, given))
        if self.general.identifiable and not ways:
            ways.append(Strategy("general", (), self._general_words()))
        first = [self.picked] if self.picked else []
        for each in first + [other for other in self.found if other != self.picked]:
            words = instrument_reason(question, each)
            ways.append(Strategy("iv", (each.variable,), words, tuple(sorted(each.given)), IV_ASSUMPTION))
        if self.mediation and self.mediation.valid:
            covariates = tuple(sorted(self.mediation.covariates or ()))
            between = tuple(sorted(self.mediators))
            ways.append(
                Strategy("mediation", between, self.mediation.reason, covariates, MEDIATION_ASSUMPTION)
            )
        return tuple(ways)

    def _general_words(self) -> str:
        if not self.question.causal_nodes:
            return (
                "The graph draws no causal path from treatment to outcome, so setting the treatment "
                "changes nothing."
            )
        return (
            "No adjustment set and no front-door set gives the effect, but the rules of the do-calculus do."
        )

    def verdict(self) -> str:
        """The answer in a sentence or two; a wrong set of the user's comes first."""
        effect = self.question.effect_words
        parts = []
        if self.chosen and self.chosen.by_user and not self.chosen.valid:
            at_fault = f" because of {listed(self.chosen.culprits)}" if self.chosen.culprits else ""
            named = (
                f"Your set {_shown(self.chosen.variables)}"
                if self.chosen.variables
                else "Adjusting for nothing"
            )
            reason = self.chosen.reason
            if self.question.causal_nodes and self.sets:
                # What closes every path follows below; that it would close this one need not be said before.
                reason = reason.removesuffix(f" Adjusting for {listed(self.sets[0])} would close it.")
            parts.append(f"{named} is wrong{at_fault}. {reason}")
        if not self.question.causal_nodes:
            x, y = listed(self.question.treatments), listed(self.question.outcomes)
            parts.append(
                f"The graph draws no causal path from {x} to {y}, so the effect is zero by the graph."
            )
        elif self.chosen and self.chosen.valid:
            parts.append(self.chosen.reason)
        elif self.sets:
            parts.append(valid_reason(self.question, self.sets[0]))
        else:
            parts.append(f"{why_no_adjustment(self.question)} {self._otherwise(effect)}".strip())
        return " ".join(parts)

    def _otherwise(self, effect: str) -> str:
        doors = [door for door in self.doors if door]
        if doors:
            return f"But the {effect} is identifiable by the front door through {listed(doors[0])}."
        if self.conditional is not None:
            through, given = listed(self.conditional.mediators), listed(self.conditional.covariates)
            return f"But the {effect} is identifiable by the front door through {through} given {given}."
        if self.general.identifiable:
            return f"But the {effect} is identifiable by the general formula shown."
        words = f"The {effect} is not identifiable from the graph alone. {self.general.hedge}"
        if self.picked:
            given = f" given {listed(self.picked.given)}" if self.picked.given else ""
            words += (
                f" With {self.picked.variable}{given} as instrument one more assumption helps: linearity "
                "gives this effect, monotonicity that among those whom the instrument moves."
            )
        return words


def _shown(names: Names) -> str:
    return "{" + ", ".join(as_names(names)) + "}"
