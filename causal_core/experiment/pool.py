"""The people whom simulated experiments are drawn from: rows of the user's data, without treatment."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.problem import DoesNotApply, Problem

MOST = 20_000
"""The most rows a pool holds; of larger data as many are drawn by lot."""

COVARIATES = 10
"""The most covariates an analysis adjusts for: those that go with the outcome most."""

FEWEST = 20
"""The fewest rows without treatment that people can be drawn from."""

FEWEST_CLUSTERS = 8
"""The fewest clusters that new ones can be drawn from."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Rows with their outcome without treatment; an experiment draws from them with replacement.

    Attributes:
        outcome: (m,) without treatment, in the outcome's unit.
        weight: (m,) chance of each row to be drawn, 1 in total; equal where clusters are drawn.
        covariates: (m, p) standardised, the one that goes with the outcome most first.
        group: (m,) cluster 0..g-1, each with at least one row; None where people are drawn one by one.
        source: Where the outcomes without treatment come from, in words.
    """

    outcome: Floats
    weight: Floats
    covariates: Floats = field(repr=False)
    group: Integers | None = field(default=None, repr=False)
    source: str = ""

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        """The two values of a binary outcome, the lower first; None for a number."""
        found = np.unique(self.outcome)
        return (float(found[0]), float(found[1])) if len(found) == 2 else None

    @property
    def mean(self) -> float:
        """The mean outcome without treatment."""
        return float(self.weight @ self.outcome)

    @property
    def variance(self) -> float:
        """Its variance."""
        return float(self.weight @ (self.outcome - self.mean) ** 2)

    @cached_property
    def clusters(self) -> tuple[Integers, Integers, Integers]:
        """(rows by cluster, start of each cluster therein, its size)."""
        assert self.group is not None  # noqa: S101 - asked only where there are clusters
        order = np.argsort(self.group, kind="stable")
        sizes = np.bincount(self.group)
        return order, np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes

    def draw(self, people: int, random: np.random.Generator) -> tuple[Integers, Integers | None]:
        """Positions of about so many rows, and the new cluster of each; drawn with replacement."""
        if self.group is None:
            if np.ptp(self.weight) == 0:
                return random.integers(0, len(self.outcome), people), None
            return random.choice(len(self.outcome), people, p=self.weight), None
        order, starts, sizes = self.clusters
        drawn = random.integers(0, len(sizes), self.groups_for(people))
        lengths = sizes[drawn]
        before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        places = np.repeat(starts[drawn] - before, lengths) + np.arange(int(lengths.sum()))
        return order[places], np.repeat(np.arange(len(drawn)), lengths)

    def groups_for(self, people: int) -> int:
        """How many clusters hold about so many people."""
        return max(round(people / float(self.clusters[2].mean())), 1)

    def taken(self, rows: Integers) -> Pool:
        """The pool of some of its rows."""
        weight = self.weight[rows]
        group = None if self.group is None else np.unique(self.group[rows], return_inverse=True)[1]
        return Pool(self.outcome[rows], weight / weight.sum(), self.covariates[rows], group, self.source)


def pool_of(
    outcome: Floats,
    arm: Integers,
    chance: Floats,
    covariates: Floats,
    clusters: Integers | None = None,
    seed: int = 1,
) -> tuple[Pool, Integers]:
    """The pool of a study's rows, and the rows' positions.

    Without clusters these are the controls, each weighted by 1 / its chance of being one, so that together
    they are like all rows. Clusters that got one arm each are those of the control. Where arms are mixed
    within clusters all rows stay, and each arm's mean effect is taken off: as a shift, or of a binary outcome
    by changing as many outcomes as that takes, drawn by lot.

    Args:
        outcome: (n,).
        arm: (n,) 0..k-1, 0 the control.
        chance: (n,) of being a control.
        covariates: (n, p) numbers known before the treatment.
        clusters: (n,) codes, or None.
        seed: Of what is drawn.

    Raises:
        Problem: Too few rows or clusters without treatment.
        DoesNotApply: Their outcome does not vary.
    """
    random = np.random.default_rng([seed, 5_381])
    values, rows = outcome, np.flatnonzero(arm == 0)
    source = f"the {len(rows):,} rows without treatment"
    mixed = clusters is not None and _mixed(clusters, arm)
    if mixed:
        rows = np.arange(len(outcome))
        values = _without(outcome, arm, chance, random)
        source = f"all {len(rows):,} rows with each arm's mean effect taken off, so that clusters stay whole"
    if len(rows) < FEWEST:
        raise Problem(
            f"Only {len(rows):,} rows are without treatment; drawing new people takes at least {FEWEST}.",
            remedy="Use a table with more of them.",
        )
    if np.ptp(values[rows]) == 0:
        raise DoesNotApply(
            "The outcome is the same for everybody without treatment, so no number of people can be found.",
            remedy="Choose an outcome that varies.",
        )
    weight = np.ones(len(rows)) if clusters is not None else 1 / chance[rows]
    group = None
    if clusters is not None:
        group = np.unique(clusters[rows], return_inverse=True)[1]
        if int(group.max()) + 1 < FEWEST_CLUSTERS:
            raise Problem(
                f"Only {int(group.max()) + 1} clusters can be drawn from; that takes at least "
                f"{FEWEST_CLUSTERS}.",
                remedy="Use data with more clusters: how unlike they are cannot be told from so few.",
            )
    if len(rows) > MOST:
        kept = _fewer(len(rows), group, random)
        rows, weight = rows[kept], weight[kept]
        group = None if group is None else np.unique(group[kept], return_inverse=True)[1]
        source += f" ({len(rows):,} of them, drawn by lot)"
    weight = weight / weight.sum()
    chosen = strongest(covariates[rows], values[rows])
    return Pool(values[rows], weight, chosen, group, source), rows


def pool_of_design(design: Design, chance: Floats, seed: int = 1) -> Pool:
    """The pool of an estimator's rows; their covariates are those adjusted for."""
    return pool_of(design.outcome, design.arm, chance, design.covariates, design.clusters, seed)[0]


