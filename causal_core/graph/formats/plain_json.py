"""Graphs as JSON: our own form, and the node-link form of networkx."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import Draft, GraphText
from causal_core.graph.notes import NoteKey, note_record
from causal_core.problem import GraphError

_REMEDY = 'Write {"nodes": ["x", "y"], "edges": [["x", "y"]]}.'


def read(text: str) -> GraphText:
    """Read a graph from JSON.

    Raises:
        GraphError: The text is not JSON, or does not describe a directed graph.
    """
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise GraphError(f"Line {error.lineno}: this is not JSON: {error.msg}.", remedy=_REMEDY) from None
    except (ValueError, RecursionError):
        raise GraphError(
            "This JSON is nested too deeply or holds too long a number.", remedy=_REMEDY
        ) from None
    if not isinstance(record, dict):
        raise GraphError("This JSON is not an object with nodes and edges.", remedy=_REMEDY)
    if record.get("directed") is False:
        raise GraphError(
            "This JSON graph is undirected, so it does not say what causes what.",
            remedy='Write "directed": true.',
        )
    draft = Draft()
    _add_nodes(draft, record)
    for key, mark in (("edges", "->"), ("links", "->"), ("bidirected", "<->")):
        for item in _items(record, key):
            pair = (item.get("source"), item.get("target")) if isinstance(item, dict) else item
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise GraphError(f"In {key}: {json.dumps(item)[:60]} is not a pair of names.", remedy=_REMEDY)
            draft.add_edge(_name(pair[0]), mark, _name(pair[1]))
    for role in ("latent", "selected", "randomised", "treatment", "outcome", "adjusted"):
        given = record.get(role, [])
        for item in [given] if isinstance(given, str) else _items(record, role):
            draft.mark(_name(item), role)
    places = record.get("positions", {})
    if not isinstance(places, dict):
        raise GraphError("In positions: expected an object of name and [x, y].", remedy=_REMEDY)
    draft.positions.update(places)
    draft.notes.update(_note(item) for item in _items(record, "notes"))
    return draft.build("json")


def _add_nodes(draft: Draft, record: dict[str, Any]) -> None:
    for item in _items(record, "nodes"):
        name = _name(item.get("id", item.get("name")) if isinstance(item, dict) else item)
        if name in draft.nodes:
            raise GraphError(f"The node {name} is given twice.", column=name, remedy="Remove one of the two.")
        draft.add_node(name)
        if isinstance(item, dict):
            for mark in ("latent", "selected", "randomised"):
                if item.get(mark) is True:
                    draft.mark(name, mark)


def _note(item: object) -> tuple[NoteKey, str]:
    """One note: `{"node": "x", "text": ...}`, or with "arrow" or "both" and two names."""
    if isinstance(item, dict) and isinstance(text := item.get("text"), str):
        if "node" in item:
            return _name(item["node"]), text
        for key in ("arrow", "both"):
            ends = item.get(key)
            if isinstance(ends, list) and len(ends) == 2:
                pair = (_name(ends[0]), _name(ends[1]))
                return (pair if key == "arrow" else frozenset(pair)), text
    raise GraphError(
        f"In notes: {json.dumps(item)[:60]} is not a note.",
        remedy='Write {"node": "x", "text": "..."}, or "arrow" or "both" with two names.',
    )


def _items(record: dict[str, Any], key: str) -> list[Any]:
    found = record.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise GraphError(f"In {key}: expected a list.", remedy=_REMEDY)
    return found


def _name(value: object) -> str:
    """A name; networkx also writes numbers as identifiers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise GraphError(f"{json.dumps(value)[:60]} is not a node's name.", remedy=_REMEDY)
    return str(value)


def to_record(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> dict[str, Any]:
    """The graph as plain dictionaries and lists; nothing is lost."""
    record: dict[str, Any] = {
        "nodes": list(graph.nodes),
        "edges": [list(edge) for edge in graph.edges],
        "bidirected": [list(edge) for edge in graph.bidirected],
        "latent": sorted(graph.latent),
        "selected": sorted(graph.selected),
        "positions": {node: list(graph.positions[node]) for node in graph.nodes if node in graph.positions},
    }
    if graph.randomised:
        record["randomised"] = sorted(graph.randomised)
    if graph.notes:
        record["notes"] = [note_record(key, text) for key, text in graph.notes.items()]
    roles = {"treatment": treatments, "outcome": outcomes, "adjusted": adjusted}
    return record | {role: list(nodes) for role, nodes in roles.items() if nodes}


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    """The graph as JSON text; nothing is lost."""
    record = to_record(graph, treatments, outcomes, adjusted)
    lines = (f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in record.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"
