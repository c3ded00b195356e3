"""lavaan model syntax: `y ~ x + z` (x and z cause y), `x ~~ y` (a hidden cause), `u =~ x` (u is latent)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.formats.graph_text import Draft, GraphText
from causal_core.graph.formats.lexer import quoted, unquoted
from causal_core.problem import GraphError

_TOKEN = re.compile(
    r"""
    (?P<space>[^\S\n]++|[#!][^\n]*+)
  | (?P<end>[\n;])
  | (?P<quoted>"[^"\\]*+(?:\\.[^"\\]*+)*+")
  | (?P<operator>=~|~~|~\*~|<~|:=|==|~|<|>|\|)
  | (?P<sign>[+*(),:])
  | (?P<name>[^\s"=~<>|+*(),:;\#!]++)
    """,
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"[^\W\d_][\w.]*")
_NUMBER = re.compile(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NA")
_EDGES = {"=~", "~~", "~"}
_OTHERS = {":=", "==", "<", ">", "|", "~*~"}

Token = tuple[str, str]
_GOES_ON: set[Token] = {("sign", "+"), ("sign", "*")}


def _statements(text: str) -> Iterator[tuple[int, list[Token]]]:
    """Each statement with its line; one that ends in a sign, or whose next line starts with one, goes on."""
    line, started = 1, 1
    current: list[Token] = []
    ended = False
    position = 0
    depth = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise GraphError(
                f"Line {line}: unexpected {text[position]!r}.",
                remedy="Quote names that hold signs or spaces.",
            )
        kind, found, position = str(match.lastgroup), match[0], match.end()
        if kind == "end":
            open_ended = depth > 0 or (
                bool(current) and (current[-1] in _GOES_ON or current[-1][0] == "operator")
            )
            ended = ended or not open_ended or found == ";"
        elif kind != "space":
            if ended and current and found not in {"+", "*"}:
                yield started, current
                current = []
            if not current:
                started = line
            ended = False
            depth += {"(": 1, ")": -1}.get(found, 0)
            current.append((kind, unquoted(found) if kind == "quoted" else found))
        line += found.count("\n")
    if current:
        yield started, current


def _terms(tokens: list[Token], line: int) -> Iterator[tuple[str, bool]]:
    """The variables of `a*x + "label"*z + 1`: each name, and whether its coefficient is fixed at zero."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token[1], 0) if token[0] == "sign" else 0
        if token == ("sign", "+") and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    for part in parts:
        words = " ".join(text for _, text in part)
        if part and ("sign", ":") in part:
            raise GraphError(
                f"Line {line}: {words} is a product of variables.",
                remedy="Write its variables as causes, joined by +.",
            )
        alone = len(part) == 1 or (len(part) > 1 and part[-2] == ("sign", "*"))
        if not part or not alone or part[-1][0] not in {"name", "quoted"}:
            raise GraphError(
                f"Line {line}: expected a variable but found {words[:40] or 'nothing'!r}.",
                remedy="Join variables by +, and a coefficient to its variable by *.",
            )
        kind, name = part[-1]
        if kind == "quoted" or not _NUMBER.fullmatch(name):
            fixed = len(part) == 3 and part[0][0] == "name" and _NUMBER.fullmatch(part[0][1])
            yield name, bool(fixed) and part[0][1] != "NA" and float(part[0][1]) == 0


def read(text: str) -> GraphText:
    """Read lavaan syntax; intercepts, thresholds, definitions and constraints say nothing about causes.

    Raises:
        GraphError: A line is not lavaan syntax.
    """
    draft = Draft()
    for line, statement in _statements(text):
        places = [place for place, token in enumerate(statement) if token[0] == "operator"]
        if places and statement[places[0]][1] in _OTHERS:
            continue
        if len(places) != 1 or statement[places[0]][1] not in _EDGES:
            words = " ".join(text for _, text in statement)[:40]
            raise GraphError(
                f"Line {line}: expected one of ~, ~~ or =~ but found {words!r}.",
                remedy="Write, say, y ~ x + z.",
            )
        operator = statement[places[0]][1]
        left = list(_terms(statement[: places[0]], line))
        right = list(_terms(statement[places[0] + 1 :], line))
        for one, _ in left:
            draft.add_node(one)
            if operator == "=~":
                draft.mark(one, "latent")
            for other, zero in right:
                draft.add_node(other)
                if zero or (operator == "~~" and one == other):
                    continue
                draft.add_edge(one, {"=~": "->", "~~": "<->", "~": "<-"}[operator], other)
    return draft.build("lavaan")


def _word(name: str) -> str:
    return name if _PLAIN.fullmatch(name) and name != "NA" else quoted(name)


def write(
    graph: CausalGraph,
    treatments: Collection[str] = (),  # noqa: ARG001 - every writer takes the roles; lavaan has no place for them
    outcomes: Collection[str] = (),  # noqa: ARG001 - as above
    adjusted: Collection[str] = (),  # noqa: ARG001 - as above
) -> str:
    """The graph as lavaan syntax, without positions, selection and the order of nodes.

    A latent node stands left of `=~`; one without effects is written with a fixed zero loading on itself.
    A name lavaan cannot spell is quoted: this reader takes it, lavaan itself wants it renamed.
    """
    lines = []
    if any(_word(node) != node for node in graph.nodes):
        lines.append(
            "# lavaan itself takes names of letters, digits, '.' and '_' only: rename the quoted ones"
        )
    for node in graph.nodes:
        name = _word(node)
        if node in graph.latent:
            below = [_word(effect) for cause, effect in graph.edges if cause == node]
            lines.append(f"{name} =~ {' + '.join(below) or f'0*{name}'}")
        causes = [
            _word(cause) for cause, effect in graph.edges if effect == node and cause not in graph.latent
        ]
        if causes:
            lines.append(f"{name} ~ {' + '.join(causes)}")
    lines += [f"{_word(one)} ~~ {_word(other)}" for one, other in graph.bidirected]
    joined = {end for edge in (*graph.edges, *graph.bidirected) for end in edge} | graph.latent
    lines += [f"{_word(node)} ~~ {_word(node)}" for node in graph.nodes if node not in joined]
    return "\n".join(lines) + "\n"
