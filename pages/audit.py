"""Audit: what a predictive model uses, what acting on it would do, and whom it treats otherwise."""

import streamlit as st

from causal_core.audit.plan import box_key, box_plan
from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.what_if.plan import asked_of, model_plan
from pages.shared.audit_curve import show_curve
from pages.shared.audit_parts import Audited, say_box, show_general_flags
from pages.shared.audit_protected import show_protected
from pages.shared.audit_source import choose_source
from pages.shared.audit_use import show_use
from pages.shared.header import header, require
from pages.shared.jobs import result_of, show_failure
from pages.shared.what_if_controls import chosen_mechanisms

VIEWS = {"Use": show_use, "Through the graph": show_curve, "Protected": show_protected}

header("audit", "What does the model really use, and whom does it treat otherwise?")
here = require("audit", "graph")
show_general_flags(here)
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
        "A model that predicts well may still mislead those who act on it. Here a predictive model stands "
        "beside the graph: first every node gets a mechanism, learned from its parents in the drawing; then "
        "the model's inputs are moved, alone and with all that follows. What is said holds under this model "
        "of the world."
    )
    st.stop()
source = choose_source(here, fitted[0])
if source is None:
    st.stop()
outcome = here.study.question.outcome
box = result_of("audit_box", box_plan(asked, fitted[0], source, outcome), "Open the model", at_once=True)
if box is None:
    st.stop()
audited = Audited(here, fitted[0], box[0], box_key(asked, source, outcome), outcome)
say_box(audited)
view = st.segmented_control(
    "View", list(VIEWS), default="Use", label_visibility="collapsed", key=f"audit-view-{here.token}"
)
VIEWS[view or "Use"](audited)
