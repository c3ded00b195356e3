"""Negative controls that a graph offers: columns on which, or of which, the effect must be zero."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from causal_core.graph.causal_graph import CausalGraph
from causal_core.identification.question import listed

Kind = Literal["outcome", "exposure"]


@dataclass(frozen=True)
class Candidate:
    """A column that could serve as a negative control.

    Attributes:
        kind: `outcome`: the treatment must have no effect on it; `exposure`: it must have none on the
            outcome.
        column: The column.
        given: What is adjusted for; for an exposure control also the treatment.
        expected: Whether the graph says that nothing is left between the two once these are known.
        reason: Why nothing should be left, or why something may be, in words.
        meaning: What it would mean if something is left.
        hidden: Whether the graph itself draws a hidden cause that the control shares.
    """

    kind: Kind
    column: str
    given: tuple[str, ...]
    expected: bool
    reason: str
    meaning: str
    hidden: bool = False


def candidates(
    graph: CausalGraph, treatment: str, outcome: str, adjustment: Collection[str], columns: Collection[str]
) -> tuple[Candidate, ...]:
    """The negative controls in a graph, those that share a drawn hidden cause first, then in name order.

    An outcome control is an observed node that the treatment does not cause, that is separated from it by
    the adjustment set, and that shares causes with the outcome or is one. An exposure control is an observed
    node that the treatment does not cause, that is separated from the outcome by the adjustment set and the
    treatment, and that shares causes with the treatment or is one. Either would reveal a hidden cause that
    also acts on it (Lipsitch, Tchetgen Tchetgen & Cohen 2010).

    Args:
        graph: The causal graph.
        treatment: The treatment's node.
        outcome: The outcome's node.
        adjustment: The set adjusted for.
        columns: Columns of the table; only nodes among them are offered.
    """
    found = []
    free = (graph.observed & set(columns)) - {treatment, outcome, *adjustment}
    for node in sorted(free - graph.descendants([treatment]) - graph.descendants([outcome])):
        for kind, end in (("outcome", outcome), ("exposure", treatment)):
            if not _related(graph, node, end):
                continue
            made = candidate(graph, treatment, outcome, adjustment, node, kind)  # type: ignore[arg-type]  # the two kinds
            if made.expected:
                found.append(made)
    return tuple(sorted(found, key=lambda each: (each.kind != "outcome", not each.hidden, each.column)))


def candidate(
    graph: CausalGraph, treatment: str, outcome: str, adjustment: Collection[str], column: str, kind: Kind
) -> Candidate:
    """One column as a negative control, also one that the graph does not offer; `reason` says what it says.

    A column that is itself adjusted for is left out of the set for its own test.

    Args:
        graph: The causal graph.
        treatment: The treatment's node.
        outcome: The outcome's node.
        adjustment: The set adjusted for.
        column: A column of the table, in the graph or not; neither treatment nor outcome.
        kind: Which part it plays.
    """
    given = tuple(sorted(set(adjustment) - {column}))
    other = treatment if kind == "outcome" else outcome
    known = given if kind == "outcome" else (*given, treatment)
    if column not in graph.observed:
        reason = (
            f"The graph does not hold {column}: that it should be zero here rests on your word. "
            f"{_claim(kind, treatment, outcome, column)}"
        )
        return Candidate(kind, column, given, True, reason, _meaning(kind, treatment, outcome, column))
    if column in graph.descendants([treatment]):
        reason = f"By the graph {treatment} causes {column}, so an association is expected: it is no control."
        return Candidate(kind, column, given, False, reason, "")
    if not graph.is_d_separated(column, other, known):
        path = next(
            (each for each in graph.paths(column, other, known, limit=200, seconds=1.0) if each.open), None
        )
        way = f" through {path.text}" if path is not None else ""
        reason = (
            f"By the graph {column} and {other} stay associated{way}, whether or not anything is hidden: it "
            "is no control."
        )
        return Candidate(kind, column, given, False, reason, "")
    end = outcome if kind == "outcome" else treatment
    hidden = _hidden(graph, column, end)
    known_words = listed(known) if known else "nothing at all"
    closing = "no path joins them" if not known else f"knowing {known_words} closes every path between them"
    reason = (
        f"{_claim(kind, treatment, outcome, column)} By the graph {closing}. {_shares(graph, column, end)}"
    )
    return Candidate(kind, column, given, True, reason, _meaning(kind, treatment, outcome, column), hidden)


def _claim(kind: Kind, treatment: str, outcome: str, column: str) -> str:
    if kind == "outcome":
        return f"{treatment} does not cause {column}."
    return f"{column} does not cause {outcome} except through {treatment}."


def _meaning(kind: Kind, treatment: str, outcome: str, column: str) -> str:
    if kind == "outcome":
        return (
            f"If {treatment} seems to change {column}, something that is not adjusted for joins the two, and "
            f"it may join {treatment} and {outcome} as well."
        )
    return (
        f"If {column} seems to change {outcome}, something that is not adjusted for joins the two, and it "
        f"may join {treatment} and {outcome} as well."
    )


def _common(graph: CausalGraph, one: str, other: str) -> frozenset[str]:
    return (graph.ancestors([one]) & graph.ancestors([other])) - {one, other}


def _related(graph: CausalGraph, node: str, end: str) -> bool:
    return bool(_common(graph, node, end)) or node in graph.ancestors([end]) or _joined(graph, node, end)


def _joined(graph: CausalGraph, one: str, other: str) -> bool:
    """Whether a two-headed edge gives the two a hidden cause of their own, directly or through causes."""
    mine, theirs = graph.ancestors([one]), graph.ancestors([other])
    return any(graph.siblings(node) & theirs for node in mine)


def _hidden(graph: CausalGraph, one: str, other: str) -> bool:
    return bool(_common(graph, one, other) & graph.latent) or _joined(graph, one, other)


def _shares(graph: CausalGraph, column: str, end: str) -> str:
    common = _common(graph, column, end)
    hidden, seen = common & graph.latent, common - graph.latent
    parts = []
    if hidden:
        parts.append(f"the hidden {listed(hidden)}")
    if seen:
        parts.append(listed(seen))
    words = f"It shares causes with {end}: {' and '.join(parts)}." if parts else ""
    if column in graph.ancestors([end]):
        words = f"It is itself a cause of {end}. {words}".strip()
    if not hidden and _joined(graph, column, end):
        words = f"{words} A two-headed arrow gives it a hidden cause in common with {end}.".strip()
    return words
