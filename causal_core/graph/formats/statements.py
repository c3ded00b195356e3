"""The statements DOT and dagitty share: nodes, chains of edges, groups in braces, attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from causal_core.graph.formats.lexer import Token, tokens
from causal_core.problem import GraphError

Attributes = dict[str, str]
DEEPEST = 50
_NAMES = {"name", "quoted", "html"}


class Dialect(Protocol):
    """What a language makes of the statements."""

    def node(self, name: str, attributes: Attributes, line: int) -> None:
        """A node, with the attributes given to it here."""

    def edge(self, one: str, arrow: str, other: str, attributes: Attributes, line: int) -> None:
        """An edge between two nodes."""


class Statements:
    """A recursive-descent parser of `{ ... }`; it tells a dialect each node and edge in order.

    Args:
        text: The whole text.
        dialect: What hears of the nodes and edges.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._tokens: Iterator[Token] = tokens(text)
        self._next = next(self._tokens)
        self._dialect = dialect
        self._seen: set[str] = set()

    def header(self) -> list[str]:
        """The words before the opening brace, in lower case, the last of them perhaps the graph's name."""
        words: list[str] = []
        while self._next.kind in _NAMES and len(words) < 4:
            words.append(self._take().text.lower())
        return words

    def body(self) -> None:
        """Read `{ ... }` to the end of the text.

        Raises:
            GraphError: Something stands where the grammar has no place for it; the message names the line.
        """
        self._block(0, {}, {})
        if self._next.kind != "end":
            raise self._unexpected("nothing after the closing brace")

    def _take(self) -> Token:
        token = self._next
        if token.kind != "end":
            self._next = next(self._tokens)
        return token

    def _at(self, *signs: str) -> bool:
        return self._next.kind == "sign" and self._next.text in signs

    def _unexpected(self, expected: str) -> GraphError:
        return GraphError(
            f"Line {self._next.line}: expected {expected} but found {self._next.shown()}.",
            remedy="Correct that line; names with spaces or signs need double quotes.",
        )

    def _block(self, depth: int, nodes: Attributes, edges: Attributes) -> list[str]:
        """Read `{ ... }` and return its nodes; `nodes` and `edges` are the attributes given by default."""
        if not self._at("{"):
            raise self._unexpected("'{'")
        opened = self._take().line
        if depth > DEEPEST:
            raise GraphError(
                f"Line {opened}: groups are nested more than {DEEPEST} deep.", remedy="Nest them less deeply."
            )
        nodes, edges = dict(nodes), dict(edges)
        members: dict[str, None] = {}
        while not self._at("}"):
            if self._next.kind == "end":
                raise GraphError(
                    f"Line {opened}: this '{{' is never closed.", remedy="Add the closing brace '}'."
                )
            if self._at(";", ","):
                self._take()
                continue
            members.update(dict.fromkeys(self._statement(depth, nodes, edges)))
        self._take()
        return list(members)

    def _statement(self, depth: int, nodes: Attributes, edges: Attributes) -> list[str]:
        line = self._next.line
        first = self._take() if self._next.kind in _NAMES else None
        if first and self._at("="):
            self._take()
            self._value()
            return []
        if (
            first
            and first.kind == "name"
            and first.text.lower() in {"graph", "node", "edge"}
            and self._at("[")
        ):
            given = self._attributes()
            {"node": nodes, "edge": edges}.get(first.text.lower(), {}).update(given)
            return []
        left = self._operand(depth, nodes, edges, first)
        every = dict.fromkeys(left)
        links: list[tuple[list[str], Token, list[str]]] = []
        while self._next.kind == "arrow":
            arrow = self._take()
            right = self._operand(depth, nodes, edges, None)
            links.append((left, arrow, right))
            every.update(dict.fromkeys(right))
            left = right
        attributes = self._attributes()
        if attributes and not links:
            for name in every:
                self._dialect.node(name, attributes, line)
        for ones, mark, others in links:
            for one in ones:
                for other in others:
                    self._dialect.edge(one, mark.text, other, edges | attributes, mark.line)
        return list(every)

    def _operand(self, depth: int, nodes: Attributes, edges: Attributes, token: Token | None) -> list[str]:
        """A name, perhaps taken already, or the nodes of a group; a new node gets the defaults."""
        if token is None and self._at("{"):
            return self._block(depth + 1, nodes, edges)
        if token is None and self._next.kind not in _NAMES:
            raise self._unexpected("a name or '{'")
        token = token or self._take()
        if token.kind == "name" and token.text.lower() == "subgraph":
            if self._next.kind in _NAMES:
                self._take()
            return self._block(depth + 1, nodes, edges)
        name = token.text + self._joined(token)
        for _ in range(2):
            if self._at(":"):
                self._take()
                self._value()
        if name not in self._seen:
            self._seen.add(name)
            self._dialect.node(name, nodes, token.line)
        return [name]

    def _joined(self, token: Token) -> str:
        """The rest of a quoted text that is continued by `+`."""
        rest = ""
        while token.kind == "quoted" and self._at("+"):
            self._take()
            rest += self._value()
        return rest

    def _value(self) -> str:
        if self._next.kind not in _NAMES:
            raise self._unexpected("a value")
        return self._take().text

    def _attributes(self) -> Attributes:
        """`[key=value, mark, ...]`, any number of times; a key without a value gets an empty one."""
        found: Attributes = {}
        while self._at("["):
            opened = self._take().line
            while not self._at("]"):
                if self._next.kind == "end":
                    raise GraphError(
                        f"Line {opened}: this '[' is never closed.", remedy="Add the closing ']'."
                    )
                if self._at(",", ";"):
                    self._take()
                    continue
                token = self._next
                key = self._value()
                found[key.lower()] = ""
                if self._at("="):
                    self._take()
                    token = self._next
                    found[key.lower()] = self._value() + self._joined(token)
            self._take()
        return found
