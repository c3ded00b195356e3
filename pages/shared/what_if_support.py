"""Whether the data hold anything like what is set on the What-if page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from causal_core.data.design import Floats
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.text import for_markdown
from causal_core.what_if.changes import beyond, support
from causal_core.what_if.intervention import Shift, action, value_text
from pages.shared.what_if_controls import varies
from pages.shared.what_if_parts import Asked

FEW = 0.005
"""Share of people outside all that was seen from which a shift is warned of."""


def warn_of_support(asked: Asked, node: str, wanted: Any, people: Mapping[str, Floats] | None = None) -> None:
    """Say where the data hold nothing like the value, or a shift takes people out of what they hold.

    Args:
        asked: The study and the model.
        node: What is set.
        wanted: What is done to it.
        people: Whose values are shifted, as codes; everybody's when left out.
    """
    if not varies(asked, node):
        return
    if isinstance(action(wanted), Shift):
        _warn_of_shift(asked, node, wanted, people or asked.base.codes)
        return
    wanted = action(wanted)
    found = support(asked.model, node, wanted)
    if found.thin:
        column = asked.model.columns[node]
        seen = f"{number_text(column.low)} to {number_text(column.high)}"
        outside = f", which lies outside all that was seen ({seen})" if found.outside else ""
        few = (
            f"Only {found.near:,} of {found.rows:,} rows are"
            if found.near
            else f"None of {found.rows:,} rows is"
        )
        place = for_markdown(f"{node} = {value_text(wanted)}")
        st.warning(f"{few} near {place}{outside}: the answer extrapolates, and no data can check it.")
    else:
        what = "have this level" if asked.model.columns[node].discrete else "are near this value"
        st.caption(f"{found.near:,} of {found.rows:,} rows {what}.")


def _warn_of_shift(asked: Asked, node: str, wanted: Any, people: Mapping[str, Floats]) -> None:
    column, share = asked.model.columns[node], beyond(asked.model, people, node, wanted)
    seen = f"all that was seen of it ({number_text(column.low)} to {number_text(column.high)})"
    one = len(people[node]) == 1
    whom = "This shift takes" + (" it" if one else f" {percent(share, 0 if share >= 0.1 else 1)} of people")
    if share > FEW:
        st.warning(
            for_markdown(
                f"{node}: {whom} out of {seen}. There the answer extrapolates, and no data can check it."
            )
        )
    else:
        whom = "it does not leave" if one else "hardly anybody leaves" if share else "nobody leaves"
        st.caption(f"Shifted so, {whom} {seen}.")
