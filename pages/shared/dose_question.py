"""The question about a dose: a histogram of it, and the dose to compare with."""

from __future__ import annotations

import math

import streamlit as st

from causal_core.charts.dose_response import dose_histogram
from causal_core.data.dose import Doses, rounded
from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change_question

QUIET = {"displayModeBar": False}


def dose_question(here: OpenStudy, doses: Doses) -> None:
    """How many rows have each dose, and the reference among them."""
    treatment = here.study.question.treatment
    low, high = max(rounded(doses.low), doses.low), min(rounded(doses.high), doses.high)
    st.number_input(
        "Reference: the dose to compare with",
        low,
        high,
        step=10.0 ** math.floor(math.log10((high - low) / 20)),
        format="%.6g",
        key=(key := bound(here, f"reference-{treatment}", min(max(doses.reference, low), high))),
        on_change=_take_reference,
        args=(key,),
        help="Effects are told as moving from this dose to others, in the range that 98 % of the rows have.",
    )
    st.plotly_chart(dose_histogram(doses, treatment), config=QUIET, key=f"dose-histogram-{here.token}")
    missing = f" {doses.missing:,} rows have none." if doses.missing else ""
    st.caption(
        for_markdown(
            f"A number with more than 20 different values is a dose: its effect is a curve. {doses.rows:,} "
            f"rows; half of them between {doses.quartiles[0]:g} and {doses.quartiles[2]:g}.{missing} "
            f"{doses.note}".strip()
        )
    )


def _take_reference(key: str) -> None:
    chosen = float(st.session_state[key])
    change_question(control=int(chosen) if chosen.is_integer() else chosen)
