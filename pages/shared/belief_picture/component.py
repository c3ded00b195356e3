"""The picture of a Bayesian network as Streamlit components: one draws it, one hands it answers ahead.

Python owns the evidence. A click sends all evidence it makes, with a running number; Python's answer carries
the number it stands on, and the browser ignores an answer to an older one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import streamlit as st

from causal_core.charts.colours import BLUE, GREEN, GREY, ORANGE, VERMILLION
from causal_core.charts.network import Drawing
from causal_core.what_if.ahead import Beliefs as Answer

Beliefs = Mapping[str, Mapping[str, float]]
Evidence = Mapping[str, tuple[str, str]]
"""Node -> ("See" or "Do", level)."""

_FOLDER: Final = Path(__file__).parent
_PALETTE: Final = {
    "grey": GREY,
    "done": BLUE,
    "seen": ORANGE,
    "fresh": GREEN,
    "told": GREEN,
    "mark": VERMILLION,
}
_SURE: Final = 1e-7  # chances are sent with seven digits, but never as sure when they are not

_picture = st.components.v2.component(
    "dostudio_belief_picture",
    js=(_FOLDER / "picture.js").read_text(encoding="utf-8"),
    css=(_FOLDER / "picture.css").read_text(encoding="utf-8"),
)
_ahead = st.components.v2.component(
    "dostudio_beliefs_ahead", js=(_FOLDER / "ahead.js").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Shown:
    """What a picture shows.

    Attributes:
        drawing: The network's drawing.
        beliefs: Node -> level -> chance; nodes of which nothing can be told are left out.
        evidence: What is seen and set.
        before: Beliefs without evidence, drawn as a thin line across each bar that moved.
        marks: Node -> "fresh", "told" or "faded", while news spreads.
    """

    drawing: Drawing
    beliefs: Beliefs
    evidence: Evidence
    before: Beliefs | None = None
    marks: Mapping[str, str] = field(default_factory=dict)


def belief_picture(shown: Shown, key: str, mode: str, take: Callable[[Evidence], None] | None) -> None:
    """Draw a network with its beliefs.

    Args:
        shown: What it shows.
        key: The picture's key.
        mode: Whether a click means "See" or "Do".
        take: Called with the evidence that a click makes; None where nothing can be clicked.
    """
    nodes = [each.name for each in shown.drawing.nodes]
    clicks = f"{key}: clicks"

    def clicked() -> None:
        message = st.session_state[key].get("gesture")
        if take is not None and isinstance(message, Mapping):
            st.session_state[clicks] = int(message["click"])
            take({str(node): (str(way), str(level)) for node, way, level in message["evidence"]})

    _picture(
        key=key,
        height="content",
        data={
            "key": key,
            "drawing": asdict(shown.drawing),
            "beliefs": _listed(nodes, shown.beliefs),
            "before": None if shown.before is None else _listed(nodes, shown.before),
            "evidence": _sent(shown.evidence),
            "marks": dict(shown.marks),
            "mode": mode,
            "live": take is not None,
            "click": st.session_state.get(clicks, 0),
            "palette": _PALETTE,
        },
        on_gesture_change=clicked,
    )


def beliefs_ahead(shown: Shown, key: str, mode: str, answers: Mapping[str, Mapping[str, Answer]]) -> None:
    """Hand a picture what its next click will make of all beliefs, so that it need not wait.

    Args:
        shown: What the picture shows.
        key: The picture's key.
        mode: What a click means.
        answers: Node -> level -> node -> (levels,) chances once that level is clicked.
    """
    drawn = [node.name for node in shown.drawing.nodes]
    _ahead(
        key=f"{key}-ahead",
        height=1,
        data={
            "picture": key,
            "mode": mode,
            "evidence": _sent(shown.evidence),
            "answers": {
                node: {
                    level: [_plain(told[each].tolist()) for each in drawn] for level, told in known.items()
                }
                for node, known in answers.items()
            },
        },
    )


def _sent(evidence: Evidence) -> list[list[str]]:
    return [[node, way, level] for node, (way, level) in evidence.items()]


def _listed(nodes: Sequence[str], beliefs: Beliefs) -> list[Any]:
    return [_plain(beliefs[node].values()) if node in beliefs else None for node in nodes]


def _plain(chances: Any) -> list[float]:
    return [
        chance if chance in (0, 1) else round(min(max(chance, _SURE), 1 - _SURE), 7) for chance in chances
    ]
