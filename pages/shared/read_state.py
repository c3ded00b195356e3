"""What the Read page reads: the graph with its question, and the reader's own choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from causal_core.graph import CausalGraph
from causal_core.graph.equivalence import EquivalenceClass
from causal_core.graph.implications import Independence
from causal_core.graph.roles import instruments_given, role_sentences, roles
from causal_core.identification.controls import Control, controls
from causal_core.identification.pair import PairReading, read_pair
from causal_core.listing import Listing
from causal_core.problem import Problem
from causal_core.study.steps import identification
from pages.shared.current import OpenStudy

MOST_PATHS: Final = 60
MOST_INDEPENDENCIES: Final = 300
SECONDS: Final = 0.12
"""The longest time that one listing may take, so that the page answers at once."""


@dataclass(frozen=True)
class Reading:
    """The graph as the page reads it.

    Attributes:
        graph: The graph; by design without the arrows into a treatment that is random.
        treatment, outcome: The question's ends, or None while one is not drawn or cannot be asked about.
        roles: Node -> role.
        adjusted: The set in use for the question.
        problem: Why there is no question to read, or empty.
        ignored: Arrows left out because the treatment is random by design.
    """

    graph: CausalGraph
    treatment: str | None
    outcome: str | None
    roles: Mapping[str, str]
    adjusted: tuple[str, ...] = ()
    problem: str = ""
    ignored: tuple[str, ...] = ()


def reading(here: OpenStudy) -> Reading:
    """The open study's graph with its question where it has one."""
    study = here.study
    treatment, outcome = study.question.treatment, study.question.outcome
    bare = {node: "latent" if node in study.graph.latent else "other" for node in study.graph.nodes}
    if not {treatment, outcome} <= set(study.graph.nodes):
        return Reading(study.graph, None, None, bare, problem="Treatment and outcome are not both drawn yet.")
    try:
        found = identification(study)
        named = roles(found.graph, treatment, outcome)
    except Problem as problem:
        return Reading(study.graph, None, None, bare, problem=str(problem))
    chosen = () if found.chosen is None else found.chosen.variables
    offered = set(candidates(found.graph, treatment, outcome))
    return Reading(
        graph=found.graph,
        treatment=treatment,
        outcome=outcome,
        roles=named,
        adjusted=tuple(name for name in chosen if name in offered),
        ignored=found.ignored,
    )


def candidates(graph: CausalGraph, *ends: str) -> tuple[str, ...]:
    """The nodes that may be conditioned on between these ends, in the graph's order."""
    barred = graph.latent | graph.selected | set(ends)
    return tuple(node for node in graph.nodes if node not in barred)


def choice(here: OpenStudy, name: str, default: Any) -> Any:
    """What the reader chose last on this page for this study."""
    kept: dict[str, Any] = st.session_state.get(f"reading-{here.token}", {})
    return kept.get(name, default)


def choose(here: OpenStudy, **choices: Any) -> None:
    """Keep what the reader chose, also for the next visit to the page."""
    key = f"reading-{here.token}"
    st.session_state[key] = {**st.session_state.get(key, {}), **choices}


@lru_cache(maxsize=64)
def sentences(graph: CausalGraph, treatment: str, outcome: str) -> dict[str, str]:
    """The sentence of each node's role."""
    return role_sentences(graph, treatment, outcome)


@lru_cache(maxsize=64)
def conditions(graph: CausalGraph, treatment: str, outcome: str) -> dict[str, frozenset[str]]:
    """The instruments that need other nodes adjusted for, and those nodes."""
    return instruments_given(graph, treatment, outcome)


@lru_cache(maxsize=64)
def judged(graph: CausalGraph, treatment: str, outcome: str) -> tuple[Control, ...]:
    """What adjusting for each node does."""
    return controls(graph, treatment, outcome, seconds=SECONDS)


@lru_cache(maxsize=256)
def pair(graph: CausalGraph, x: str, y: str, given: frozenset[str]) -> PairReading:
    """What the graph says of two nodes."""
    return read_pair(graph, x, y, given, limit=MOST_PATHS, seconds=SECONDS)


@lru_cache(maxsize=64)
def independencies(graph: CausalGraph) -> Listing[Independence]:
    """The independencies that the graph implies."""
    return graph.implied_independencies(limit=MOST_INDEPENDENCIES, seconds=SECONDS)


@lru_cache(maxsize=64)
def equivalence(graph: CausalGraph) -> EquivalenceClass | str:
    """The equivalence class, or in words why there is none."""
    try:
        return graph.equivalence_class()
    except Problem as problem:
        return problem.message
