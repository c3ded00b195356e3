"""The tests of what methods assume, under the table of the Estimate page."""

from __future__ import annotations

import streamlit as st

from causal_core.study.check_words import HEAD, NUMBERS, check_rows
from causal_core.study.results import Estimated
from pages.shared.text_table import text_table


def show_checks(estimated: Estimated) -> None:
    """Each test with its value, its p-value and what it says; nothing when no method makes one."""
    rows = check_rows(estimated.estimates)
    if rows:
        st.subheader("What was checked along the way", anchor=False)
        text_table(HEAD, rows, numbers=NUMBERS)
