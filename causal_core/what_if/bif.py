"""Bayesian networks in BIF, the interchange format of 1998, read and written with any names of levels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem

_QUOTE: Final = r'"(?:[^"\\]|\\.)*"'
# A name may hold // or /*, in quotation marks; comments begin a line or follow a space.
_COMMENT: Final = re.compile(rf"({_QUOTE})|(?:^|(?<=\s))//[^\n]*|/\*.*?\*/", re.DOTALL | re.MULTILINE)
_PLAIN: Final = re.compile(r"(?!.*/[/*])[^\s,{}()|;\"\\]+")
_ESCAPED: Final = re.compile(r'\\(["\\])')
_BLOCK: Final = re.compile(r"\b(network|variable|probability)\b")
_SIGNS: Final = {sign: re.compile(rf"{_QUOTE}|({re.escape(sign)})", re.DOTALL) for sign in "{}(),;|"}

MOST_CELLS: Final = 5_000_000
"""Of one table in a file."""


@dataclass(frozen=True, eq=False)
class Node:
    """One node of a network as its file gives it.

    Attributes:
        name: Its name.
        levels: Its levels.
        parents: Its parents, in the order of the table's axes.
        table: (levels of each parent..., levels) chances.
    """

    name: str
    levels: tuple[str, ...]
    parents: tuple[str, ...]
    table: Floats


def read_bif(text: str) -> tuple[Node, ...]:
    r"""The nodes of a network, in the order of the file.

    Names and levels may hold any sign but a comma, braces, parentheses, `;`, `|` and quotation marks; in
    quotation marks those too, with `\"` for a mark and `\\` for a backslash.

    Raises:
        Problem: It is no BIF, or a table is missing, incomplete or does not add up to 1; the node is named.
    """
    clean = _COMMENT.sub(lambda found: found.group(1) or " ", text.lstrip("\ufeff"))
    levels: dict[str, tuple[str, ...]] = {}
    found: dict[str, Node] = {}
    for kind, head, body in _blocks(clean):
        if kind == "variable":
            name = _name(head)
            if name in levels:
                raise Problem(f"{name} is declared twice.", column=name, remedy="Correct the file.")
            levels[name] = _levels(name, body)
        elif kind == "probability":
            node = _table(head, body, levels)
            if node.name in found:
                raise Problem(f"{node.name} has two tables.", column=node.name, remedy="Correct the file.")
            found[node.name] = node
    if not levels:
        raise Problem(
            "This is no Bayesian network in BIF: it declares no variable.", remedy="Check the file."
        )
    bare = next((name for name in levels if name not in found), None)
    if bare is not None:
        raise Problem(f"The network has no table for {bare}.", column=bare, remedy="Complete the file.")
    return tuple(found[name] for name in levels)


def write_bif(nodes: tuple[Node, ...], title: str = "network") -> str:
    """The network as BIF; names and levels that are not plain stand in quotation marks."""
    lines = [f"network {_quoted(title)} {{", "}"]
    for node in nodes:
        names = ", ".join(map(_quoted, node.levels))
        lines += [
            f"variable {_quoted(node.name)} {{",
            f"  type discrete [ {len(node.levels)} ] {{ {names} }};",
            "}",
        ]
    by_name = {node.name: node for node in nodes}
    for node in nodes:
        head = _quoted(node.name)
        if not node.parents:
            lines += [f"probability ( {head} ) {{", f"  table {_numbers(node.table)};", "}"]
            continue
        lines.append(f"probability ( {head} | {', '.join(map(_quoted, node.parents))} ) {{")
        above = [by_name[parent].levels for parent in node.parents]
        for place in product(*(range(len(each)) for each in above)):
            row = ", ".join(_quoted(each[at]) for each, at in zip(above, place, strict=True))
            lines.append(f"  ({row}) {_numbers(node.table[place])};")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """(kind, head, body) of each block."""
    at = 0
    while (start := _BLOCK.search(text, at)) is not None:
        opening = _find(text, "{", start.end())
        if opening < 0:
            raise Problem("A block of the file has no body.", remedy="Check that it is BIF and complete.")
        depth, closing = 1, opening
        while depth:
            following = [place for place in (_find(text, sign, closing + 1) for sign in "{}") if place >= 0]
            if not following:
                raise Problem("A block of the file is not closed.", remedy="Check that it is complete.")
            closing = min(following)
            depth += 1 if text[closing] == "{" else -1
        yield start.group(1), text[start.end() : opening].strip(), text[opening + 1 : closing]
        at = closing + 1


def _find(text: str, sign: str, start: int) -> int:
    """The next place of a sign outside quotation marks, or -1."""
    return next((found.start() for found in _SIGNS[sign].finditer(text, start) if found.group(1)), -1)


def _split(text: str, sign: str) -> list[str]:
    parts, start = [], 0
    while (place := _find(text, sign, start)) >= 0:
        parts.append(text[start:place])
        start = place + 1
    return [_name(part) for part in [*parts, text[start:]] if part.strip()]


def _name(text: str) -> str:
    trimmed = text.strip()
    if len(trimmed) >= 2 and trimmed[0] == trimmed[-1] == '"':
        return _ESCAPED.sub(r"\1", trimmed[1:-1])
    return trimmed


def _levels(name: str, body: str) -> tuple[str, ...]:
    opening = _find(body, "{", 0)
    closing = _find(body, "}", opening + 1)
    if "discrete" not in body[: max(opening, 0)] or closing < 0:
        raise Problem(f"{name} is not discrete.", column=name, remedy="Cut its numbers into levels.")
    found = tuple(_split(body[opening + 1 : closing], ","))
    if len(set(found)) < len(found) or not found:
        raise Problem(f"{name} has no levels, or one of them twice.", column=name)
    return found


def _table(head: str, body: str, levels: dict[str, tuple[str, ...]]) -> Node:
    opening, closing = _find(head, "(", 0), head.rfind(")")
    inside = head[opening + 1 : closing] if closing > opening >= 0 else head
    bar = _find(inside, "|", 0)
    own, above = (inside[:bar], inside[bar + 1 :]) if bar >= 0 else (inside, "")
    name, parents = _name(own), tuple(_split(above, ","))
    unknown = next((each for each in (name, *parents) if each not in levels), None)
    if unknown is not None:
        raise Problem(f"A table speaks of {unknown}, which is not declared.", column=unknown)
    if len({name, *parents}) <= len(parents):
        raise Problem(
            f"{name} has the same parent twice, or itself.", column=name, remedy="Correct the file."
        )
    shape = tuple(len(levels[each]) for each in (*parents, name))
    if (cells := prod(shape)) > MOST_CELLS:
        raise Problem(f"The table of {name} would have {cells:,} cells.", column=name, remedy="Merge levels.")
    table = np.full(shape, np.nan)
    start = 0
    while (end := _find(body, ";", start)) >= 0:
        _row(name, parents, body[start:end].strip(), levels, table)
        start = end + 1
    if np.isnan(table).any():
        raise Problem(f"The table of {name} is incomplete.", column=name, remedy="Complete the file.")
    sums = table.sum(axis=-1, keepdims=True)
    if (table < 0).any() or not np.allclose(sums, 1, atol=1e-3):
        raise Problem(f"The chances of {name} do not add up to 1.", column=name, remedy="Correct its table.")
    # Published tables are rounded; what they add up to is made exact.
    return Node(name, levels[name], parents, table / sums)


def _row(
    name: str, parents: tuple[str, ...], row: str, levels: dict[str, tuple[str, ...]], table: Floats
) -> None:
    kind = row.split(maxsplit=1)[0] if row else ""
    if kind == "table":
        values = _read_numbers(name, row[len("table") :])
        if len(values) != table.size:
            raise Problem(
                f"The table of {name} has {len(values)} numbers and needs {table.size}.", column=name
            )
        # The node's own level varies slowest in a flat table with parents.
        flat = np.array(values)
        table[...] = np.moveaxis(flat.reshape(table.shape[-1:] + table.shape[:-1]), 0, -1)
    elif kind == "default":
        table[...] = np.where(np.isnan(table), _read_numbers(name, row[len("default") :]), table)
    elif row.startswith("("):
        closing = _find(row, ")", 1)
        given = _split(row[1:closing], ",")
        try:
            place = tuple(levels[each].index(level) for each, level in zip(parents, given, strict=True))
        except ValueError:
            raise Problem(
                f"A row of the table of {name} names other levels: {row[: closing + 1]}.", column=name
            ) from None
        values = _read_numbers(name, row[closing + 1 :])
        if len(values) != table.shape[-1]:
            raise Problem(f"A row of the table of {name} has {len(values)} numbers.", column=name)
        table[place] = values


def _read_numbers(name: str, text: str) -> list[float]:
    try:
        return [float(each) for each in text.replace(",", " ").split()]
    except ValueError:
        raise Problem(f"The table of {name} holds something that is no number.", column=name) from None


def _numbers(values: Floats) -> str:
    return ", ".join(repr(float(each)) for each in values)


def _quoted(name: str) -> str:
    if _PLAIN.fullmatch(name):
        return name
    inside = name.replace("\\", r"\\").replace('"', r"\"")
    return f'"{inside}"'
