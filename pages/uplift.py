"""Uplift: by whom the effect differs, and whether that can be predicted."""

import streamlit as st

from causal_core.problem import Problem
from causal_core.study.steps import features, identification, uplift_plan
from causal_core.text import for_markdown
from pages.shared import uplift_controls as controls
from pages.shared import uplift_findings as findings
from pages.shared import uplift_numbers as numbers
from pages.shared.dose_stop import stop_for_dose
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.jobs import job_of, result_of

header("uplift", "Who responds?")
here = require("uplift", "question", "graph")
show_flags(here)
stop_for_dose(here, "uplift")
side, answer = st.columns([1, 3], gap="large")
try:
    identified = identification(here.study)
    with side:
        controls.choose_learners(here)
        controls.choose_how(here)
        controls.choose_features(here, features(here.study, here.table))
except Problem as problem:
    st.error(for_markdown(problem))
    st.page_link("pages/graph.py", label="Mend it on Graph →")
    st.stop()
with answer:
    try:
        plan = uplift_plan(here.study, here.table)
    except Problem as problem:
        findings.show_refusal(problem, identified)
        st.stop()
    if not here.study.uplift.learners:
        st.info("Choose at least one learner.")
        st.stop()
    needed = st.container()
    evaluation = result_of(
        "uplift", plan, "Learn who responds", parts=controls.parts_of(plan), last="Judging"
    )
    if evaluation is None:
        job = job_of("uplift")
        if job is not None and job.state == "failed":
            st.page_link("pages/data.py", label="See the columns on Data →")
            st.page_link("pages/graph.py", label="Change the graph →")
        needed.write(controls.EVALUATIONS[here.study.uplift.evaluation].before)
        st.stop()
with side:
    contrast = controls.choose_contrast(here, evaluation.results)
    mine = [result for result in evaluation.results if result.contrast == contrast]
    focus = controls.choose_focus(here, mine)
if focus is None:
    with answer:
        numbers.show_numbers(evaluation, mine, here.study.question.unit)
    st.stop()
with answer:
    findings.show_verdict(here, evaluation, focus)
    findings.show_curves(here, evaluation, mine, focus)
st.subheader("How good each ranking is", anchor=False)
numbers.show_numbers(evaluation, mine, here.study.question.unit)
numbers.show_pairs(here, evaluation, focus)
numbers.show_mix(focus)
st.subheader("How the groups differ", anchor=False)
findings.show_groups(here, evaluation, focus)
findings.show_rows(here, evaluation, focus)
next_step("who", "which groups are they, and why do they respond?")
