"""The columns of the open study's table: what each holds, and how the study uses it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from causal_core.data.column import KINDS, ColumnProfile
from causal_core.data.table import Table
from causal_core.numeral import numeral
from causal_core.problem import Problem
from causal_core.study.flags import measured
from causal_core.study.suitability import column_problem
from causal_core.text import for_markdown
from pages.shared.current import OpenStudy, change

UNKNOWN = "unknown"
TIMINGS = (UNKNOWN, "before", "at", "after")
FEW = 20
"""With more columns than this there is a search above the table."""

_ROUND = "column_table_round"
_ROW, _HEAD, _MOST = 35, 38, 560
_SAID, _NAMED, _LONGEST = 4, 3, 40
_FILTERS = ("All columns", "Time of measurement unknown", "With a hint", "In the graph")


def kind_of(here: OpenStudy, column: ColumnProfile) -> str:
    """How the study uses a column."""
    return here.study.data.types.get(column.name, column.kind)


def shortened(name: str) -> str:
    """A name cut to what a sentence can bear."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def column_table(here: OpenStudy) -> None:
    """The table of the columns; kind and time of measurement are edited in place."""
    hints = {column.name: _hint(here, column) for column in here.profile.columns}
    shown = _filtered(here, hints)
    if not shown:
        st.caption("No column fits this search.")
        return
    frame = _frame(here, shown, hints)
    names = tuple(column.name for column in shown)
    # Edits are kept by row, so other rows need another widget.
    key = f"columns-{here.token}-{st.session_state.get(_ROUND, 0)}-{hash(names)}"
    st.data_editor(
        frame,
        key=key,
        on_change=partial(_take_edits, key, names),
        hide_index=True,
        height=min(_ROW * len(frame) + _HEAD, _MOST),
        disabled=[name for name in frame.columns if name not in {"Kind", "Measured"}],
        column_config=_config(here.table.rows),
        placeholder="",
    )
    _say_hints({column.name: hints[column.name] for column in shown if hints[column.name]})
    if len(shown) > 1:
        _bulk(here, shown)


def _say_hints(hints: Mapping[str, str]) -> None:
    """The hints below the table, equal ones once, as many as can be taken in."""
    groups: dict[str, list[str]] = {}
    for name, hint in hints.items():
        groups.setdefault(hint, []).append(name)
    lines = []
    for hint, names in groups.items():
        listed = ", ".join(for_markdown(shortened(name)) for name in names[:_NAMED])
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        lines.append(f"**{listed}{more}**: {for_markdown(hint)}")
    if len(lines) > _SAID:
        lines = [*lines[: _SAID - 1], "Other hints stand at the right of the table."]
    if lines:
        st.caption("  \n".join(lines))


def _filtered(here: OpenStudy, hints: Mapping[str, str]) -> Sequence[ColumnProfile]:
    columns = here.profile.columns
    if len(columns) <= FEW:
        return columns
    search, choice = st.columns([3, 2], vertical_alignment="bottom")
    wanted = search.text_input("Find a column", key=f"find-{here.token}", placeholder="part of its name")
    chosen = choice.selectbox("Show", _FILTERS, key=f"show-{here.token}")
    known, nodes = here.study.data.measured, set(here.study.graph.nodes)
    keep = {
        _FILTERS[0]: lambda _: True,
        _FILTERS[1]: lambda name: name not in known,
        _FILTERS[2]: lambda name: bool(hints[name]),
        _FILTERS[3]: nodes.__contains__,
    }[chosen]
    return [column for column in columns if keep(column.name) and wanted.casefold() in column.name.casefold()]


def _frame(here: OpenStudy, columns: Sequence[ColumnProfile], hints: Mapping[str, str]) -> pd.DataFrame:
    question, known = here.study.question, here.study.data.measured
    roles = {question.treatment: "T", question.outcome: "Y"}
    return pd.DataFrame(
        {
            "Role": [roles.get(column.name, "") for column in columns],
            "Column": [column.name for column in columns],
            "Kind": [kind_of(here, column) for column in columns],
            "Measured": [known.get(column.name, UNKNOWN) for column in columns],
            "Distribution": [_counts(column) for column in columns],
            "Missing": [column.missing for column in columns],
            "Distinct": [column.distinct for column in columns],
            "Holds": [_holds(column) for column in columns],
            "Hint": [hints[column.name] for column in columns],
        }
    )