def strongest(covariates: Floats, outcome: Floats) -> Floats:
    """(m, p) at most ten standardised covariates, by how much they go with the outcome."""
    scale = covariates.std(axis=0)
    useful = np.flatnonzero(scale > 1e-12)
    standard = (covariates[:, useful] - covariates[:, useful].mean(axis=0)) / scale[useful]
    strength = np.abs(standard.T @ (outcome - outcome.mean()))
    return np.ascontiguousarray(standard[:, np.argsort(-strength, kind="stable")[:COVARIATES]])


def _mixed(clusters: Integers, arm: Integers) -> bool:
    most = np.full(int(clusters.max()) + 1, -1, dtype=np.int64)
    least = np.full(len(most), np.iinfo(np.int64).max)
    np.maximum.at(most, clusters, arm)
    np.minimum.at(least, clusters, arm)
    return bool((most > least).any())


def _without(outcome: Floats, arm: Integers, chance: Floats, random: np.random.Generator) -> Floats:
    values = outcome.copy()
    ends = np.unique(outcome)
    control = float(np.average(outcome[arm == 0], weights=1 / chance[arm == 0]))
    for code in range(1, int(arm.max()) + 1):
        mine = np.flatnonzero(arm == code)
        effect = float(outcome[mine].mean()) - control
        if len(ends) != 2:
            values[mine] -= effect
            continue
        changed, to = (ends[1], ends[0]) if effect > 0 else (ends[0], ends[1])
        able = mine[outcome[mine] == changed]
        count = min(round(abs(effect) / (ends[1] - ends[0]) * len(mine)), len(able))
        values[random.choice(able, count, replace=False)] = to
    return values


def _fewer(rows: int, group: Integers | None, random: np.random.Generator) -> Integers:
    if group is None:
        return np.sort(random.choice(rows, MOST, replace=False))
    count = int(group.max()) + 1
    kept = random.permutation(count)[: max(int(count * MOST / rows), FEWEST_CLUSTERS)]
    return np.flatnonzero(np.isin(group, kept))
