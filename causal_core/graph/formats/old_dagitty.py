"""DAGitty's older text: a line `x E @1,2` a variable, an empty line, then `x y z`: x causes y and z."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from causal_core.graph.formats.graph_text import ROLE_WORDS, Draft, GraphText, place
from causal_core.problem import GraphError

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_REMEDY = "Write a line for each variable, an empty line, and a line for each cause with its effects."


def read(text: str) -> GraphText:
    """Read DAGitty's older text; two arrows against each other are a hidden common cause.

    Names are percent-encoded, as DAGitty writes them (`blood%20pressure`).

    Raises:
        GraphError: A name in the second part is not in the first, or a position is not two numbers.
    """
    draft = Draft()
    text = text.replace("\r\n", "\n").strip("\n")
    split = _EMPTY_LINE.search(text)
    first, second = (text[: split.start()], text[split.end() :]) if split else (text, "")
    for number, line in enumerate(first.split("\n"), start=1):
        if line.strip():
            _variable(draft, line.split(), number)
    arrows: dict[tuple[str, str], None] = {}
    begin = text[: split.end()].count("\n") + 1 if split else 1
    for number, line in enumerate(second.split("\n"), start=begin):
        words = [word for word in line.split() if not word.startswith("@")]
        names = list(_names(words, draft, number))
        arrows.update(((names[0], effect), None) for effect in names[1:])
    for cause, effect in arrows:
        if (effect, cause) not in arrows:
            draft.add_edge(cause, "->", effect)
        elif cause < effect:
            draft.add_edge(cause, "<->", effect)
    return draft.build("dagitty")


def _variable(draft: Draft, words: list[str], line: int) -> None:
    where = words.pop() if len(words) > 1 and words[-1].startswith("@") else None
    marks = words.pop() if len(words) > 1 else "1"
    name = unquote(" ".join(words))
    draft.add_node(name)
    for mark in marks.lower():
        if mark in ROLE_WORDS:
            draft.mark(name, ROLE_WORDS[mark])
    if where is not None:
        position = place(where[1:])
        if position is None:
            raise GraphError(
                f"Line {line}: the position of {name} is not two numbers.",
                column=name,
                remedy="Write it as @x,y.",
            )
        draft.positions[name] = position


def _names(words: list[str], draft: Draft, line: int) -> Iterator[str]:
    """The variables in a line; a name that was not encoded may take several words."""
    gathered: list[str] = []
    for word in words:
        gathered.append(word)
        name = unquote(" ".join(gathered))
        if name in draft.nodes:
            yield name
            gathered = []
    if gathered:
        unknown = unquote(" ".join(gathered))
        raise GraphError(
            f"Line {line}: {unknown} is not among the variables above.", column=unknown, remedy=_REMEDY
        )
