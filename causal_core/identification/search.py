"""Listing the smallest solutions of a yes-or-no condition on sets, lazily and within limits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeVar

from causal_core.listing import Listing

Set = frozenset[str]
Item = TypeVar("Item")


def minimal_sets(
    include: Set,
    free: Set,
    accept: Callable[[Set], bool],
    choose: Callable[[Set, Set], str | None],
) -> Iterator[Set | None]:
    """Every accepted set between `include` and `include | free` with no accepted set inside it.

    A node is decided at a time, left out before taken in; so every set is met after all of its subsets, and
    what is met first is minimal. Between two sets it yields None, so that a clock can be read.

    Args:
        include: What every set holds.
        free: What a set may hold besides.
        accept: Whether a set is a solution.
        choose: Given a set that is no solution and the nodes still free: the node to decide next, or None
            when no set between the two can be a solution.
    """
    found: list[Set] = []
    stack = [(include, free)]
    while stack:
        yield None
        inside, left = stack.pop()
        if any(smaller <= inside for smaller in found):
            continue
        if accept(inside):
            found.append(inside)
            yield inside
            continue
        node = choose(inside, left)
        if node is not None:
            stack.append((inside | {node}, left - {node}))
            stack.append((inside, left - {node}))


def gather(
    items: Iterable[Item | None],
    order: Callable[[Item], tuple[object, ...]],
    limit: int | None = None,
    seconds: float | None = None,
) -> Listing[Item]:
    """The items of a lazy search, None left out, in order.

    Args:
        items: Items, with None wherever the clock may be read.
        order: What to sort by.
        limit: The most items to take; None for all.
        seconds: The longest time to take; None for ever.
    """
    until = None if seconds is None else monotonic() + seconds
    taken: list[Item] = []
    complete = True
    for item in items:
        if item is not None:
            if limit is not None and len(taken) >= limit:
                complete = False
                break
            taken.append(item)
        if until is not None and monotonic() > until:
            complete = False
            break
    return Listing(sorted(taken, key=order), complete=complete)


def by_size(nodes: Set) -> tuple[int, list[str]]:
    """Smallest first, ties in name order."""
    return len(nodes), sorted(nodes)
