"""The rules over stages as files."""

from __future__ import annotations

import re
from functools import partial

import streamlit as st

from causal_core.stages.exported import as_json, first_arms
from causal_core.stages.result import StagesResult
from causal_core.who.people import as_csv
from pages.shared.current import OpenStudy


def show_exports(here: OpenStudy, found: StagesResult) -> None:
    """Two buttons: rules and values as JSON, and each row's first arm as csv; made when they are pressed."""
    name = re.sub(r"[^\w.-]+", "_", f"{here.name}_stages").strip("._")
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        "Download the rules",
        data=partial(_json, found),
        file_name=f"{name}.json",
        mime="application/json",
        on_click="ignore",
        key=f"stages-json-{here.token}",
        help="Both rules' values, the readable rule's questions, and what they rest on.",
    )
    right.download_button(
        "Download first arms",
        data=partial(_csv, found),
        file_name=f"{name}_first.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"stages-csv-{here.token}",
        help="For each row the arm that both rules give first. Text that a spreadsheet would run as a "
        "formula starts with an apostrophe.",
    )


def _json(found: StagesResult) -> bytes:
    return as_json(found).encode()


def _csv(found: StagesResult) -> bytes:
    return as_csv(first_arms(found))
