"""The read-only picture of a causal graph on every page after the drawing, and its legend."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, Final

import streamlit as st
from streamlit_agraph import Config, Edge, Node, agraph

from causal_core.charts.colours import (
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    ROLE_COLOURS,
    ROLE_LETTERS,
    VERMILLION,
)
from causal_core.graph import CausalGraph
from pages.shared.graph_curves import free_side, round_nodes
from pages.shared.graph_editor import Highlight
from pages.shared.graph_editor.places import Place, places
from pages.shared.graph_editor.state import UNIT

_LIGHT: Final = {"ink": "#1B1F24", "paper": "#FFFFFF"}
_DARK: Final = {"ink": "#E9ECF0", "paper": "#14171C"}
_places = lru_cache(maxsize=64)(places)  # laying out a graph without positions takes up to a second
_LONGEST: Final = 22  # letters of a name
MOST_AT_EASE: Final = 16
"""Nodes up to which a picture of usual size is read with ease."""
_NARROWEST, _GAP, _ROW = 100.0, 44.0, 52.0  # pixels: of a unit, between neighbours, within one row
_FAINT, _LETTER = 0.42, 28.0  # share of ink in faded text; pixels that a role's letter and its dot take

# streamlit-agraph writes a title into the page as HTML and opens a tab of that name on a double-click. This
# text is read as no HTML at all, and an empty title opens nothing.
_NO_TITLE: Final = "</>"

PATHS: Final[dict[str, dict[str, Any]]] = {
    "": {"color": GREY, "width": 2, "dashes": False},
    "causal": {"color": GREEN, "width": 4.5, "dashes": False},
    "open": {"color": VERMILLION, "width": 4, "dashes": [14, 6]},
    "closed": {"color": GREY, "width": 2, "dashes": [2, 5]},
    "only": {"color": ORANGE, "width": 5, "dashes": False},
    "turned": {"color": ORANGE, "width": 5, "dashes": [16, 5, 3, 5], "label": "turned"},
    "kind": {"color": ORANGE, "width": 5, "dashes": [6, 6], "label": "other kind"},
}
"""Edges by what they lie on or how they differ; "" for an edge that is not brought out."""
LINES: Final[dict[str, dict[str, Any]]] = {
    "joined": {"color": GREY, "width": 2, "dashes": False},
    "either": {"color": ORANGE, "width": 3.5, "dashes": [14, 6]},
    "married": {"color": PURPLE, "width": 3.5, "dashes": [4, 5]},
    "contradicted": {"color": VERMILLION, "width": 4.5, "dashes": [9, 7]},
}
"""Lines without heads by kind."""
Lines = Mapping[frozenset[str], str]
"""Two nodes -> "joined" (an edge without its heads), "either" (data do not tell its direction), "married" or
"contradicted" (no edge of the graph)."""


def graph_view(
    graph: CausalGraph,
    roles: Mapping[str, str],
    highlight: Highlight | None = None,
    height: int = 380,
    key: str = "graph_view",
    *,
    adjusted: Collection[str] = (),
    lines: Lines | None = None,
    faded: Collection[str] = (),
    beside: Mapping[str, str] | None = None,
    tied: Collection[str] = (),
    notes: Mapping[str, str] | None = None,
) -> None:
    """Draw the graph at its own positions, nodes coloured and lettered by role.

    Args:
        graph: The graph; nodes without a position are given a place.
        roles: Node -> role as in `charts.colours.ROLE_COLOURS`.
        highlight: Edges to bring out as "causal", "open" or "closed", or against another graph as "only",
            "turned" or "kind".
        height: Height in pixels.
        key: The key of the container around the picture; letters, digits, `-` and `_`.
        adjusted: Nodes adjusted for: drawn with a thick square frame.
        lines: Pairs drawn as a line without heads, in place of their edges or beside them.
        faded: Nodes left out of what is shown: kept in place, hardly visible, without edges.
        beside: Roles of the same nodes in the picture beside this one: both are then drawn to one scale.
        tied: Nodes that stand in the way of identification: drawn with a long-dashed frame and marked "tied".
        notes: Node -> a few words below its name.
    """
    theme = _DARK if st.context.theme.type == "dark" else _LIGHT
    treatment, outcome = (
        next((node for node in graph.nodes if roles.get(node) == role), None)
        for role in ("treatment", "outcome")
    )
    marks = {"tied": tied, "selected": graph.selected, "random": graph.randomised}
    labels = {
        node: _label(node, roles.get(node, "other"))
        + "".join(f" ({mark})" for mark, marked in marks.items() if node in marked)
        + (f"\n{notes[node]}" if notes and node in notes else "")
        for node in graph.nodes
    }
    wide = [labels, {node: _label(node, role) for node, role in (beside or {}).items()}]
    widest = {node: max((some.get(node, "") for some in wide), key=len) for node in graph.nodes}
    placed = _spread(_places(graph, treatment, outcome), widest)
    ids = {node: f"n{index}" for index, node in enumerate(graph.nodes)}
    nodes = [
        _node(ids[node], labels[node], roles.get(node, "other"), node in graph.latent, placed[node], theme)
        for node in graph.nodes
    ]
    for node, drawn in zip(graph.nodes, nodes, strict=True):
        if node in faded:
            # The library fades the frame alone.
            drawn.opacity = 0.18
            drawn.font["color"] = _blend(theme["ink"], theme["paper"], _FAINT)
            if len(labels[node]) < len(widest[node]):
                # Without its letter, yet as wide as with it, so that both pictures keep one scale.
                drawn.margin = {"top": 9, "bottom": 9, "left": 9 + _LETTER / 2, "right": 9 + _LETTER / 2}
        elif node in adjusted:
            drawn.borderWidth = 5
            drawn.color["border"] = theme["ink"]
            drawn.shapeProperties["borderRadius"] = 0
        elif node in tied:
            drawn.borderWidth = 4
            drawn.color["border"] = VERMILLION
            drawn.shapeProperties["borderDashes"] = [12, 6]
    edges = _edges(graph, ids, placed, highlight or {}, lines or {}, faded)
    for edge in edges:
        edge.font = {"size": 13, "color": theme["ink"], "strokeWidth": 4, "strokeColor": theme["paper"]}
    config = Config(
        height=height,
        physics=False,
        groups={},
    )
    config.width = "100%"
    # A picture, not a control: its library would answer a double-click with an error, and each click with a
    # rerun of the page; the wheel should scroll the page.
    st.html(f"<style>.st-key-{key} iframe {{ pointer-events: none; }}</style>")
    with st.container(key=key):
        agraph(nodes, edges, config)


def ink() -> str:
    """The colour of text in the page's theme."""
    return (_DARK if st.context.theme.type == "dark" else _LIGHT)["ink"]


