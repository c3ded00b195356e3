"""The ranges of a group given in numbers and levels, for those who do not draw with a mouse."""

from __future__ import annotations

from functools import partial

import numpy as np
import streamlit as st

from causal_core.data.design import Floats
from causal_core.text import for_markdown
from causal_core.who.board import Board
from causal_core.who.region import Axis, Region
from pages.shared.who_controls import Asked


def choose_ranges(asked: Asked, drawn: Board, selected: Region | None) -> Region | None:
    """The group that counts: that given in numbers, until another is drawn, or else the one drawn.

    Args:
        asked: What the view is given.
        drawn: The chart's axes and people.
        selected: The region drawn in it, or None.
    """
    key = asked.key("given", drawn.x.name, drawn.y.name)
    with (
        st.expander("Or give the group in numbers"),
        st.form(asked.key("ranges", drawn.x.name, drawn.y.name)),
    ):
        across, up = st.columns(2)
        with across:
            x = _choose(asked, drawn.x, drawn.drawn_x, "x")
        with up:
            y = _choose(asked, drawn.y, drawn.drawn_y, "y")
        if st.form_submit_button("Tell the effect of this group"):
            given = Region(drawn.x, drawn.y, "box", ((x[0], y[0]), (x[1], y[1])))
            st.session_state[key] = given, selected
    found: tuple[Region, Region | None] | None = st.session_state.get(key)
    return found[0] if found is not None and found[1] == selected else selected


def _choose(asked: Asked, axis: Axis, values: Floats, side: str) -> tuple[float, float]:
    """From where to where on one axis, in the order of its levels for a category."""
    label = for_markdown(axis.name)
    key = asked.key(f"range-{side}", axis.name)
    if axis.levels is not None:
        if len(axis.levels) < 2:
            return (-0.5, 0.5)
        codes = range(len(axis.levels))
        low, high = st.select_slider(
            label,
            codes,
            value=(codes[0], codes[-1]),
            format_func=partial(_level, axis.levels),
            key=key,
        )
        return float(low), float(high)
    said = f"Days since {axis.day_zero}." if axis.day_zero else None
    ends = (float(np.floor(values.min())), float(np.ceil(values.max())))
    start = st.number_input(f"{label} from", value=ends[0], format="%g", key=f"{key}-from", help=said)
    end = st.number_input(f"{label} to", value=ends[1], format="%g", key=f"{key}-to", help=said)
    return min(start, end), max(start, end)


def _level(levels: tuple[str, ...], code: int) -> str:
    return levels[code]
