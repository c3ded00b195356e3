"""What of the validation the study keeps: choices on the Validate page that a run of the study repeats."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import streamlit as st

from causal_core.data.table import Table
from causal_core.engine import Failure, Plan
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.study import Study
from pages.shared.bound import bound
from pages.shared.current import OpenStudy, change
from pages.shared.jobs import show_failure


def keep(here: OpenStudy, **options: Any) -> None:
    """Change options of the open study's validation."""
    change(validate=dataclasses.replace(here.study.validate, **options))


def kept(here: OpenStudy, name: str, key: str) -> None:
    """Keep what the widget with this key now says as the option `name`; several choices as a tuple."""
    value = st.session_state[key]
    keep(here, **{name: tuple(value) if isinstance(value, list) else value})


def planned(here: OpenStudy, plan_of: Callable[[Study, Table], Plan]) -> Plan | Failure | None:
    """A check's plan, or why it cannot be made; None when it has no answer here, which is said."""
    try:
        return plan_of(here.study, here.table)
    except DoesNotApply as reason:
        show_failure(Failure.of(reason))
        st.page_link("pages/identify.py", label="See why on Identify →")
    except Problem as problem:
        return Failure.of(problem)
    return None


def offer_check(here: OpenStudy, check: str) -> None:
    """Whether a run of the study does this check as well."""
    checks = here.study.validate.checks
    key = bound(here, f"validate-check-{check}", check in checks)

    def changed() -> None:
        rest = tuple(name for name in checks if name != check)
        keep(here, checks=(*rest, check) if st.session_state[key] else rest)

    st.checkbox(
        "Part of the report",
        key=key,
        on_change=changed,
        help="Kept in the study file: `dostudio run` then does this check too and puts it into the report.",
    )
