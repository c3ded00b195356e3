"""Pages that compare arms, when the treatment is a dose."""

from __future__ import annotations

import streamlit as st

from causal_core.study.dose import dose_problem, is_dose_study
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy


def stop_for_dose(here: OpenStudy, page: str) -> None:
    """Say why the page has no answer for a dose and what to do, and stop; nothing when there are arms."""
    if not is_dose_study(here.study, here.table):
        return
    problem = dose_problem(page, here.study.question.treatment)
    st.info(f"**{for_markdown(problem.message)}** {for_markdown(problem.remedy)}")
    st.page_link("pages/estimate.py", label="See the curve on Estimate →")
    st.page_link("pages/data.py", label="Choose another treatment on Data →")
    st.stop()
