"""Words and signs of DOT and of dagitty text, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from causal_core.problem import GraphError

_TOKEN = re.compile(
    r"""
    (?P<space>\s++)
  | (?P<comment>//[^\n]*+|\#[^\n]*+|/\*.*?\*/)
  | (?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+")
  | (?P<arrow><->|<-@|@->|@-@|@--|--@|->|<-|--)
  | (?P<name>(?:[\w.]|[^\x00-\x7f\s])++|-\.?\d[\w.]*+)
  | (?P<sign>[\[\]{}=;,:+])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r'\\(\n|"|\\)')
_PLAIN = re.compile(r"[^\W\d]\w*")
_KEYWORDS = {"graph", "digraph", "dag", "node", "edge", "subgraph", "strict"}


class Token(NamedTuple):
    """One word or sign.

    Attributes:
        kind: name, quoted, html, arrow, sign or end.
        text: Its text, unquoted.
        line: The line it starts on, from 1.
    """

    kind: str
    text: str
    line: int

    def shown(self) -> str:
        """The token as an error message shows it."""
        if self.kind == "end":
            return "the end of the text"
        return repr(self.text if len(self.text) <= 40 else self.text[:40] + "...")


def tokens(text: str) -> Iterator[Token]:
    """The words and signs of a text, and at last an `end`.

    Raises:
        GraphError: A sign has no place in the language, or a quote or a comment is never closed.
    """
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None and text[position] == "<":
            end = _html_end(text, position, line)
            yield Token("html", text[position + 1 : end - 1], line)
        elif match is None:
            raise _misplaced(text, position, line)
        else:
            end = match.end()
            kind = str(match.lastgroup)
            if kind == "quoted":
                yield Token(kind, unquoted(match[0]), line)
            elif kind not in {"space", "comment"}:
                yield Token(kind, match[0], line)
        line += text.count("\n", position, end)
        position = end
    yield Token("end", "", line)


def _html_end(text: str, start: int, line: int) -> int:
    depth = 0
    for match in re.compile(r"[<>]").finditer(text, start):
        depth += 1 if match[0] == "<" else -1
        if depth == 0:
            return match.end()
    raise GraphError(f"Line {line}: '<' is never closed.", remedy="Close it with '>', or quote the name.")


def _misplaced(text: str, position: int, line: int) -> GraphError:
    if text[position] == '"':
        return GraphError(f"Line {line}: a quote is never closed.", remedy='Add the closing ".')
    if text.startswith("/*", position):
        return GraphError(f"Line {line}: a comment is never closed.", remedy="Add the closing */.")
    return GraphError(
        f"Line {line}: unexpected {text[position]!r}.",
        remedy='Put double quotes around a name that holds anything but letters, digits, "_" and ".".',
    )


def unquoted(text: str) -> str:
    r"""The content of a quoted text: `\"` is a quote, `\\` a backslash, one at a line's end nothing."""
    return _ESCAPE.sub(lambda match: "" if match[1] == "\n" else match[1], text[1:-1])


def quoted(name: str) -> str:
    """The name as a quoted text."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def word(name: str) -> str:
    """The name as it stands when every reader takes it for one word, else quoted."""
    return name if _PLAIN.fullmatch(name) and name.lower() not in _KEYWORDS else quoted(name)
