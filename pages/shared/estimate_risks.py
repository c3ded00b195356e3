"""The table of risks or rates under the table of the Estimate page."""

from __future__ import annotations

import streamlit as st

from causal_core.study.results import Estimated
from causal_core.study.risk_words import risk_table
from causal_core.text import for_markdown
from pages.shared.text_table import text_table


def show_risks(estimated: Estimated) -> None:
    """Both means, their ratio and the number needed to treat; nothing for other outcomes."""
    table = risk_table(estimated.estimates)
    if table is None:
        return
    with st.expander(table.title):
        text_table(table.head, table.rows, numbers=table.numbers)
        st.caption(for_markdown(table.caption))
