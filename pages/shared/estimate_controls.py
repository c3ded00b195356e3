"""The controls of the Estimate page: over whom, by which methods, compared with what."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.estimation.methods import METHODS, TARGETS
from causal_core.problem import Problem
from causal_core.study.method_groups import GROUPS, OFFERED, MethodGroup, chosen_labels
from causal_core.study.steps import identification
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change, change_question

POPULATIONS = {
    "ATE": "Everybody (ATE)",
    "ATT": "Those treated (ATT)",
    "ATC": "Those not treated (ATC)",
}
WIDTH = 700
"""Of the choice of methods, in pixels."""
LEFT = 4
"""Groups in its left half."""


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
    """The methods that run side by side: their names, and behind a button all of them by group."""
    chosen = [name for name in here.study.estimate.methods if name in OFFERED]
    label = st.container(gap="xsmall")
    label.markdown(":small[Methods]")
    with label.popover(
        f"Choose methods ({len(chosen)})", width="stretch", key=f"estimate-choose-{here.token}"
    ):
        ways = _ways(here)
        with st.container(width=WIDTH):
            for part, column in zip((GROUPS[:LEFT], GROUPS[LEFT:]), st.columns(2, gap="medium"), strict=True):
                with column:
                    for group in part:
                        _group(here, group, ways)
    label.caption(chosen_labels(chosen))


def _group(here: OpenStudy, group: MethodGroup, ways: frozenset[str]) -> None:
    words = group.sentence if group.strategy in ways or not group.missing else group.missing
    with st.container(gap="xxsmall"):
        st.markdown(f"**{group.title}**  \n:gray[:small[{words}]]")
        for name in group.methods:
            key = bound(here, f"estimate-method-{name}", name in here.study.estimate.methods)
            st.checkbox(
                METHODS[name].label,
                key=key,
                on_change=_take,
                args=(name, key),
                help=METHODS[name].sentence,
            )


def _take(name: str, key: str) -> None:
    here: OpenStudy = st.session_state["open_study"]
    chosen = here.study.estimate
    # A method that is added comes last, so that what is on the screen stays where it is.
    kept = [each for each in chosen.methods if each in OFFERED and each != name]
    picked = (*kept, name) if st.session_state[key] else tuple(kept)
    headline = chosen.headline if chosen.headline in picked else None
    change(estimate=dataclasses.replace(chosen, methods=picked, headline=headline))


def _ways(here: OpenStudy) -> frozenset[str]:
    try:
        return frozenset(way.kind for way in identification(here.study).strategies)
    except Problem:
        # The page itself says what is wrong with the graph.
        return frozenset(group.strategy for group in GROUPS)


def show_control(here: OpenStudy) -> None:
    """The level that the arms are compared with."""
    question = here.study.question
    st.caption(
        f"Compared with **{for_markdown(question.treatment)} = {for_markdown(question.control)}**, "
        + ("assigned at random." if question.randomised else "as it happened: not randomised.")
    )
    st.page_link("pages/data.py", label="Change that on Data")
