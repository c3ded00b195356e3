"""Every way to one effect at a glance: total or direct, of several treatments on several outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names
from causal_core.identification.adjustment import adjustment_sets, why_no_adjustment
from causal_core.identification.frontdoor import frontdoor_sets
from causal_core.identification.identify import IdentifiedEffect, identify
from causal_core.identification.instruments import Instrument, instruments
from causal_core.identification.optimal import OptimalSet, optimal_adjustment_set
from causal_core.identification.projection import latent_projection
from causal_core.identification.question import Question
from causal_core.identification.reasons import valid_reason
from causal_core.identification.search import Set
from causal_core.listing import Listing


@dataclass(frozen=True)
class Survey:
    """The ways to one effect.

    Attributes:
        effect: "total" or "direct".
        words: The effect in words.
        reason: Why a smallest adjustment set works, or why none exists.
        adjustment_sets: The minimal adjustment sets found, smallest first.
        optimal: The set of least asymptotic variance; None for a direct effect, where no theory names one.
        frontdoor_sets: The minimal front-door sets found; none for a direct effect.
        instruments: The instruments found; none for several treatments.
        general: Whether and how the effect follows without further assumptions. For a direct effect: that of
            the treatments with every other observed cause of the outcomes set too.
        held: Those other causes, in name order; empty for a total effect.
        zero: Whether the graph draws no such effect.
    """

    effect: str
    words: str
    reason: str
    adjustment_sets: Listing[Set]
    optimal: OptimalSet | None
    frontdoor_sets: Listing[Set]
    instruments: Listing[Instrument]
    general: IdentifiedEffect
    held: tuple[str, ...]
    zero: bool


def survey(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    effect: str = "total",
    limit: int = 20,
    seconds: float = 1.0,
) -> Survey:
    """Every way to one effect.

    Args:
        graph: The causal graph.
        treatment: One node or several.
        outcome: One node or several.
        effect: "total" or "direct".
        limit: The most sets and instruments of each kind to list.
        seconds: About the longest time for all listings together.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
        Problem: `effect` is neither "total" nor "direct".
    """
    question = Question.ask(graph, treatment, outcome, effect)
    until = monotonic() + seconds
    total = effect == "total"
    sets = adjustment_sets(graph, treatment, outcome, effect, limit=limit, seconds=seconds / 3)
    doors = (
        frontdoor_sets(graph, treatment, outcome, limit=limit, seconds=(until - monotonic()) / 2)
        if total
        else Listing[Set]()
    )
    found = (
        instruments(graph, treatment, outcome, effect, limit=limit, seconds=max(until - monotonic(), 0.0))
        if len(question.treatments) == 1
        else Listing[Instrument]()
    )
    held = () if total else _other_causes(question)
    return Survey(
        effect=effect,
        words=question.effect_words,
        reason=valid_reason(question, sets[0]) if sets else why_no_adjustment(question),
        adjustment_sets=sets,
        optimal=optimal_adjustment_set(graph, treatment, outcome) if total else None,
        frontdoor_sets=Listing([door for door in doors if door], complete=doors.complete),
        instruments=found,
        general=identify(graph, question.treatments | set(held), question.outcomes),
        held=held,
        zero=not question.cut,
    )


def _other_causes(question: Question) -> tuple[str, ...]:
    """The observed nodes with an arrow, or a path of latents, into an outcome, besides the treatments."""
    projected = latent_projection(question.graph)
    causes = frozenset[str]().union(*(projected.parents(node) for node in question.outcomes))
    return tuple(sorted(causes - question.treatments - question.outcomes - question.selection))
