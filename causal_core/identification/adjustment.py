"""Adjustment sets: what to hold fixed so that only the effect asked for is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from causal_core.graph import CausalGraph
from causal_core.graph.names import Names, known
from causal_core.identification.question import Question
from causal_core.identification.reasons import (
    forbidden_reason,
    missing_reason,
    open_reason,
    passed_on_reason,
    valid_reason,
)
from causal_core.identification.search import Set, by_size, gather
from causal_core.listing import Listing


@dataclass(frozen=True)
class AdjustmentCheck:
    """Whether a set gives the effect asked for, and why.

    Attributes:
        valid: Whether adjusting for the set gives the effect.
        reason: Why, in words.
        culprits: The nodes at fault: in the set but not allowed there, or colliders it opens.
        open_path: The nodes of a path of bias the set leaves open; empty when there is none.
        closing: Nodes that would close that path.
    """

    valid: bool
    reason: str
    culprits: tuple[str, ...] = ()
    open_path: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()


def adjustment_sets(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    effect: str = "total",
    include: Names = (),
    exclude: Names = (),
    selection: Names = (),
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Set]:
    """All inclusion-minimal adjustment sets of observed nodes, smallest first, ties in name order.

    A set is valid for the total effect by the generalised adjustment criterion (Perkovic et al. 2018,
    "Complete graphical characterization and construction of adjustment sets", definition 4.1), for the direct
    effect by the single-door criterion (Pearl 2009, theorem 5.3.1). `()` means that no set exists,
    `(frozenset(),)` that nothing need be adjusted for.

    Args:
        graph: The causal graph; its selected nodes are always held fixed.
        treatment: One node or several.
        outcome: One node or several.
        effect: "total" or "direct".
        include: Nodes every set must hold; a set is minimal among those that hold them.
        exclude: Nodes no set may hold.
        selection: Nodes held fixed by how the rows were chosen; no set names them.
        limit: The most sets to list.
        seconds: The longest time to search.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
        Problem: `effect` is neither "total" nor "direct".
    """
    question = Question.ask(graph, treatment, outcome, effect, selection)
    held = frozenset(known(include, graph.nodes)) - question.selection
    left_out = frozenset(known(exclude, graph.nodes))
    return gather(_valid_sets(question, held, left_out), by_size, limit, seconds)


def _valid_sets(question: Question, include: Set, exclude: Set) -> Iterator[Set]:
    if not include <= question.usable - exclude or question.selection & question.forbidden:
        return
    if question.passed_on:
        return
    held, allowed = include | question.selection, question.usable - exclude
    for cut in question.biasing.separators(question.treatments, question.outcomes, held, allowed):
        yield cut | include


def check_adjustment(
    graph: CausalGraph,
    treatment: Names,
    outcome: Names,
    adjustment: Names,
    effect: str = "total",
    selection: Names = (),
) -> AdjustmentCheck:
    """Whether adjusting for these nodes gives the effect, with the reason in words.

    Args:
        graph: The causal graph; its selected nodes are always held fixed.
        treatment: One node or several.
        outcome: One node or several.
        adjustment: The set to judge; may be empty.
        effect: "total" or "direct".
        selection: Nodes held fixed by how the rows were chosen.

    Raises:
        GraphError: A name is unknown, or treatment or outcome is unobserved, missing or used twice.
        Problem: `effect` is neither "total" nor "direct".
    """
    question = Question.ask(graph, treatment, outcome, effect, selection)
    held = frozenset(known(adjustment, graph.nodes)) - question.selection
    barred = sorted((held | question.selection) - question.usable - (question.selection - question.forbidden))
    if barred:
        return AdjustmentCheck(
            False, " ".join(forbidden_reason(question, node) for node in barred), tuple(barred)
        )
    if question.passed_on:
        return AdjustmentCheck(
            False, passed_on_reason(question.passed_on), open_path=question.passed_on.nodes
        )
    trail = question.biasing.open_trail(question.treatments, question.outcomes, held | question.selection)
    if trail is None:
        return AdjustmentCheck(True, valid_reason(question, held))
    culprits, closing, reason = open_reason(question, trail, held)
    return AdjustmentCheck(False, reason, culprits, trail.nodes, closing)


def why_no_adjustment(question: Question) -> str:
    """Why no set of observed nodes gives the effect; empty when one does.

    The set tried is every usable ancestor of treatment, outcome and selection: when that leaves a path of
    bias open, so does every other (van der Zander et al. 2019, "Separators and adjustment sets in causal
    graphs").
    """
    for node in sorted(question.selection & question.forbidden):
        return f"No set exists. {forbidden_reason(question, node)}"
    if question.passed_on:
        return f"No set exists. {passed_on_reason(question.passed_on)}"
    links = question.biasing
    near = links.ancestors(question.treatments | question.outcomes | question.selection)
    held = near & question.usable
    trail = links.open_trail(question.treatments, question.outcomes, held | question.selection)
    return "" if trail is None else missing_reason(question, trail)
