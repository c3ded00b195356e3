"""Which rows are locked away: a seeded draw of the table's rows, clusters whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.study.experiment_options import HeldBackOptions

FEWEST = 100
"""The fewest rows that each part must hold: below, neither can answer."""


@dataclass(frozen=True)
class Lock:
    """A random part of a table's rows.

    Attributes:
        share: Of the rows (of the clusters, where there are any), above 0 and below 1.
        seed: Of the draw.
        clusters: Column whose equal values stay together; None for rows one by one.
    """

    share: float
    seed: int = 1
    clusters: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share < 1:
            raise Problem(
                f"The share to lock away is {self.share:g}; it must lie above 0 and below 1.",
                column="share",
                remedy="A fifth of the rows is usual.",
            )


def lock_of(options: HeldBackOptions) -> Lock | None:
    """The lock that a study asks for; None when nothing is locked."""
    if options.share is None:
        return None
    return Lock(options.share, options.seed, options.clusters)


def locked_rows(table: Table, lock: Lock) -> NDArray[np.bool_]:
    """(rows,) whether each row is locked; the same for the same table and lock.

    Rows without a cluster stand for themselves. With clusters the locked ones are the first of a random order
    that bring the rows nearest to the share.

    Raises:
        Problem: The column of clusters is not there, or a part would hold fewer than 100 rows.
    """
    random = np.random.default_rng([lock.seed, 20_477])
    group = _groups(table, lock.clusters)
    count = int(group.max()) + 1 if len(group) else 0
    order = random.permutation(count)
    sizes = np.bincount(group, minlength=count)
    reached = np.cumsum(sizes[order])
    taken = int(np.abs(np.append(0, reached) - lock.share * table.rows).argmin())
    locked = np.zeros(count, dtype=bool)
    locked[order[:taken]] = True
    found: NDArray[np.bool_] = locked[group] if count else np.zeros(0, dtype=bool)
    fewest = min(int(found.sum()), table.rows - int(found.sum()))
    if fewest < FEWEST:
        what = f"whole clusters of {lock.clusters}" if lock.clusters else "rows"
        raise Problem(
            f"Locking {100 * lock.share:g} % of {table.rows:,} rows as {what} leaves too small a part: it "
            f"has {fewest:,}, and each needs at least {FEWEST} rows.",
            column=lock.clusters,
            remedy="Choose another share, or lock nothing: a table this small cannot spare rows.",
        )
    return found


def split(table: Table, lock: Lock, folder: str | Path) -> tuple[Table, Table]:
    """The open part and the locked part, each a stored table in `folder`.

    Raises:
        Problem: As `locked_rows`.
    """
    locked = locked_rows(table, lock)
    return _part(table, ~locked, folder), _part(table, locked, folder)


def open_part(table: Table, lock: Lock, folder: str | Path) -> Table:
    """The open part alone; the locked rows are written nowhere.

    Raises:
        Problem: As `locked_rows`.
    """
    return _part(table, ~locked_rows(table, lock), folder)


def _part(table: Table, rows: NDArray[np.bool_], folder: str | Path) -> Table:
    from causal_core.data.table import write_table

    return write_table(table.arrow().take(np.flatnonzero(rows)), folder)


def _groups(table: Table, clusters: str | None) -> NDArray[np.int64]:
    if clusters is None:
        return np.arange(table.rows, dtype=np.int64)
    import pandas as pd

    codes = pd.factorize(table.frame([clusters])[clusters])[0].astype(np.int64)
    alone = np.flatnonzero(codes < 0)
    codes[alone] = int(codes.max(initial=-1)) + 1 + np.arange(len(alone))
    named: Any = codes
    return np.asarray(named)
