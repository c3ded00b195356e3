"""One row: what it would have been, in three steps."""

from __future__ import annotations

from typing import Any

import streamlit as st

from causal_core.engine import Failure
from causal_core.problem import Problem
from causal_core.study.decision import person_word
from causal_core.study.headline import number_text, signed_text
from causal_core.text import for_markdown
from causal_core.what_if.columns import level_text
from causal_core.what_if.one_row import Abducted, OneRow, Predicted, one_row
from pages.shared.jobs import show_failure
from pages.shared.text_table import text_table
from pages.shared.what_if_controls import choose_intervention, choose_node
from pages.shared.what_if_parts import Asked
from pages.shared.what_if_support import warn_of_support


def show_row(asked: Asked) -> None:
    """The view."""
    side, answer = st.columns([1, 3], gap="large")
    frame = asked.model.frame
    with side:
        number = st.number_input(
            f"Which {for_markdown(person_word(asked.here.study.data.row_is))} (complete rows, from 1)",
            1,
            len(frame),
            key=asked.key("row"),
            persist_state="session",
        )
        node = choose_node(asked, "Had this been otherwise", "row-node", asked.first("treatment"))
        own = asked.codes(node)[[int(number) - 1]]
        now = asked.model.columns[node].values(own).iloc[0]
        wanted = choose_intervention(asked, node, "row", for_some=False, now=now)
        warn_of_support(asked, node, wanted, {node: own})
    row = frame.iloc[int(number) - 1]
    with answer:
        try:
            found = one_row(asked.model, row, {node: wanted})
        except Problem as problem:
            show_failure(Failure.of(problem))
            return
        _say(asked, node, found)
        _show_steps(found)
        st.caption(
            "Under this model: what one row would have been rests on mechanisms that no data can test. Where "
            "levels or counts leave the noise open, it is drawn, and chances or a range are given; bounds "
            "hold for every model with the same chances, monotone or not. How sure the mechanisms are is "
            "told for everybody, under Do and see."
        )


def _say(asked: Asked, node: str, found: OneRow) -> None:
    outcome = asked.first("outcome")
    told = next(each for each in found.prediction if each.node == outcome)
    was = _value(told.value)
    here, would = next(
        (_value(each.value), _value(each.would)) for each in found.prediction if each.node == node
    )
    if here == would:
        st.info(
            for_markdown(
                f"{node} is {here} in this row, so nothing would have been otherwise. Choose another value."
            )
        )
        return
    if node == outcome:
        st.info(for_markdown(f"{outcome} itself is set; what follows from it stands below."))
        return
    if told.why == "untouched":
        st.info(
            for_markdown(f"{outcome} would still be {was}: it is not downstream of {node} in the drawing.")
        )
        return
    text = f"Under this model, had {node} been {would} and not {here}, {outcome} would have been "
    if told.range is None:
        text += f"{_chances(told)}; it was {was}."
    else:
        unit = asked.unit(outcome)
        text += f"{_ranged(told)}{f' {unit}' if unit else ''}; it was {was}."
    st.success(for_markdown(f"{text}{_bounded(told)}"))


def _show_steps(found: OneRow) -> None:
    st.markdown("**1. Abduction:** what the row tells of everything that was not measured")
    text_table(
        ["Node", "Value", "Expected from its parents", "What is left: its noise"],
        [[each.node, _value(each.value), _expected(each), _noise(each)] for each in found.abduction],
        numbers=(2,),
    )
    said = ", ".join(f"{node} := {wanted}" for node, wanted in found.action)
    st.markdown(f"**2. Action:** {for_markdown(said)}; arrows into it are cut, all noise is kept")
    st.markdown("**3. Prediction:** the same noise through the changed model")
    text_table(
        ["Node", "Was", "Would have been", "How"],
        [
            [each.node, _value(each.value), f"{_would(each)}.{_bounded(each)}".rstrip("."), each.why]
            for each in found.prediction
        ],
    )


def _expected(each: Abducted) -> str:
    if each.expected is None:
        return "—"
    return (
        f"chance {number_text(each.expected)}" if each.open and not each.count else number_text(each.expected)
    )


def _noise(each: Abducted) -> str:
    if each.open:
        return f"open: several values give this {'count' if each.count else 'level'}"
    if each.noise is None:
        return "its value"
    if each.spread is None:
        return signed_text(each.noise)
    times = signed_text(each.noise / each.spread)
    return f"{signed_text(each.noise)}: {times} × spread {number_text(each.spread)}"


def _would(each: Predicted) -> str:
    if each.chances:
        return _chances(each) if each.why == "moved" else level_text(each.would)
    return _ranged(each)


def _chances(each: Predicted) -> str:
    """The levels it might have been, the likeliest first."""
    likely = sorted(each.chances, key=lambda pair: -pair[1])
    return " or ".join(f"{level_text(level)} ({100 * share:.0f} %)" for level, share in likely if share)


def _ranged(each: Predicted) -> str:
    assert each.range is not None  # noqa: S101 - numbers have one
    if each.range[0] == each.range[1]:
        return number_text(each.would)
    return f"{number_text(each.would)} ({' to '.join(number_text(end) for end in each.range)})"


def _bounded(each: Predicted) -> str:
    """What holds whatever the noise is like, as a sentence of its own; empty where nothing is bounded."""
    if each.bounds is None:
        return ""
    if each.range is not None:
        low, high = (number_text(end) for end in each.bounds)
        return f" Whatever the noise is like, it would have been {low} to {high} on average."
    low, high = (f"{100 * end:.0f}" for end in each.bounds)
    level = level_text(each.chances[1][0])
    return f" Whatever the noise is like, the chance of {level} lies between {low} and {high} %."


def _value(value: Any) -> str:
    if isinstance(value, float) and not value.is_integer():
        return number_text(value)
    return level_text(value)
