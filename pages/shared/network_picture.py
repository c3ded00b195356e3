"""The picture of a Bayesian network, whose levels can be clicked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from causal_core.charts.network import Beliefs, belief_graph
from causal_core.charts.network_boxes import boxes
from causal_core.charts.network_look import DARK, LIGHT, State
from causal_core.text import for_markdown
from pages.shared.network_controls import DO, Asked, mode_of

QUIET: Final = {"displayModeBar": False, "scrollZoom": False}

MOST_NODES: Final = 60
"""Nodes of a picture; of larger networks only one node's neighbourhood is drawn."""

_ROUND: Final = "network_round"

# Boxes keep their size; a picture wider than the page scrolls.
_SCROLL: Final = (
    "<style>[class*=st-key-network-frame] {overflow-x:auto; overflow-y:hidden}"
    "[class*=st-key-network-frame] [data-testid=stElementContainer],"
    "[class*=st-key-network-frame] [data-testid=stFullScreenFrame],"
    "[class*=st-key-network-frame] [data-testid=stPlotlyChart] {max-width:none; flex-shrink:0}</style>"
)


def show_picture(asked: Asked, beliefs: Beliefs) -> None:
    """The network with its beliefs; a click takes evidence up or back."""
    before = asked.network.beliefs() if asked.seen or asked.done else None
    mode = mode_of(asked)
    # A picture clicked is drawn anew under another key, so that the same level can be clicked again.
    key = asked.key("picture", str(st.session_state.get(_ROUND, 0)))
    _draw(asked, beliefs, before, State(asked.seen, asked.done), key, clicked=True)
    said = "set it: arrows into it are cut" if mode == DO else "see it"
    st.caption(
        f"Chance of each level. Click a level to {said}; click it again to take it back."
        + (" Red marks: beliefs before." if before else "")
        + (" Dashed: a hidden cause of both ends." if asked.network.graph.bidirected else "")
    )


def show_step(asked: Asked, beliefs: Beliefs, before: Beliefs, state: State) -> None:
    """The network while news spreads through it; nothing can be clicked."""
    _draw(asked, beliefs, before, state, asked.key("spreading"), clicked=False)


def _draw(
    asked: Asked, beliefs: Beliefs, before: Beliefs | None, state: State, key: str, *, clicked: bool
) -> None:
    network = asked.network
    if len(network.nodes) > MOST_NODES:
        node = st.session_state.get(asked.key("node")) or network.nodes[0].name
        network = network.around(node, MOST_NODES)
        st.caption(
            f"{len(asked.network.nodes):,} nodes are too many for a picture: drawn are {for_markdown(node)}, "
            "its causes, its effects and their other causes. Choose another node beside."
        )
    theme = DARK if st.context.theme.type == "dark" else LIGHT
    placed = boxes(network, _positions(asked))
    figure = belief_graph(network, beliefs, before, state, theme, placed)
    st.html(_SCROLL)
    with st.container(key=f"network-frame-{'live' if clicked else 'step'}"):
        if not clicked:
            st.plotly_chart(figure, config=QUIET, key=key, width="content")
            return

        def take() -> None:
            points = st.session_state[key].selection.points
            if points:
                name, level = points[0]["customdata"][:2]
                asked.toggle(str(name), str(level), mode_of(asked))
                st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1

        st.plotly_chart(
            figure, config=QUIET, key=key, on_select=take, selection_mode="points", width="content"
        )


def _positions(asked: Asked) -> Mapping[str, tuple[float, float]]:
    graph = asked.here.study.graph
    return graph.positions if asked.own else {}
