"""Multiple imputation by chained equations: each incomplete column in turn, given all the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from causal_core.data.covariates import Covariate
from causal_core.data.design import Floats, Integers
from causal_core.data.draws import draw_levels, draw_numbers
from causal_core.data.levels import Levels

CYCLES = 10
"""How often each incomplete column is drawn anew; the last draw stands."""

MOST = 60
"""The most columns in a model of one column; above that those most correlated with it."""

COEFFICIENTS = 120
"""The most coefficients in a model of one category, over all its levels."""

Told = Callable[[float, float], None]


def _silent(done: float, total: float) -> None:
    """Nobody listens."""


def draw_group(
    items: Sequence[Covariate],
    rows: Integers,
    fixed: Floats,
    random: np.random.Generator,
    told: Told = _silent,
) -> list[Floats | Integers]:
    """The columns of one group of rows with every gap filled, by one chain of equations.

    Args:
        items: The covariates over all rows of the table.
        rows: Positions of the group's rows, at least one of which has each column's value.
        fixed: (len(rows), q) what is never missing and enters every model: the outcome, the arms.
        random: Where the draws come from.
        told: Called with (columns done, columns to do).

    Returns:
        For each covariate its numbers or level codes in these rows.
    """
    contents = [_content(item, rows) for item in items]
    gaps = [item.missing[rows] for item in items]
    sizes = [len(item.content.texts) if isinstance(item.content, Levels) else 0 for item in items]
    for content, gap in zip(contents, gaps, strict=True):
        if gap.any():
            content[gap] = random.choice(content[~gap], int(gap.sum()))
    blocks = [_block(content, gap, size) for content, gap, size in zip(contents, gaps, sizes, strict=True)]
    todo = sorted((j for j, gap in enumerate(gaps) if gap.any()), key=lambda j: int(gaps[j].sum()))
    always = np.column_stack([np.ones(len(rows)), fixed])
    # One column that nothing else hangs on needs no second turn.
    cycles = 1 if len(todo) == 1 else CYCLES
    for cycle in range(cycles):
        for turn, j in enumerate(todo):
            told(cycle * len(todo) + turn, cycles * len(todo))
            others = [block for place, block in enumerate(blocks) if place != j]
            width = MOST if sizes[j] == 0 else max(2, COEFFICIENTS // max(sizes[j] - 1, 1))
            x = _predictors(always, others, contents[j], gaps[j], sizes[j], width)
            known, wanted = x[~gaps[j]], x[gaps[j]]
            seen = contents[j][~gaps[j]]
            drawn: Floats | Integers
            if sizes[j]:
                drawn = draw_levels(known, seen.astype(np.int64), wanted, random)
            else:
                drawn = draw_numbers(known, seen.astype(np.float64), wanted, random)
            contents[j][gaps[j]] = drawn
            blocks[j] = _block(contents[j], gaps[j], sizes[j])
    return contents


def _content(item: Covariate, rows: Integers) -> Floats | Integers:
    values = item.content.codes if isinstance(item.content, Levels) else item.content
    return values[rows].copy()


def _block(content: Floats | Integers, gap: NDArray[np.bool_], size: int) -> Floats:
    """The column as standardised predictors, by the mean and spread of the values seen."""
    if size:
        seen = np.bincount(content[~gap], minlength=size)
        kept = [level for level in np.flatnonzero(seen) if level != int(np.argmax(seen))]
        raw = (content[:, None] == np.array(kept, dtype=np.int64)).astype(np.float64)
    else:
        raw = content[:, None].astype(np.float64)
    return standardised(raw, ~gap)


def standardised(raw: Floats, seen: NDArray[np.bool_] | None = None) -> Floats:
    """Columns with mean 0 and variance 1 over the rows in `seen`, without those that do not vary there."""
    some = raw if seen is None else raw[seen]
    spread = some.std(axis=0)
    varies = spread > 1e-10 * np.maximum(np.abs(some).max(axis=0, initial=0), np.finfo(float).tiny)
    found: Floats = (raw[:, varies] - some[:, varies].mean(axis=0)) / spread[varies]
    return found


def _predictors(
    always: Floats,
    others: Sequence[Floats],
    content: Floats | Integers,
    gap: NDArray[np.bool_],
    size: int,
    most: int,
) -> Floats:
    """(n, p) an intercept, what always enters, and of the other columns those most correlated with this."""
    x = np.column_stack([always, *others])
    most = max(min(most, int((~gap).sum()) // 5), always.shape[1] + 1)
    if x.shape[1] <= most:
        return x
    seen = ~gap
    target = _block(content, gap, size)[seen]
    rest = x[seen, always.shape[1] :]
    strength = np.abs(rest.T @ target).max(axis=1, initial=0)
    best = np.sort(np.argsort(-strength, kind="stable")[: most - always.shape[1]])
    return x[:, np.concatenate([np.arange(always.shape[1]), always.shape[1] + best])]
