"""The columns that an effect is taken through: instruments, a front door, mediators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from causal_core.identification.conditional_frontdoor import check_frontdoor
from causal_core.identification.instrument_sets import companions, instruments_together
from causal_core.identification.mediation import check_mediation
from causal_core.identification.question import Question as Asked

if TYPE_CHECKING:
    from causal_core.identification import Identification
    from causal_core.study.options import Question


@dataclass(frozen=True)
class Route:
    """What an effect is taken through.

    Attributes:
        variables: The columns; none when the graph allows no such way.
        given: What is adjusted for with them.
        reason: Why there are none; empty otherwise.
    """

    variables: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    reason: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """All its columns."""
        return (*self.variables, *self.given)


def instrument_names(question: Question) -> tuple[str, ...]:
    """The instruments a question names; none when the graph may choose."""
    named = question.instrument
    return (named,) if isinstance(named, str) else tuple(named or ())


def instrument_route(question: Question, identification: Identification) -> Route:
    """The instruments in use: those named, else the first found and all that share its conditioning set."""
    names, picked = instrument_names(question), identification.instrument
    if len(names) > 1:
        found = instruments_together(
            identification.graph, identification.treatment, identification.outcome, names
        )
    elif picked is None:
        why = " ".join(identification.notes[:1]) if names else ""
        return Route(reason=why or "The graph offers no instrument for this effect.")
    else:
        found = companions(picked, () if names else identification.instruments)
    return Route(found.variables, tuple(sorted(found.given)), found.reason)


def door_route(question: Question, identification: Identification) -> Route:
    """The front-door set in use, with the covariates it needs: the one that holds the named mediator."""
    doors = [way for way in identification.strategies if way.kind == "frontdoor"]
    if question.mediator is None:
        if not doors:
            return Route(reason="The graph offers no front-door set for this effect.")
        return Route(doors[0].variables, doors[0].given)
    alone = check_frontdoor(
        identification.graph, identification.treatment, identification.outcome, question.mediator
    )
    if alone.valid:
        return Route((question.mediator,), tuple(sorted(alone.covariates)))
    for way in doors:
        if question.mediator in way.variables:
            return Route(way.variables, way.given)
    return Route(reason=f"The mediator {question.mediator} is no front door. {alone.reason}")


def possible_mediators(identification: Identification) -> tuple[str, ...]:
    """The observed nodes on causal paths from treatment to outcome, in name order."""
    asked = Asked.ask(identification.graph, identification.treatment, identification.outcome)
    return tuple(
        sorted(asked.causal_nodes & identification.graph.observed - asked.outcomes - asked.selection)
    )


def mediation_route(question: Question, identification: Identification) -> Route:
    """The mediators whose share is asked for, with what they need: the one named, else all of the graph."""
    between = possible_mediators(identification) if question.mediator is None else (question.mediator,)
    if not between:
        return Route(reason="The graph draws no mediator between treatment and outcome.")
    found = identification.mediation
    if found is None or question.mediator is None:
        found = check_mediation(
            identification.graph, identification.treatment, identification.outcome, between
        )
    if not found.valid:
        return Route(
            reason=f"What goes through {', '.join(between)} cannot be told from what does not. {found.reason}"
        )
    return Route(between, tuple(sorted(found.covariates or ())))
