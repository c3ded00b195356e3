"""The columns of a table made ready for a search: complete rows, numbers and level codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from causal_core.data.covariates import covariate
from causal_core.data.design import Floats, Integers
from causal_core.data.levels import Levels
from causal_core.data.storage import whole
from causal_core.data.table import Table
from causal_core.discovery.algorithms import MOST_COLUMNS, Family
from causal_core.problem import DoesNotApply, Problem

SAME = 1e-9
"""A column whose share of variance not fixed by others is below this counts as fixed by them."""

GUILTY = 1e-4
"""Of the columns that fix another, those with a smaller weight (all scaled to variance 1) are not named."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """Columns of complete rows.

    Attributes:
        names: The p columns' names.
        values: p arrays of n rows: floats for numbers, codes 0, 1, ... for categories.
        levels: p numbers of levels; 0 for numbers. Numbers of two values count as categories.
        rows_dropped: How many rows had a value missing.
        dropped_by: (column, rows with it missing), for each column with any.
        left_out: (column, why).
    """

    names: tuple[str, ...]
    values: tuple[Floats | Integers, ...]
    levels: tuple[int, ...]
    rows_dropped: int = 0
    dropped_by: tuple[tuple[str, int], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.values[0])

    @property
    def family(self) -> Family:
        """Whether all columns are numbers, all categories, or neither."""
        if not any(self.levels):
            return "numbers"
        return "categories" if all(self.levels) else "mixed"

    def resampled(self, seed: Sequence[int]) -> Prepared:
        """As many rows drawn from these with replacement."""
        drawn = np.random.default_rng(list(seed)).integers(0, self.rows, self.rows)
        return replace(self, values=tuple(column[drawn] for column in self.values))

    def embedded(self) -> tuple[Floats, tuple[tuple[int, ...], ...]]:
        """(n, w) columns of mean 0 and variance 1, and for each name the positions of its own.

        A category of k levels becomes k - 1 columns of 0 and 1 before they are scaled; what does not vary in
        these rows has none (Andrews, Ramsey & Cooper 2019, section 3).
        """
        found: list[Floats] = []
        blocks = []
        for column, levels in zip(self.values, self.levels, strict=True):
            parts = [column == level for level in np.unique(column)[1:]] if levels else [column]
            start = len(found)
            for part in parts:
                centred = part - part.mean()
                spread = centred.std()
                if spread > 0:
                    found.append(centred / spread)
            blocks.append(tuple(range(start, len(found))))
        matrix = np.column_stack(found) if found else np.empty((self.rows, 0))
        return matrix, tuple(blocks)


@lru_cache(maxsize=4)
def prepare(table: Table, columns: tuple[str, ...], types: tuple[tuple[str, str], ...] = ()) -> Prepared:
    """The columns ready for a search.

    Args:
        table: The table.
        columns: Which of its columns.
        types: (column, kind) pairs that override what the table suggests.

    Raises:
        Problem: A column is unknown, too many are asked for, too few can be used, there are too few complete
            rows, or a column is fixed by others.
    """
    if len(columns) > MOST_COLUMNS:
        raise DoesNotApply(
            f"{len(columns)} columns are too many to search: at most {MOST_COLUMNS}.",
            remedy="Choose those that matter to the question.",
        )
    arrow = table.arrow(columns)
    said: Mapping[str, str] = dict(types)
    read, left_out = [], []
    for name, column in zip(columns, arrow.columns, strict=True):
        try:
            read.append(covariate(name, whole(column), said))
        except Problem as problem:
            left_out.append((name, str(problem)))
    missing = np.zeros(table.rows, dtype=bool)
    for item in read:
        missing |= item.missing
    rows = np.flatnonzero(~missing)
    names, values, levels = [], [], []
    for item in read:
        fresh, number = _values(item.content, rows)
        if len(rows) and fresh.min() == fresh.max():
            left_out.append((item.name, "It has one single value in the rows used."))
            continue
        names.append(item.name)
        values.append(fresh)
        levels.append(number)
    prepared = Prepared(
        tuple(names),
        tuple(values),
        tuple(levels),
        int(missing.sum()),
        tuple((item.name, int(item.missing.sum())) for item in read if item.missing.any()),
        tuple(left_out),
    )
    _refuse_few(prepared, len(rows))
    _refuse_fixed(prepared)
    return prepared


def _values(content: Floats | Levels, rows: Integers) -> tuple[Floats | Integers, int]:
    if isinstance(content, Levels):
        present, codes = np.unique(content.codes[rows], return_inverse=True)
        return codes.astype(np.int64), len(present)
    numbers = content[rows]
    if len(numbers) and np.isin(numbers, (numbers.min(), numbers.max())).all():
        return (numbers == numbers.max()).astype(np.int64), 2
    return numbers, 0


def _refuse_few(prepared: Prepared, rows: int) -> None:
    if len(prepared.names) < 2:
        why = " ".join(f"{name}: {reason}" for name, reason in prepared.left_out)
        raise DoesNotApply(
            f"A search needs two columns or more that can be used. {why}".strip(),
            remedy="Choose other columns.",
        )
    width = sum(max(levels - 1, 1) for levels in prepared.levels)
    if rows < width + 5:
        worst = max(prepared.dropped_by, key=lambda entry: entry[1], default=None)
        of_levels = "" if width == len(prepared.names) else f" ({width} with one for each level)"
        raise DoesNotApply(
            f"There are {rows:,} complete rows for {len(prepared.names)} columns{of_levels}, too few to tell "
            "what is independent of what.",
            column=worst[0] if worst else None,
            remedy=f"Leave out columns; {worst[0]} is missing in {worst[1]:,} rows."
            if worst
            else "Choose fewer columns.",
        )


def _refuse_fixed(prepared: Prepared) -> None:
    """Refuse a column that others fix: given them it has no variance left to test."""
    matrix, blocks = prepared.embedded()
    correlation = matrix.T @ matrix / prepared.rows
    kept: list[int] = []
    for place, block in enumerate(blocks):
        for position in block:
            with_others = correlation[kept, position]
            weights = np.linalg.solve(correlation[np.ix_(kept, kept)], with_others) if kept else np.empty(0)
            if 1.0 - float(weights @ with_others) < SAME:
                guilty = {kept[each] for each in np.flatnonzero(np.abs(weights) > GUILTY)}
                _refuse(prepared, place, [o for o in range(place) if guilty.intersection(blocks[o])])
            kept.append(position)


def _refuse(prepared: Prepared, place: int, guilty: Sequence[int]) -> None:
    name, others = prepared.names[place], [prepared.names[other] for other in guilty]
    listed = " and ".join(filter(None, (", ".join(others[:-1]), *others[-1:]))) or "the others"
    single = len(guilty) == 1
    copy = single and prepared.levels[guilty[0]] == prepared.levels[place]
    raise DoesNotApply(
        f"{name} {'is a copy of' if copy else 'is fixed by'} {listed}: where one is known the other holds "
        "nothing new, so no algorithm can place it in a graph.",
        column=name,
        remedy=f"Leave out {name} or {listed}." if single else f"Leave out one of {name}, {listed}.",
    )
