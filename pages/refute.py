"""Refute: attempts to break the estimate, and what none of them can tell."""

import streamlit as st

from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.study.steps import estimate_plan, refute_plan
from causal_core.study.tried import refutable_methods
from pages.shared import refute_parts as parts
from pages.shared.dose_stop import stop_for_dose
from pages.shared.estimate_missing import show_tried
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.jobs import result_of, show_failure
from pages.shared.refute_sensitivity import show_sensitivity, show_wrong

header("refute", "Does it survive attempts to break it?")
here = require("refute", "question", "graph")
show_flags(here)
stop_for_dose(here, "refute")
try:
    first = estimate_plan(here.study, here.table)
except Problem as problem:
    show_failure(Failure.of(problem))
    st.stop()
parts.show_need(first)
estimated = result_of("estimate", first, "Estimate the effect first")
if estimated is None:
    st.stop()
controls, answer = st.columns([1, 3], gap="large")
with controls:
    parts.choose_method(here, refutable_methods(estimated))
    parts.choose_refuters(here)
    parts.choose_simulations(here)
with answer:
    if not here.study.refute.refuters:
        st.info("Choose at least one refuter.")
        st.stop()
    try:
        plan = refute_plan(here.study, here.table, estimated)
    except Problem as problem:
        show_failure(Failure.of(problem))
        st.page_link("pages/estimate.py", label="Look at the estimates →")
        st.stop()
    refuted = result_of("refute", plan, "Try to refute it")
    if refuted is None:
        st.stop()
    estimate = parts.choose_arm(here, estimated, refuted)
    show_wrong(here, refuted, estimate)
    parts.show_answer(here, refuted, estimate)
    show_tried(here, estimated, refuted)
    parts.show_attempts(here, refuted, estimate)
    show_sensitivity(here, refuted, estimate)
    parts.show_closing(here, refuted, estimate)
next_step("uplift", "who responds, and who had better be left alone?")
