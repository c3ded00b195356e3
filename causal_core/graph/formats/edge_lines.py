"""Plain lines of arrows: `x -> y; z -> y`, one statement a line or apart by `;` or `,`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from causal_core.graph.formats.graph_text import Draft, GraphText
from causal_core.graph.formats.lexer import unquoted
from causal_core.problem import GraphError

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*+|//[^\n]*+)
  | (?P<end>[\n;,])
  | (?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+")
  | (?P<arrow><?-+>|<-+|--+|<?=+>|[→←↔⟶⟵⟷])
  | (?P<space>[^\S\n]++)
  | (?P<letter>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ARROWS = {"→": "->", "⟶": "->", "←": "<-", "⟵": "<-", "↔": "<->", "⟷": "<->"}

Piece = tuple[str, str]


def _statements(text: str) -> Iterator[tuple[int, list[Piece]]]:
    """Each statement as names and arrows in turn, with its line."""
    line = 1
    current: list[Piece] = []
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        if kind == "end":
            yield line, current
            current = []
        elif kind == "quoted":
            current.append(("name", unquoted(token)))
        elif kind == "arrow":
            shaft = "-" if "<" in token or ">" in token else "--"
            current.append((kind, _ARROWS.get(token, re.sub("[-=]+", shaft, token))))
        elif kind in {"letter", "space"}:
            current.append((kind, token))
        line += token.count("\n")
    yield line, current


def _pieces(letters: list[Piece]) -> list[Piece]:
    """Letters joined to names, without the spaces around them."""
    found: list[Piece] = []
    name: list[str] = []
    for kind, token in [*letters, ("end", "")]:
        if kind in {"letter", "space"}:
            name.append(token)
            continue
        if joined := "".join(name).strip():
            found.append(("name", joined))
        name = []
        if kind != "end":
            found.append((kind, token))
    return found


def read(text: str) -> GraphText:
    """Read lines of arrows: `->`, `<-`, `<->`, chains of them, or a name alone; `#` starts a comment.

    Raises:
        GraphError: A statement is not names joined by arrows; the message names the line.
    """
    draft = Draft()
    for line, letters in _statements(text):
        pieces = _pieces(letters)
        kinds = [kind for kind, _ in pieces]
        expected = ["name" if place % 2 == 0 else "arrow" for place in range(len(kinds))]
        if pieces and (kinds != expected or kinds[-1] == "arrow"):
            words = " ".join(token for _, token in pieces)[:60]
            raise GraphError(
                f"Line {line}: expected names joined by arrows but found {words!r}.",
                remedy="Write, say, x -> y; a name with an arrow or a comma inside needs double quotes.",
            )
        for place, (kind, token) in enumerate(pieces):
            if kind == "name":
                draft.add_node(token)
            elif token not in {"->", "<-", "<->"}:
                one, other = pieces[place - 1][1], pieces[place + 1][1]
                raise GraphError(
                    f"Line {line}: {one} {token} {other} does not say which is the cause.",
                    column=one,
                    remedy="Use ->, <- or <->.",
                )
        for place in range(1, len(pieces), 2):
            draft.add_edge(pieces[place - 1][1], pieces[place][1], pieces[place + 1][1])
    return draft.build("edges")
