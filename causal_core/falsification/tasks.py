"""What workers do for the checks of a graph: one small function a task, and what joins their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causal_core.data.table import Table
from causal_core.falsification.changes import Candidate, candidates, gather, try_changes
from causal_core.falsification.graph_test import conclude
from causal_core.falsification.permutations import (
    FEW_TERMS,
    ROWS,
    Comparison,
    comparison,
    count_violations,
    judge,
)
from causal_core.falsification.result import ALPHA, THRESHOLD, Change, Changes, Falsified, GraphTest, Tested
from causal_core.falsification.statements import Statements, statements_of
from causal_core.falsification.tester import Tester, shared_tester
from causal_core.graph.causal_graph import CausalGraph

MOST_ROWS = 200_000
"""Rows the tests of a graph use, drawn at random: an interval is then about 0.01 wide."""

CHUNKS = 4
"""Parts of the tests of one graph."""

SECONDS_TO_LOOK = 60.0
SECONDS_TO_TRY = 120.0


@dataclass(frozen=True)
class Asked:
    """What the tasks start from.

    Attributes:
        graph: The graph, without positions and notes.
        table: The table.
        types: (column, kind) pairs that override what the table suggests.
        number: The most tests, or how many relabellings.
        seed: Of what is random.
    """

    graph: CausalGraph
    table: Table
    types: tuple[tuple[str, str], ...]
    number: int
    seed: int = 1


def run_part(asked: Asked, part: int) -> tuple[Tested, ...]:
    """Every `CHUNKS`-th test of the graph's implications."""
    chosen = _stated(asked).chosen[part::CHUNKS]
    return _tester(asked).all(chosen)


def combine_tests(asked: Asked, parts: Sequence[tuple[Tested, ...]]) -> GraphTest:
    """The tests together, judged with the usual threshold."""
    tested = [each for part in parts for each in part]
    total = asked.table.rows
    return conclude(_stated(asked), tested, (min(total, MOST_ROWS), total), ALPHA, THRESHOLD)


def change_part(
    asked: Asked, found: GraphTest, measured: tuple[tuple[str, str], ...], part: int
) -> tuple[tuple[Change, ...], int]:
    """Every `CHUNKS`-th change tried."""
    wanted = _wanted(asked, found, measured)[part::CHUNKS]
    return try_changes(asked.graph, _tester(asked), found, wanted, SECONDS_TO_TRY)


def combine_changes(
    asked: Asked,
    found: GraphTest,
    measured: tuple[tuple[str, str], ...],
    parts: Sequence[tuple[tuple[Change, ...], int]],
) -> Changes:
    """The changes together, the best first."""
    return gather(parts, len(_wanted(asked, found, measured)))


def shuffle_part(asked: Asked, part: int, parts: int) -> tuple[tuple[int, bool], ...]:
    """The violations of every `parts`-th relabelling; the first part starts with the graph's own."""
    compared = _compared(asked)
    which = [*([-1] if part == 0 else []), *range(part, len(compared.shuffles), parts)]
    tester = shared_tester(asked.table, asked.types, ROWS, asked.seed, FEW_TERMS)
    return count_violations(tester, compared, which, ALPHA, 0.0)


def combine_shuffles(asked: Asked, parts: Sequence[tuple[tuple[int, bool], ...]]) -> Falsified:
    """The comparison from all parts."""
    rows = min(asked.table.rows, ROWS)
    return judge(_compared(asked), parts, rows, asked.table.rows, asked.seed, ALPHA, 0.0)


def _tester(asked: Asked) -> Tester:
    return shared_tester(asked.table, asked.types, MOST_ROWS, asked.seed)


def _stated(asked: Asked) -> Statements:
    return statements_of(asked.graph, asked.table.columns, asked.number, SECONDS_TO_LOOK)


def _wanted(asked: Asked, found: GraphTest, measured: tuple[tuple[str, str], ...]) -> tuple[Candidate, ...]:
    return candidates(asked.graph, found, asked.table.columns, dict(measured))


def _compared(asked: Asked) -> Comparison:
    return comparison(asked.graph, asked.table.columns, asked.number, asked.seed)
