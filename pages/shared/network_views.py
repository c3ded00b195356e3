"""What else a Bayesian network tells: seeing against doing, spread, explanation, worth of asking, tables."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd
import streamlit as st

from causal_core.charts.chance import chance_text
from causal_core.charts.network_see_do import see_do_bars
from causal_core.charts.what_if import shares_bars
from causal_core.engine import Failure
from causal_core.graph import CausalGraph
from causal_core.identification.explanation import explain
from causal_core.identification.see_do import SeeDo, see_do
from causal_core.problem import Problem
from causal_core.text import for_markdown
from causal_core.what_if.beliefs import confounded_pair, spread, value_of_information
from causal_core.what_if.most_probable import most_probable
from pages.shared.identify_formula import formula
from pages.shared.jobs import show_failure
from pages.shared.network_controls import SEE, Asked, changed_tables
from pages.shared.network_picture import show_step
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}

_YES = {"1", "yes", "true"}

MOST_CELLS = 400
"""Rows of a table that can be changed by hand."""


def show_see_do(asked: Asked) -> None:
    """One cause, one outcome: what seeing each level says, and what setting it does."""
    network = asked.network
    names = [node.name for node in network.nodes]
    if len(names) < 2:
        st.info("The network has one node only.")
        return
    cause, outcome = _pair(asked)
    first, second, third = st.columns(3)
    cause = first.selectbox("Cause", names, key=asked.key("cause"), index=names.index(cause))
    others = [name for name in names if name != cause]
    outcome = second.selectbox(
        "Outcome",
        others,
        key=asked.key("outcome", cause),
        index=others.index(outcome) if outcome in others else len(others) - 1,
    )
    levels = network.by_name[outcome].levels
    level = third.selectbox("Level", levels, index=_yes(levels), key=asked.key("outcome-level", outcome))
    told = _formulas(network.graph, cause, outcome)
    can = [each for each, chance in network.see(cause).items() if chance > 0]
    see = {each: network.see(outcome, {cause: each}) for each in can}
    try:
        do = {each: network.do(outcome, {cause: each}) for each in see}
    except Problem as problem:
        show_failure(Failure.of(problem))
        do = {}
    for each in filter(None, (told.see, told.do)):
        formula(each)
    if told.stands_for:
        st.caption(f"**Z** stands for {for_markdown(', '.join(told.stands_for))}.")
    picture, words = st.columns([3, 2], gap="large")
    with words:
        st.markdown(f"**Seen.** {for_markdown(told.see_words)}")
        st.markdown(f"**Set.** {for_markdown(told.do_words)}")
        st.markdown(f"**{for_markdown(told.gap_words)}**")
    with picture:
        if do:
            seen, done = ({each: row[level] for each, row in found.items()} for found in (see, do))
            figure = see_do_bars(cause, outcome, level, seen, done)
            st.plotly_chart(figure, config=QUIET, key=asked.key("see-do"))
        text_table(
            ["When", "Chance that", "Seen", *(["Set"] if do else [])],
            [
                [
                    f"{cause} = {each}",
                    f"{outcome} = {one}",
                    chance_text(row[one]),
                    *([chance_text(do[each][one])] if do else []),
                ]
                for each, row in see.items()
                for one in levels
            ],
            numbers=(2, 3) if do else (2,),
        )


def show_spread(asked: Asked) -> None:
    """How one more piece of evidence would spread, step by step."""
    known = {**asked.seen, **asked.done}
    left = [node.name for node in asked.network.nodes if node.name not in known]
    if not left:
        st.info("Every node is known already.")
        return
    one, two, three = st.columns([1, 1, 2])
    node = one.selectbox("New evidence on", left, key=asked.key("spread"))
    level = two.selectbox("Level", asked.network.by_name[node].levels, key=asked.key("spread-level", node))
    try:
        cut = asked.cut
        waves = spread(cut, known, {node: level})
        before, after = cut.beliefs(known), cut.beliefs({**known, node: level})
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    if not waves:
        st.info("The news reaches no other node: every way to them is closed.")
        return
    step = three.slider("Step", 0, len(waves), 0, key=asked.key("step", node, level))
    told = {name for wave in waves[:step] for name in wave.nodes}
    fresh = waves[step - 1].nodes if step else ()
    shown = {name: after[name] if name in told or name == node else before[name] for name in before}
    faded = set(before) - told - set(known) - {node}
    marks = dict.fromkeys(faded, "faded") | dict.fromkeys(told, "told") | dict.fromkeys(fresh, "fresh")
    show_step(asked, shown, before, {node: (SEE, level)}, marks)
    moved = ", ".join(
        f"{name} by {100 * by:.1f} points" for name, by in (waves[step - 1].moved if step else ())
    )
    st.caption(
        f"Step {step} of {len(waves)}. "
        + (
            f"Green: reached now. Beliefs move: {for_markdown(moved)}. "
            if moved
            else "Only the news is known. "
        )
        + "Faded nodes have heard nothing. Between two causes of one node news passes only once something is "
        "known of it or below it."
    )


def show_explanation(asked: Asked) -> None:
    """The most probable state of everything, given what is known."""
    try:
        found, chance = most_probable(asked.cut, {**asked.seen, **asked.done})
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    st.markdown(
        f"The most probable state of all nodes together has a chance of {chance_text(chance)}"
        + (" given what is known." if asked.seen or asked.done else ".")
    )
    known = {**asked.seen, **asked.done}
    text_table(
        ["Node", "Level", ""],
        [[name, level, "known" if name in known else ""] for name, level in found.items()],
    )


def show_worth(asked: Asked) -> None:
    """Which node is worth asking to learn about a target."""
    known = {**asked.seen, **asked.done}
    left = [node.name for node in asked.network.nodes if node.name not in known]
    if not left:
        st.info("Every node is known already.")
        return
    wanted = asked.here.study.question.outcome
    target = st.selectbox(
        "To learn about", left, index=left.index(wanted) if wanted in left else 0, key=asked.key("target")
    )
    try:
        found = [each for each in value_of_information(asked.cut, target, known) if each.bits > 1e-6][:12]
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    if not found:
        st.info("No other node says anything about it now.")
        return
    st.success(
        for_markdown(
            f"Ask for {found[0].node}: knowing it lowers the uncertainty about {target} by "
            f"{chance_text(found[0].share)} on average."
        )
    )
    figure = shares_bars(
        [each.node for each in found],
        [each.bits for each in found],
        f"What is worth asking about {target}",
        "Bits by which the entropy falls on average",
    )
    st.plotly_chart(figure, config=QUIET, key=asked.key("worth"))


def show_tables(asked: Asked) -> None:
    """A node's table, to be read and changed by hand."""
    names = [node.name for node in asked.network.nodes]
    name = st.selectbox("Table of", names, key=asked.key("table"))
    node = asked.network.by_name[name]
    above = [asked.network.by_name[parent].levels for parent in node.parents]
    places = list(product(*(range(len(each)) for each in above)))
    if len(places) > MOST_CELLS:
        st.info(f"This table has {len(places):,} rows, too many to show.")
        return
    labels = [
        ", ".join(
            f"{parent} = {each[at]}" for parent, each, at in zip(node.parents, above, place, strict=True)
        )
        or "always"
        for place in places
    ]
    flat = node.table.reshape(len(places), len(node.levels))
    # A level may be called anything, also like another column.
    columns = [f"level {number}" for number in range(len(node.levels))]
    frame = pd.DataFrame(flat, columns=columns)
    frame.insert(0, "when", labels)
    edited = st.data_editor(
        frame,
        disabled=["when"],
        hide_index=True,
        key=asked.key("edit", name),
        column_config={
            "when": "When",
            **{
                column: st.column_config.NumberColumn(level, min_value=0.0, max_value=1.0, format="%.4f")
                for column, level in zip(columns, node.levels, strict=True)
            },
        },
    )
    first, second = st.columns(2)
    if first.button("Use this table", key=asked.key("use", name)):
        values = edited[columns].to_numpy(dtype=np.float64).reshape(node.table.shape)
        try:
            asked.network.with_table(name, values)
        except Problem as problem:
            st.error(for_markdown(problem))
            return
        changed_tables(asked.here, asked.source)[name] = values
        st.rerun()
    if changed_tables(asked.here, asked.source) and second.button(
        "All tables as they were", key=asked.key("reset")
    ):
        changed_tables(asked.here, asked.source).clear()
        st.rerun()
    st.caption("Each row holds the chances of the levels and adds up to 1.")


def _pair(asked: Asked) -> tuple[str, str]:
    """The cause and outcome to begin with: the study's question, else a pair that is confounded."""
    names = [node.name for node in asked.network.nodes]
    question = asked.here.study.question
    if asked.own and {question.treatment, question.outcome} <= set(names):
        return question.treatment, question.outcome
    return confounded_pair(asked.network) or (names[0], names[-1])


def _yes(levels: tuple[str, ...]) -> int:
    """The level to look at first: the one that says yes, else the first."""
    return next((place for place, level in enumerate(levels) if level.lower() in _YES), 0)


@lru_cache(maxsize=64)  # listing the ways to an effect takes up to a second
def _formulas(graph: CausalGraph, cause: str, outcome: str) -> SeeDo:
    return see_do(explain(graph, cause, outcome, limit=1, seconds=1.0))
