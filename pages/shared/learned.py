"""Who responds, as every page after Uplift needs it: the effects learned, or what is missing for them."""

from __future__ import annotations

import streamlit as st

from causal_core.identification import Identification
from causal_core.problem import Problem
from causal_core.study.steps import identification, uplift_plan
from causal_core.text import for_markdown
from causal_core.uplift.result import Evaluation
from pages.shared.current import OpenStudy
from pages.shared.dose_stop import stop_for_dose
from pages.shared.jobs import result_of
from pages.shared.uplift_findings import show_refusal


def learned_effects(here: OpenStudy, why: str, step: str = "uplift") -> tuple[Identification, Evaluation]:
    """The identification and the uplift step's result; else says what is missing, offers it and stops.

    Args:
        here: The open study.
        why: What this page needs predicted effects for, as a sentence.
        step: The step that is refused when the treatment is a dose.
    """
    stop_for_dose(here, step)
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
        needed.info(f"{why} Learn who responds first: here, or on Uplift with choices.")
        st.page_link("pages/uplift.py", label="Go to Uplift →")
        st.stop()
    return identified, evaluation
