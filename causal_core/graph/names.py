"""Node names as arguments: one name or several."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from difflib import get_close_matches

from causal_core.problem import GraphError

Names = str | Iterable[str]
"""One node's name, or several of them."""


def as_names(names: Names) -> tuple[str, ...]:
    """The names as a tuple without repetition, in the order given; a text is one name."""
    return (names,) if isinstance(names, str) else tuple(dict.fromkeys(names))


def in_order(names: Names) -> tuple[str, ...]:
    """The names as a tuple, repetitions and all; a set has no order, so it is sorted."""
    if isinstance(names, str):
        return (names,)
    return tuple(sorted(names, key=str) if isinstance(names, AbstractSet) else names)


def known(names: Names, nodes: Collection[str]) -> tuple[str, ...]:
    """The names as a tuple.

    Raises:
        GraphError: A name is not among `nodes`.
    """
    wanted = as_names(names)
    for name in wanted:
        if name not in nodes:
            raise unknown(name, nodes)
    return wanted


def unknown(name: object, nodes: Collection[str], where: str = "") -> GraphError:
    """The error for a name that is not in the graph, with the nearest name as remedy."""
    near = get_close_matches(str(name)[:100], list(nodes)[:1000], n=1)
    remedy = (
        f"Did you mean {near[0]}?" if near else "Add it to the nodes, or use a name that is in the graph."
    )
    return GraphError(f"{where}{name} is not a node of the graph.", column=str(name), remedy=remedy)


def listed(names: Iterable[str]) -> str:
    """The names as words: `a`, `a and b`, `a, b and c`."""
    words = list(names)
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"
