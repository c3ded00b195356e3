"""Whether two columns are independent once others are known: how far from it, then how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.data.table import Table
from causal_core.data.typed import Types
from causal_core.falsification.columns import Column, Columns
from causal_core.falsification.correlation import partial_correlation
from causal_core.falsification.given import MOST_TERMS, residuals, strata, terms
from causal_core.falsification.measured import Measured
from causal_core.falsification.residual_covariance import residual_covariance
from causal_core.falsification.result import Tested
from causal_core.falsification.strata import stratified
from causal_core.graph.names import Names, as_names, listed
from causal_core.problem import DoesNotApply

if TYPE_CHECKING:
    import pandas as pd

FEWEST_ROWS = 20
RARE = 15
"""Levels found in fewer rows than this are tested together, as one."""

ROWS_PER_PART = 10
"""A test of many levels takes at least this many rows for each pair of levels."""

_MOST_PARTS = 100
_MOST_CELLS = 4_000_000


def check_independence(
    data: Table | pd.DataFrame | Columns,
    x: str,
    y: str,
    given: Names = (),
    types: Types | None = None,
    most_terms: int = MOST_TERMS,
) -> Tested:
    """Test that `x` and `y` are independent once `given` is known, on the rows complete in these columns.

    Two numbers: partial correlation. Two categories given categories: chi-square by strata. Else: covariance
    of residuals, which takes numbers and categories alike. A number with two values counts as a category,
    booleans as well, dates as numbers of days. Numbers that are given enter as smooth curves.

    Args:
        data: The table, a frame with one row a unit, or columns already read.
        x: One column.
        y: Another.
        given: The columns known, one name or several.
        types: Column -> kind, for columns whose kind differs from what their values suggest.
        most_terms: The most bends and products of what is given that are allowed for.

    Returns:
        The effect with its interval, the p-value and the rows.

    Raises:
        DoesNotApply: A column is constant, fixed by the known ones, or the rows are too few: it says which.
        Problem: A column is not there, holds too many texts or not what its type says.
    """
    columns = data if isinstance(data, Columns) else Columns(data, types)
    known = tuple(sorted(as_names(given)))
    names = (x, y, *known)
    if len(set(names)) < len(names):
        raise DoesNotApply(f"{listed(names)} are not all different.", remedy="Ask about different columns.")
    complete = columns.complete(names)
    count = int(complete.sum())
    if count < FEWEST_ROWS:
        raise DoesNotApply(
            f"Only {count:,} rows have a value in each of {listed(names)}; a test takes at least "
            f"{FEWEST_ROWS}.",
            column=x,
        )
    rows = None if count == columns.rows else complete
    one, other = columns[x], columns[y]
    for column in (one, other):
        _refuse_constant(column, rows)
    held = [columns[name] for name in known]
    measured = _measure(one, other, held, rows, count, most_terms)
    measure = _measure_name(one, other, bool(known))
    return Tested.of(x, y, known, measured, measure, count, columns.rows - count)


def _measure(
    x: Column, y: Column, given: Sequence[Column], rows: NDArray[np.bool_] | None, count: int, most: int
) -> Measured:
    notes: list[str] = []
    blocks = [None if column.number else _merged(column, rows, notes) for column in (x, y)]
    if blocks[0] is not None and blocks[1] is not None:
        found = _within_strata(blocks[0], blocks[1], given, rows, count)
        if found is not None:
            return _noted(found, notes)
    sides = [
        _values(column, rows) if block is None else _indicators(block)
        for column, block in zip((x, y), blocks, strict=True)
    ]
    _fit_parts(sides, count, notes)
    regressors, how = terms(given, rows, count, most)
    if how:
        notes.append(f"What is given enters with {how}.")
    width = sides[0].shape[1]
    left, rank, leverage = residuals(np.concatenate(sides, axis=1), regressors)
    left = left - left.mean(axis=0)
    before = np.concatenate([side.var(axis=0) for side in sides])
    for column, part in ((x, slice(0, width)), (y, slice(width, None))):
        if np.all(left[:, part].var(axis=0) <= 1e-10 * before[part]):
            raise DoesNotApply(
                f"{column.name} is fixed by {listed([each.name for each in given])}: nothing of it is left "
                "to go together with anything.",
                column=column.name,
            )
    if count - rank < FEWEST_ROWS // 2:
        raise DoesNotApply(
            f"{count:,} rows are too few for the {rank - 1} terms that are held fixed.", column=x.name
        )
    if left.shape[1] == 2:
        return _noted(partial_correlation(left[:, 0], left[:, 1], rank, leverage=leverage), notes)
    found = residual_covariance(left[:, :width], left[:, width:], rank, leverage)
    if found is None:
        raise DoesNotApply(
            f"{count:,} rows are too few for the levels of {x.name} and {y.name}.", column=x.name
        )
    return _noted(found, notes)


def _measure_name(x: Column, y: Column, conditional: bool) -> str:
    if not x.number and not y.number:
        return "conditional Cramér's V" if conditional else "Cramér's V"
    if all(column.number or len(column.levels) == 2 for column in (x, y)):
        return "partial correlation" if conditional else "correlation"
    return "partial correlation ratio" if conditional else "correlation ratio"


def _within_strata(
    x: Integers, y: Integers, given: Sequence[Column], rows: NDArray[np.bool_] | None, count: int
) -> Measured | None:
    """The test by strata; None when numbers are given, or most rows lie in strata that tell nothing."""
    found = strata(given, rows)
    if found is None:
        return None
    codes, number = found
    levels = int(x.max()) + 1, int(y.max()) + 1
    if levels[0] * levels[1] * number > _MOST_CELLS:
        return None
    stratum = codes if given else np.zeros(count, dtype=np.int64)
    measured, used = stratified(x, y, stratum, (*levels, number))
    return measured if 2 * used >= count else None


def _merged(column: Column, rows: NDArray[np.bool_] | None, notes: list[str]) -> Integers:
    """(n,) codes from 0 of the levels found, the rare ones put together."""
    assert column.codes is not None  # noqa: S101 - only columns that are no numbers come here
    codes = column.codes if rows is None else column.codes[rows]
    counts = np.bincount(codes, minlength=len(column.levels))
    order = np.argsort(-counts, kind="stable")
    found = order[counts[order] > 0]
    rare = int((counts[found] < RARE).sum())
    # Rare levels that together are still rare take the next one in.
    while 0 < rare < len(found) - 1 and counts[found[len(found) - rare :]].sum() < RARE:
        rare += 1
    rare = min(rare, len(found) - 1)
    place = np.zeros(len(counts), dtype=np.int64)
    if len(found) == 2:
        # In their own order, so that the sign of a correlation means what it says.
        place[found.max()] = 1
        return place[codes]
    kept = len(found) - rare
    place[found[:kept]] = np.arange(kept)
    place[found[kept:]] = kept
    if rare > 1:
        notes.append(f"{rare} rare levels of {column.name} are tested together, as one.")
    return place[codes]


def _fit_parts(sides: list[Floats], count: int, notes: list[str]) -> None:
    """Put the rarest levels together until there are rows enough for each pair of levels, in place."""
    allowed = max(1, min(count // ROWS_PER_PART, _MOST_PARTS))
    if sides[0].shape[1] * sides[1].shape[1] <= allowed:
        return
    while sides[0].shape[1] * sides[1].shape[1] > allowed:
        larger = 0 if sides[0].shape[1] > sides[1].shape[1] else 1
        sides[larger] = sides[larger][:, :-1]
    notes.append("The rarest levels are tested together: there are too few rows for each pair of levels.")


def _indicators(codes: Integers) -> Floats:
    """(n, levels - 1) one column for each level but the last, the rarest; two levels: of the second."""
    last = int(codes.max())
    wanted = np.arange(last) if last > 1 else np.array([1])
    indicators: Floats = (codes[:, None] == wanted[None, :]).astype(np.float64)
    return indicators


def _values(column: Column, rows: NDArray[np.bool_] | None) -> Floats:
    assert column.numbers is not None  # noqa: S101 - only numbers come here
    values = column.numbers if rows is None else column.numbers[rows]
    centred: Floats = values - values.mean()
    return centred[:, None]


def _refuse_constant(column: Column, rows: NDArray[np.bool_] | None) -> None:
    content = column.numbers if column.numbers is not None else column.codes
    assert content is not None  # noqa: S101 - a column has one of the two
    used = content if rows is None else content[rows]
    if used.min() == used.max():
        raise DoesNotApply(
            f"{column.name} has the same value in every row that is complete here, so nothing can go "
            "together with it.",
            column=column.name,
        )


def _noted(measured: Measured, notes: list[str]) -> Measured:
    from dataclasses import replace

    return replace(measured, notes=(*measured.notes, *notes))
