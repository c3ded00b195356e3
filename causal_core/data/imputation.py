"""Covariates with their gaps filled: by an indicator, or by multiple imputation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from causal_core.data.chained import draw_group, standardised
from causal_core.data.covariates import Covariate
from causal_core.data.design import Floats, Integers
from causal_core.data.levels import Levels
from causal_core.engine.progress import report

LEAST = 50
"""Rows with a value that each arm must have in each incomplete column to be imputed by itself."""


@dataclass(frozen=True)
class Filling:
    """What becomes of missing covariates.

    Attributes:
        way: `indicator` or `imputation`.
        number: Which of the completed tables, from 1.
        seed: Seed of the draws; tables of one seed and different numbers are independent draws.
    """

    way: Literal["indicator", "imputation"]
    number: int = 1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Unit:
    """What imputation models know of the rows besides their covariates, none of it missing.

    Attributes:
        rows: (n,) positions in the table.
        arm: (n,) 0..k-1.
        outcome: (n,).
        weights: (n,) sampling weights, or None.
    """

    rows: Integers
    arm: Integers
    outcome: Floats
    weights: Floats | None = None


def fill(
    items: Iterable[Covariate], units: Unit, filling: Filling
) -> tuple[list[Covariate], tuple[str, ...]]:
    """The covariates without a gap in the rows in use, and sentences on what was done.

    A column without any value in these rows is left out.

    Args:
        items: Each over all rows of the table.
        units: The rows in use.
        filling: How the gaps are filled.
    """
    kept, notes = [], []
    for item in items:
        if item.missing[units.rows].all():
            notes.append(f'"{item.name}" was left out: no row in use has a value of it.')
        else:
            kept.append(item)
    incomplete = [item for item in kept if item.missing[units.rows].any()]
    if not incomplete:
        return kept, tuple(notes)
    if filling.way == "indicator":
        filled = [each for item in kept for each in _indicated(item, units.rows)]
        names = ", ".join(f'"{item.name}"' for item in incomplete)
        notes.append(
            f"Missing values of {names} were set to the mean or the most common level, with a column that "
            "says where."
        )
    else:
        filled = _imputed(kept, incomplete, units, filling)
    return filled, tuple(notes)


def _indicated(item: Covariate, rows: Integers) -> list[Covariate]:
    gap = item.missing[rows]
    if not gap.any():
        return [item]
    seen = rows[~gap]
    if isinstance(item.content, Levels):
        common: float = int(np.argmax(np.bincount(item.content.codes[seen])))
    else:
        common = float(item.content[seen].mean())
    filled = _with(item, rows[gap], np.full(int(gap.sum()), common))
    says = Covariate(
        f"{item.name} is missing", item.missing.astype(np.float64), np.zeros_like(item.missing), item.name
    )
    return [filled, says]


def _with(item: Covariate, rows: Integers, values: Floats | Integers) -> Covariate:
    missing = item.missing.copy()
    missing[rows] = False
    if isinstance(item.content, Levels):
        codes = item.content.codes.copy()
        codes[rows] = values
        return replace(item, content=replace(item.content, codes=codes), missing=missing)
    content = item.content.copy()
    content[rows] = values
    return replace(item, content=content, missing=missing)


def _imputed(
    items: Sequence[Covariate], incomplete: Sequence[Covariate], units: Unit, filling: Filling
) -> list[Covariate]:
    """One completed table (van Buuren 2018, sections 4.5 and 6.4).

    Each arm by itself where it has the rows for it, so that effects may differ by every covariate; else all
    rows together, with the arms, the outcome and their products in every model.
    """
    random = np.random.default_rng([filling.seed, filling.number])
    filled = list(items)
    groups = _groups(incomplete, units)
    for place, group in enumerate(groups):
        rows = units.rows[group]
        fixed = standardised(_fixed(units, group, whole=len(groups) == 1))

        def told(done: float, total: float, place: int = place) -> None:
            report(place + done / total, len(groups))

        drawn = draw_group(items, rows, fixed, random, told)
        for j, item in enumerate(items):
            gap = item.missing[rows]
            if gap.any():
                filled[j] = _with(filled[j], rows[gap], drawn[j][gap])
    return filled


def _groups(incomplete: Sequence[Covariate], units: Unit) -> list[Integers]:
    arms = [np.flatnonzero(units.arm == a) for a in range(int(units.arm.max()) + 1)]
    seen = min(int((~item.missing[units.rows[arm]]).sum()) for item in incomplete for arm in arms)
    return arms if seen >= LEAST else [np.arange(len(units.rows))]


def _fixed(units: Unit, group: Integers, whole: bool) -> Floats:
    outcome = units.outcome[group]
    columns = [outcome]
    if units.weights is not None:
        columns.append(units.weights[group])
    if whole:
        centred = outcome - outcome.mean()
        for a in range(1, int(units.arm.max()) + 1):
            inside = (units.arm[group] == a).astype(np.float64)
            columns += [inside, inside * centred]
    return np.column_stack(columns)
