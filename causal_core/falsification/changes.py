"""The single changes of a graph after which the data no longer contradict it, as questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from time import monotonic
from typing import TYPE_CHECKING, Literal

from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.engine.progress import report
from causal_core.falsification.columns import Columns
from causal_core.falsification.result import Change, Changes, GraphTest
from causal_core.falsification.statements import statements_after
from causal_core.falsification.tester import Tester, judge_together
from causal_core.graph.causal_graph import CausalGraph
from causal_core.graph.implications import Independence
from causal_core.problem import GraphError

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["arrow", "both", "turn"]

MANY_NODES = 25
"""In a larger graph only edges that touch a node of a contradicted statement are tried."""

_TIMES = {"before": 0, "at": 1, "after": 2}
_ORDER: dict[Kind, int] = {"arrow": 0, "turn": 1, "both": 2}


@dataclass(frozen=True)
class Candidate:
    """A change to try: `kind` as in `Change`, about `one` and `other`."""

    kind: Kind
    one: str
    other: str


def suggest_changes(
    graph: CausalGraph,
    data: Table | pd.DataFrame,
    found: GraphTest,
    types: Types | None = None,
    measured: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Changes:
    """The single changes after which a contradicted statement is not implied and no new one is contradicted.

    Tried are: an arrow either way or a hidden common cause between two columns, and each arrow turned round.
    Taking an arrow away never helps, for it only adds implications. Each change is tested on the data: the
    statements the changed graph implies about the same pairs, adjusted among themselves.

    Args:
        graph: The graph that was tested.
        data: The table it was tested on.
        found: What `test_graph` found.
        types: Column -> kind, as for `test_graph`.
        measured: Column -> `before`, `at` or `after` the treatment; nothing later affects anything earlier.
        seconds: The longest time to take; None for ever.
    """
    columns = Columns(data, types)
    wanted = candidates(graph, found, columns.names, measured)
    return gather([try_changes(graph, Tester(columns), found, wanted, seconds)], len(wanted))


def candidates(
    graph: CausalGraph,
    found: GraphTest,
    columns: Collection[str],
    measured: Mapping[str, str] | None = None,
) -> tuple[Candidate, ...]:
    """The changes after which at least one contradicted statement is no longer implied, the closest first."""
    contradicted = [each.statement for each in found.of("contradicted")]
    present = [node for node in sorted(graph.observed - graph.selected) if node in columns]
    ends = {node for each in contradicted for node in (each.x, each.y)}
    touched = ends | {node for each in contradicted for node in each.given}
    pairs = {frozenset((each.x, each.y)) for each in contradicted}
    wide = len(present) > MANY_NODES
    chosen = [
        candidate
        for candidate in _all(graph, present)
        if (not wide or candidate.one in touched or candidate.other in touched)
        and not (candidate.kind != "both" and _backwards(candidate, measured or {}))
        and _resolved(apply_change(graph, candidate), contradicted)
    ]

    def closeness(candidate: Candidate) -> tuple[object, ...]:
        both = frozenset((candidate.one, candidate.other))
        return both not in pairs, -len(both & ends), _ORDER[candidate.kind], candidate.one, candidate.other

    return tuple(sorted(chosen, key=closeness))


def try_changes(
    graph: CausalGraph,
    tester: Tester,
    found: GraphTest,
    wanted: Sequence[Candidate],
    seconds: float | None = None,
) -> tuple[tuple[Change, ...], int]:
    """The changes among `wanted` that agree better with the data, and how many were tried in time."""
    until = None if seconds is None else monotonic() + seconds
    contradicted = [each.statement for each in found.of("contradicted")]
    pairs = {frozenset((each.x, each.y)) for each in contradicted}
    before = [each.statement for each in found.tested]
    present = [node for node in graph.observed - graph.selected if node in tester.columns.names]
    good: list[Change] = []
    for number, candidate in enumerate(wanted):
        if until is not None and monotonic() > until:
            return tuple(good), number
        after = apply_change(graph, candidate)
        assert after is not None  # noqa: S101 - `candidates` gives only changes that can be
        statements = statements_after(after, present, before)
        tested = judge_together([tester(each) for each in statements], found.alpha, found.threshold)
        left = [each for each in tested if each.verdict == "contradicted"]
        if len(left) < len(contradicted) and all(frozenset((each.x, each.y)) in pairs for each in left):
            good.append(
                Change(
                    kind=candidate.kind,
                    one=candidate.one,
                    other=candidate.other,
                    question=question(candidate),
                    resolves=_resolved(after, contradicted),
                    remaining=len(left),
                    tests=len(tested),
                )
            )
        report(number + 1, len(wanted))
    return tuple(good), len(wanted)


def gather(parts: Sequence[tuple[tuple[Change, ...], int]], wanted: int) -> Changes:
    """The changes of several parts together, the best first."""
    tried = sum(number for _, number in parts)
    found = [change for part, _ in parts for change in part]

    def order(change: Change) -> tuple[object, ...]:
        ends = {change.one, change.other}
        direct = any({each.x, each.y} == ends for each in change.resolves)
        return change.remaining, not direct, _ORDER[change.kind], change.one, change.other

    return Changes(tuple(sorted(found, key=order)), tried, tried == wanted)


def apply_change(graph: CausalGraph, candidate: Candidate | Change) -> CausalGraph | None:
    """The graph after a change, or None when it cannot be: a cycle, or an edge into a randomised node."""
    one, other = candidate.one, candidate.other
    try:
        if candidate.kind == "both":
            return graph.replace(bidirected=[*graph.bidirected, (one, other)])
        base = graph.without(edges=[(other, one)]) if candidate.kind == "turn" else graph
        return base.replace(edges=[*base.edges, (one, other)])
    except GraphError:
        return None


def question(candidate: Candidate) -> str:
    """A change as a question to someone who knows the subject."""
    one, other = candidate.one, candidate.other
    if candidate.kind == "arrow":
        return f"Could {one} affect {other} directly?"
    if candidate.kind == "turn":
        return f"Could {one} affect {other}, rather than {other} affect {one}?"
    return f"Could something that is not in the graph affect both {one} and {other}?"


def _backwards(candidate: Candidate, measured: Mapping[str, str]) -> bool:
    one, other = measured.get(candidate.one, ""), measured.get(candidate.other, "")
    return one in _TIMES and other in _TIMES and _TIMES[one] > _TIMES[other]


def _all(graph: CausalGraph, present: Sequence[str]) -> Iterator[Candidate]:
    for one, other in combinations(present, 2):
        if other in graph.children(one):
            yield Candidate("turn", other, one)
        elif other in graph.parents(one):
            yield Candidate("turn", one, other)
        else:
            yield Candidate("arrow", one, other)
            yield Candidate("arrow", other, one)
        if other not in graph.siblings(one):
            yield Candidate("both", one, other)


def _resolved(graph: CausalGraph | None, statements: Sequence[Independence]) -> tuple[Independence, ...]:
    if graph is None:
        return ()
    return tuple(each for each in statements if not graph.is_d_separated(each.x, each.y, each.given))
