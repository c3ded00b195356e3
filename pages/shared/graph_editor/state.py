"""What the editor shows, and what a finished gesture in the browser says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from causal_core.graph import CausalGraph
from causal_core.graph.notes import NoteKey
from causal_core.problem import Problem

UNIT: Final = (215.0, 92.0)
"""Pixels to the right and down for one unit of a graph's positions, at zoom 1."""

_MOST_NODES: Final = 2_000
_LONGEST_NAME: Final = 1_000
_LONGEST_NOTE: Final = 10_000
_FARTHEST: Final = 1e7
_NODE, _ARROW, _TWO_HEADED = ".", ">", "="


@dataclass(frozen=True)
class EditorState:
    """The graph under edit, with its two roles.

    Args:
        graph: The graph; nodes without a position are given a place when they are drawn.
        treatment: The treatment's node, if one is chosen.
        outcome: The outcome's node, if one is chosen.
        revision: Raised by `changed` whenever Python, not the browser, changes anything here.
        adjusted: The nodes a person has chosen to adjust for; None leaves the choice to the graph.
    """

    graph: CausalGraph
    treatment: str | None = None
    outcome: str | None = None
    revision: int = 0
    adjusted: frozenset[str] | None = None

    def changed(self, graph: CausalGraph, treatment: str | None, outcome: str | None) -> EditorState:
        """The state after a change made in Python: the browser redraws it, as one step that can be undone.

        Of the adjusted nodes those stay that can still be adjusted for.
        """
        fit = frozenset(graph.observed) - {treatment, outcome}
        adjusted = None if self.adjusted is None else self.adjusted & fit
        return EditorState(graph, treatment, outcome, self.revision + 1, adjusted)


@dataclass(frozen=True)
class Gesture:
    """One finished gesture: the state after it, its running number, and what it asks Python for."""

    state: EditorState
    number: int
    ask: str | None


def read_gesture(message: object) -> Gesture:
    """The gesture in a message of the browser, every part of it checked.

    Raises:
        Problem: The message is not of the editor's form, or holds no possible graph.
    """
    fields = _mapping(message)
    drawn = _mapping(fields.get("graph"))
    nodes = [_mapping(node) for node in _sequence(drawn.get("nodes"))]
    if len(nodes) > _MOST_NODES:
        raise Problem(f"The graph has {len(nodes)} nodes; the editor takes at most {_MOST_NODES}.")
    names = [_name(node.get("name")) for node in nodes]

    def marked(mark: str) -> list[str]:
        return [name for name, node in zip(names, nodes, strict=True) if node.get(mark) is True]

    graph = CausalGraph(
        nodes=names,
        edges=[_pair(pair) for pair in _sequence(drawn.get("edges"))],
        bidirected=[_pair(pair) for pair in _sequence(drawn.get("bidirected"))],
        latent=marked("latent"),
        selected=marked("selected"),
        positions={
            name: (_number(node.get("x")) / UNIT[0], _number(node.get("y")) / UNIT[1])
            for name, node in zip(names, nodes, strict=True)
        },
        randomised=marked("randomised"),
        notes=dict(_note(_mapping(note)) for note in _sequence(drawn.get("notes"))),
    )
    if len(graph.nodes) > len(names):
        extra = next(name for name in graph.nodes if name not in set(names))
        raise Problem(f"An arrow ends at {extra}, which is not a node of the drawing.", column=extra)
    roles = [drawn.get("treatment"), drawn.get("outcome")]
    for role in roles:
        if role is not None and role not in graph.nodes:
            raise Problem(f"{role} has a role but is not a node of the drawing.", column=str(role))
    treatment, outcome = (None if role is None else _name(role) for role in roles)
    if treatment is not None and treatment == outcome:
        raise Problem(f"{treatment} cannot be both treatment and outcome.", column=treatment)
    ask = fields.get("ask")
    adjusted = _adjusted(drawn.get("adjusted"), graph, (treatment, outcome))
    state = EditorState(graph, treatment, outcome, _whole(fields.get("revision")), adjusted)
    return Gesture(state, _whole(fields.get("gesture")), ask if isinstance(ask, str) else None)


def write_graph(state: EditorState, places: Mapping[str, tuple[float, float]]) -> dict[str, object]:
    """The state as the browser reads it, every node at its place in pixels."""
    graph = state.graph
    nodes = [
        {
            "name": name,
            "x": round(places[name][0] * UNIT[0]),
            "y": round(places[name][1] * UNIT[1]),
            "latent": name in graph.latent,
            "selected": name in graph.selected,
            "randomised": name in graph.randomised,
        }
        for name in graph.nodes
    ]
    return {
        "nodes": nodes,
        "edges": [list(pair) for pair in graph.edges],
        "bidirected": [list(pair) for pair in graph.bidirected],
        "treatment": state.treatment,
        "outcome": state.outcome,
        "adjusted": None if state.adjusted is None else sorted(state.adjusted),
        "notes": [_written(key, text) for key, text in graph.notes.items()],
    }


def with_layout(state: EditorState, positions: Mapping[str, tuple[float, float]]) -> EditorState:
    """The state with positions computed in Python, one revision later."""
    return replace(state, graph=state.graph.with_positions(positions), revision=state.revision + 1)


def _adjusted(
    value: object, graph: CausalGraph, roles: tuple[str | None, str | None]
) -> frozenset[str] | None:
    if value is None:
        return None
    names = frozenset(_name(name) for name in _sequence(value))
    for name in sorted(names):
        if name not in graph.nodes:
            raise Problem(f"{name} is to be adjusted for but is not a node of the drawing.", column=name)
        if name in graph.latent or name in roles:
            why = "latent" if name in graph.latent else "the treatment or the outcome"
            raise Problem(f"{name} is {why}, so it cannot be adjusted for.", column=name)
    return names


def _note(note: Mapping[str, object]) -> tuple[NoteKey, str]:
    """What a note stands on, and its text."""
    kind, ends, text = note.get("kind"), _sequence(note.get("ends")), note.get("text")
    if not isinstance(text, str) or len(text) > _LONGEST_NOTE:
        raise _odd("a note has no proper text")
    if kind == _NODE and len(ends) == 1:
        return _name(ends[0]), text
    if kind not in (_ARROW, _TWO_HEADED):
        raise _odd("a note stands on nothing")
    pair = _pair(ends)
    return (pair if kind == _ARROW else frozenset(pair)), text


def _written(key: NoteKey, text: str) -> dict[str, object]:
    if isinstance(key, str):
        return {"kind": _NODE, "ends": [key], "text": text}
    both = isinstance(key, frozenset)
    return {"kind": _TWO_HEADED if both else _ARROW, "ends": sorted(key) if both else list(key), "text": text}


def _odd(what: str) -> Problem:
    return Problem(f"The drawing could not be read: {what}.", remedy="Undo the last change and try again.")


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _odd("a part of it is missing")
    return value


def _sequence(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise _odd("a list in it is missing")
    return list(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_NAME:
        raise _odd("a node has no proper name")
    return value


def _pair(value: object) -> tuple[str, str]:
    ends = _sequence(value)
    if len(ends) != 2:
        raise _odd("an arrow does not have two ends")
    return _name(ends[0]), _name(ends[1])


def _number(value: object) -> float:
    # Put so that it also refuses NaN, and whole numbers too large for a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _FARTHEST:
        raise _odd("a node has no place in reach")
    return float(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _odd("its number is missing")
    return value
