"""What a reader takes away: the memo as a page, the policy as a program, and who gets what."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import streamlit as st

from causal_core.engine.call import Plan
from causal_core.policy.assignments import Assignments
from causal_core.policy.economics import Economics
from causal_core.policy.export_plan import (
    assignments_plan,
    carry_fault,
    carry_out_plan,
    export_fault,
    export_plan,
)
from causal_core.policy.exported import ExportedPolicy
from causal_core.policy.segments import Grouping
from causal_core.policy.share_curve import ShareCurve
from causal_core.problem import Problem
from causal_core.study.memo import Memo
from causal_core.study.memo_detail import detail
from causal_core.study.memo_html import memo_page
from causal_core.study.study import Study
from causal_core.text import for_markdown
from causal_core.uplift.result import Evaluation
from pages.shared.current import OpenStudy
from pages.shared.jobs import result_of

NO_NAME = "the row's number"


def download_memo(
    here: OpenStudy, memo: Memo, curve: ShareCurve, worth: Economics, columns: tuple[Grouping, ...]
) -> None:
    """A button that gives the memo as one HTML page; it is written when it is pressed."""
    st.download_button(
        "Download memo",
        data=partial(_page, here.study, memo, curve, worth, columns),
        file_name=f"{file_stem(here.name)}-memo.html",
        mime="text/html",
        on_click="ignore",
        key=f"policy-memo-{here.token}",
        help="One page with its pictures, to read, print or send; it needs nothing from outside.",
    )


def show_exports(here: OpenStudy, memo: Memo, evaluation: Evaluation) -> None:
    """The memo's policy as JSON and as Python, and the arm of each row of the table."""
    chosen = memo.chosen
    if chosen is None:
        st.markdown("There is no policy to export.")
        return
    name = chosen.result.policy
    fault = export_fault(here.study, evaluation, name)
    if fault is not None:
        st.info(for_markdown(fault))
        if carry_fault(here.study, evaluation, name) is None:
            _assignments(here, partial(carry_out_plan, here.study, here.table, evaluation, name), quick=False)
        return
    st.markdown(
        f"“{for_markdown(chosen.name)}” as a program that decides for new people: as data (JSON), and as a "
        "Python module that needs nothing but Python."
    )
    try:
        plan = export_plan(here.study, here.table, evaluation, name)
    except Problem as problem:
        st.info(for_markdown(problem))
        return
    policy: ExportedPolicy | None = result_of("export", plan, "Write out the policy")
    if policy is None:
        return
    # Rules stand on lines of their own; in Markdown that takes two spaces.
    st.markdown("  \n".join(for_markdown(line) for line in policy.sentence.splitlines()))
    st.caption(for_markdown(policy.missing))
    stem = f"{file_stem(here.name)}-policy"
    try:
        files = (
            ("Policy as JSON", policy.to_json(), f"{stem}.json", "application/json"),
            ("Policy as Python", policy.to_python(), f"{stem}.py", "text/x-python"),
        )
    except Problem as problem:
        st.info(for_markdown(problem))
        return
    for place, (label, text, file, kind) in zip(st.columns(len(files)), files, strict=True):
        with place:
            st.download_button(
                label,
                data=text,
                file_name=file,
                mime=kind,
                on_click="ignore",
                key=f"policy-{kind.rpartition('/')[2]}-{here.token}",
            )
    _assignments(here, partial(assignments_plan, policy, here.table), quick=True)


def _assignments(here: OpenStudy, plan_of: Callable[..., Plan], *, quick: bool) -> None:
    st.markdown("**Who gets what, row by row**")
    name = st.selectbox(
        "Rows are named by",
        (NO_NAME, *here.table.columns),
        key=f"policy-id-{here.token}",
        format_func=str,
    )
    try:
        plan = plan_of(id_column=None if name == NO_NAME else name)
    except Problem as problem:
        st.info(for_markdown(problem))
        return
    given: Assignments | None = result_of("assignments", plan, "Carry out the policy", at_once=quick)
    if given is None:
        return
    st.markdown(", ".join(f"{for_markdown(arm)}: {count:,}" for arm, count in given.counts))
    for column, rows in given.gaps:
        st.caption(f"{for_markdown(column)} is missing or new in {rows:,} rows.")
    st.download_button(
        "Assignments as csv",
        data=given.to_csv,
        file_name=f"{file_stem(here.name)}-policy-assignments.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"policy-csv-{here.token}",
    )
    st.caption("All rows of the table, those the policy was learned on among them.")


def file_stem(name: str) -> str:
    """A study's name as the start of a file's name."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._") or "study"


def _page(
    study: Study, memo: Memo, curve: ShareCurve, worth: Economics, columns: tuple[Grouping, ...]
) -> str:
    behind = detail(study, memo, worth, columns)
    return memo_page(study, memo, curve, behind)
