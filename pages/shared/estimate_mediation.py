"""Mediation on the Estimate page: which mediator, where it is held, and the split in words."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.problem import Problem
from causal_core.study.results import Estimated
from causal_core.study.routes import mediation_route, possible_mediators
from causal_core.study.split_words import ASSUMED, alone_sentences, split_sentences
from causal_core.study.steps import identification
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, change_question

TOGETHER = "all of the graph, jointly"


def choose_mediation(here: OpenStudy) -> None:
    """Which mediator's share is told, and where it is held; nothing unless mediation is asked for."""
    if "mediation" not in here.study.estimate.methods:
        return
    try:
        found = identification(here.study)
        names = possible_mediators(found)
        single = len(mediation_route(here.study.question, found).variables) == 1
    except Problem:
        # The page says below what is wrong with the question.
        return
    named = here.study.question.mediator
    options = ["", *names] if named in (None, *names) else ["", *names, named]
    key = bound(here, "estimate-mediator", named or "")
    st.selectbox(
        "Mediator",
        options,
        format_func=lambda name: name or TOGETHER,
        key=key,
        on_change=lambda: change_question(mediator=st.session_state[key] or None),
        help="The part of the effect that runs through it is told from the part that does not. A front door "
        "goes through it too.",
    )
    if single:
        held = bound(here, "estimate-mediator-value", here.study.estimate.mediator_value)
        st.number_input(
            "Hold it at",
            value=None,
            key=held,
            placeholder="its mean, or the lower of two values",
            on_change=lambda: change(
                estimate=dataclasses.replace(here.study.estimate, mediator_value=st.session_state[held])
            ),
            help="For the controlled direct effect: what the treatment would do if everybody's mediator were "
            "set to this value.",
        )


def show_mediation(here: OpenStudy, estimated: Estimated) -> None:
    """What runs through the mediators and what does not, arm by arm; nothing without an answer."""
    parts = [each for each in estimated.of("mediation") if each.value is not None]
    if not parts:
        return
    question = here.study.question
    found = identification(here.study)
    route = mediation_route(question, found)
    st.subheader(f"What runs through {for_markdown(', '.join(route.variables))}", anchor=False)
    for contrast in dict.fromkeys(each.contrast for each in parts):
        mine = [each for each in parts if each.contrast == contrast]
        for sentence in split_sentences(
            mine, route.variables, question.treatment, question.outcome, question.unit
        ):
            st.markdown(for_markdown(sentence))
    for sentence in alone_sentences(found, route.variables):
        st.markdown(for_markdown(sentence))
    given = f"Adjusted for {', '.join(route.given)}." if route.given else "Adjusted for nothing."
    st.caption(for_markdown(f"{given} {ASSUMED}"))
