"""The study repeated in a world fitted to its data, on the Validate page."""

from __future__ import annotations

import streamlit as st

from pages.shared.current import OpenStudy


def show_repeat(here: OpenStudy) -> None:
    """How often the study's own method would find the truth in a world like these data."""
    st.write(
        "In a world fitted to these data the true effect is known. Repeating the study there shows how far "
        "off its method tends to be, and how often its 95 % interval holds the truth."
    )
    st.caption(f"The table has {here.table.rows:,} rows.")
