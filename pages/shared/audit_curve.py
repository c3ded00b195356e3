"""Through the graph: the prediction over one input's values, the column alone and all that follows."""

from __future__ import annotations

import streamlit as st

from causal_core.audit.curve import Curve, Curved
from causal_core.audit.words import beside
from causal_core.charts.audit import curve_chart
from causal_core.graph.names import listed
from causal_core.study.headline import signed_text
from causal_core.text import for_markdown
from pages.shared.audit_parts import QUIET, Audited


def show_curve(audited: Audited) -> None:
    """The view."""
    side, answer = st.columns([1, 3], gap="large")
    below = {
        name: len(audited.world.graph.descendants([name]) & set(audited.box.inputs))
        for name in audited.box.inputs
    }
    names = sorted(audited.box.inputs, key=lambda name: -below[name])
    node = side.selectbox("Move", names, key=audited.key("move"), persist_state="session") or names[0]
    with answer:
        found: Curved | None = audited.ask("audit_curve", Curve.of(audited.world, node))
        if found is None:
            return
        _say(found)
        st.plotly_chart(curve_chart(found), config=QUIET, key=audited.key("curve"))
        st.caption(
            "Dotted: this column overwritten in every row, all else as it is (partial dependence); such rows "
            "may exist nowhere. Solid: everybody set to the value, and what it brings about in other inputs "
            "moved too. The model of the world is refitted to half samples for the band."
        )


def _say(found: Curved) -> None:
    naive, graph = (float(line[-1] - line[0]) for line in (found.naive, found.graph))
    if not found.reached:
        st.info(
            for_markdown(
                f"No other input comes after {found.node} in the drawing, so changing its column alone and "
                f"setting it are the same: {signed_text(naive)} from the left end to the right."
            )
        )
        return
    st.success(
        for_markdown(
            f"Under this model of the world, from the left end to the right: changing the column "
            f"{found.node} alone moves the mean prediction by {beside(naive, graph)}; setting {found.node} "
            f"moves it by {beside(graph, naive)}, because {listed(found.reached)} "
            f"{'moves' if len(found.reached) == 1 else 'move'} too."
        )
    )
