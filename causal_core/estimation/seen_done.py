"""The outcome as seen at each level of the treatment, beside the outcome had everybody been at that level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from causal_core.data.arms import arms_of
from causal_core.data.design import Floats, Integers
from causal_core.data.levels import levels_of
from causal_core.data.outcome import outcome_values
from causal_core.data.storage import whole
from causal_core.data.table import Table
from causal_core.problem import DoesNotApply

_NORMAL = 1.959963984540054
_MOST_LEVELS = 20
_LEAST_ROWS = 2


@dataclass(frozen=True)
class Number:
    """A value with its standard error and 95 % interval, in the outcome's unit."""

    value: float
    std_error: float

    @property
    def ci(self) -> tuple[float, float]:
        """The 95 % interval, by the normal distribution."""
        return self.value - _NORMAL * self.std_error, self.value + _NORMAL * self.std_error


@dataclass(frozen=True)
class Pair:
    """One number seen and the same number done.

    Attributes:
        level: The level of the treatment; the control level comes first.
        rows: Rows at that level.
        seen: Mean outcome of the rows at that level, E(y | x).
        done: Mean outcome standardised to all rows, E(y | do(x)).
        seen_gap: `seen` less that of the control level; None for the control level itself.
        done_gap: `done` less that of the control level: the effect; None for the control level itself.
    """

    level: str
    rows: int
    seen: Number
    done: Number
    seen_gap: Number | None
    done_gap: Number | None


@dataclass(frozen=True)
class SeenDone:
    """The numbers behind seeing and doing.

    Attributes:
        adjusted: The columns whose strata the standardised means run over, in name order.
        measure: What is averaged: `mean of y`, or `share of rows with y = yes`.
        pairs: One for each level of the treatment, control first.
        strata: How many strata hold rows.
        rows_used: Rows with treatment, outcome and every column adjusted for.
        rows_dropped: Rows that lack one of them.
        rows_outside: Used rows in strata with fewer than two rows at some level of the treatment; nothing can
            be said of doing there, so the standardised means leave them out.
    """

    adjusted: tuple[str, ...]
    measure: str
    pairs: tuple[Pair, ...]
    strata: int
    rows_used: int
    rows_dropped: int
    rows_outside: int

    @property
    def turned(self) -> bool:
        """Whether some difference to the control level changes its sign between seeing and doing."""
        return any(
            pair.seen_gap.value * pair.done_gap.value < 0
            for pair in self.pairs
            if pair.seen_gap is not None and pair.done_gap is not None
        )


def seen_and_done(
    table: Table,
    treatment: str,
    outcome: str,
    sets: Iterable[Iterable[str]],
    control: object = None,
    types: Mapping[str, str] | None = None,
    clusters: str | None = None,
    weights: str | None = None,
) -> SeenDone:
    """Means seen and means standardised over the strata of the first adjustment set that has few values.

    The standardised mean is sum_z P(z) mean(y | x, z), with P(z) from the rows used. Its standard error comes
    from the influence of each row (Hahn 1998), the strata's shares estimated too; rows of one cluster are
    summed first. Without covariates it is that of the difference in means with unequal variances.

    Args:
        table: The table; 100,000 rows take well under 0.2 s.
        treatment: Column of at most 20 levels.
        outcome: A numeric or yes/no column; of text with two levels the share of the last is taken.
        sets: Valid adjustment sets, the preferred first.
        control: The control level; None for the first in order.
        types: Column -> kind, where the study overrides what the table suggests.
        clusters: Column that names each row's cluster.
        weights: Column of sampling weights.

    Raises:
        DoesNotApply: No set has only columns of the table with at most 20 values each, or no stratum holds
            every level of the treatment; it says which.
        Problem: A column cannot be treatment or outcome.
    """
    used = dict(types or {})
    arms = arms_of(treatment, _column(table, treatment), control, used)
    measure, y = _outcome(table, outcome, used)
    names, codes = _first_set(table, sets)
    present = (arms.codes >= 0) & np.isfinite(y) & np.all([c >= 0 for c in (*codes, arms.codes)], axis=0)
    weight = np.ones(table.rows)
    if weights is not None:
        weight = outcome_values(weights, _column(table, weights), used)
        present &= np.isfinite(weight) & (weight > 0)
    group = None
    if clusters is not None:
        named = (
            _column(table, clusters).dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
        )
        present &= named >= 0
        group = np.unique(named[present], return_inverse=True)[1]
    if not present.any():
        raise DoesNotApply("No row holds the treatment, the outcome and every column adjusted for.")
    stratum = _strata([each[present] for each in codes], int(present.sum()))
    rows = _Rows(arms.codes[present], y[present], weight[present], stratum, group)
    return _summary(rows, arms.texts, names, measure, table.rows)


def _column(table: Table, name: str) -> pa.Array:
    return whole(table.arrow([name]).column(0))


def _outcome(table: Table, name: str, types: Mapping[str, str]) -> tuple[str, Floats]:
    column = _column(table, name)
    if pa.types.is_large_string(column.type) and name not in types:
        levels = levels_of(column, _MOST_LEVELS)
        if not isinstance(levels, int) and len(levels.texts) == 2:
            share = np.where(levels.codes < 0, np.nan, levels.codes).astype(float)
            return f"share of rows with {name} = {levels.texts[1]}", share
    return f"mean of {name}", outcome_values(name, column, types)


