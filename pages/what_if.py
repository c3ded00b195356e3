"""What if: set a node, see what becomes of everything else, of one row, and which lever does most."""

import streamlit as st

from causal_core.what_if.tasks import MOST_ROWS
from pages.shared.fitted_model import fitted_model
from pages.shared.flags import show_flags
from pages.shared.header import header, require
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
asked, model = fitted_model(
    here,
    "Here every node of the graph gets a mechanism, learned from its parents in the drawing. Then "
    "anything can be set, and all that follows is read off. What is said holds under this model.",
)
view = st.segmented_control(
    "View",
    list(VIEWS),
    default="Do and see",
    required=True,
    label_visibility="collapsed",
    key=f"what-if-view-{here.token}",
    persist_state="session",
)
if here.table.rows > MOST_ROWS:
    st.caption(f"The model is fitted on {MOST_ROWS:,} of {here.table.rows:,} rows, drawn at random.")
VIEWS[view or "Do and see"](Asked(here, asked, model))
