"""Compare: two people's graphs of the same question, and the arrow on which they part."""

import streamlit as st

from causal_core.problem import Problem
from causal_core.text import for_markdown
from pages.shared.compare_parts import compared, differences, pictures, points, shared_set
from pages.shared.header import header, next_step, require
from pages.shared.other_graph import choose_other, desk

header("compare", "Where do two graphs disagree?")
here = require("compare", "question", "graph")
question = here.study.question
kept = desk(here)
st.write(
    f"The effect of **{for_markdown(question.treatment)}** on **{for_markdown(question.outcome)}**, by your "
    "graph and by another: a colleague's, a referee's, your own of yesterday."
)
with st.expander("The other graph", expanded=kept.other is None or bool(kept.problem)):
    choose_other(here, kept)
if kept.other is None:
    st.info(
        "Bring the other graph: both are then drawn side by side, and each difference is tried by itself."
    )
    st.stop()
try:
    found = compared(here.study.graph, kept.other.graph, question)
except Problem as problem:
    st.error(for_markdown(problem))
    st.page_link("pages/graph.py", label="Mend it on Graph →")
    st.stop()
pictures(here, kept.other, found)
points(found)
differences(here, kept.other, found)
shared_set(found)
next_step("identify", "can this effect be known from these data, and how?")
