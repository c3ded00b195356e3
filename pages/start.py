"""Start: a demo, a table of one's own, or a study that was saved."""

import streamlit as st

from causal_core.data.demos import Demo, demos
from causal_core.text import for_markdown
from pages.shared.current import current
from pages.shared.header import header
from pages.shared.opening import demo_source, finish_opening, start_opening, upload_study, upload_table

header("start", "What should we do?")
finish_opening()
st.write(
    "Bring a table, draw what causes what, and learn what an action would change: which effect can be "
    "known from these data, how large it is, who responds, and whom to treat."
)
here = current()
if here is not None:
    st.page_link("pages/data.py", label=f"Go on with **{for_markdown(here.name)}** →")


def card(demo: Demo) -> None:
    """One demo: its question, what it teaches, its size and design."""
    with st.container(border=True, height="stretch", vertical_alignment="distribute"):
        with st.container(gap="xsmall"):
            st.markdown(f"**{for_markdown(demo.title)}**")
            st.markdown(for_markdown(demo.question))
            st.caption(for_markdown(demo.teaches))
        with st.container(gap="xsmall"):
            st.caption(f"**{demo.rows:,} rows** · {for_markdown(demo.design)}")
            if st.button("Open", key=f"open-{demo.name}", width="stretch"):
                start_opening(demo_source(demo))
                st.rerun()


own, saved = st.columns(2, gap="large")
with own:
    st.subheader("Your own table", anchor=False)
    upload_table()
with saved:
    st.subheader("A saved study", anchor=False)
    upload_study()

st.subheader("Or learn with a demo", anchor=False)
every = demos()
for row in range(0, len(every), 3):
    for column, demo in zip(st.columns(3), every[row : row + 3], strict=False):
        with column:
            card(demo)
