"""Policy: whom to treat, and what that gains."""

import streamlit as st

from causal_core.problem import Problem
from causal_core.study.decision import assumptions
from causal_core.study.steps import identification, result_key, uplift_plan
from causal_core.text import for_markdown
from pages.shared import policy_controls as controls
from pages.shared import policy_findings as findings
from pages.shared.dose_stop import stop_for_dose
from pages.shared.download import download_study
from pages.shared.flags import show_flags
from pages.shared.header import header, require, shown
from pages.shared.jobs import result_of
from pages.shared.policy_values import SLOW, value_at_once, value_tree, with_tree
from pages.shared.uplift_findings import show_refusal

header("policy", "Whom should we treat, and what does it gain?")
here = require("policy", "question", "graph")
show_flags(here)
stop_for_dose(here, "policy")
try:
    identified = identification(here.study)
except Problem as problem:
    st.error(for_markdown(problem))
    st.page_link("pages/graph.py", label="Mend it on Graph →")
    st.stop()
try:
    plan = uplift_plan(here.study, here.table)
except Problem as problem:
    show_refusal(problem, identified)
    st.stop()
needed = st.container()
evaluation = result_of("uplift", plan, "Learn who responds")
if evaluation is None:
    needed.info(
        "A policy chooses by predicted effects. Learn who responds first: here, or on Uplift with choices."
    )
    st.page_link("pages/uplift.py", label="Go to Uplift →")
    st.stop()
held_out = evaluation.held_out
side, answer = st.columns([1, 3], gap="large")
with side:
    share = st.container()
    controls.choose_learner(here, held_out)
    controls.choose_worth(here, held_out)
    controls.choose_policies(here, held_out)
try:
    valued = value_at_once(here, evaluation)
except Problem as problem:
    with answer:
        st.error(for_markdown(problem))
    st.stop()
with share:
    controls.choose_share(here, valued.curve.planned_share)
with answer:
    findings.show_decision(here, valued)
    findings.show_curve(here, valued)
st.subheader("The policies compared", anchor=False)
compared = st.container()
tree = value_tree(here, evaluation) if SLOW in here.study.policy.policies else None
if tree is not None:
    findings.show_rules(tree)
with compared:
    findings.show_comparison(here, with_tree(here, valued, tree))
findings.show_assumptions(assumptions(here.study, identified, evaluation, valued))
download_study(here)
shown("policy", result_key("policy", here.study, here.table))
