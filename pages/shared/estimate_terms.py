"""The controls of the Estimate page for what the models are made of."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.problem import Problem
from causal_core.study.terms import term_choices
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change

NUISANCES = {"boosted": "Boosted trees", "linear": "Linear and logistic regression"}


def choose_terms(here: OpenStudy) -> None:
    """Squares, logarithms, interactions and nuisances; nothing where there is nothing to choose."""
    try:
        choices = term_choices(here.study, here.table, here.profile)
    except Problem:
        # The page itself says what is wrong with the graph.
        return
    if not (choices.squares or choices.logs or choices.interactions or choices.nuisances):
        return
    chosen = here.study.estimate
    with st.expander("What the models are made of"):
        if choices.squares:
            _names(
                here,
                "squares",
                "Covariates with their square too",
                choices.squares,
                "For curved relations: the models of treatment and outcome get the square as well.",
            )
        if choices.logs:
            _names(
                here,
                "logs",
                "Covariates by their logarithm",
                choices.logs,
                "For covariates with a long tail, such as an income: the models of treatment and outcome get "
                "the natural logarithm instead of the value, and the square, where chosen, is of the "
                "logarithm. Every value must be above zero.",
            )
        if choices.interactions:
            _names(
                here,
                "interactions",
                "The effect may vary with",
                choices.interactions,
                "Standardisation's outcome model gets the products of these covariates with the arms.",
            )
        if choices.nuisances:
            key = bound(here, "estimate-nuisances", chosen.nuisances)
            st.radio(
                "Machine learning predicts with",
                list(NUISANCES),
                format_func=NUISANCES.__getitem__,
                key=key,
                on_change=lambda: _keep(here, nuisances=st.session_state[key]),
                help="Trees find curves and thresholds by themselves and need many rows; lines need few.",
            )
    for name in choices.skewed:
        st.caption(f"{for_markdown(name)} is very skewed: try its logarithm.")


def _names(here: OpenStudy, option: str, label: str, names: tuple[str, ...], words: str) -> None:
    key = bound(here, f"estimate-{option}", list(getattr(here.study.estimate, option)))
    st.multiselect(
        label,
        names,
        key=key,
        on_change=lambda: _keep(here, **{option: tuple(st.session_state[key])}),
        help=words,
    )


def _keep(here: OpenStudy, **options: Any) -> None:
    change(estimate=dataclasses.replace(here.study.estimate, **options))
