"""Risk or uplift: what ranking people by risk gains, and what ranking them by effect would."""

import streamlit as st

from causal_core.gap.chosen import chosen
from causal_core.gap.plan import gap_plan
from causal_core.gap.words import MAXIM
from causal_core.problem import Problem
from pages.shared import gap_controls as controls
from pages.shared import gap_findings as findings
from pages.shared.flags import show_flags
from pages.shared.gap_kinds import show_kinds
from pages.shared.header import header, next_step, require
from pages.shared.jobs import result_of
from pages.shared.learned import learned_effects

header("gap", "Does ranking by risk find those who respond?")
here = require("gap", "question", "graph")
show_flags(here)
_, evaluation = learned_effects(here, "Ranking by effect needs predicted effects.")
side, answer = st.columns([1, 3], gap="large")
with side:
    budget, ranking, worth = st.container(), st.container(), st.container()
with ranking:
    controls.choose_risk(here)
    controls.choose_ranking(here, evaluation.held_out)
with answer:
    try:
        plan = gap_plan(here.study, here.table, evaluation)
    except Problem as problem:
        findings.show_fault(problem)
        st.stop()
    gap = result_of("gap", plan, "Compare the rankings", at_once=True)
if gap is None:
    st.stop()
with budget:
    controls.choose_budget(here, gap)
with worth:
    unit = controls.choose_unit(here, gap)
    st.page_link("pages/policy.py", label="Set benefit and costs on Policy →")
with answer:
    try:
        comparison = chosen(here.study, gap)
    except Problem as problem:
        findings.show_fault(problem)
        st.stop()
    findings.show_verdict(here, gap, comparison)
    findings.show_curves(here, gap, comparison, unit)
    findings.show_gains(here, comparison, unit)
findings.show_difference(here, gap, comparison, unit)
st.subheader("Who is harmed, who is helped", anchor=False)
findings.show_harm(here, gap, comparison)
st.subheader(MAXIM, anchor=False)
findings.show_accuracy(here, gap)
st.subheader("Four kinds of people", anchor=False)
show_kinds(here, gap)
findings.show_rows(here, gap)
next_step("policy", "whom should we treat, and what does it gain?")
