"""Bandits: what learning while acting gains, against an experiment first and the policy there is."""

import streamlit as st

from causal_core.bandit.plan import bandit_plan, parts_of
from causal_core.problem import Problem
from pages.shared import bandits_controls as controls
from pages.shared import bandits_findings as findings
from pages.shared.bandits_log import show_downloads
from pages.shared.bandits_replay import show_replay
from pages.shared.flags import show_flags
from pages.shared.header import header, next_step, require
from pages.shared.jobs import result_of
from pages.shared.learned import learned_effects
from pages.shared.policy_values import paid_columns

header("bandits", "What if we learn while we act?")
here = require("bandits", "question", "graph")
show_flags(here)
_, evaluation = learned_effects(here, "What would happen is simulated from the fitted models.", "policy")
side, answer = st.columns([1, 3], gap="large")
with side:
    controls.choose_strategies(here)
    controls.choose_length(here)
    controls.choose_exploring(here)
    controls.choose_world(here)
    st.page_link("pages/policy.py", label="Set benefit and costs on Policy →")
with answer:
    try:
        paid = paid_columns(here)
        if paid is None:
            st.stop()
        plan = bandit_plan(here.study, here.table, evaluation, paid)
    except Problem as problem:
        findings.show_fault(problem)
        st.stop()
    simulated = result_of(
        "bandit",
        plan,
        "Simulate",
        at_once=controls.is_quick(here.study.bandit),
        parts=parts_of(here.study),
        last="Putting them side by side",
    )
if simulated is None:
    st.stop()
with answer:
    findings.show_answer(here, simulated)
    findings.show_regret(here, simulated)
findings.show_table(here, simulated)
explore, arms, length, replay, take = st.tabs(
    [
        "How many are explored on",
        "Arms over time",
        "How long to experiment",
        "Replay on your data",
        "Take away",
    ]
)
with explore:
    findings.show_exploring(here, simulated)
with arms:
    findings.show_arms(here, simulated)
with length:
    findings.show_lengths(here, simulated)
with replay:
    show_replay(here, evaluation, paid)
with take:
    show_downloads(here, evaluation, simulated, paid)
findings.show_when()
findings.show_scope(here, simulated)
next_step("experiment", "what should we try next, and what do we hold back?")
