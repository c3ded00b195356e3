"""Widgets that show what the open study says, on every run and after every change of page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared.current import OpenStudy


def bound(here: OpenStudy, name: str, value: Any) -> str:
    """The key of a widget, which will show `value`; call it right before the widget is made."""
    key = f"{name}-{here.token}"
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key
