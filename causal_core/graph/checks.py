"""What a causal graph must be: named nodes, each edge once, no cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from math import isfinite

from causal_core.graph.names import listed, unknown
from causal_core.problem import GraphError

Edge = tuple[str, str]


def name_checked(name: object) -> str:
    """The name, when it can be one.

    Raises:
        GraphError: It is not text, or holds no visible letter.
    """
    if not isinstance(name, str):
        raise GraphError(
            f"A node's name must be text, not {name!r}.", column=str(name), remedy="Write it as text."
        )
    if not name.strip():
        raise GraphError("A node has an empty name.", remedy="Give every node a name.")
    if not name.isascii() and any("\ud800" <= letter <= "\udfff" for letter in name):
        raise GraphError(f"The name {name!r} is not valid Unicode text.", remedy="Type the name anew.")
    return name


def pairs_checked(pairs: Iterable[Iterable[str]], kind: str, mark: str) -> tuple[Edge, ...]:
    """Pairs of names as a tuple of tuples, in the order given; a set is sorted.

    Raises:
        GraphError: Something is not a pair, or joins a node with itself.
    """
    checked: list[Edge] = []
    if isinstance(pairs, AbstractSet):
        pairs = sorted(pairs, key=sorted)
    for pair in pairs:
        ends = (pair,) if isinstance(pair, str) else tuple(pair)
        if len(ends) != 2:
            raise GraphError(
                f"{kind} joins two nodes, but {pair!r} does not.", remedy="Write it as (from, to)."
            )
        one, other = name_checked(ends[0]), name_checked(ends[1])
        if one == other:
            raise GraphError(
                f"{one} {mark} {other} joins {one} with itself.",
                column=one,
                remedy=f"Remove this {kind.rsplit(maxsplit=1)[-1]}.",
            )
        checked.append((one, other))
    return tuple(checked)


def refuse_duplicates(items: Iterable[str], kind: str) -> None:
    """Raise a GraphError when something is given twice."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise GraphError(f"{kind} {item} is given twice.", column=item, remedy="Remove one of the two.")
        seen.add(item)


def refuse_unknown(names: Iterable[str], nodes: Collection[str], where: str) -> None:
    """Raise a GraphError when a name in the argument `where` is not a node."""
    for name in names:
        if name not in nodes:
            raise unknown(name, nodes, where=f"In {where}: ")


def refuse_both_marks(latent: Iterable[str], marked: Iterable[str], mark: str, why: str) -> None:
    """Raise a GraphError when a node is both latent and marked."""
    if both := sorted(set(latent) & set(marked)):
        raise GraphError(
            f"{both[0]} is marked both latent and {mark}.",
            column=both[0],
            remedy=f"{why}: remove one of the two marks.",
        )


def refuse_caused(randomised: Iterable[str], edges: Iterable[Edge], bidirected: Iterable[Edge]) -> None:
    """Raise a GraphError when anything points at a randomised node."""
    random = set(randomised)
    into = [(b, f"{a} -> {b}") for a, b in edges if b in random]
    into += [(a if a in random else b, f"{a} <-> {b}") for a, b in bidirected if random & {a, b}]
    if into:
        node = into[0][0]
        drawn = [edge for end, edge in into if end == node]
        raise GraphError(
            f"{node} is declared random, yet {listed(drawn)} {'are' if len(drawn) > 1 else 'is'} drawn.",
            column=node,
            remedy="Nothing causes what is drawn at random: remove the arrow, or the mark.",
        )


def refuse_cycle(cycle: tuple[str, ...]) -> None:
    """Raise a GraphError that names the nodes of the cycle in order, when there are any."""
    if cycle:
        shown = cycle if len(cycle) <= 50 else (*cycle[:48], "...", cycle[-1])
        raise GraphError(
            f"These arrows form a cycle: {' -> '.join((*shown, cycle[0]))}.",
            column=cycle[0],
            remedy="Remove or turn round one of them: a cause cannot be its own effect.",
        )


def find_cycle(children: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """The nodes of one directed cycle in order, or () when there is none."""
    state: dict[str, int] = {}
    for root in children:
        if root in state:
            continue
        trail, stack = [root], [iter(children[root])]
        state[root] = 1
        while stack:
            child = next(stack[-1], None)
            if child is None:
                stack.pop()
                state[trail.pop()] = 2
            elif child not in state:
                state[child] = 1
                trail.append(child)
                stack.append(iter(children.get(child, ())))
            elif state[child] == 1:
                return tuple(trail[trail.index(child) :])
    return ()


def position_checked(name: str, position: Iterable[float]) -> tuple[float, float]:
    """A node's position as two finite numbers.

    Raises:
        GraphError: It is anything else.
    """
    try:
        x, y = (float(value) for value in position)
    except (TypeError, ValueError, OverflowError):
        x = y = float("nan")
    if not (isfinite(x) and isfinite(y)):
        raise GraphError(
            f"The position of {name} is not two finite numbers.", column=name, remedy="Write it as (x, y)."
        )
    return x, y
