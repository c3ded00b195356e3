"""What stands against trusting the open study's numbers, above them on each page."""

from __future__ import annotations

import streamlit as st

from causal_core.problem import GraphError
from causal_core.study import flags as of_study
from causal_core.study.steps import inputs
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy


def flags(here: OpenStudy) -> tuple[str, ...]:
    """Sentences on columns measured after the treatment where they do harm, and on interference.

    Names in them are not escaped yet.
    """
    try:
        given = inputs(here.study, here.table)
    except GraphError:
        given = None
    return of_study.flags(here.study, given)


def show_flags(here: OpenStudy) -> None:
    """One warning a flag; nothing when there is none."""
    for sentence in flags(here):
        st.warning(for_markdown(sentence))