def _first_set(table: Table, sets: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], list[Integers]]:
    reasons: list[str] = []
    for nodes in sets:
        names = tuple(sorted(nodes))
        codes: list[Integers] = []
        for name in names:
            if name not in table.columns:
                reasons.append(f"{name} is not a column of the table")
                break
            levels = levels_of(_column(table, name), _MOST_LEVELS)
            if isinstance(levels, int):
                reasons.append(f"{name} has {levels:,} different values, too many for strata")
                break
            codes.append(levels.codes)
        else:
            return names, codes
    if not reasons:
        raise DoesNotApply("There is no adjustment set, so nothing can be standardised.")
    raise DoesNotApply(
        f"The numbers cannot be had by counting: {'; '.join(dict.fromkeys(reasons))}.",
        remedy="Estimate uses models of the outcome or of the treatment instead.",
    )


def _strata(codes: Sequence[Integers], rows: int) -> Integers:
    stratum = np.zeros(rows, dtype=np.int64)
    for each in codes:
        # Renumbered at each step, so that many columns never run out of numbers.
        stratum = np.unique(stratum * (_MOST_LEVELS + 1) + each, return_inverse=True)[1]
    return stratum


@dataclass(frozen=True, eq=False)
class _Rows:
    """(n,) arrays: arm, outcome, weight, stratum, and cluster or None."""

    arm: Integers
    y: Floats
    weight: Floats
    stratum: Integers
    group: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.y)

    def take(self, kept: NDArray[np.bool_]) -> _Rows:
        stratum = np.unique(self.stratum[kept], return_inverse=True)[1]
        group = None if self.group is None else self.group[kept]
        return _Rows(self.arm[kept], self.y[kept], self.weight[kept], stratum, group)

    def error(self, influence: Floats) -> float:
        if self.group is not None:
            sums = np.bincount(self.group, weights=influence)
            groups = len(np.unique(self.group))
            if groups < 2:
                return float("nan")
            return float(np.sqrt(np.sum(sums**2) * groups / (groups - 1)) / len(self))
        return float(np.sqrt(np.sum(influence**2)) / len(self))

    def means(self, number: int) -> list[tuple[float, Floats]]:
        """Each arm's standardised mean with each row's influence on it; every stratum holds every arm."""
        strata = int(self.stratum.max()) + 1
        cell = self.stratum * number + self.arm
        size = strata * number
        mass = np.bincount(cell, self.weight, size)
        mean = np.bincount(cell, self.weight * self.y, size) / np.where(mass > 0, mass, 1)
        count = np.bincount(cell, minlength=size)
        left = (self.y - mean[cell]) * np.sqrt(count / np.maximum(count - 1, 1))[cell]
        share = np.bincount(self.stratum, self.weight, strata)
        answers = []
        for arm in range(number):
            of = mean[np.arange(strata) * number + arm]
            value = float(share @ of / share.sum())
            inside = np.where(self.arm == arm, share[self.stratum] / mass[cell], 0) * left
            influence = self.weight * (inside + of[self.stratum] - value) * len(self) / share.sum()
            answers.append((value, influence))
        return answers


def _summary(
    rows: _Rows, levels: tuple[str, ...], names: tuple[str, ...], measure: str, total: int
) -> SeenDone:
    number = len(levels)
    counts = np.bincount(rows.arm, minlength=number)
    if counts.min() < _LEAST_ROWS:
        few = levels[int(counts.argmin())]
        raise DoesNotApply(f"Fewer than {_LEAST_ROWS} complete rows are at the level {few}.", column=few)
    strata = int(rows.stratum.max()) + 1
    cells = np.bincount(rows.stratum * number + rows.arm, minlength=strata * number).reshape(strata, number)
    kept = (cells.min(axis=1) >= _LEAST_ROWS)[rows.stratum]
    if not kept.any():
        raise DoesNotApply(
            f"No stratum of {', '.join(names)} has {_LEAST_ROWS} rows of every level of the treatment.",
            remedy="Adjust for fewer columns, or group their values.",
        )
    overlap = rows.take(kept)
    seen_rows = _Rows(rows.arm, rows.y, rows.weight, np.zeros_like(rows.stratum), rows.group)
    sides = ((seen_rows, seen_rows.means(number)), (overlap, overlap.means(number)))
    pairs = []
    for arm, level in enumerate(levels):
        values = [Number(means[arm][0], side.error(means[arm][1])) for side, means in sides]
        gaps = [
            Number(means[arm][0] - means[0][0], side.error(means[arm][1] - means[0][1])) if arm else None
            for side, means in sides
        ]
        pairs.append(Pair(level, int(counts[arm]), *values, *gaps))
    return SeenDone(
        adjusted=names,
        measure=measure,
        pairs=tuple(pairs),
        strata=strata,
        rows_used=len(rows),
        rows_dropped=total - len(rows),
        rows_outside=len(rows) - len(overlap),
    )
