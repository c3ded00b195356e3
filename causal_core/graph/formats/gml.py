"""GML, the Graph Modelling Language: `graph [ directed 1 node [ id 0 label "x" ] ... ]`."""

from __future__ import annotations

import re
from collections.abc import Collection
from html.entities import name2codepoint
from typing import Any

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import ROLE_WORDS, Draft, GraphText
from causal_core.problem import GraphError

_TOKEN = re.compile(r'\s++|\#[^\n]*+|(?P<text>"[^"]*+")|(?P<sign>[\[\]])|(?P<word>[^\s\[\]"#]++)')
_ENTITY = re.compile(r"&(#x[0-9a-fA-F]{1,6}|#[0-9]{1,7}|\w{1,30});")
_DEEPEST = 50
_REMEDY = 'GML reads like graph [ directed 1 node [ id 0 label "x" ] ].'

Record = list[tuple[str, Any]]


def _parse(text: str) -> Record:
    """Keys with their values, in order; a bracketed value is again such a list."""
    stack: list[Record] = [[]]
    key = ""
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise GraphError(f"Line {line}: a quote is never closed.", remedy='Add the closing ".')
        position = match.end()
        found = match[0]
        kind = match.lastgroup
        if kind == "word" and not key:
            key = found.lower()
        elif kind == "sign" and found == "]" and not key and len(stack) > 1:
            stack.pop()
        elif kind == "sign" and found == "[" and key and len(stack) <= _DEEPEST:
            inner: Record = []
            stack[-1].append((key, inner))
            stack.append(inner)
            key = ""
        elif kind in {"word", "text"} and key:
            stack[-1].append((key, _unescaped(found[1:-1]) if kind == "text" else found))
            key = ""
        elif kind is not None:
            wanted = f"a value for {key}" if key else "a key"
            raise GraphError(f"Line {line}: expected {wanted} but found {found[:40]!r}.", remedy=_REMEDY)
        line += found.count("\n")
    if len(stack) > 1 or key:
        raise GraphError(f"Line {line}: the text ends before its last ']'.", remedy="Add the closing ']'.")
    return stack[0]


def _unescaped(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        entity = match[1]
        if not entity.startswith("#"):
            return chr(name2codepoint[entity]) if entity in name2codepoint else match[0]
        code = int(entity[2:], 16) if entity[1] in "xX" else int(entity[1:])
        return chr(code) if code < 0x110000 else match[0]

    return _ENTITY.sub(letter, text)


def _escaped(name: str) -> str:
    return "".join(c if " " <= c <= "~" and c not in '"&' else f"&#{ord(c)};" for c in name)


def read(text: str) -> GraphText:
    """Read a directed GML graph; an edge with `bidirected 1` is a hidden common cause.

    Raises:
        GraphError: The text is not GML, or the graph is undirected; the message names the line or the node.
    """
    graphs = [value for key, value in _parse(text) if key == "graph" and isinstance(value, list)]
    if not graphs:
        raise GraphError("The text holds no graph [ ... ].", remedy=_REMEDY)
    graph: Record = graphs[0]
    if dict(graph).get("directed") not in {"1", "true"}:
        raise GraphError(
            "This GML graph is undirected, so it does not say what causes what.",
            remedy="Write directed 1 inside graph [ ... ].",
        )
    draft = Draft()
    names: dict[str, str] = {}
    for record in (value for key, value in graph if key == "node" and isinstance(value, list)):
        values = dict(record)
        if "id" not in values and "label" not in values:
            raise GraphError("A GML node has neither id nor label.", remedy="Give every node an id.")
        name = str(values.get("label", values.get("id")))
        if name in draft.nodes:
            raise GraphError(f"The node {name} is given twice.", column=name, remedy="Remove one of the two.")
        names[str(values.get("id", name))] = name
        _add_node(draft, name, values)
    for record in (value for key, value in graph if key == "edge" and isinstance(value, list)):
        values = dict(record)
        ends = []
        for side in ("source", "target"):
            end = str(values.get(side, ""))
            if end not in names:
                raise GraphError(f"A GML edge has the {side} {end!r}, which is no node.", remedy=_REMEDY)
            ends.append(names[end])
        mark = "<->" if values.get("bidirected") in {"1", "true"} else "->"
        draft.add_edge(ends[0], mark, ends[1], str(values.get("note", "")))
    return draft.build("gml")


def _add_node(draft: Draft, name: str, values: dict[str, Any]) -> None:
    draft.add_node(name)
    for key, value in values.items():
        if key in ROLE_WORDS and len(key) > 1 and value in {"1", "true", "yes"}:
            draft.mark(name, ROLE_WORDS[key])
    if str(values.get("observed", "yes")).lower() in {"0", "no", "false"}:
        draft.mark(name, "latent")
    if values.get("note"):
        draft.notes[name] = str(values["note"])
    graphics = values.get("graphics")
    if isinstance(graphics, list):
        drawn = dict(graphics)
        try:
            draft.positions[name] = (float(drawn["x"]), float(drawn["y"]))
        except (KeyError, TypeError, ValueError):
            return


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    """The graph as GML; what GML has no key for is kept in keys of its own, so nothing is lost."""
    marks = {
        "exposure": treatments,
        "outcome": outcomes,
        "adjusted": adjusted,
        "latent": graph.latent,
        "selected": graph.selected,
        "randomised": graph.randomised,
    }
    number = {node: place for place, node in enumerate(graph.nodes)}
    lines = ["graph [", "  directed 1"]
    for node in graph.nodes:
        lines += ["  node [", f"    id {number[node]}", f'    label "{_escaped(node)}"']
        lines += [f"    {mark} 1" for mark, nodes in marks.items() if node in nodes]
        if node in graph.positions:
            x, y = graph.positions[node]
            lines.append(f"    graphics [ x {x!r} y {y!r} ]")
        if node in graph.notes:
            lines.append(f'    note "{_escaped(graph.notes[node])}"')
        lines.append("  ]")
    for pairs, extra in ((graph.edges, ""), (graph.bidirected, " bidirected 1")):
        for one, other in pairs:
            note = graph.notes.get(frozenset((one, other)) if extra else (one, other))
            said = f' note "{_escaped(note)}"' if note else ""
            lines.append(f"  edge [ source {number[one]} target {number[other]}{extra}{said} ]")
    return "\n".join([*lines, "]"]) + "\n"
