"""Notes on a graph: why a node is there, why an arrow is believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from causal_core.graph.checks import Edge
from causal_core.graph.names import unknown
from causal_core.problem import GraphError

NoteKey = str | Edge | frozenset[str]
"""What a note stands on: a node, an arrow (cause, effect), or a bidirected edge (a frozenset of its ends)."""


def notes_checked(
    notes: Mapping[NoteKey, str], nodes: Collection[str], edges: Iterable[Edge], bidirected: Iterable[Edge]
) -> dict[NoteKey, str]:
    """The notes that say something, in the order given.

    Raises:
        GraphError: A note stands on something that is not in the graph, or is no text.
    """
    there: set[NoteKey] = {*nodes, *edges, *(frozenset(pair) for pair in bidirected)}
    kept: dict[NoteKey, str] = {}
    for key, text in notes.items():
        if key not in there:
            if isinstance(key, str):
                raise unknown(key, nodes, where="In notes: ")
            raise GraphError(
                f"In notes: {note_place(key)} is not in the graph.", remedy="Draw it, or remove its note."
            )
        if not isinstance(text, str):
            raise GraphError(f"The note on {note_place(key)} is not text.", remedy="Write it as text.")
        if text.strip():
            kept[key] = text.strip()
    return kept


def note_place(key: NoteKey) -> str:
    """What a note stands on, in one line: `age`, `age -> treat` or `age <-> treat`."""
    if isinstance(key, str):
        return key
    return " <-> ".join(sorted(key)) if isinstance(key, frozenset) else " -> ".join(key)


def note_record(key: NoteKey, text: str) -> dict[str, object]:
    """One note as a study file and JSON write it: `node`, `arrow` or `both`, and `text`."""
    if isinstance(key, str):
        return {"node": key, "text": text}
    if isinstance(key, frozenset):
        return {"both": sorted(key), "text": text}
    return {"arrow": list(key), "text": text}


def notes_about(
    notes: Mapping[NoteKey, str], nodes: Collection[str], edges: Iterable[Edge], bidirected: Iterable[Edge]
) -> dict[NoteKey, str]:
    """Those of the notes that stand on something in such a graph."""
    there: set[NoteKey] = {*nodes, *edges, *(frozenset(pair) for pair in bidirected)}
    return {key: text for key, text in notes.items() if key in there}
