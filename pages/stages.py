"""Stages: what to do first, and what then, learned backwards and valued on rows no rule saw."""

import streamlit as st

from causal_core.problem import Problem
from causal_core.stages.asked import Asked
from causal_core.stages.plan import PARTS, stages_plan
from pages.shared import stages_controls as controls
from pages.shared import stages_findings as findings
from pages.shared.download import download_study
from pages.shared.flags import show_flags
from pages.shared.header import header, require
from pages.shared.jobs import result_of
from pages.shared.stages_exports import show_exports

header("stages", "What should we do first, and what then?")
here = require("stages", "question", "graph")
show_flags(here)
side, answer = st.columns([1, 3], gap="large")
with side:
    controls.choose_stages(here)
    controls.choose_worth(here)
with answer:
    try:
        plan = stages_plan(here.study, here.table)
    except Problem as problem:
        findings.show_fault(here, problem)
        st.stop()
    found = result_of(
        "stages", plan, "Learn the rules", parts=tuple(PARTS.values()), last="putting them side by side"
    )
    if found is None:
        findings.show_what_comes(here)
        st.stop()
    findings.show_verdict(here, found)
    findings.show_timeline(here, found)
st.subheader("What each way of deciding is worth", anchor=False)
findings.show_values(here, found)
st.subheader("The readable rule", anchor=False)
findings.show_rules(here, found)
st.subheader("Who gets what", anchor=False)
findings.show_paths(found)
findings.show_model(found)
findings.show_assumptions(found, Asked.of(here.study, here.table))
show_exports(here, found)
download_study(here)
