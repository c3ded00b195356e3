"""Tests on one table, none of them done twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from causal_core.data.design import Integers
from causal_core.data.table import Table
from causal_core.engine.progress import report
from causal_core.falsification.columns import Columns
from causal_core.falsification.given import MOST_TERMS
from causal_core.falsification.independence import check_independence
from causal_core.falsification.result import Tested
from causal_core.graph.implications import Independence
from causal_core.problem import Problem


class Tester:
    """Tests statements on the columns of one table and keeps what it found.

    Args:
        columns: The columns.
        most_terms: The most bends and products of what is given that a test allows for.
    """

    __test__ = False  # not one that pytest collects

    def __init__(self, columns: Columns, most_terms: int = MOST_TERMS) -> None:
        self.columns = columns
        self._most_terms = most_terms
        self._found: dict[tuple[str, str, frozenset[str]], Tested] = {}

    def __call__(self, statement: Independence) -> Tested:
        """The test of one statement; one that cannot be carried out says why in `error`."""
        x, y = sorted((statement.x, statement.y))
        key = (x, y, statement.given)
        if key not in self._found:
            self._found[key] = self._test(x, y, tuple(sorted(statement.given)))
        return self._found[key]

    def all(self, statements: Sequence[Independence]) -> tuple[Tested, ...]:
        """The tests of several statements, in their order; reports its progress."""
        found = []
        for number, statement in enumerate(statements, start=1):
            found.append(self(statement))
            report(number, len(statements))
        return tuple(found)

    def _test(self, x: str, y: str, given: tuple[str, ...]) -> Tested:
        try:
            return check_independence(self.columns, x, y, given, most_terms=self._most_terms)
        except Problem as problem:
            return Tested(x, y, given, error=str(problem))


@lru_cache(maxsize=2)
def shared_tester(
    table: Table,
    types: tuple[tuple[str, str], ...] = (),
    rows: int | None = None,
    seed: int = 1,
    most_terms: int = MOST_TERMS,
) -> Tester:
    """The tester of a table, one for equal arguments in one process.

    Args:
        table: The table.
        types: (column, kind) pairs that override what the table suggests.
        rows: Draw this many rows at random, when there are more; None for all.
        seed: Of the draw.
        most_terms: As of the tester.
    """
    return Tester(Columns(table, dict(types), some_rows(table.rows, rows, seed)), most_terms)


def some_rows(total: int, wanted: int | None, seed: int) -> Integers | None:
    """Positions of `wanted` rows drawn without replacement, in order; None for all rows."""
    if wanted is None or total <= wanted:
        return None
    drawn = np.random.default_rng(seed).choice(total, wanted, replace=False)
    return np.sort(drawn).astype(np.int64)


def holm(p_values: Iterable[float]) -> tuple[float, ...]:
    """The p-values after Holm's adjustment (Holm 1979), in the same order.

    Below a level a, the chance that any true independence is called contradicted is at most a.
    """
    values = list(p_values)
    adjusted = [1.0] * len(values)
    largest = 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        largest = max(largest, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = largest
    return tuple(adjusted)


def judge_together(tested: Sequence[Tested], alpha: float, threshold: float) -> tuple[Tested, ...]:
    """The tests with p-values adjusted for all of them, and their verdicts; untested ones as they are."""
    adjusted = iter(holm(each.p_value for each in tested if each.p_value is not None))
    return tuple(
        each if each.p_value is None else each.judged(next(adjusted), alpha, threshold) for each in tested
    )
