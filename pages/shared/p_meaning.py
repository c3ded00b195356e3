"""What a p-value means, or why there is none, answered where it stands."""

from __future__ import annotations

import streamlit as st

from causal_core.refutation.p_words import p_words


def p_meaning(name: str, key: str) -> None:
    """A small button that opens the answer.

    Args:
        name: What is shown, as `causal_core.refutation.p_words.p_words` takes it.
        key: Of the widget.
    """
    question, answer = p_words(name)
    with st.popover(question, type="tertiary", key=f"p-{key}"):
        st.markdown(answer)
