"""The specification curve on the Validate page: every adjustment set by every method."""

from __future__ import annotations

import streamlit as st

from pages.shared.current import OpenStudy


def show_curve(here: OpenStudy) -> None:
    """The estimates of all defensible analyses of the open study side by side."""
    st.write(
        "The graph may allow several sets to adjust for, and each set several methods. All of these analyses "
        "answer the same question from the same rows; if they disagree, the choice between them matters."
    )
    st.caption(f"Estimate uses one set and {len(here.study.estimate.methods)} methods.")
