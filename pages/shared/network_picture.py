"""The picture on the Network page: beliefs on the nodes, evidence by click, answers ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from causal_core.charts.network import drawing
from causal_core.text import for_markdown
from causal_core.what_if.ahead import ahead
from causal_core.what_if.network import BayesianNetwork
from pages.shared.belief_picture import Shown, belief_picture, beliefs_ahead
from pages.shared.network_controls import DO, Asked, mode_of

MOST_NODES: Final = 60
"""Nodes of a picture; of larger networks only one node's neighbourhood is drawn."""

Beliefs = Mapping[str, Mapping[str, float]]


def show_picture(asked: Asked, beliefs: Beliefs) -> Shown:
    """The network with its beliefs; a click takes evidence up or back. What is shown is given back.

    Args:
        asked: What is asked.
        beliefs: Node -> level -> chance; question marks stand where there is none.
    """
    before = asked.network.beliefs() if asked.evidence else None
    shown = Shown(drawing(_part(asked), _positions(asked)), beliefs, asked.evidence, before)
    belief_picture(shown, asked.key("picture"), mode_of(asked), asked.take)
    said = "set it: arrows into it are cut" if mode_of(asked) == DO else "see it"
    st.caption(
        f"Chance of each level. Click a level to {said}; click it again to take it back."
        + (" Red marks: beliefs before." if asked.evidence else "")
        + (" Dashed: a hidden cause of both ends." if asked.network.graph.bidirected else "")
    )
    return shown


def answer_ahead(asked: Asked, shown: Shown) -> None:
    """Work out what the next click on a picture will make of all beliefs, once the page is there."""
    mode = mode_of(asked)
    among = [node.name for node in shown.drawing.nodes]
    answers = ahead(asked.network, asked.seen, asked.done, "Do" if mode == DO else "See", among)
    beliefs_ahead(shown, asked.key("picture"), mode, answers)


def show_step(
    asked: Asked,
    beliefs: Beliefs,
    before: Beliefs,
    more: Mapping[str, tuple[str, str]],
    marks: Mapping[str, str],
) -> None:
    """The network while news spreads through it; nothing can be clicked.

    Args:
        asked: What is asked.
        beliefs: Node -> level -> chance so far.
        before: The same before the news.
        more: Node -> (See, level) of the news.
        marks: Node -> whether news is fresh there, has been told, or has not come (faded).
    """
    part = _part(asked)
    shown = Shown(drawing(part, _positions(asked)), beliefs, {**asked.evidence, **more}, before, marks)
    belief_picture(shown, asked.key("spreading"), mode_of(asked), None)


def say_part(asked: Asked) -> None:
    """That a large network is drawn in part."""
    if len(asked.network.nodes) > MOST_NODES:
        st.caption(
            f"{len(asked.network.nodes):,} nodes are too many for a picture: drawn are "
            f"{for_markdown(_middle(asked))}, its causes, its effects and their other causes. Choose another "
            "node beside."
        )


def _part(asked: Asked) -> BayesianNetwork:
    if len(asked.network.nodes) <= MOST_NODES:
        return asked.network
    return asked.network.around(_middle(asked), MOST_NODES)


def _middle(asked: Asked) -> str:
    return str(st.session_state.get(asked.key("node")) or asked.network.nodes[0].name)


def _positions(asked: Asked) -> Mapping[str, tuple[float, float]]:
    return asked.here.study.graph.positions if asked.own else {}
