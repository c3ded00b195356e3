"""The legend below a picture of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import streamlit as st

from causal_core.charts.colours import ROLE_COLOURS, ROLE_LETTERS, ROLE_WORDS
from causal_core.text import for_html
from pages.shared.graph_view import LINES, PATHS

_STROKES: Final = {"causal": "solid", "only": "solid", "closed": "dotted", "married": "dotted"}
_MEANINGS: Final = {
    "causal": "causal path (thick)",
    "open": "open path (long dashes)",
    "closed": "blocked path (dotted)",
    "only": "only in this graph (thick)",
    "turned": "the other way round in the other graph (“turned”)",
    "kind": "an arrow in one graph, two-headed in the other (“other kind”)",
    "either": "direction not told by data (long dashes, no head)",
    "married": "line added between causes of one effect (short dashes)",
    "contradicted": "not joined in the graph, yet dependent in the data (dashes, no head)",
}


def legend(roles: Mapping[str, str], paths: Iterable[str] = (), *, adjusted: bool = False) -> None:
    """The roles that occur, each with its colour, letter and word, and the kinds of path and of line.

    Args:
        roles: Node -> role.
        paths: The kinds of highlighted path and of line that occur.
        adjusted: Whether nodes are framed as adjusted for.
    """
    items = [
        _swatch(role) + f"{for_html(ROLE_WORDS[role])}"
        for role in ROLE_COLOURS
        if role != "other" and role in set(roles.values())
    ]
    if adjusted:
        frame = "display:inline-block;width:20px;height:14px;border:3px solid currentColor;margin-right:6px"
        items.append(f'<span style="{frame}"></span>adjusted for (square frame)')
    for kind in _MEANINGS:
        if kind in set(paths):
            line = _STROKES.get(kind, "dashed")
            style = f"border-top:4px {line} {(PATHS | LINES)[kind]['color']};width:26px;margin-right:6px"
            items.append(f'<span style="display:inline-block;{style}"></span>{_MEANINGS[kind]}')
    row = "".join(f'<span style="display:inline-flex;align-items:center">{item}</span>' for item in items)
    st.html(f'<div style="display:flex;flex-wrap:wrap;gap:4px 18px;font-size:0.9rem">{row}</div>')


def _swatch(role: str) -> str:
    colour = "currentColor" if role == "collider" else ROLE_COLOURS[role]
    border = f"2px {'dashed' if role == 'latent' else 'solid'} {colour}"
    centred = "display:inline-flex;align-items:center;justify-content:center"
    box = f"{centred};width:22px;height:22px;margin-right:6px"
    return f'<b style="{box};border:{border};border-radius:11px;font-size:0.75rem">{ROLE_LETTERS[role]}</b>'
