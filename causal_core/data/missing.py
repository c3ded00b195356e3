"""Missing values by column and by arm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from causal_core.data.arms import arms_of
from causal_core.data.covariates import covariate
from causal_core.data.known import cluster_levels
from causal_core.data.outcome import outcome_values
from causal_core.data.source import columns_of
from causal_core.data.table import Table
from causal_core.data.typed import Types, numbers

LARGE: Final = 0.1
"""A standardised difference of shares above this is called a difference between arms (Austin 2009)."""


@dataclass(frozen=True)
class MissingColumn:
    """One column's missing values.

    Attributes:
        name: The column.
        role: `treatment`, `outcome`, `covariate`, `weights`, `clusters` or `propensity`.
        count: Rows without a value, of all rows.
        by_arm: Rows of each arm without a value, control first; zeros for the treatment itself.
        differences: For each other arm its share less control's, over the root of the mean of the two
            binomial variances; None where a share is 0 in one and 1 in the other.
    """

    name: str
    role: str
    count: int
    by_arm: tuple[int, ...]
    differences: tuple[float | None, ...]

    @property
    def differs(self) -> bool:
        """Whether some arm's share is apart from control's by more than `LARGE`."""
        return any(each is None or abs(each) > LARGE for each in self.differences)


@dataclass(frozen=True)
class MissingReport:
    """What is missing among the columns an estimate needs.

    Attributes:
        rows: Rows of the table.
        arms: The levels as text, control first.
        arm_rows: Rows of each.
        columns: Those with any value missing, most first.
        complete: Rows of each arm with every value.
        needed: Rows of each arm that lack nothing but covariates.
    """

    rows: int
    arms: tuple[str, ...]
    arm_rows: tuple[int, ...]
    columns: tuple[MissingColumn, ...]
    complete: tuple[int, ...]
    needed: tuple[int, ...]

    @property
    def in_covariates(self) -> bool:
        """Whether rows lack a covariate and nothing else, so that there is a choice of what to do."""
        return self.complete != self.needed


def missing_report(
    data: Table | pd.DataFrame,
    treatment: str,
    control: object,
    outcome: str,
    covariates: Iterable[str] = (),
    types: Types | None = None,
    propensity: str | None = None,
    clusters: str | None = None,
    weights: str | None = None,
) -> MissingReport:
    """Counts of missing values by column and arm; infinite numbers count as missing.

    Args:
        data: A stored table, or a frame.
        treatment: The treatment's column.
        control: The reference level; None for the first in order.
        outcome: The outcome's column.
        covariates: Columns to adjust for.
        types: Kinds by column where the values alone would be read otherwise.
        propensity: Column of the known propensity.
        clusters: Column of the clusters.
        weights: Column of the sampling weights.

    Raises:
        Problem: A column is not there or cannot be used so.
    """
    adjusted = list(dict.fromkeys(covariates))
    others = [name for name in (propensity, clusters, weights) if name is not None]
    columns = columns_of(data, [treatment, outcome, *adjusted, *others])
    arms = arms_of(treatment, columns[treatment], control, types)
    needed = {(treatment, "treatment"): arms.codes < 0}
    needed[outcome, "outcome"] = np.isnan(outcome_values(outcome, columns[outcome], types))
    for name, role in ((propensity, "propensity"), (weights, "weights")):
        if name is not None:
            needed[name, role] = np.isnan(numbers(name, columns[name]))
    if clusters is not None:
        needed[clusters, "clusters"] = cluster_levels(columns[clusters]).codes < 0
    flags = needed | {(name, "covariate"): covariate(name, columns[name], types).missing for name in adjusted}
    size = len(arms.texts)
    totals = _by_arm(arms.codes, np.ones(len(arms.codes), dtype=bool), size)
    found = [
        MissingColumn(name, role, int(gap.sum()), counts, _differences(counts, totals))
        for (name, role), gap in flags.items()
        if gap.any()
        for counts in (_by_arm(arms.codes, gap, size),)
    ]
    return MissingReport(
        rows=len(arms.codes),
        arms=arms.texts,
        arm_rows=totals,
        columns=tuple(sorted(found, key=lambda each: -each.count)),
        complete=_by_arm(arms.codes, ~np.logical_or.reduce(list(flags.values())), size),
        needed=_by_arm(arms.codes, ~np.logical_or.reduce(list(needed.values())), size),
    )


def _by_arm(codes: NDArray[np.int64], flags: NDArray[np.bool_], size: int) -> tuple[int, ...]:
    return tuple(int(count) for count in np.bincount(codes[flags & (codes >= 0)], minlength=size))


def _differences(counts: tuple[int, ...], totals: tuple[int, ...]) -> tuple[float | None, ...]:
    shares = [count / max(total, 1) for count, total in zip(counts, totals, strict=True)]
    return tuple(_difference(share, shares[0]) for share in shares[1:])


def _difference(share: float, base: float) -> float | None:
    if share == base:
        return 0.0
    scale = ((share * (1 - share) + base * (1 - base)) / 2) ** 0.5
    return (share - base) / scale if scale > 0 else None
