"""Which implications of a graph a table can test, and why not the others."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice
from time import monotonic

from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.implications import Independence
from causal_core.graph.names import listed
from causal_core.graph.separators import minimal_separator, minimal_separators

LIMIT = 500
"""Statements tested unless asked otherwise."""

_FEW_PAIRS = 500
_SETS_SEEN = (24, 4)


@dataclass(frozen=True)
class Statements:
    """The testable implications of a graph.

    Attributes:
        chosen: For each separable pair of columns one smallest separating set, smallest sets first.
        pairs: How many such pairs there are, those beyond the limit included.
        complete: Whether all pairs were looked at in the time allowed.
        untestable: Why other implications cannot be tested, a sentence each.
    """

    chosen: tuple[Independence, ...]
    pairs: int
    complete: bool
    untestable: tuple[str, ...]

    @property
    def left_out(self) -> int:
        """How many pairs have a statement that was not chosen because of the limit."""
        return self.pairs - len(self.chosen)


def statements_of(
    graph: CausalGraph, columns: Collection[str], limit: int | None = LIMIT, seconds: float | None = None
) -> Statements:
    """One statement for each pair of columns that the graph says are independent given other columns.

    Latent nodes and nodes without a column are never named: pairs and sets are those of the graph's
    projection on the columns. One set a pair, the smallest found, so that each missing edge is tested once.

    Args:
        graph: The graph.
        columns: The names of the table's columns.
        limit: The most statements; None for all.
        seconds: The longest time to look; None for ever.
    """
    until = None if seconds is None else monotonic() + seconds
    present = tuple(
        node for node in graph.nodes if node in columns and node in graph.observed - graph.selected
    )
    pairs = list(combinations(sorted(present), 2))
    sets = _SETS_SEEN[len(pairs) > _FEW_PAIRS]
    found, complete = [], True
    for x, y in pairs:
        if until is not None and monotonic() > until:
            complete = False
            break
        given = smallest_set(graph, x, y, present, sets)
        if given is not None:
            found.append(Independence(x, y, given))
    found.sort(key=lambda each: (len(each.given), each.x, each.y))
    return Statements(
        tuple(found[:limit]), len(found), complete, tuple(_untestable(graph, columns, present, until))
    )


def smallest_set(
    graph: CausalGraph, x: str, y: str, allowed: Collection[str], sets: int = _SETS_SEEN[0]
) -> frozenset[str] | None:
    """A smallest of the first `sets` minimal sets of `allowed` nodes that separate; None when none does."""
    if y in graph.children(x) | graph.parents(x) | graph.siblings(x):
        return None
    usable = [node for node in allowed if node not in {x, y}]
    found = islice(minimal_separators(graph, x, y, allowed=usable), sets)
    return min(found, key=lambda given: (len(given), sorted(given)), default=None)


def statements_after(
    graph: CausalGraph, present: Collection[str], before: Collection[Independence]
) -> tuple[Independence, ...]:
    """The statements of a changed graph about the same pairs: the same sets where they still separate."""
    found = []
    for each in before:
        if each.y in graph.children(each.x) | graph.parents(each.x) | graph.siblings(each.x):
            continue
        if graph.is_d_separated(each.x, each.y, each.given):
            found.append(each)
            continue
        given = smallest_set(graph, each.x, each.y, present, _SETS_SEEN[1])
        if given is not None:
            found.append(Independence(each.x, each.y, given))
    return tuple(found)


def _untestable(
    graph: CausalGraph, columns: Collection[str], present: Collection[str], until: float | None
) -> Iterator[str]:
    gone = sorted((graph.latent | (graph.observed - set(columns))) - graph.selected)
    everything = [node for node in graph.nodes if node not in graph.selected]
    counts: Mapping[str, int] = dict.fromkeys(gone, 0)
    counts = dict(counts)
    hidden: dict[frozenset[str], int] = {}
    if not gone:
        return
    for x, y in combinations(sorted(everything), 2):
        if until is not None and monotonic() > until:
            break
        if y in graph.children(x) | graph.parents(x) | graph.siblings(x):
            continue
        ends = [node for node in (x, y) if node in counts]
        others = [node for node in everything if node not in {x, y}]
        if ends:
            if minimal_separator(graph, x, y, allowed=others) is not None:
                counts[ends[0]] += 1
        elif minimal_separator(graph, x, y, allowed=[n for n in others if n in present]) is None:
            given = smallest_set(graph, x, y, others)
            if given is not None:
                needed = given & set(gone)
                hidden[needed] = hidden.get(needed, 0) + 1
    for node in gone:
        why = "is not observed" if node in graph.latent else "is not a column of the table"
        if counts[node]:
            yield f"{_count(counts[node])} {node}, which {why}: not testable."
    for needed, count in sorted(hidden.items(), key=lambda item: sorted(item[0])):
        pairs = "1 pair is" if count == 1 else f"{count:,} pairs are"
        verb = "is" if len(needed) == 1 else "are"
        yield f"{pairs} independent only once {listed(sorted(needed))} {verb} known too: not testable."


def _count(number: int) -> str:
    return "1 implied independence involves" if number == 1 else f"{number:,} implied independencies involve"
