"""The question: which effect, of which treatment on which outcome, over whom."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from causal_core.data.arms import MAX_ARMS
from causal_core.data.column import ColumnProfile
from causal_core.data.table import Table
from causal_core.problem import Problem
from causal_core.study.options import Question
from causal_core.study.suitability import Suitability, plain_level, suitability
from causal_core.text import for_markdown
from pages.shared.asking import asking
from pages.shared.bound import bound
from pages.shared.column_table import kind_of
from pages.shared.current import OpenStudy, change, change_question
from pages.shared.dose_question import dose_question

LONG_ARM = 140
"""Pixels for the names of the arms, where they are long."""

TARGETS = {
    "ATE": ("Everybody", "the average over all rows, had all been treated against none (ATE)"),
    "ATT": ("The treated", "the average over those who were treated (ATT)"),
    "ATC": ("The controls", "the average over those who were not treated (ATC)"),
}
"""Target -> its name and what it averages over."""


def question_panel(here: OpenStudy) -> None:
    """The controls of the question, with what stands against it in words."""
    question = here.study.question
    found = checked(here)
    _column(here, "treatment", "Treatment: what is done", _likely_treatments(here))
    if len(found.arms) > 1:
        _arms(here, found)
    elif found.doses is not None:
        dose_question(here, found.doses)
    _say([problem for problem in found.problems if problem.column == question.treatment])
    _column(here, "outcome", "Outcome: what it should change", _likely_outcomes(here))
    _say([problem for problem in found.problems if problem.column != question.treatment])
    st.text_input(
        "Unit of the outcome",
        key=(key := bound(here, "unit", question.unit)),
        on_change=_take,
        args=("unit", key),
        placeholder="kg, euro, share of customers kept",
    )
    if found.doses is None:
        st.radio(
            "Whose effect",
            list(TARGETS),
            key=(key := bound(here, "target", question.target)),
            on_change=_take,
            args=("target", key),
            format_func=lambda target: TARGETS[target][0],
            captions=[sentence for _, sentence in TARGETS.values()],
        )
    st.toggle(
        "Assigned at random, by design",
        key=(key := bound(here, "randomised", question.randomised)),
        on_change=_take,
        args=("randomised", key),
        help="By lot or by a random number, and known to be so: an experiment. Nothing then causes the "
        "treatment but chance.",
    )
    _more(here)


def _say(problems: Sequence[Problem]) -> None:
    for problem in problems:
        st.error(for_markdown(problem))


def checked(here: OpenStudy) -> Suitability:
    """What the columns of the open study's question hold; read once for equal questions."""
    question = here.study.question
    named = (question.treatment, question.outcome, question.propensity, question.clusters, question.weights)
    types = {name: kind for name, kind in here.study.data.types.items() if name in named}
    return _suitability(here.table, here.table.fingerprint, question, types)


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={Question: repr})
def _suitability(
    _table: Table,
    fingerprint: str,  # noqa: ARG001 - keys the cache
    question: Question,
    types: Mapping[str, str],
) -> Suitability:
    return suitability(question, types, _table)


def _likely_treatments(here: OpenStudy) -> list[str]:
    return [
        column.name
        for column in here.profile.columns
        if 2 <= column.distinct <= MAX_ARMS and kind_of(here, column) != "date"
    ]


def _likely_outcomes(here: OpenStudy) -> list[str]:
    return [
        column.name
        for column in here.profile.columns
        if column.distinct > 1 and kind_of(here, column) in {"number", "boolean"}
    ]


def _column(here: OpenStudy, role: str, label: str, likely: list[str]) -> None:
    value = getattr(here.study.question, role) or None
    names = [*likely, *(name for name in here.profile.names if name not in likely)]
    if value is not None and value not in names:
        names.insert(0, value)
    remarks = {name: _remark(here.profile.column(name)) for name in here.profile.names if name not in likely}
    st.selectbox(
        label,
        names,
        index=None,
        key=(key := bound(here, role, value)),
        on_change=_take_column,
        args=(role, key),
        format_func=lambda name: f"{name} — {remarks[name]}" if name in remarks else name,
        placeholder="Choose a column",
    )


def _remark(column: ColumnProfile) -> str:
    if column.all_missing:
        return "no values"
    if column.constant:
        return "one single value"
    return f"{column.kind}, {column.distinct:,} values"


def _arms(here: OpenStudy, found: Suitability) -> None:
    levels = [level for level, *_ in found.arms]
    st.selectbox(
        "Control: the level to compare with",
        levels,
        index=None if found.control is None else 0,
        key=(key := bound(here, f"control-{here.study.question.treatment}", found.control)),
        on_change=_take_control,
        args=(key,),
        placeholder="Choose a level",
    )
    rows = max(count for _, count, _ in found.arms)
    frame = pd.DataFrame(found.arms, columns=["Arm", "Rows", "Without outcome"])
    frame["Arm"] = [f"{level} (control)" if level == found.control else level for level in levels]
    if not frame["Without outcome"].any():
        frame = frame.drop(columns="Without outcome")
    st.dataframe(
        frame,
        hide_index=True,
        key=f"arms-{here.token}",
        height=min(35 * (len(frame) + 1) + 3, 250),
        column_config={
            # A long name gives way to the counts; the table shows all of it when the cell is opened.
            "Arm": st.column_config.TextColumn(width=LONG_ARM if frame["Arm"].str.len().max() > 20 else None),
            "Rows": st.column_config.ProgressColumn(format="localized", min_value=0, max_value=rows),
        },
    )


def _more(here: OpenStudy) -> None:
    question = here.study.question
    named = [name for name in (question.propensity, question.clusters, question.weights) if name]
    with st.expander("Known probabilities, clusters, weights", expanded=bool(named)):
        for role, label, words in (
            (
                "propensity",
                "Known probability of treatment",
                "The column with each row's probability of being treated, where the design fixed it.",
            ),
            ("clusters", "Clusters", "Rows with an equal value belong together and are not independent."),
            ("weights", "Sampling weights", "How many people each row stands for."),
        ):
            value = getattr(question, role)
            options = list(here.profile.names)
            if value is not None and value not in options:
                options.insert(0, value)
            st.selectbox(
                label,
                options,
                index=None,
                key=(key := bound(here, role, value)),
                on_change=_take,
                args=(role, key),
                placeholder="None",
                help=words,
            )


def _take(part: str, key: str) -> None:
    change_question(**{part: st.session_state[key]})


def _take_column(role: str, key: str) -> None:
    here: OpenStudy = st.session_state["open_study"]
    chosen: str = st.session_state[key] or ""
    roles = {"treatment": here.study.question.treatment, "outcome": here.study.question.outcome, role: chosen}
    change(question=dataclasses.replace(asking(here, **roles), adjust_for=None))
    data = here.study.data
    if role == "treatment" and chosen and chosen not in data.measured:
        change(data=dataclasses.replace(data, measured={**data.measured, chosen: "at"}))


def _take_control(key: str) -> None:
    here: OpenStudy = st.session_state["open_study"]
    level = st.session_state[key]
    if level is not None:
        column = here.profile.column(here.study.question.treatment)
        change_question(control=plain_level(level, kind_of(here, column)))
