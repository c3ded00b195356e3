"""The rule over stages on pages of other policies."""

from __future__ import annotations

import streamlit as st

from causal_core.policy.result import PolicyResult
from causal_core.stages.words import staged_sentence
from causal_core.study.decision import benefit_unit, person_word
from causal_core.study.results import Valued
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy


def show_staged(here: OpenStudy, valued: Valued) -> None:
    """What the rule over stages is worth, and the way to its page; nothing where none was valued."""
    staged = next((each for each in valued.policies if each.policy == "q_learning"), None)
    if not isinstance(staged, PolicyResult):
        return
    said = staged_sentence(staged, benefit_unit(here.study), person_word(here.study.data.row_is))
    st.markdown(for_markdown(said))
    st.page_link("pages/stages.py", label="See the rule for each stage on Stages →")
