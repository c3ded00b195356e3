"""Widgets that show what the open study says, on every run and after every change of page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared.current import OpenStudy


def bound(here: OpenStudy, name: str, value: Any) -> str:
    """The key of a widget, which will show `value`; call it right before the widget is made."""
    key = f"{name}-{here.token}"
    # Set on every run, also when nothing changed: a widget whose script the browser loads late misses the run
    # that set it, starts out empty, and would then report that emptiness as the visitor's choice.
    st.session_state[key] = value
    return key
