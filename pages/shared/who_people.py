"""People: the held-out rows with effect and recommended arm, filtered, explained and exported."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from causal_core.data.table import Table, to_frame
from causal_core.problem import Problem
from causal_core.study.steps import inputs
from causal_core.study.worth import economics_of, expected_costs, refuse_own_worth
from causal_core.text import for_markdown
from causal_core.who.judged import judged
from causal_core.who.people import Filter, People, as_csv, as_parquet, as_table, chosen, people
from causal_core.who.why_words import recommended_sentence
from pages.shared.policy_values import paid_columns
from pages.shared.who_controls import Asked
from pages.shared.who_why import show_person

SHOWN = 500
"""Rows sent to the browser."""

MOST_LEVELS = 200
"""Values of a column of text that a filter lists."""


def show_people(asked: Asked) -> None:
    """The table of people, its filters and its files; the person pointed at is explained below."""
    here, who = asked.here, asked.who
    options, held_out = here.study.policy, asked.evaluation.held_out
    try:
        refuse_own_worth(options, "People are listed with the arm that pays")
        paid = paid_columns(here)
        if paid is None:
            return
        chosen_by = replace(options, learner=who.learner)
        worth = economics_of(inputs(here.study, here.table), chosen_by, held_out, paid)
        mine = judged(asked.evaluation, who.learner, who.judged.contrast[1])
        everybody = people(held_out, mine, who.learner, options.benefit, expected_costs(worth))
    except Problem as problem:
        st.error(for_markdown(problem))
        st.page_link("pages/policy.py", label="Mend it on Policy →")
        return
    with asked.side:
        found = chosen(everybody, here.table, _choose_filter(asked, everybody))
    st.info(for_markdown(recommended_sentence(found)))
    columns = who.columns.names
    shown = to_frame(as_table(found.take(np.arange(min(SHOWN, len(found.rows)))), here.table, columns))
    event: Any = st.dataframe(
        shown,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=asked.key("people"),
        height=420,
    )
    st.caption(_told(asked, found, everybody))
    _offer_files(asked, found, columns)
    picked = [row for row in event.selection.rows if row < len(shown)]
    if picked:
        show_person(asked, int(found.rows[picked[0]]))
    else:
        st.caption("Point at a row's left edge to see why the learner predicts what it does for this person.")


def _told(asked: Asked, found: People, everybody: People) -> str:
    options = asked.here.study.policy
    count = len(found.rows)
    said = f"{count:,} of {len(everybody.rows):,} held-out people, highest predicted effect first"
    said += f"; the first {SHOWN} are shown, the files hold all {count:,}. " if count > SHOWN else ". "
    if found.low is None:
        said += "This learner has no intervals for single people. "
    else:
        said += (
            "Intervals for single people are approximate: at a nominal 95 % they hold somewhat less often. "
        )
    unit = f" {for_markdown(options.unit)}" if options.unit else ""
    return said + (
        "Recommended: the arm with the largest predicted benefit net of its cost, none where no arm gains; "
        f"at a benefit of {options.benefit:g}{unit} a unit of outcome, and the costs given on Policy."
    )


def _choose_filter(asked: Asked, everybody: People) -> Filter:
    """What the reader filters by."""
    effect = _span(asked, "Predicted effect", "effect", everybody.effect.min(), everybody.effect.max())
    codes = {name: code for code, name in enumerate(everybody.recommended)}
    picked = st.multiselect("Recommended", list(codes), key=asked.key("arms"), placeholder="any")
    arms = frozenset(codes[name] for name in picked) if picked else None
    column = st.selectbox(
        "Column",
        asked.who.columns.names,
        index=None,
        key=asked.key("filter"),
        placeholder="filter by a column",
    )
    if column is None:
        return Filter(effect, arms)
    span, levels = _of_column(asked, column, asked.here.table, everybody)
    return Filter(effect, arms, column if span or levels else None, span, levels)


def _of_column(
    asked: Asked, column: str, table: Table, everybody: People
) -> tuple[tuple[object, object] | None, frozenset[str] | None]:
    values = table.arrow([column]).column(0).take(pa.array(everybody.rows))
    kind = values.type
    if pa.types.is_floating(kind) or pa.types.is_integer(kind):
        numbers = values.cast(pa.float64(), safe=False).to_numpy()
        known = numbers[np.isfinite(numbers)]
        if len(known) == 0:
            return None, None
        return _span(asked, "Between", f"span-{column}", known.min(), known.max()), None
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        ends = pc.min_max(values)
        low, high = (ends[name].as_py() for name in ("min", "max"))
        if low is None or low == high:
            return None, None
        dates = st.slider("Between", low, high, (low, high), key=asked.key("dates", column))
        return (None if dates == (low, high) else dates), None
    texts = sorted(pc.unique(values.cast(pa.large_string()).drop_null()).to_pylist())[:MOST_LEVELS]
    picked = st.multiselect("Is", texts, key=asked.key("levels", column), placeholder="any")
    return None, frozenset(picked) if picked else None


def _span(asked: Asked, label: str, name: str, least: float, most: float) -> tuple[float, float] | None:
    """The range chosen; None when it is the whole or there is nothing to choose."""
    least, most = float(least), float(most)
    step = (most - least) / 100
    if step <= 0:
        return None
    low, high = st.slider(label, least, most, (least, most), step=step, format="%.3g", key=asked.key(name))
    # A slider stops at whole steps, and its ends are to hold everybody.
    low = -np.inf if low < least + step / 2 else low
    high = np.inf if high > most - step / 2 else high
    return None if np.isinf(low) and np.isinf(high) else (low, high)


def _offer_files(asked: Asked, found: People, columns: tuple[str, ...]) -> None:
    """The whole table as files, each made when it is asked for."""
    name = re.sub(r"[^\w.-]+", "_", f"{asked.here.name}_people").strip("._")
    table = asked.here.table
    for place, (kind, mime, make) in zip(
        st.columns([1, 1, 3]),
        (
            ("csv", "text/csv", as_csv),
            ("parquet", "application/vnd.apache.parquet", as_parquet),
        ),
        strict=False,
    ):
        place.download_button(
            f"Download {kind}",
            data=partial(_file, make, found, table, columns),
            file_name=f"{name}.{kind}",
            mime=mime,
            on_click="ignore",
            key=asked.key(f"file-{kind}"),
            help="In the csv, text that a spreadsheet would run as a formula starts with an apostrophe."
            if kind == "csv"
            else "Every value as it is.",
        )


def _file(make: Any, found: People, table: Table, columns: tuple[str, ...]) -> bytes:
    made: bytes = make(as_table(found, table, columns))
    return made
