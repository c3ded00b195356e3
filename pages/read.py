"""Read: what the graph says of its nodes, of any two of them, and of what data can tell."""

import streamlit as st

from causal_core.text import for_markdown
from pages.shared.bound import bound
from pages.shared.header import header, next_step, require
from pages.shared.read_nodes import nodes_view
from pages.shared.read_paths import paths_view
from pages.shared.read_state import choice, choose, reading
from pages.shared.read_structure import equivalence_view, implied_view, moral_view

VIEWS = {
    "Nodes": nodes_view,
    "Paths": paths_view,
    "Independencies": implied_view,
    "What data cannot tell": equivalence_view,
    "Moral graph": moral_view,
}

header("read", "What does the graph say?")
here = require("read")
if not here.study.graph.nodes:
    st.info("The graph is empty.")
    st.page_link("pages/graph.py", label="Draw it on Graph →")
    st.stop()
read = reading(here)
# Streamlit hides what does not fit into one line of switches.
st.html("<style>.stButtonGroup > div {flex-wrap: wrap; overflow: visible}</style>")
key = bound(here, "read-view", choice(here, "view", "Nodes"))
st.segmented_control(
    "Look at",
    list(VIEWS),
    key=key,
    required=True,
    on_change=lambda: choose(here, view=st.session_state[key]),
    label_visibility="collapsed",
)
if read.ignored:
    st.caption(
        "The treatment is random by design, so these arrows into it are left out: "
        + for_markdown(", ".join(read.ignored))
    )
VIEWS[choice(here, "view", "Nodes")](here, read)
next_step("identify", "can this effect be known from these data, and how?")
