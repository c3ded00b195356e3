"""Where it comes from: a node's variation, or one row's distance from what is usual, shared among nodes."""

from __future__ import annotations

import streamlit as st

from causal_core.charts.what_if import shares_bars
from causal_core.engine import Failure
from causal_core.graph.names import listed
from causal_core.percent import percent
from causal_core.problem import Problem
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.what_if.attribution import Attribution
from causal_core.what_if.plan import shares_plan
from pages.shared.jobs import result_of, show_failure
from pages.shared.what_if_controls import choose_node
from pages.shared.what_if_parts import Asked

QUIET = {"displayModeBar": False}

VARIATION, ROW, GROUPS = "How much it varies", "Why one row is unusual", "What changed between two groups"


def show_shares(asked: Asked) -> None:
    """The view."""
    side, answer = st.columns([1, 3], gap="large")
    by: tuple[str, str, str] | None = None
    row: int | None = None
    with side:
        target = choose_node(asked, "Of", "share-node", asked.first("outcome"))
        kind = st.radio("Ask", (VARIATION, ROW, GROUPS), key=asked.key("share-kind"), persist_state="session")
        if kind == ROW:
            last = len(asked.model.frame)
            row = (
                int(
                    st.number_input(
                        "Row (from 1)", 1, last, key=asked.key("share-row"), persist_state="session"
                    )
                )
                - 1
            )
        if kind == GROUPS:
            by = _choose_groups(asked)
            if by is None:
                answer.info("No column parts the rows in groups.")
                return
    with answer:
        try:
            plan = shares_plan(asked.fitted, asked.model, target, row, by)
        except Problem as problem:
            show_failure(Failure.of(problem))
            return
        found = result_of("what_if_shares", plan, "Share it out")
        if found is not None:
            _show(asked, kind, found[0], by)


def _choose_groups(asked: Asked) -> tuple[str, str, str] | None:
    profile = asked.here.profile
    columns = [
        column.name
        for column in profile.columns
        if column.name not in asked.model.columns and 2 <= column.distinct <= 20
    ]
    if not columns:
        return None
    name = st.selectbox("Groups by", columns, key=asked.key("share-by"), persist_state="session")
    levels = sorted({str(each) for each in asked.here.table.frame([name])[name].dropna()})
    before = st.selectbox("From", levels, key=asked.key("share-from", name), persist_state="session")
    after = st.selectbox(
        "To",
        [each for each in levels if each != before],
        key=asked.key("share-to", name),
        persist_state="session",
    )
    return name, before, after


def _show(asked: Asked, kind: str, found: Attribution, by: tuple[str, str, str] | None) -> None:
    told, unit = found.target.text, asked.unit(found.target.node)
    total = f"{signed_text(found.total)} {unit}".rstrip()
    values = [share.value for share in found.shares]
    if kind == VARIATION:
        said = _variation(found)
        title, axis = f"Where the variation of {told} comes from", "Share of the variance"
        values = [value / found.total for value in values] if found.total > 0 else values
    elif kind == ROW:
        said = f"this row's {told} lies {total} from the mean of all. {_largest(found, 'noise')}"
        title, axis = f"Why {told} of this row is what it is", f"Part of the distance {_in(unit)}".strip()
    else:
        assert by is not None  # noqa: S101 - asked with groups
        said = f"from {by[0]} = {by[1]} to {by[2]}, {told} changes by {total}. {_largest(found, 'mechanism')}"
        title, axis = f"Which mechanisms changed {told}", f"Part of the change {_in(unit)}".strip()
    st.success(for_markdown(f"Under this model, {said}"))
    names = [share.name for share in found.shares]
    figure = shares_bars(names, values, title, axis, of_one=kind == VARIATION and found.total > 0)
    st.plotly_chart(figure, config=QUIET, key=asked.key("shares"))
    error = max(share.std_error for share in found.shares)
    st.caption(
        "Each part is what a node's own "
        + ("mechanism" if kind == GROUPS else "noise (of a node without parents: its values)")
        + " brings: Shapley's shares, averaged over all orders in which nodes may join. They add up."
        + (
            " Nodes that a hidden cause ties are told as one."
            if any(len(s.nodes) > 1 for s in found.shares)
            else ""
        )
        + (f" Orders were drawn; standard error at most {number_text(error)}." if error else "")
    )


def _in(unit: str) -> str:
    return f"({unit})" if unit else ""


def _variation(found: Attribution) -> str:
    """The target's own part of its variance, and whose come next."""
    node, total = found.target.node, number_text(found.total)
    if found.total <= 0:
        return f"{found.target.text} does not vary."
    own = next(share for share in found.shares if node in share.nodes)
    rest = sorted((share for share in found.shares if share is not own), key=lambda each: -each.value)
    others = listed([each for each in own.nodes if each != node])
    whose = f"its own and of {others}, tied to it by hidden causes" if others else "its own"
    mine = percent(own.value / found.total)
    text = f"of the variance of {found.target.text} ({total}), {mine} is {whose}, which "
    if not rest:
        return f"{text}no node of the drawing explains."
    named = listed(f"{percent(each.value / found.total)} from {each.name}" for each in rest[:2])
    return f"{text}no other node explains; most of the rest is {named}."


def _largest(found: Attribution, of: str) -> str:
    """Whose part is the largest."""
    most = max(found.shares, key=lambda share: abs(share.value))
    whose = f"its own {of}" if most.nodes == (found.target.node,) else f"the {of} of {most.name}"
    return f"Most comes from {whose} ({signed_text(most.value)})."
