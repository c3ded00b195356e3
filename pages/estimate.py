"""Estimate: the size of the effect, by several methods side by side."""

import streamlit as st

from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.study.dose import is_dose_study
from causal_core.study.steps import estimate_plan, identification
from pages.shared import estimate_parts as parts
from pages.shared.estimate_checks import show_checks
from pages.shared.estimate_controls import choose_methods, choose_target, show_control
from pages.shared.estimate_diagnostics import show_diagnostics
from pages.shared.estimate_dose import show_dose
from pages.shared.estimate_mediation import choose_mediation, show_mediation
from pages.shared.estimate_missing import choose_missing, show_missing
from pages.shared.estimate_risks import show_risks
from pages.shared.estimate_table import show_table
from pages.shared.estimate_terms import choose_terms
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.jobs import result_of, show_failure

header("estimate", "How large is the effect?")
here = require("estimate", "question", "graph")
show_flags(here)
if is_dose_study(here.study, here.table):
    show_dose(here)
    st.stop()
controls, answer = st.columns([1, 3], gap="large")
with controls:
    choose_target(here)
    choose_methods(here)
    choose_mediation(here)
    choose_missing(here)
    choose_terms(here)
    show_control(here)
with answer:
    try:
        identified = identification(here.study)
        plan = estimate_plan(here.study, here.table)
    except Problem as problem:
        show_failure(Failure.of(problem))
        st.stop()
    parts.show_identification(here, identified)
    if not here.study.estimate.methods:
        st.info("Choose at least one method.")
        st.stop()
    estimated = result_of("estimate", plan, "Estimate the effect")
    if estimated is None:
        st.stop()
    parts.show_answer(here, estimated)
    parts.show_picture(here, estimated)
with controls:
    parts.show_rows(here, estimated, identified)
show_mediation(here, estimated)
show_table(estimated)
show_checks(estimated)
show_risks(estimated)
parts.show_comparability(here, estimated)
show_diagnostics(here, estimated.headline)
show_missing(here, estimated)
next_step("validate", "would another defensible analysis say otherwise?")
