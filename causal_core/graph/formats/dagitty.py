"""The text format of DAGitty (dagitty.net): `dag { x [exposure]; x -> y; x <-> z }`."""

from __future__ import annotations

from collections.abc import Collection

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import ROLE_WORDS, Draft, GraphText, place
from causal_core.graph.formats.lexer import quoted, word
from causal_core.graph.formats.statements import Attributes, Statements
from causal_core.problem import GraphError

_OTHER_KINDS = {"pdag": "a partly directed graph", "mag": "a maximal ancestral graph", "pag": "a PAG"}


class _Dagitty:
    def __init__(self) -> None:
        self.draft = Draft()

    def node(self, name: str, attributes: Attributes, line: int) -> None:
        self.draft.add_node(name)
        for key, value in attributes.items():
            if key == "pos":
                where = place(value)
                if where is None:
                    raise GraphError(
                        f"Line {line}: the position of {name} is not two numbers.",
                        column=name,
                        remedy='Write it as pos="x,y".',
                    )
                self.draft.positions[name] = where
            elif key == "note" and value:
                self.draft.notes[name] = value
            elif key in ROLE_WORDS and not value:
                self.draft.mark(name, ROLE_WORDS[key])

    def edge(self, one: str, arrow: str, other: str, attributes: Attributes, line: int) -> None:
        if arrow not in {"->", "<-", "<->"}:
            raise GraphError(
                f"Line {line}: “{arrow}” between {one} and {other} does not say which is the cause.",
                column=one,
                remedy="Use “->”, “<-” or “<->”.",
            )
        self.draft.add_edge(one, arrow, other, attributes.get("note", ""))


def read(text: str) -> GraphText:
    """Read dagitty text.

    Raises:
        GraphError: The text is not dagitty, or not of a DAG; the message names the line.
    """
    dialect = _Dagitty()
    statements = Statements(text, dialect)
    kind = (statements.header() or [""])[0]
    if kind in _OTHER_KINDS:
        raise GraphError(
            f"This text describes {_OTHER_KINDS[kind]} ({kind}), which leaves causes open.",
            remedy="Decide every direction and write it as dag { ... }, with <-> for hidden common causes.",
        )
    statements.body()
    return dialect.draft.build("dagitty")


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    """The graph as dagitty text; nothing is lost.

    dagitty.net has no word for random assignment and for notes, but keeps attributes it does not know.
    """
    marks = {
        "exposure": treatments,
        "outcome": outcomes,
        "adjusted": adjusted,
        "latent": graph.latent,
        "selected": graph.selected,
        "randomised": graph.randomised,
    }
    lines = ["dag {"]
    for node in graph.nodes:
        given = [mark for mark, nodes in marks.items() if node in nodes]
        if node in graph.positions:
            x, y = graph.positions[node]
            given.append(f"pos={quoted(f'{x!r},{y!r}')}")
        if node in graph.notes:
            given.append(f"note={quoted(graph.notes[node])}")
        lines.append(f"{word(node)} [{','.join(given)}]" if given else word(node))
    for mark, pairs in (("->", graph.edges), ("<->", graph.bidirected)):
        for one, other in pairs:
            note = graph.notes.get(frozenset((one, other)) if mark == "<->" else (one, other))
            said = f" [note={quoted(note)}]" if note else ""
            lines.append(f"{word(one)} {mark} {word(other)}{said}")
    return "\n".join([*lines, "}"]) + "\n"
