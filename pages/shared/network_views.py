"""What else a Bayesian network tells: seeing against doing, spread, explanation, worth of asking, tables."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import streamlit as st

from causal_core.charts.what_if import shares_bars
from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.what_if.beliefs import confounding_formula, spread, value_of_information
from causal_core.what_if.inference import most_probable
from pages.shared.jobs import show_failure
from pages.shared.network_controls import Asked, changed_tables
from pages.shared.text_table import text_table

QUIET = {"displayModeBar": False}

MOST_CELLS = 400
"""Rows of a table that can be changed by hand."""


def show_see_do(asked: Asked) -> None:
    """One cause, one outcome: what seeing each level says, and what setting it does."""
    names = [node.name for node in asked.network.nodes]
    if len(names) < 2:
        st.info("The network has one node only.")
        return
    first, second = st.columns(2)
    cause = first.selectbox("Cause", names, key=asked.key("cause"), index=_first(asked, "treatment", 0))
    others = [name for name in names if name != cause]
    wanted = asked.here.study.question.outcome
    place = others.index(wanted) if wanted in others else len(others) - 1
    outcome = second.selectbox("Outcome", others, key=asked.key("outcome", cause), index=max(place, 0))
    rows = []
    try:
        for level in asked.network.by_name[cause].levels:
            see, do = asked.network.see(outcome, {cause: level}), asked.network.do(outcome, {cause: level})
            rows += [
                [f"{cause} = {level}", f"{outcome} = {each}", _percent(see[each]), _percent(do[each])]
                for each in asked.network.by_name[outcome].levels
            ]
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    text_table(["When", "Chance that", "Seen", "Done"], rows, numbers=(2, 3))
    if not asked.network.graph.bidirected:
        see_text, do_text = confounding_formula(asked.network, cause, outcome)
        st.latex(see_text)
        st.latex(do_text)
        st.caption(
            "Seeing weighs the causes of the cause as they are among those who have the level; doing weighs "
            "them as they are in everybody. Where nothing acts on the cause the two agree."
        )


def show_spread(asked: Asked) -> None:
    """How one more piece of evidence would spread, step by step."""
    known = {**asked.seen, **asked.done}
    left = [node.name for node in asked.network.nodes if node.name not in known]
    if not left:
        st.info("Every node is known already.")
        return
    one, two = st.columns(2)
    node = one.selectbox("New evidence on", left, key=asked.key("spread"))
    level = two.selectbox("Level", asked.network.by_name[node].levels, key=asked.key("spread-level", node))
    cut = asked.network.set_to(asked.done) if asked.done else asked.network
    try:
        waves = spread(cut, known, {node: level})
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    if not waves:
        st.info("The news reaches no other node: every way to them is closed.")
        return
    step = st.slider("Step", 1, len(waves), 1, key=asked.key("step", node, level)) if len(waves) > 1 else 1
    text_table(
        ["Step", "Node", "Belief moves by"],
        [
            [str(place), name, _percent(moved)]
            for place, wave in enumerate(waves[:step], start=1)
            for name, moved in wave.moved
        ],
        numbers=(2,),
    )
    reached = sum(len(wave.nodes) for wave in waves)
    st.caption(
        f"Messages pass from node to node; {reached} of {len(left) - 1} other nodes are reached in "
        f"{len(waves)} steps. Between two causes of one node they pass only once something is known of it or "
        "below it."
    )


def show_explanation(asked: Asked) -> None:
    """The most probable state of everything, given what is known."""
    cut = asked.network.set_to(asked.done) if asked.done else asked.network
    try:
        found, chance = most_probable(cut, {**asked.seen, **asked.done})
    except Problem as problem:
        show_failure(Failure.of(problem))
        return
    st.markdown(
        f"The most probable state of all nodes together has a chance of {_percent(chance)}"
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
    cut = asked.network.set_to(asked.done) if asked.done else asked.network
    found = [each for each in value_of_information(cut, target, known) if each.bits > 1e-6][:12]
    if not found:
        st.info("No other node says anything about it now.")
        return
    st.success(
        for_markdown(
            f"Ask for {found[0].node}: knowing it lowers the uncertainty about {target} by "
            f"{_percent(found[0].share)} on average."
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
    columns = [f"{level}" for level in node.levels]
    frame = pd.DataFrame(flat, columns=columns)
    frame.insert(0, "When", labels)
    edited = st.data_editor(
        frame,
        disabled=["When"],
        hide_index=True,
        key=asked.key("edit", name),
        column_config={
            level: st.column_config.NumberColumn(level, min_value=0.0, max_value=1.0, format="%.4f")
            for level in columns
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


def _first(asked: Asked, wanted: str, otherwise: int) -> int:
    names = [node.name for node in asked.network.nodes]
    named = getattr(asked.here.study.question, wanted)
    return names.index(named) if named in names else otherwise


def _percent(chance: float) -> str:
    return f"{number_text(100 * chance)} %"
