"""Mediation: whether the effect through some mediators can be told from the rest."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.identification.links import Trail
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set
from causal_core.problem import GraphError


@dataclass(frozen=True)
class MediationCheck:
    """Whether the natural direct and indirect effects are identified.

    Attributes:
        valid: Whether they are.
        covariates: A minimal set to adjust for; None when there is none.
        reason: Why, in words.
    """

    valid: bool
    covariates: Set | None
    reason: str


def check_mediation(graph: CausalGraph, treatment: Names, outcome: Names, mediators: Names) -> MediationCheck:
    """Whether the natural effects of treatment on outcome through the mediators jointly are identified.

    Some set of observed nodes the treatment does not affect must close every path of bias from the treatment
    to mediators and outcome and, together with the treatment, from the mediators to the outcome (Pearl 2001,
    "Direct and indirect effects", theorem 2 and its corollary). A confounder of mediator and outcome that the
    treatment affects breaks this.

    Raises:
        GraphError: A name is unknown, or treatment, outcome or mediator is unobserved, missing or used twice.
    """
    between = frozenset(known(mediators, graph.nodes))
    question = Question.ask(graph, treatment, outcome)
    for name in sorted(between & (question.treatments | question.outcomes)):
        raise GraphError(
            f"'{name}' is a mediator and treatment or outcome too.", name, "Choose another mediator."
        )
    first = Question.ask(graph, treatment, question.outcomes | between)
    second = Question.ask(graph, between, outcome)
    x, y, m = listed(question.treatments), listed(question.outcomes), listed(between)
    for name in sorted(between - question.causal_nodes):
        return MediationCheck(
            False, None, f"{name} lies on no causal path from {x} to {y}, so it mediates nothing."
        )
    affected = first.links.descendants(question.treatments)
    if hit := question.selection & affected:
        return MediationCheck(False, None, f"The rows are selected on {listed(hit)}, which {x} causes.")
    sides = question.treatments | question.outcomes | between | question.selection
    pool = (graph.observed & first.links.ancestors(sides)) - affected - sides
    trail = _bias(first, second, pool)
    if trail is not None:
        return MediationCheck(False, None, _reason(question, trail, affected))
    held = pool
    for node in sorted(pool):
        if _bias(first, second, held - {node}) is None:
            held -= {node}
    given = f"Given {listed(held)}, no" if held else "No"
    return MediationCheck(
        True,
        held,
        f"{given} path of bias is open from {x} to {m} or {y}, nor, with {x} held fixed, from {m} to "
        f"{y}; so what goes "
        f"through {m} can be told from what does not.",
    )


def _bias(first: Question, second: Question, held: Set) -> Trail | None:
    """A path of bias left open by these covariates, from the treatment or from the mediators."""
    fixed = held | first.selection
    trail = first.biasing.open_trail(first.treatments, first.outcomes, fixed)
    if trail is not None:
        return trail
    return second.biasing.open_trail(second.treatments, second.outcomes, fixed | first.treatments)


def _reason(question: Question, trail: Trail, affected: Set) -> str:
    caused = [node for node in trail.others if node in affected]
    words = f"The path {trail.text} cannot be closed"
    if caused:
        return (
            f"{words}: {listed(caused)} is itself an effect of {listed(question.treatments)}, so "
            "adjusting for it would "
            "take away part of the effect."
        )
    hidden = sorted(set(trail.nodes) & question.graph.latent)
    return f"{words}, because {listed(hidden)} is not observed." if hidden else f"{words} by observed nodes."
