"""What if: set a node, see what becomes of everything else, of one row, and which lever does most."""

import streamlit as st

from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.what_if.plan import asked_of, model_plan
from causal_core.what_if.tasks import MOST_ROWS
from pages.shared.flags import show_flags
from pages.shared.header import header, require
from pages.shared.jobs import result_of, show_failure
from pages.shared.what_if_controls import chosen_mechanisms
from pages.shared.what_if_do import show_do
from pages.shared.what_if_levers import show_levers
from pages.shared.what_if_model import show_model
from pages.shared.what_if_parts import Asked
from pages.shared.what_if_row import show_row
from pages.shared.what_if_shares import show_shares

VIEWS = {
    "Do and see": show_do,
    "One row": show_row,
    "Which lever": show_levers,
    "Where it comes from": show_shares,
    "The model": show_model,
}

header("what_if", "What happens if we set something?")
here = require("what_if", "graph")
show_flags(here)
try:
    asked = asked_of(here.study, here.table, chosen_mechanisms(here))
except Problem as problem:
    show_failure(Failure.of(problem))
    st.page_link("pages/graph.py", label="Mend it on Graph →")
    st.stop()
intro = st.container()
fitted = result_of("what_if", model_plan(asked), "Fit how every node comes about")
if fitted is None:
    intro.info(
        "Here every node of the graph gets a mechanism, learned from its parents in the drawing. Then "
        "anything can be set, and all that follows is read off. What is said holds under this model."
    )
    st.stop()
view = st.segmented_control(
    "View", list(VIEWS), default="Do and see", label_visibility="collapsed", key=f"what-if-view-{here.token}"
)
if here.table.rows > MOST_ROWS:
    st.caption(f"The model is fitted on {MOST_ROWS:,} of {here.table.rows:,} rows, drawn at random.")
VIEWS[view or "Do and see"](Asked(here, asked, fitted[0]))
