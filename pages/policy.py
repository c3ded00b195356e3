"""Policy: whom to treat, and what that gains, as a memo to decide by."""

from collections.abc import Callable

import streamlit as st

from causal_core.policy.segments import predicted_gains
from causal_core.problem import Problem
from causal_core.study.decision import answered
from causal_core.study.memo import QUESTION, memo
from causal_core.study.steps import result_key
from causal_core.text import for_markdown
from pages.shared import policy_controls as controls
from pages.shared import policy_memo as top
from pages.shared import policy_values as values
from pages.shared.download import download_study
from pages.shared.flags import show_flags
from pages.shared.header import header, require, shown
from pages.shared.learned import learned_effects
from pages.shared.policy_exports import download_memo, show_exports
from pages.shared.policy_groups import show_groups
from pages.shared.policy_limits import choose_limits
from pages.shared.policy_quotas import show_quotas
from pages.shared.policy_rest import show_assumptions, show_next, show_rules
from pages.shared.policy_sure import show_sure
from pages.shared.stages_link import show_staged

header("policy", QUESTION)
here = require("policy", "question", "graph")
show_flags(here)
identified, evaluation = learned_effects(here, "A policy chooses by predicted effects.", "policy")
held_out = evaluation.held_out
side, answer = st.columns([1, 3], gap="large")
with side:
    controls.choose_headline(here, held_out)
    size = st.container()
    controls.choose_worth(here, held_out)
    controls.choose_people(here)
    controls.choose_learner(here, held_out)
    controls.choose_policies(here, held_out)
    choose_limits(here, held_out)
with answer:
    try:
        paid = values.paid_columns(here)
        if paid is None:
            st.stop()
        worth = values.economics(here, evaluation, paid)
        valued = values.value_at_once(here, evaluation, paid)
    except Problem as problem:
        st.error(for_markdown(problem))
        st.stop()
    recommended = st.container()
with size:
    controls.choose_size(here, held_out, valued.curve.planned_share)
with answer:
    slow = values.value_slow(here, evaluation)
    valued = values.with_slow(here, valued, slow)
    found = memo(here.study, identified, evaluation, valued, predicted_gains(worth, answered(valued)))
    with recommended:
        top.show_recommendation(found)
        top.show_facts(found)
        top.show_pictures(here, found, valued, worth)
top.show_table(here, found)
show_staged(here, valued)
columns = values.column_groups(here, evaluation)
parts: dict[str, Callable[[], None]] = {
    "Who gets what": lambda: show_groups(here, found, worth, columns),
    **({"Rules for groups": lambda: show_quotas(here, valued, found.unit)} if valued.quotas else {}),
    "The rules": lambda: show_rules(here, found),
    "How sure are we": lambda: show_sure(here, found, worth),
    "What was assumed": lambda: show_assumptions(found),
    "What to do next": lambda: show_next(found),
    "Export": lambda: show_exports(here, found, evaluation),
}
tabs = st.tabs(list(parts), on_change="rerun", key=f"policy-part-{here.token}")
for tab, show in zip(tabs, parts.values(), strict=True):
    if tab.open:
        with tab:
            show()
left, right, _ = st.columns([1, 1, 4])
with left:
    download_memo(here, found, valued.curve, worth, columns)
with right:
    download_study(here)
shown("policy", result_key("policy", here.study, here.table))
