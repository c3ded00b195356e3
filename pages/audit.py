"""Audit: what a predictive model uses, what acting on it would do, and whom it treats otherwise."""

import streamlit as st

from causal_core.audit.plan import box_key, box_plan
from pages.shared.audit_curve import show_curve
from pages.shared.audit_parts import Audited, say_box, show_general_flags
from pages.shared.audit_protected import show_protected
from pages.shared.audit_source import choose_source
from pages.shared.audit_use import show_use
from pages.shared.fitted_model import fitted_model
from pages.shared.header import header, require
from pages.shared.jobs import result_of

VIEWS = {"Use": show_use, "Through the graph": show_curve, "Protected": show_protected}

header("audit", "What does the model really use, and whom does it treat otherwise?")
here = require("audit", "graph")
show_general_flags(here)
asked, model = fitted_model(
    here,
    "A model that predicts well may still mislead those who act on it. Here a predictive model stands "
    "beside the graph: first every node gets a mechanism, learned from its parents in the drawing; then "
    "the model's inputs are moved, alone and with all that follows. What is said holds under this model "
    "of the world.",
)
source = choose_source(here, model)
if source is None:
    st.stop()
outcome = here.study.question.outcome
box = result_of("audit_box", box_plan(asked, model, source, outcome), "Open the model", at_once=True)
if box is None:
    st.stop()
audited = Audited(here, model, box[0], box_key(asked, source, outcome), outcome)
say_box(audited, source.inputs)
view = st.segmented_control(
    "View",
    list(VIEWS),
    default="Use",
    required=True,
    label_visibility="collapsed",
    key=f"audit-view-{here.token}",
    persist_state="session",
)
VIEWS[view or "Use"](audited)
