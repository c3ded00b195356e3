"""What is set on the What-if page: a node, and the value it gets."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from causal_core.text import for_markdown
from causal_core.what_if.changes import support
from causal_core.what_if.columns import level_text
from causal_core.what_if.intervention import Shift
from pages.shared.current import OpenStudy
from pages.shared.what_if_parts import Asked

SET, SHIFT = "Set everybody to", "Shift everybody by"

_MECHANISMS = "what_if_mechanisms"


def chosen_mechanisms(here: OpenStudy) -> dict[str, str]:
    """Node -> the way chosen by hand in this session."""
    kept: Mapping[str, dict[str, str]] = st.session_state.get(_MECHANISMS, {})
    graph = here.study.graph
    return {
        node: way
        for node, way in kept.get(here.token, {}).items()
        if node in graph.observed and node in here.table.columns and graph.parents(node)
    }


def keep_mechanism(here: OpenStudy, node: str, way: str | None) -> None:
    """Keep the way chosen for a node; None leaves it to the data again."""
    kept = dict(st.session_state.get(_MECHANISMS, {}))
    mine = {name: each for name, each in kept.get(here.token, {}).items() if name != node}
    kept[here.token] = mine if way is None else {**mine, node: way}
    st.session_state[_MECHANISMS] = kept


def choose_node(asked: Asked, label: str, name: str, first: str, but: tuple[str, ...] = ()) -> str:
    """One of the model's nodes."""
    nodes = [node for node in asked.model.order if node not in but]
    place = nodes.index(first) if first in nodes else 0
    picked = st.selectbox(label, nodes, index=place, key=asked.key(name))
    return picked or nodes[place]


def choose_intervention(asked: Asked, node: str, name: str) -> Any:
    """What is done to a node: a value, or a shift of a number."""
    column = asked.model.columns[node]
    if column.discrete:
        return choose_level(asked, node, name)
    way = st.radio(
        "How", (SET, SHIFT), key=asked.key(name, "way", node), horizontal=True, label_visibility="collapsed"
    )
    values = column.codes(asked.model.frame[node])
    low, high = (float(each) for each in np.quantile(values, [0.01, 0.99]))
    step = _step(high - low)
    if way == SHIFT:
        reach = _round((high - low) / 2, step)
        by = st.slider(SHIFT, -reach, reach, _round(reach / 4, step), step, key=asked.key(name, "by", node))
        return Shift(by)
    low, high = _round(low, step), _round(high, step)
    middle = min(max(_round(float(np.median(values)), step), low), high)
    return st.slider(SET, low, high, middle, step, key=asked.key(name, "to", node))


def choose_level(asked: Asked, node: str, name: str) -> Hashable:
    """One of a node's levels, the last one first."""
    levels = asked.model.columns[node].levels
    return st.selectbox(
        SET, levels, index=len(levels) - 1, format_func=level_text, key=asked.key(name, "level", node)
    )


def warn_of_support(asked: Asked, node: str, wanted: Any) -> None:
    """Say where the data hold nothing like the value."""
    if isinstance(wanted, Shift):
        return
    found = support(asked.model, node, wanted)
    if found.thin:
        outside = " and lies outside all that was seen" if found.outside else ""
        place = for_markdown(f"{node} = {level_text(wanted)}")
        st.warning(
            f"Only {found.near:,} of {found.rows:,} rows are near {place}"
            f"{outside}: the answer extrapolates, and no data can check it."
        )
    else:
        st.caption(f"{found.near:,} of {found.rows:,} rows are near this value.")


def _step(width: float) -> float:
    return float(10.0 ** np.floor(np.log10(width / 50))) if width > 0 else 1.0


def _round(value: float, step: float) -> float:
    digits = max(0, round(-np.log10(step)))
    return float(round(round(value / step) * step, digits))