def shape_of(graph: CausalGraph) -> tuple[tuple[int, int], int]:
    """How wide a picture of the graph is beside its controls, as (picture, controls), and its height."""
    return ((3, 2), 430) if len(graph.nodes) <= MOST_AT_EASE else ((2, 1), 620)


def _node(
    identifier: str, label: str, role: str, latent: bool, place: Place, theme: Mapping[str, str]
) -> Node:
    colour = theme["ink"] if role == "collider" else ROLE_COLOURS[role]
    main = role in {"treatment", "outcome"}
    plain = role in {"other", "collider"}
    return Node(
        id=identifier,
        title=_NO_TITLE,
        label=label,
        shape="box",
        x=round(place[0]),
        y=round(place[1]),
        color={
            "border": colour,
            "background": theme["paper"] if plain else _blend(colour, theme["paper"], 0.26 if main else 0.14),
        },
        borderWidth=4 if main else 2,
        shapeProperties={"borderRadius": 18, "borderDashes": [5, 4] if latent else False},
        font={"color": theme["ink"], "size": 16, "face": "Source Sans, Source Sans Pro, sans-serif"},
        margin=9,
        chosen=False,
    )


def _edges(
    graph: CausalGraph,
    ids: Mapping[str, str],
    placed: Mapping[str, Place],
    shown: Highlight,
    lines: Lines,
    faded: Collection[str],
) -> list[Edge]:
    def kept(pair: tuple[str, str]) -> bool:
        return frozenset(pair) not in lines and not set(pair) & set(faded)

    def side(pair: tuple[str, str]) -> str:
        # The same curve as seen from the pair's first node, where an arrow joins the two.
        if pair in graph.edges:
            return round_nodes(placed, *pair)
        back = round_nodes(placed, pair[1], pair[0]) if pair[::-1] in graph.edges else ""
        return {"curvedCW": "curvedCCW", "curvedCCW": "curvedCW"}.get(back, "")

    drawn = [
        _edge(ids, pair, shown.get(pair, ""), False, round_nodes(placed, *pair) or None)
        for pair in filter(kept, graph.edges)
    ]
    drawn += [
        _edge(ids, pair, shown.get(frozenset(pair), ""), True, free_side(placed, *pair, side(pair)))
        for pair in filter(kept, graph.bidirected)
    ]
    order = {node: place for place, node in enumerate(graph.nodes)}
    for both, kind in lines.items():
        one, other = sorted(both, key=order.__getitem__)
        curve = round_nodes(placed, one, other)
        smooth = {"enabled": True, "type": curve, "roundness": 0.28} if curve else {"enabled": False}
        drawn.append(Edge(ids[one], ids[other], arrows="", smooth=smooth, chosen=False, **LINES[kind]))
    return drawn


def _edge(
    ids: Mapping[str, str], pair: tuple[str, str], meaning: str, both_ways: bool, curve: str | None
) -> Edge:
    style = dict(PATHS.get(meaning, PATHS[""]))
    if both_ways and not style["dashes"]:
        style["dashes"] = [7, 5]
    smooth = {"enabled": True, "type": curve, "roundness": 0.28} if curve else {"enabled": False}
    head = {"enabled": True, "scaleFactor": 0.8}
    arrows = {"to": head, "from": head} if both_ways else {"to": head}
    return Edge(ids[pair[0]], ids[pair[1]], arrows=arrows, smooth=smooth, chosen=False, **style)


def _label(name: str, role: str) -> str:
    """The role's letter and the name on one line, cut in its middle when it is long."""
    text = " ".join(name.split())
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 10]}…{text[-9:]}"
    letter = ROLE_LETTERS[role]
    return f"{letter} · {text}" if letter else text


def _spread(placed: Mapping[str, Place], labels: Mapping[str, str]) -> dict[str, Place]:
    """Places in pixels, as narrow as the labels allow, which keeps them large in the fitted frame."""
    width = {node: 9.0 * max(map(len, label.split("\n"))) + 26 for node, label in labels.items()}
    nodes = list(placed)
    unit = _NARROWEST
    for index, one in enumerate(nodes):
        for other in nodes[:index]:
            (ax, ay), (bx, by) = placed[one], placed[other]
            if abs(ay - by) * UNIT[1] < _ROW and ax != bx:
                unit = max(unit, ((width[one] + width[other]) / 2 + _GAP) / abs(ax - bx))
    unit = min(unit, UNIT[0])
    return {node: (x * unit, y * UNIT[1]) for node, (x, y) in placed.items()}


def _blend(colour: str, paper: str, share: float) -> str:
    parts = [
        round(share * int(colour[at : at + 2], 16) + (1 - share) * int(paper[at : at + 2], 16))
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in parts)
