"""The editor as a Streamlit component, and the protocol that keeps browser and Python on one graph.

Python owns the graph and its revision, and raises the revision only when Python changes the graph. The
browser draws Python's graph only on a new revision. Each finished gesture sends the whole graph, the revision
it stands on and a running number; one that stands on an older revision is ignored.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from causal_core.charts.colours import ROLE_COLOURS, ROLE_LETTERS
from causal_core.graph.layout import layered
from causal_core.graph.roles import roles as roles_of
from causal_core.problem import Problem
from pages.shared.graph_editor.places import places
from pages.shared.graph_editor.state import EditorState, read_gesture, with_layout, write_graph

Highlight = Mapping[tuple[str, str] | frozenset[str], str]
"""Edge -> "causal", "open" or "closed": an arrow by (tail, head), a two-headed one by frozenset({a, b})."""

_FOLDER: Final = Path(__file__).parent
_SCRIPTS: Final = (
    "elements.js",
    "model.js",
    "kinds.js",
    "fragments.js",
    "arrange.js",
    "curves.js",
    "drawing.js",
    "view.js",
    "chips.js",
    "menu.js",
    "table.js",
    "fields.js",
    "panels.js",
    "touch.js",
    "gestures.js",
    "keys.js",
    "session.js",
    "deeds.js",
    "editor.js",
)

_mount = st.components.v2.component(
    "dostudio_graph_editor",
    js="\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _SCRIPTS),
    css=(_FOLDER / "editor.css").read_text(encoding="utf-8"),
)


@dataclass
class _Sync:
    """What a session keeps for one editor.

    The browser's memory of its history hangs on `memory`. `offered` is the last state handed to the page and
    `base` the state it was handed for: a page that still passes `base` was interrupted before it stored it.
    """

    memory: str
    message: object = None
    number: int = 0
    base: EditorState | None = None
    offered: EditorState | None = None
    refused: Problem | None = None


def incoming(state: EditorState, key: str = "graph") -> EditorState | None:
    """The state after the browser's newest finished gesture, or None when there is nothing new.

    Call it before computing what the page shows, so that roles and verdicts already fit the new graph;
    `graph_editor` calls it too. A gesture of a stale revision is ignored, one with an impossible graph is
    refused: the editor then shows why and returns to Python's graph.

    Args:
        state: The state the page holds.
        key: The editor's key.
    """
    sync = _sync(key)
    mounted = st.session_state.get(key)
    message = mounted.get("gesture") if isinstance(mounted, Mapping) else None
    message = sync.message if message is None else message
    unstored = sync.offered if sync.base == state else None
    current = unstored or state
    if message is None:
        return unstored
    try:
        gesture = read_gesture(message)
        if gesture.number == sync.number or gesture.state.revision != current.revision:
            return unstored
        new = gesture.state
        if gesture.ask == "layout" and new.graph.nodes:
            new = with_layout(new, layered(new.graph, new.treatment or (), new.outcome or ()))
        sync.refused = None
    except Problem as problem:
        sync.refused = problem
        return unstored
    sync.number = gesture.number
    sync.base, sync.offered = (None, None) if new == state else (state, new)
    return sync.offered


def graph_editor(
    state: EditorState,
    columns: Sequence[str] = (),
    roles: Mapping[str, str] | None = None,
    highlight: Highlight | None = None,
    height: int = 520,
    key: str = "graph",
) -> EditorState | None:
    """Draw the editor; give the state after a finished gesture, or None when nothing is new.

    Args:
        state: What to draw. Store what this function returns and pass it next time; for a change of Python's
            own use `state.changed(...)`, which raises the revision.
        columns: Names of the table's columns; those that are not in the graph are offered.
        roles: Node -> role as in `charts.colours.ROLE_COLOURS`; None works them out from the graph.
        highlight: Edges to bring out as "causal", "open" or "closed".
        height: Height of the whole editor in pixels.
        key: The editor's key; one for each study, because the history of steps hangs on it.
    """
    new = incoming(state, key)
    shown = new or state
    graph = shown.graph
    sync = _sync(key)
    number = sync.message.get("gesture") if isinstance(sync.message, Mapping) else None
    refused = sync.refused and {"gesture": number, "message": str(sync.refused)}
    _mount(
        key=key,
        height="content",
        data={
            "memory": sync.memory,
            "revision": shown.revision,
            "graph": write_graph(shown, places(graph, shown.treatment, shown.outcome)),
            "columns": [str(name) for name in columns],
            "roles": dict(_roles(shown) if roles is None else roles),
            "palette": {role: [colour, ROLE_LETTERS[role]] for role, colour in ROLE_COLOURS.items()},
            "highlight": list(_highlights(highlight or {}, graph.edges)),
            "height": height,
            "refused": refused,
        },
        on_gesture_change=lambda: _remember(key),
    )
    return new


def _roles(state: EditorState) -> Mapping[str, str]:
    """The roles of a question that can be asked; else none, and the browser marks what it knows by itself."""
    if state.treatment is None or state.outcome is None:
        return {}
    try:
        return roles_of(state.graph, state.treatment, state.outcome)
    except Problem:
        return {}


def _sync(key: str) -> _Sync:
    name = f"{key}: editor"
    if name not in st.session_state:
        st.session_state[name] = _Sync(memory=secrets.token_hex(8))
    kept: _Sync = st.session_state[name]
    return kept


def _remember(key: str) -> None:
    """Keep the browser's message outside the widget, whose own state ends with the page it is on."""
    mounted = st.session_state.get(key)
    if isinstance(mounted, Mapping):
        _sync(key).message = mounted.get("gesture")


def _highlights(highlight: Highlight, edges: Iterable[tuple[str, str]]) -> Iterable[list[str]]:
    arrows = set(edges)
    for edge, meaning in highlight.items():
        one, other = edge
        kind = ">" if (one, other) in arrows and not isinstance(edge, frozenset) else "="
        yield [kind, one, other, meaning]
