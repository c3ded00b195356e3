"""Plain lines of arrows: `x -> y; z -> y`, one statement a line or apart by `;`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from causal_core.graph.formats.graph_text import Draft, GraphText
from causal_core.graph.formats.lexer import unquoted
from causal_core.problem import GraphError

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*+|//[^\n]*+)
  | (?P<end>[\n;])
  | (?P<comma>,)
  | (?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+")
  | (?P<arrow><?-+>|<-+|--+|<?=+>|[→←↔⟶⟵⟷])
  | (?P<space>[^\S\n]++)
  | (?P<letter>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ARROWS = {"→": "->", "⟶": "->", "←": "<-", "⟵": "<-", "↔": "<->", "⟷": "<->"}

Piece = tuple[str, str]
_COMMA = ("comma", ",")


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
        elif kind in {"letter", "space", "comma"}:
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
        GraphError: A statement is not names joined by arrows, or a comma leaves open which nodes an arrow
            joins; the message names the line.
    """
    draft = Draft()
    for line, letters in _statements(text):
        pieces = _pieces(letters)
        chains: list[list[Piece]] = [[]]
        for piece in pieces:
            if piece == _COMMA:
                chains.append([])
            else:
                chains[-1].append(piece)
        if len({any(kind == "arrow" for kind, _ in chain) for chain in chains if chain}) > 1:
            raise GraphError(
                f"Line {line}: {_words(pieces)!r} leaves open which nodes the arrow joins.",
                remedy="Write one arrow for each pair, e.g. x -> y; x -> z.",
            )
        for chain in chains:
            _add_chain(draft, line, chain)
    return draft.build("edges")


def _add_chain(draft: Draft, line: int, pieces: list[Piece]) -> None:
    kinds = [kind for kind, _ in pieces]
    expected = ["name" if place % 2 == 0 else "arrow" for place in range(len(kinds))]
    if pieces and (kinds != expected or kinds[-1] == "arrow"):
        raise GraphError(
            f"Line {line}: expected names joined by arrows but found {_words(pieces)!r}.",
            remedy="Write, say, x -> y; a name with an arrow or a comma inside needs double quotes.",
        )
    for _, name in pieces[::2]:
        draft.add_node(name)
    for place in range(1, len(pieces), 2):
        one, arrow, other = (token for _, token in pieces[place - 1 : place + 2])
        if arrow not in {"->", "<-", "<->"}:
            raise GraphError(
                f"Line {line}: “{arrow}” between {one} and {other} does not say which is the cause.",
                column=one,
                remedy="Use “->”, “<-” or “<->”.",
            )
        draft.add_edge(one, arrow, other)


def _words(pieces: list[Piece]) -> str:
    return " ".join(token for _, token in pieces)[:60]