def _config(rows: int) -> dict[str, Any]:
    config = st.column_config
    return {
        "Role": config.TextColumn("", width=28, pinned=True, help="T: the treatment. Y: the outcome."),
        "Column": config.TextColumn(width=132, pinned=True),
        "Kind": config.SelectboxColumn(
            "Kind",
            options=list(KINDS),
            required=True,
            width=88,
            help="How the study uses the column. Numbers that are codes should be a category.",
        ),
        "Measured": config.SelectboxColumn(
            "Measured",
            options=list(TIMINGS),
            required=True,
            width=92,
            help="When it was measured against the treatment: before, at, or after it.",
        ),
        "Distribution": config.BarChartColumn(
            width=110, y_min=0, color="#8A8F98", help="Numbers and dates: a histogram. Others: by level."
        ),
        "Holds": config.TextColumn(width=190, help="The range, or the commonest values."),
        "Missing": config.NumberColumn(
            width=70, format="localized", help=f"Of {rows:,} rows: empty, not a number, or infinite."
        ),
        "Distinct": config.NumberColumn(width=70, format="localized", help="Different values."),
        "Hint": config.TextColumn(width=430),
    }


def _counts(column: ColumnProfile) -> list[int]:
    if column.kind in {"category", "boolean"} or column.distinct == 2:
        return [level.count for level in column.levels]
    return list(column.histogram.counts) if column.histogram else []


def _holds(column: ColumnProfile) -> str:
    if column.all_missing:
        return "nothing"
    if column.kind in {"number", "date"} and not (column.levels and column.distinct == 2):
        low, high = (_short(end) for end in (column.min, column.max))
        return low if low == high else f"{low} to {high}"
    return ", ".join(f"{level.text} ({level.count:,})" for level in column.levels[:4])


def _short(end: float | str | None) -> str:
    return numeral(end) if isinstance(end, float) else str(end)


def _hint(here: OpenStudy, column: ColumnProfile) -> str:
    said = here.study.data.types.get(column.name)
    if said is not None:
        problem = _kind_problem(here.table, here.table.fingerprint, column.name, said)
        if problem is not None:
            return f"Cannot be used as {said}: {problem}"
        return "" if column.coded else column.hint
    late = column.name in measured(here.study, "after")
    if late and column.name in (here.study.question.adjust_for or ()):
        return "Measured after the treatment, yet adjusted for."
    return column.hint


@st.cache_data(max_entries=2000, show_spinner=False)
def _kind_problem(_table: Table, fingerprint: str, name: str, kind: str) -> Problem | None:  # noqa: ARG001 - keys the cache
    return column_problem(_table, name, kind)


def _take_edits(key: str, names: Sequence[str]) -> None:
    edits: Mapping[int, Mapping[str, str]] = st.session_state[key]["edited_rows"]
    _use(
        {names[row]: edit["Kind"] for row, edit in edits.items() if "Kind" in edit},
        {names[row]: edit["Measured"] for row, edit in edits.items() if "Measured" in edit},
    )


def _use(kinds: Mapping[str, str], timings: Mapping[str, str]) -> None:
    here: OpenStudy = st.session_state["open_study"]
    data = here.study.data
    usual = {column.name: column.kind for column in here.profile.columns}
    # What the study file says is kept as it is written, also where it only repeats the table.
    types: dict[str, Any] = {**data.types, **kinds}
    types = {name: kind for name, kind in types.items() if name not in kinds or kind != usual.get(name)}
    times: dict[str, Any] = {**data.measured, **timings}
    times = {name: when for name, when in times.items() if when != UNKNOWN}
    if (types, times) != (data.types, data.measured):
        change(data=dataclasses.replace(data, types=types, measured=times))


def _bulk(here: OpenStudy, shown: Sequence[ColumnProfile]) -> None:
    names = tuple(column.name for column in shown)
    with (
        st.popover("Change several at once"),
        st.form(f"bulk-{here.token}", border=False, clear_on_submit=True),
    ):
        every = "all" if len(names) == len(here.profile.columns) else "the"
        st.caption(f"For {every} {len(names):,} columns shown in the table.")
        kind = st.selectbox("Kind", KINDS, index=None, placeholder="leave as it is")
        timing = st.selectbox("Measured", TIMINGS, index=None, placeholder="leave as it is")
        only = st.checkbox("Only where the time of measurement is unknown", value=True)
        if st.form_submit_button("Apply"):
            known = here.study.data.measured
            timed = [name for name in names if not (only and name in known)]
            _use(
                dict.fromkeys(names, kind) if kind else {},
                dict.fromkeys(timed, timing) if timing else {},
            )
            st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
            st.rerun()
