"""The picture of a Bayesian network, whose levels can be clicked."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from causal_core.charts.network import belief_graph
from causal_core.problem import Problem
from pages.shared.graph_editor.places import places
from pages.shared.network_controls import DO, Asked, mode_of

QUIET = {"displayModeBar": False, "scrollZoom": False}

_ROUND = "network_round"


def show_picture(asked: Asked, beliefs: Mapping[str, Mapping[str, float]]) -> None:
    """The network with its beliefs; a click takes evidence up or back."""
    network = asked.network
    try:
        before = network.beliefs() if asked.seen or asked.done else None
    except Problem:
        before = None
    positions = asked.here.study.graph.positions
    known = {node.name: positions[node.name] for node in network.nodes if node.name in positions}
    graph = network.graph.with_positions(known) if len(known) == len(network.nodes) else network.graph
    figure = belief_graph(network, beliefs, places(graph), before, asked.seen, asked.done)
    # A picture clicked is drawn anew under another key, so that the same level can be clicked again.
    turn = st.session_state.get(_ROUND, 0)
    event = st.plotly_chart(
        figure,
        config=QUIET,
        key=asked.key("picture", str(turn)),
        on_select="rerun",
        selection_mode="points",
        width="content" if (figure.layout.width or 0) > 900 else "stretch",
    )
    points = event.selection.points
    if points:
        node, level = points[0]["customdata"][:2]
        asked.toggle(str(node), str(level), mode_of(asked))
        st.session_state[_ROUND] = turn + 1
        st.rerun()
    st.caption(
        "Chance of each level. Click a level to "
        + (
            "set it: arrows into it are cut."
            if mode_of(asked) == DO
            else "see it; click it again to take it back."
        )
        + (" Red lines: where beliefs were before." if before else "")
    )
