"""Whose decision would have been other: shares by group, and row by row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from causal_core.audit.flips import Flipped, Flips
from causal_core.audit.protected import Groups
from causal_core.audit.words import flips_sentence, group_text
from causal_core.charts.audit import flips_chart
from causal_core.study.decision import person_word
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.what_if.columns import level_text
from pages.shared.audit_parts import QUIET, Audited

MOST = 500
"""Rows shown in the table."""


def show_flips(audited: Audited, groups: Groups) -> None:
    """The threshold, the shares, and the rows whose decision would be other first."""
    st.subheader("Had it been other for this person", anchor=False)
    side, answer = st.columns([1, 3], gap="large")
    with side:
        threshold = st.number_input(
            "Decision from this prediction on",
            value=_start(audited),
            format="%g",
            key=audited.key("threshold"),
            help="A prediction at or above it is one decision, below it the other.",
            persist_state="session",
        )
    with answer:
        found: Flipped | None = audited.ask("audit_flips", Flips(groups, float(threshold)))
        if found is not None:
            _show(audited, found)


def _start(audited: Audited) -> float:
    if audited.box.chance:
        return 0.5
    given = audited.box.given[np.isfinite(audited.box.given)]
    if not len(given):
        given = audited.world.columns[audited.outcome].codes(audited.world.frame[audited.outcome])
    return float(f"{np.median(given):.3g}")


def _show(audited: Audited, found: Flipped) -> None:
    groups = found.question.groups
    person = person_word(audited.here.study.data.row_is)
    st.success(for_markdown(flips_sentence(found, person)))
    names = [group_text(groups.attribute, each) for each in (groups.reference, groups.other)]
    figure = flips_chart(names, found.up, found.down, number_text(found.question.threshold))
    st.plotly_chart(figure, config=QUIET, key=audited.key("flips"))
    rows = found.rows
    order = np.lexsort((-np.abs(rows.would - rows.score), -rows.chance))[:MOST]
    st.dataframe(
        pd.DataFrame(
            {
                "row": rows.rows[order] + 1,
                groups.attribute: np.where(
                    rows.other, level_text(groups.other), level_text(groups.reference)
                )[order],
                "prediction": rows.score[order],
                "had it been other": rows.would[order],
                "chance of another decision": rows.chance[order],
            }
        ),
        column_config={
            name: st.column_config.NumberColumn(format="%.4g") for name in ("prediction", "had it been other")
        },
        hide_index=True,
        width="stretch",
        height=280,
        key=audited.key("rows"),
    )
    st.caption(
        "Counterfactual fairness (Kusner et al. 2017): each row keeps all its noise, its attribute is "
        "changed, and all that follows from it. What one person would have been rests on mechanisms "
        "that no data can test."
        + (
            " Where levels or counts leave noise open it is drawn, and chances are given."
            if rows.open
            else ""
        )
        + f" Complete rows, numbered from 1; the {MOST} that move most."
    )
