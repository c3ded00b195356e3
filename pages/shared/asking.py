"""Asking about another treatment or outcome: what belonged to the old one goes, and comes back with it."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from causal_core.study.options import Level, Question
from causal_core.study.suitability import plain_level, suitability, usual_control
from pages.shared.column_table import kind_of
from pages.shared.current import OpenStudy

OF_TREATMENT = ("control", "randomised", "propensity", "instrument", "mediator")
"""What a question says of its treatment alone."""

OF_OUTCOME = ("unit",)
"""What a question says of its outcome alone."""


def asking(here: OpenStudy, treatment: str, outcome: str) -> Question:
    """The open study's question about these columns.

    What was said of a column while it was treatment or outcome is said of it again when it comes back, as
    after an undo; a treatment never asked about starts with its usual control level and nothing else known.
    """
    asked = here.study.question
    kept: dict[tuple[str, str], dict[str, Any]] = st.session_state.setdefault(f"asked-{here.token}", {})
    parts: dict[str, Any] = {"treatment": treatment, "outcome": outcome}
    for old, new, fields in (
        (asked.treatment, treatment, OF_TREATMENT),
        (asked.outcome, outcome, OF_OUTCOME),
    ):
        if old == new:
            continue
        kept[fields[0], old] = {field: getattr(asked, field) for field in fields}
        fresh = Question(treatment=new, outcome="")
        known = kept.get((fields[0], new), {field: getattr(fresh, field) for field in fields})
        parts |= known
        if fields is OF_TREATMENT and (fields[0], new) not in kept:
            parts["control"] = _usual_control(here, new)
    return dataclasses.replace(asked, **parts)


def _usual_control(here: OpenStudy, treatment: str) -> Level:
    """The level of a column most likely to be the reference; 0 when it has none that could be arms."""
    if treatment not in here.table.columns:
        return 0
    asked = Question(treatment=treatment, outcome="")
    levels = tuple(level for level, *_ in suitability(asked, here.study.data.types, here.table).arms)
    if not levels:
        return 0
    return plain_level(usual_control(levels), kind_of(here, here.profile.column(treatment)))
