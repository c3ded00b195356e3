"""What is set on the What-if page: a node, and the value it gets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from causal_core.text import for_markdown
from causal_core.what_if.columns import level_text
from causal_core.what_if.count_choice import COUNT_WAYS
from causal_core.what_if.intervention import Shift, Where, value_text
from causal_core.what_if.scaled_choice import SCALED_WAYS
from pages.shared.current import OpenStudy
from pages.shared.what_if_parts import Asked

SET, SHIFT, TYPE = "Set to", "Shift by", "Type a value"

ALL, ABOVE, BELOW = "everybody", "above", "below"

_MECHANISMS = "what_if_mechanisms"


def chosen_mechanisms(here: OpenStudy) -> dict[str, str]:
    """Node -> the way chosen by hand in this session."""
    kept: Mapping[str, dict[str, str]] = st.session_state.get(_MECHANISMS, {})
    graph, types = here.study.graph, here.study.data.types
    return {
        node: way
        for node, way in kept.get(here.token, {}).items()
        if node in graph.observed and node in here.table.columns and graph.parents(node)
        # A column made a category since is no count any more, and has no spread.
        if way not in (*COUNT_WAYS, *SCALED_WAYS) or types.get(node, "number") == "number"
    }


def keep_mechanism(here: OpenStudy, node: str, way: str | None) -> None:
    """Keep the way chosen for a node; None leaves it to the data again."""
    kept = dict(st.session_state.get(_MECHANISMS, {}))
    mine = {name: each for name, each in kept.get(here.token, {}).items() if name != node}
    kept[here.token] = mine if way is None else {**mine, node: way}
    st.session_state[_MECHANISMS] = kept


def choose_node(asked: Asked, label: str, name: str, first: str, but: tuple[str, ...] = ()) -> str:
    """One of the model's nodes; those that never vary come last, if at all."""
    nodes = [node for node in asked.model.order if node not in but]
    nodes = [node for node in nodes if varies(asked, node)] or nodes
    place = nodes.index(first) if first in nodes else 0
    picked = st.selectbox(label, nodes, index=place, key=asked.key(name), persist_state="session")
    return picked or nodes[place]


def varies(asked: Asked, node: str) -> bool:
    """Whether the data hold more than one value of a node."""
    column = asked.model.columns[node]
    return len(column.levels) > 1 if column.discrete else column.high > column.low


def choose_intervention(
    asked: Asked, node: str, name: str, *, for_some: bool = True, now: Hashable | None = None
) -> Any:
    """What is done to a node: a value, or a shift of a number; for everybody, or for some rows only.

    Args:
        asked: The study and the model.
        node: The node.
        name: Tells this choice from others of the page.
        for_some: Whether rows may be left out.
        now: A level that would change nothing, so that another one is offered first.
    """
    column = asked.model.columns[node]
    if not varies(asked, node):
        only = column.levels[0] if column.discrete else column.low
        st.caption(
            for_markdown(f"{node} is {value_text(only)} in every row, so the data tell nothing of it.")
        )
        return only
    done = _choose_done(asked, node, name, now)
    return _choose_rows(asked, node, name, done) if for_some else done


def _choose_done(asked: Asked, node: str, name: str, now: Hashable | None) -> Any:
    column = asked.model.columns[node]
    if column.discrete:
        return choose_level(asked, node, name, now)
    way = st.radio(
        "How",
        (SET, SHIFT, TYPE),
        key=asked.key(name, "way", node),
        horizontal=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    values = asked.codes(node)
    low, high = (float(each) for each in np.quantile(values, [0.01, 0.99]))
    if high <= low:
        low, high = column.low, column.high
    step = _step(high - low, whole=bool((values == np.round(values)).all()))
    shown = f"%.{_digits(step)}f"
    if way == SHIFT:
        reach = max(_round((high - low) / 2, step), step)
        start = max(_round(reach / 4, step), step)
        return Shift(
            st.slider(
                SHIFT, -reach, reach, start, step, shown, asked.key(name, "by", node), persist_state="session"
            )
        )
    low, high = _round(low, step), _round(high, step)
    if high <= low:
        low, high = low - step, low + step
    if way == TYPE:
        usual, far = _round(float(np.median(values)), step), 1000 * max(column.high - column.low, step)
        return st.number_input(
            "Value",
            min_value=column.low - far,
            max_value=column.high + far,
            value=usual,
            step=step,
            format=f"%.{max(_digits(step), 2)}f",
            key=asked.key(name, "typed", node),
            persist_state="session",
        )
    middle = min(max(_round(float(np.median(values)), step), low), high)
    return st.slider(
        SET, low, high, middle, step, shown, asked.key(name, "to", node), persist_state="session"
    )


def choose_level(asked: Asked, node: str, name: str, now: Hashable | None = None) -> Hashable:
    """One of a node's levels, at first the last one that is not `now`."""
    levels = asked.model.columns[node].levels
    others = [place for place, level in enumerate(levels) if level != now]
    return st.selectbox(
        SET,
        levels,
        index=others[-1],
        format_func=level_text,
        key=asked.key(name, "level", node),
        persist_state="session",
    )


def _choose_rows(asked: Asked, node: str, name: str, done: Any) -> Any:
    below = asked.model.graph.descendants([node])
    own = not asked.model.columns[node].discrete
    by = [each for each in asked.model.order if each not in below and varies(asked, each)]
    options = [ALL, *([node] if own else []), *by]
    if len(options) == 1:
        return done
    # Positions, since a node may be called like the first option.
    place = st.selectbox(
        "For",
        range(len(options)),
        format_func=lambda each: ALL if each == 0 else f"only by {options[each]}",
        key=asked.key(name, "for", node),
        help="Rows not meant stay as they would have been. Nodes downstream cannot say who is meant.",
        persist_state="session",
    )
    if not place:
        return done
    column = options[place]
    if asked.model.columns[column].discrete:
        levels = asked.model.columns[column].levels
        level = st.selectbox(
            "Rows with",
            levels,
            format_func=level_text,
            key=asked.key(name, "for-level", node, column),
            persist_state="session",
        )
        return Where(done, column, level)
    values = asked.codes(column)
    low, high = (float(each) for each in np.quantile(values, [0.01, 0.99]))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    step = _step(high - low, whole=bool((values == np.round(values)).all()))
    side = st.radio(
        "Rows",
        (ABOVE, BELOW),
        horizontal=True,
        key=asked.key(name, "for-side", node, column),
        persist_state="session",
    )
    low, high = _round(low, step), max(_round(high, step), _round(low, step) + step)
    middle = min(max(_round(float(np.median(values)), step), low), high)
    key = asked.key(name, "for-limit", node, column)
    limit = st.slider(
        f"{side} which value".capitalize(),
        low,
        high,
        middle,
        step,
        f"%.{_digits(step)}f",
        key,
        persist_state="session",
    )
    return Where(done, column, None, limit, side == ABOVE)


def _step(width: float, *, whole: bool = False) -> float:
    """1, 2 or 5 times a power of ten: about a hundredth of the width, of whole numbers at least 1."""
    if width <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(width / 100))
    step = float(next(power * each for each in (1, 2, 5, 10) if power * each >= width / 100 * (1 - 1e-9)))
    return max(step, 1.0) if whole else step


def _digits(step: float) -> int:
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))


def _round(value: float, step: float) -> float:
    return float(round(round(value / step) * step, _digits(step)))
