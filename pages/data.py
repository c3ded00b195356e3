"""Data: what the table holds, what is asked of it, and what a reviewer would want to know."""

import streamlit as st

from causal_core.data.table import to_frame
from causal_core.text import for_markdown
from pages.shared.column_table import column_table
from pages.shared.download import download_study
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.opening import finish_opening
from pages.shared.question_panel import question_panel
from pages.shared.reading_options import reading_options
from pages.shared.review_sheet import review_sheet

FIRST_ROWS = 100

header("data", "What do we have?")
finish_opening()
here = require("data")
gaps = sum(column.missing > 0 for column in here.profile.columns)

about, keep = st.columns([4, 1], vertical_alignment="center")
with about:
    st.markdown(
        f"**{for_markdown(here.study.data.path)}** · {here.table.rows:,} rows · "
        f"{len(here.table.columns):,} columns · "
        + (f"{gaps:,} of them with missing values" if gaps else "nothing missing")
    )
with keep, st.container(horizontal_alignment="right"):
    download_study(here)
for warning in here.warnings:
    st.warning(for_markdown(warning))
show_flags(here)

columns, question = st.columns([2, 1], gap="large")
with columns:
    st.subheader("The columns", anchor=False)
    column_table(here)
    st.subheader("What a reviewer will ask", anchor=False)
    review_sheet(here)
with question:
    st.subheader("The question", anchor=False)
    question_panel(here)

with st.expander("How the file was read", expanded=bool(here.warnings)):
    reading_options(here)
with st.expander(f"The first {min(FIRST_ROWS, here.table.rows):,} rows"):
    st.dataframe(to_frame(here.table.arrow().slice(0, FIRST_ROWS)), hide_index=True, height=420)

next_step("graph", "what causes what?")
