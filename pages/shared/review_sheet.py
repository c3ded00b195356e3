"""What a reviewer asks of any data set: what a row is, what was measured when, who touches whom."""

from __future__ import annotations

import dataclasses

import streamlit as st

from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.column_table import shortened
from pages.shared.current import OpenStudy, change, change_question

_INTERFERENCE = {
    "no": "No",
    "yes": "Yes",
    "unknown": "Not known",
}
_SHOWN = 6


def review_sheet(here: OpenStudy) -> None:
    """One row, interference, and the columns whose time of measurement is not known."""
    rows, touch = st.columns(2, gap="large")
    with rows:
        st.text_input(
            "One row is",
            key=(key := bound(here, "row-is", here.study.data.row_is)),
            on_change=_take_row,
            args=(key,),
            placeholder="a customer; a patient visit; a county in a year",
        )
        if not here.study.data.row_is:
            st.caption("Say who or what is treated and measured: every number is about these units.")
    with touch:
        _interference(here)
    _timing(here)


def _interference(here: OpenStudy) -> None:
    said = here.study.question.interference
    st.radio(
        "Can one unit's treatment touch another's outcome?",
        list(_INTERFERENCE),
        key=(key := bound(here, "interference", said)),
        on_change=_take_interference,
        args=(key,),
        format_func=_INTERFERENCE.__getitem__,
        horizontal=True,
        help="For example through infection, word of mouth, shared prices or a shared queue.",
    )
    if said == "yes":
        st.caption("What this means stands at the top of this page and of every page with numbers.")
    elif said == "unknown":
        st.caption("Every number that follows supposes that it cannot. Decide before you rely on one.")


def _timing(here: OpenStudy) -> None:
    known = here.study.data.measured
    names = here.profile.names
    unknown = [name for name in names if name not in known]
    if not unknown:
        counts = ", ".join(
            f"{sum(when == each for when in known.values()):,} {each}" for each in ("before", "at", "after")
        )
        st.caption(f"When each of the {len(names):,} columns was measured is said: {counts} the treatment.")
        return
    listed = ", ".join(for_markdown(shortened(name)) for name in unknown[:_SHOWN])
    more = f" and {len(unknown) - _SHOWN:,} more" if len(unknown) > _SHOWN else ""
    st.caption(
        f"**When was it measured? Not said yet for {len(unknown):,} of {len(names):,} columns:** "
        f"{listed}{more}. Choose under “Measured” in "
        "the table: adjusting for a column measured after the treatment biases the effect."
    )


def _take_row(key: str) -> None:
    here: OpenStudy = st.session_state["open_study"]
    change(data=dataclasses.replace(here.study.data, row_is=st.session_state[key].strip()))


def _take_interference(key: str) -> None:
    change_question(interference=st.session_state[key])
