"""Graphviz DOT: `digraph name { x -> y; x -> z [dir=both] }`."""

from __future__ import annotations

from collections.abc import Collection

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import ROLE_WORDS, Draft, GraphText, place
from causal_core.graph.formats.lexer import quoted, word
from causal_core.graph.formats.statements import Attributes, Statements
from causal_core.problem import GraphError

_NO = {"false", "no", "0"}
_LONG_WORDS = {name: role for name, role in ROLE_WORDS.items() if len(name) > 1}
POINTS_PER_INCH = 72.0


class _Dot:
    def __init__(self) -> None:
        self.draft = Draft()

    def node(self, name: str, attributes: Attributes, line: int) -> None:  # noqa: ARG002 - a dialect's shape
        self.draft.add_node(name)
        for key, value in attributes.items():
            if key == "pos":
                self._place(name, value)
            elif key == "note" and value:
                self.draft.notes[name] = value
            elif key == "observed" and value.lower() in _NO:
                self.draft.mark(name, "latent")
            elif key in _LONG_WORDS and value.lower() not in _NO:
                self.draft.mark(name, _LONG_WORDS[key])

    def _place(self, name: str, value: str) -> None:
        """Graphviz counts y upwards, and in points unless `!` pins the position (then in inches)."""
        where = place(value.rstrip("!"))
        if where is not None:
            scale = 1.0 if value.endswith("!") else POINTS_PER_INCH
            self.draft.positions[name] = (where[0] / scale, -where[1] / scale)

    def edge(self, one: str, arrow: str, other: str, attributes: Attributes, line: int) -> None:
        direction = attributes.get("dir", "forward").lower()
        if arrow == "--" or direction == "none":
            raise GraphError(
                f"Line {line}: “--” between {one} and {other} does not say which is the cause.",
                column=one,
                remedy="Write digraph and ->, or dir=both for a hidden common cause.",
            )
        if arrow not in {"->", "<-", "<->"}:
            raise GraphError(f"Line {line}: DOT has no edge {arrow}.", column=one, remedy="Use “->”.")
        turned = {"->": "<-", "<-": "->", "<->": "<->"}
        mark = {"both": "<->", "back": turned[arrow]}.get(direction, arrow)
        self.draft.add_edge(one, mark, other, attributes.get("note", ""))


def read(text: str) -> GraphText:
    """Read a DOT digraph, named or not; `dir=both` is a hidden common cause.

    A node with the attribute `latent` or with `observed=no` is latent.

    Raises:
        GraphError: The text is not DOT, or the graph is undirected; the message names the line.
    """
    dialect = _Dot()
    statements = Statements(text, dialect)
    words = statements.header()
    if words and words[0] == "strict":
        dialect.draft.merge = True
        words = words[1:]
    if not words or words[0] != "digraph":
        raise GraphError(
            "This DOT graph is undirected, so it does not say what causes what.",
            remedy="Write digraph in place of graph, and -> in place of --.",
        )
    statements.body()
    return dialect.draft.build("dot")


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),
    outcomes: Collection[str] = (),
    adjusted: Collection[str] = (),
) -> str:
    """The graph as DOT; what DOT has no word for is kept in attributes of its own, so nothing is lost."""
    marks = {
        "exposure=true": treatments,
        "outcome=true": outcomes,
        "adjusted=true": adjusted,
        "latent=true, style=dashed": graph.latent,
        "selected=true": graph.selected,
        "randomised=true": graph.randomised,
    }
    lines = ["digraph {"]
    for node in graph.nodes:
        given = [mark for mark, nodes in marks.items() if node in nodes]
        if node in graph.positions:
            x, y = graph.positions[node]
            given.append(f"pos={quoted(f'{x!r},{-y!r}!')}")
        if node in graph.notes:
            given.append(f"note={quoted(graph.notes[node])}")
        lines.append(f"  {word(node)} [{', '.join(given)}];" if given else f"  {word(node)};")
    for pairs, style in ((graph.edges, ()), (graph.bidirected, ("dir=both", "style=dashed"))):
        for one, other in pairs:
            note = graph.notes.get(frozenset((one, other)) if style else (one, other))
            said = [*style, f"note={quoted(note)}"] if note else style
            shown = f" [{', '.join(said)}]" if said else ""
            lines.append(f"  {word(one)} -> {word(other)}{shown};")
    return "\n".join([*lines, "}"]) + "\n"
