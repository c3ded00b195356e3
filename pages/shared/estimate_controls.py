"""The controls of the Estimate page: over whom, by which methods, compared with what."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.estimation.methods import METHODS, TARGETS
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, change_question

OFFERED = tuple(name for name in METHODS if name not in {"dose_response", "dose_response_dr"})
"""A curve needs a dose, so it is not offered here."""

POPULATIONS = {
    "ATE": "Everybody (ATE)",
    "ATT": "Those treated (ATT)",
    "ATC": "Those not treated (ATC)",
}


def choose_target(here: OpenStudy) -> None:
    """Over whom the effect is averaged."""
    key = bound(here, "estimate-target", here.study.question.target)
    st.radio(
        "Averaged over",
        TARGETS,
        format_func=POPULATIONS.__getitem__,
        key=key,
        on_change=lambda: change_question(target=st.session_state[key]),
        help="With several arms, those treated are the rows of the arm in question.",
    )


def choose_methods(here: OpenStudy) -> None:
    """The methods that run side by side."""
    chosen = here.study.estimate
    key = bound(here, "estimate-methods", [name for name in chosen.methods if name in OFFERED])

    def changed() -> None:
        picked = tuple(st.session_state[key])
        headline = chosen.headline if chosen.headline in picked else None
        change(estimate=dataclasses.replace(chosen, methods=picked, headline=headline))

    st.multiselect(
        "Methods",
        OFFERED,
        format_func=lambda name: METHODS[name].label,
        key=key,
        on_change=changed,
        wrap=True,
        help="\n\n".join(f"**{METHODS[name].label}.** {METHODS[name].sentence}" for name in OFFERED),
    )


def show_control(here: OpenStudy) -> None:
    """The level that the arms are compared with."""
    question = here.study.question
    st.caption(
        f"Compared with **{for_markdown(question.treatment)} = {for_markdown(question.control)}**, "
        + ("assigned at random." if question.randomised else "as it happened: not randomised.")
    )
    st.page_link("pages/data.py", label="Change that on Data")
