"""Another question of the same graph: total or direct, several treatments and outcomes, for reading only."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from causal_core.graph import CausalGraph
from causal_core.identification import Identification, Survey, survey
from causal_core.problem import Problem
from causal_core.text import for_markdown
from pages.shared.identify_formula import named_formula
from pages.shared.identify_steps import derivation
from pages.shared.identify_ways import adjustment_list, folded, instrument_list, set_text

EFFECTS = {
    "total": "Total: along every causal path",
    "direct": "Direct: along the arrow alone",
}


@lru_cache(maxsize=64)
def asked(graph: CausalGraph, treatments: tuple[str, ...], outcomes: tuple[str, ...], effect: str) -> Survey:
    """The survey of one question; computed once."""
    return survey(graph, treatments, outcomes, effect)


def another_question(found: Identification, key: str) -> None:
    """The controls of another question and its answer."""
    graph = found.graph
    st.caption("For reading the graph. The study keeps its own question, and so do all later pages.")
    choices = sorted(graph.observed - graph.selected)
    left, right, last = st.columns(3)
    treatments = left.multiselect(
        "Treatments", choices, default=list(found.treatment), key=f"{key}-treatments"
    )
    outcomes = right.multiselect("Outcomes", choices, default=list(found.outcome), key=f"{key}-outcomes")
    effect = last.selectbox("Effect", list(EFFECTS), format_func=EFFECTS.__getitem__, key=f"{key}-effect")
    try:
        answer = asked(graph, tuple(treatments), tuple(outcomes), effect or "total")
    except Problem as problem:
        st.warning(for_markdown(problem))
        return
    st.markdown(f"**The {for_markdown(answer.words)}.** {for_markdown(answer.reason)}")
    sets, others = st.columns(2, gap="large")
    with sets:
        if answer.adjustment_sets:
            adjustment_list(answer.adjustment_sets, answer.optimal)
        else:
            st.markdown("**Adjustment sets** · none")
    with others:
        _doors(answer, len(treatments))
    _general(answer, tuple(treatments), tuple(outcomes), bool(graph.latent), key)


def _doors(answer: Survey, treatments: int) -> None:
    if answer.effect == "direct":
        st.caption(
            "Front-door sets give total effects only. A direct effect by adjustment is that of a linear "
            "model."
        )
    elif answer.frontdoor_sets:
        st.markdown("**Front-door sets**")
        folded([f"- {for_markdown(set_text(door))}" for door in answer.frontdoor_sets])
    else:
        st.markdown("**Front-door sets** · none")
    if treatments > 1:
        st.caption("One instrument cannot tell the effects of several treatments apart.")
    elif answer.instruments:
        instrument_list(answer.instruments, answer.instruments.complete)
    else:
        st.markdown("**Instruments** · none")


def _general(
    answer: Survey, treatments: tuple[str, ...], outcomes: tuple[str, ...], latents: bool, key: str
) -> None:
    general = answer.general
    set_too = f" with {for_markdown(', '.join(answer.held))} set too" if answer.held else ""
    if not general.identifiable:
        st.markdown(f"**Without further assumptions**{set_too}: not identifiable.")
        st.caption(for_markdown(str(general.hedge).replace("<->", "↔")))
        return
    st.markdown(f"**Without further assumptions**{set_too}: identifiable.")
    if st.toggle("Show how it follows", key=f"{key}-how"):
        derivation(general, (*treatments, *answer.held), outcomes, latents, f"{key}-derivation")
    else:
        assert general.expression is not None  # noqa: S101 - an identifiable effect has a formula
        named_formula(general.derivation[0].right, general.expression, (*treatments, *answer.held), outcomes)
