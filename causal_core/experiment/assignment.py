"""Who gets what, drawn beforehand: a seeded random list, balanced within the groups of chosen columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Integers
from causal_core.experiment.design import Arms
from causal_core.problem import Problem

if TYPE_CHECKING:
    from causal_core.data.table import Table
    from causal_core.data.typed import Types

PARTS = 4
"""Parts of as many rows that a column with many numbers is cut into."""

FEW = 6
"""Up to so many different numbers each stands for itself."""

MOST_STRATA = 200
"""The most groups people are balanced within."""

LONGEST = 40
"""The longest block that is dealt out at once."""


@dataclass(frozen=True)
class Stratum:
    """People who are alike in the chosen columns.

    Attributes:
        values: What they have in each column, in words.
        share: Of the rows of the study's table.
    """

    values: tuple[str, ...]
    share: float


@dataclass(frozen=True)
class AssignmentList:
    """A list from which the next person of each stratum gets the next line.

    Attributes:
        columns: The columns people are balanced within.
        labels: The arms, control first.
        strata: Groups, largest first; one without columns.
        arms: For each stratum the arms 0..k-1 in order.
        seed: Of the draw.
    """

    columns: tuple[str, ...]
    labels: tuple[str, ...]
    strata: tuple[Stratum, ...]
    arms: tuple[tuple[int, ...], ...]
    seed: int

    @property
    def people(self) -> int:
        """Lines in all."""
        return sum(len(each) for each in self.arms)

    def counts(self) -> tuple[int, ...]:
        """How many lines each arm has."""
        every = np.concatenate([np.array(each, dtype=np.int64) for each in self.arms])
        return tuple(int(count) for count in np.bincount(every, minlength=len(self.labels)))

    def to_csv(self) -> str:
        """The list as a csv: stratum, its values, the line's number in it, and the arm."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["stratum", *self.columns, "number", "arm"])
        for place, (stratum, arms) in enumerate(zip(self.strata, self.arms, strict=True), start=1):
            for number, arm in enumerate(arms, start=1):
                writer.writerow([place, *stratum.values, number, self.labels[arm]])
        return out.getvalue()


def strata_of(table: Table, columns: Sequence[str], types: Types | None = None) -> tuple[Stratum, ...]:
    """The groups of the table's rows by some columns, largest first; numbers are cut into quarters.

    Raises:
        Problem: A column is not there, or there are more than 200 groups.
    """
    if not columns:
        return (Stratum((), 1.0),)
    import pandas as pd

    from causal_core.data.encoding import feature_frame

    frame = feature_frame(table, columns, types)
    words = pd.DataFrame({name: _words(frame[name]) for name in frame.columns})
    sizes = (
        words.groupby(list(words.columns), observed=True).size().sort_values(ascending=False, kind="stable")
    )
    if len(sizes) > MOST_STRATA:
        raise Problem(
            f"These columns make {len(sizes):,} groups, too many to balance within (at most {MOST_STRATA}).",
            column=columns[-1],
            remedy="Balance within fewer columns: those that go with the outcome most.",
        )
    keys = [key if isinstance(key, tuple) else (key,) for key in sizes.index]
    return tuple(
        Stratum(tuple(str(value) for value in key), float(size) / len(frame))
        for key, size in zip(keys, sizes.to_numpy(), strict=True)
    )


def assignment_list(
    arms: Arms, people: int, strata: Sequence[Stratum], columns: Sequence[str], seed: int
) -> AssignmentList:
    """A list for so many people, split among the strata as the study's rows are.

    Within a stratum whole blocks hold each arm by its share, in random order (permuted blocks), so that arms
    stay balanced whenever recruiting ends; without strata the list as a whole does.

    Raises:
        Problem: There are fewer people than arms.
    """
    if people < len(arms.labels):
        raise Problem(
            f"{people:,} people are fewer than the {len(arms.labels)} arms.", remedy="Plan for more people."
        )
    random = np.random.default_rng([seed, 31_337])
    exact = np.array([stratum.share for stratum in strata]) * people
    counts = np.floor(exact).astype(np.int64)
    counts[np.argsort(-(exact - counts), kind="stable")[: people - int(counts.sum())]] += 1
    single = len(strata) == 1
    dealt = tuple(
        tuple(
            int(arm)
            for arm in (arms.assign(int(count), random) if single else _blocks(arms, int(count), random))
        )
        for count in counts
    )
    return AssignmentList(tuple(columns), arms.labels, tuple(strata), dealt, seed)


def _blocks(arms: Arms, count: int, random: np.random.Generator) -> Integers:
    size = next(
        (
            size
            for size in range(len(arms.labels), LONGEST + 1)
            if all(abs(share * size - round(share * size)) < 1e-6 for share in arms.shares)
        ),
        0,
    )
    if not size:
        return arms.assign(count, random)
    blocks = [arms.assign(size, random) for _ in range(-(-count // size))]
    return np.concatenate([*blocks, np.zeros(0, dtype=np.int64)])[:count].astype(np.int64)


def _words(column: object) -> object:
    import pandas as pd

    values = pd.Series(column)
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.astype(object).where(values.notna(), "missing").astype(str)
    numbers = values.astype(float)
    if numbers.nunique() <= FEW:
        return numbers.map(lambda value: "missing" if value != value else f"{value:g}")
    cuts = numbers.quantile([part / PARTS for part in range(1, PARTS)]).drop_duplicates().tolist()
    ends = [f"up to {cuts[0]:.4g}", *(f"up to {cut:.4g}" for cut in cuts[1:]), f"above {cuts[-1]:.4g}"]
    place = numbers.map(lambda value: sum(value > cut for cut in cuts) if value == value else -1)
    return place.map(lambda code: "missing" if code < 0 else ends[int(code)])
