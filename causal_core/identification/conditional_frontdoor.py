"""The front door given covariates: mediators that carry the whole effect once these are held fixed."""

from __future__ import annotations

from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.identification.links import Links, Trail
from causal_core.identification.question import Question, listed
from causal_core.identification.search import Set


@dataclass(frozen=True)
class ConditionalDoor:
    """Whether some mediators give the effect by the front-door formula.

    Attributes:
        valid: Whether they do.
        mediators: The mediators.
        covariates: A minimal set to hold fixed; empty when none is needed or none helps.
        reason: Why, in words.
    """

    valid: bool
    mediators: Set
    covariates: Set
    reason: str


def check_frontdoor(
    graph: CausalGraph, treatment: Names, outcome: Names, mediators: Names
) -> ConditionalDoor:
    """Whether the front-door formula given some covariates holds for these mediators.

    They must lie on every directed path from treatment to outcome, and a set of observed nodes that the
    treatment does not affect must close every path of bias from the treatment to them and, together with the
    treatment, from them to the outcome (Fulcher et al. 2020, "Robust inference on population indirect causal
    effects: the generalized front door criterion", without its direct effect).

    Raises:
        GraphError: A name is unknown, or treatment, outcome or mediator is unobserved, missing or used twice.
    """
    door = _Door.of(graph, treatment, outcome)
    between = frozenset(known(mediators, graph.nodes))
    x, y, m = listed(door.question.treatments), listed(door.question.outcomes), listed(between)
    if off := between - door.question.causal_nodes:
        why = f"{listed(off)} lies on no causal path from {x} to {y}, so it carries nothing of the effect."
        return ConditionalDoor(False, between, frozenset(), why)
    if hit := door.question.selection & door.affected:
        why = f"The rows are selected on {listed(hit)}, which {x} causes."
        return ConditionalDoor(False, between, frozenset(), why)
    bypass = door.bypass(between)
    if bypass is not None:
        why = f"{m} does not carry the whole effect: {bypass.text} goes past it."
        return ConditionalDoor(False, between, frozenset(), why)
    trail = door.bias(between, door.pool)
    if trail is not None:
        why = f"The path {trail.text} cannot be closed by observed nodes."
        return ConditionalDoor(False, between, frozenset(), why)
    held = door.pool
    for node in sorted(door.pool):
        if door.bias(between, held - {node}) is None:
            held -= {node}
    given = f"Given {listed(held)}, nothing" if held else "Nothing"
    return ConditionalDoor(
        True,
        between,
        held,
        f"All of the effect of {x} on {y} goes through {m}. {given} hidden acts on both {x} and {m}, and "
        f"with {x} held fixed too every path of bias from {m} to {y} is closed.",
    )


def conditional_frontdoor(graph: CausalGraph, treatment: Names, outcome: Names) -> ConditionalDoor | None:
    """Mediators that satisfy `check_frontdoor`, none of them dispensable; None when there are none.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
    """
    door = _Door.of(graph, treatment, outcome)
    if door.question.selection & door.affected:
        return None
    between = door.question.causal_nodes & graph.observed - door.question.outcomes - door.question.selection
    mediators = frozenset(node for node in between if not door.entering(frozenset({node}), door.pool))
    # More mediators only take away paths, so one that leaks from all leaks from each smaller set too.
    while bad := frozenset(node for node in mediators if door.leaving(mediators, node, door.pool)):
        mediators -= bad
    if not mediators or door.bypass(mediators) is not None:
        return None
    for node in sorted(mediators):
        fewer = mediators - {node}
        if fewer and door.bypass(fewer) is None and door.bias(fewer, door.pool) is None:
            mediators = fewer
    found = check_frontdoor(graph, treatment, outcome, sorted(mediators))
    return found if found.valid else None


@dataclass(frozen=True)
class _Door:
    """The question, what the treatment affects, and what may be held fixed."""

    question: Question
    affected: Set
    pool: Set

    @classmethod
    def of(cls, graph: CausalGraph, treatment: Names, outcome: Names) -> _Door:
        question = Question.ask(graph, treatment, outcome)
        affected = question.links.descendants(question.treatments)
        sides = question.treatments | question.outcomes | question.selection
        near = question.links.ancestors(sides | question.causal_nodes)
        return cls(question, affected, (graph.observed & near) - affected - sides)

    def bypass(self, mediators: Set) -> Trail | None:
        """A directed path past the mediators."""
        asked = self.question
        return asked.links.directed_path(asked.treatments, asked.outcomes, avoiding=mediators)

    def entering(self, mediators: Set, held: Set) -> Trail | None:
        """An open back-door path from the treatment to the mediators."""
        asked = self.question
        out = [edge for edge in asked.graph.edges if edge[0] in asked.treatments]
        links = Links.of(asked.graph, without=out)
        return links.open_trail(asked.treatments, mediators, held | asked.selection)

    def leaving(self, mediators: Set, node: str, held: Set) -> Trail | None:
        """An open back-door path from one of the mediators to the outcome, treatment held fixed."""
        asked = self.question
        out = [edge for edge in asked.graph.edges if edge[0] in mediators]
        links = Links.of(asked.graph, without=out)
        return links.open_trail({node}, asked.outcomes, held | asked.treatments | asked.selection)

    def bias(self, mediators: Set, held: Set) -> Trail | None:
        """A path of bias that is left open."""
        trail = self.entering(mediators, held)
        if trail is not None:
            return trail
        for node in sorted(mediators):
            trail = self.leaving(mediators, node, held)
            if trail is not None:
                return trail
        return None
