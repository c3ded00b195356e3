"""Honest trees on little bags of half samples, grown by LightGBM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report

if TYPE_CHECKING:  # LightGBM takes a second to import and the app process never needs it
    import lightgbm

BAG: Final = 4
"""Trees that share a half sample."""

SUBSAMPLE: Final = 0.45
"""Rows a tree is given, of all; half of them find its splits, half fill its leaves."""

MOST_ROWS: Final = 50_000
"""The most rows a tree is given, or so many in expectation when clusters are drawn: time and memory of a tree
stay bounded, and by theory a tree's share should shrink as rows grow."""

BINS: Final = 63
"""Cut points of a column; on 20,000 rows four times as many made trees half again as slow, hardly better."""


@dataclass(frozen=True, eq=False)
class Residuals:
    """What the trees of one arm and the control learn from.

    Attributes:
        matrix: (n, p) covariates, NaN where missing, codes where categorical.
        outcome: (n,) y - m(x).
        treatment: (n,) T - e(x), nowhere 0.
        categorical: Positions of the columns of codes.
        clusters: (n,) codes 0..g-1, or None.
    """

    matrix: Floats
    outcome: Floats
    treatment: Floats
    categorical: tuple[int, ...] = ()
    clusters: Integers | None = None

    @property
    def moments(self) -> Floats:
        """(n, 4) products ty, tt and residuals y, t, whose local means give the effect."""
        return np.column_stack(
            [self.treatment * self.outcome, self.treatment**2, self.outcome, self.treatment]
        )

    @property
    def least(self) -> int:
        """Fewest splitting rows of a leaf: 5, from 5,000 rows on a row more for each thousand, at most 10."""
        return int(np.clip(len(self.outcome) // 1000, 5, 10))

    @property
    def groups(self) -> int:
        """What is drawn: rows, or clusters."""
        return len(self.outcome) if self.clusters is None else int(self.clusters.max()) + 1

    @property
    def drawn(self) -> int:
        """Rows or clusters a tree is given."""
        return int(min(SUBSAMPLE, MOST_ROWS / len(self.outcome)) * self.groups)

    @property
    def most_leaves(self) -> int:
        """More leaves than a tree can have, so that it ends by itself, whatever the order of its splits."""
        sizes = np.ones(self.groups) if self.clusters is None else np.sort(np.bincount(self.clusters))
        return max(2, int(sizes[-(self.drawn // 2) :].sum()) // self.least + 1)


@dataclass(frozen=True, eq=False)
class Tree:
    """A tree and the honest half's moments in its leaves.

    Attributes:
        booster: The splits, one tree.
        leaves: (leaves, 4) means of the honest rows' moments; of all of them where a leaf has none.
        average: (4,) means of all honest rows' moments.
    """

    booster: lightgbm.Booster
    leaves: Floats
    average: Floats

    def moments_at(self, matrix: Floats) -> Floats:
        """(n, 4) moments of the leaves that rows of covariates fall in."""
        return np.asarray(self.leaves[leaf_of(self.booster, matrix)])


def grow(residuals: Residuals, trees: int, seed: tuple[int, int]) -> tuple[Tree, ...]:
    """Trees in bags of 4; each bag's depend on `seed` and the bag's number alone. Progress: trees grown."""
    import lightgbm

    options = _options(residuals)
    weights = residuals.treatment**2
    # The R-loss sum(t^2 (y/t - tau)^2) is a weighted regression; bins depend on covariates alone.
    data = lightgbm.Dataset(
        residuals.matrix,
        residuals.outcome / residuals.treatment,
        weight=weights,
        categorical_feature=list(residuals.categorical),
        params=options,
    ).construct()
    moments = residuals.moments
    grown: list[Tree] = []
    for bag in range(trees // BAG):
        for splitting, honest in draws(residuals, (*seed, bag)):
            booster = split(data, splitting, options)
            grown.append(fill(booster, residuals.most_leaves, residuals.matrix[honest], moments[honest]))
        report(len(grown), trees)
    return tuple(grown)


def draws(residuals: Residuals, seed: tuple[int, ...]) -> Iterator[tuple[Integers, Integers]]:
    """For each tree of a bag, positions of the splitting and of the honest rows, in row order.

    All trees of the bag draw from the same half of the rows, or of the clusters.
    """
    random = np.random.default_rng(seed)
    half = random.permutation(residuals.groups)[: residuals.groups // 2]
    for _ in range(BAG):
        drawn = random.permutation(half)[: residuals.drawn]
        part = np.zeros(residuals.groups, dtype=np.int8)
        part[drawn] = 2
        part[drawn[: len(drawn) // 2]] = 1
        of_row = part if residuals.clusters is None else part[residuals.clusters]
        yield np.flatnonzero(of_row == 1), np.flatnonzero(of_row == 2)


def split(data: lightgbm.Dataset, splitting: Integers, options: dict[str, object]) -> lightgbm.Booster:
    """A tree of the splitting rows, alone and without their data."""
    import lightgbm

    trained = lightgbm.Booster(options, data.subset(splitting.tolist()).construct())
    trained.update()
    return lightgbm.Booster(model_str=trained.model_to_string())


def fill(booster: lightgbm.Booster, leaves: int, matrix: Floats, moments: Floats) -> Tree:
    """The tree, of at most so many leaves, with the honest rows' mean moments in them."""
    leaf = leaf_of(booster, matrix)
    count = np.bincount(leaf, minlength=leaves)
    sums = np.column_stack([np.bincount(leaf, column, leaves) for column in moments.T])
    average = moments.mean(axis=0)
    means = np.where(count[:, None] > 0, sums / np.maximum(count, 1)[:, None], average)
    return Tree(booster, means, average)


def leaf_of(booster: lightgbm.Booster, matrix: Floats) -> Integers:
    """(n,) the leaf of each row."""
    if len(matrix) == 0:
        return np.empty(0, dtype=np.int64)
    leaves = booster.predict(matrix, pred_leaf=True, num_threads=1)
    return np.asarray(leaves, dtype=np.int64).reshape(len(matrix))


def _options(residuals: Residuals) -> dict[str, object]:
    columns = residuals.matrix.shape[1]
    # In a balanced trial `least` rows; where an arm is rare, as many more as hold `least` / 2 of its rows.
    chance = float(np.mean(residuals.treatment > 0))
    return {
        "objective": "regression",
        "boost_from_average": False,
        "learning_rate": 1.0,
        "num_leaves": residuals.most_leaves,
        "min_data_in_leaf": residuals.least,
        "min_sum_hessian_in_leaf": 0.9 * residuals.least / 2 * max(chance, 1 - chance),
        "max_bin": BINS,
        "feature_pre_filter": False,
        "feature_fraction_bynode": min(1.0, (np.sqrt(columns) + 20) / columns),
        "min_data_per_group": residuals.least,
        "cat_smooth": 1.0,
        "cat_l2": 0.0,
        "num_threads": 1,
        "deterministic": True,
        "force_col_wise": True,
        "seed": 0,
        "verbosity": -1,
    }
