"""The honest causal forest of Athey, Tibshirani & Wager (2019), with standard errors."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part
from causal_core.problem import Problem
from causal_core.uplift.bases import Regression
from causal_core.uplift.forest_bags import LittleBags
from causal_core.uplift.forest_trees import BAG, Residuals, Tree, grow
from causal_core.uplift.pairs import Pair, pairs
from causal_core.uplift.scores import Training

TREES: Final = 500
"""Trees for each arm: with fewer the intervals are mostly Monte Carlo noise, with more little is gained."""

FEWEST_IN_ARM: Final = 20
FEWEST_CLUSTERS: Final = 20
_ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, eq=False)
class CausalForest:
    """tau_a(x) = cov_x(y - m, T - e) / var_x(T - e), within arm a and the control, x's weights from trees.

    A row weighs by how often it shares a leaf with x. Each tree is grown on one half of a subsample and
    weighs the rows of the other half, so no row's outcome decides where it is counted (honesty).

    Attributes:
        forests: For each arm after the control, its trees, those of a bag one after the other.
        control: Model of the control outcome.
    """

    forests: tuple[tuple[Tree, ...], ...]
    control: Regression
    _last: dict[str, tuple[Floats, Floats]] = field(default_factory=dict, repr=False)

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control, in the outcome's unit."""
        return self._estimate(matrix)[0]

    def std_error(self, matrix: Floats) -> Floats:
        """(n, k-1) standard errors of `effect`, by the bootstrap of little bags.

        They tell how much the forest would vary, not how far it is from the truth where the effect bends or
        jumps; intervals from them are approximate.
        """
        return self._estimate(matrix)[1]

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self.control.predict(matrix)

    def _estimate(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Effects and errors; those of the last matrix are kept, since both are asked for one by one."""
        digest = hashlib.sha256(np.ascontiguousarray(matrix).tobytes()).hexdigest()
        if digest not in self._last:
            shape = len(matrix), len(self.forests)
            effects, errors = np.empty(shape), np.empty(shape)
            for column, trees in enumerate(self.forests):
                for start in range(0, len(matrix), _ROWS_AT_ONCE):
                    rows = slice(start, start + _ROWS_AT_ONCE)
                    effects[rows, column], errors[rows, column] = estimate(trees, matrix[rows])
            self._last.clear()
            self._last[digest] = effects, errors
        effects, errors = self._last[digest]
        return effects.copy(), errors.copy()


def estimate(trees: tuple[Tree, ...], matrix: Floats) -> tuple[Floats, Floats]:
    """(n,) effects and (n,) standard errors of one arm's trees, bag after bag, at rows of covariates."""
    bags = LittleBags.of(len(matrix), BAG, np.mean([tree.average for tree in trees], axis=0))
    for start in range(0, len(trees), BAG):
        bags.add([tree.moments_at(matrix) for tree in trees[start : start + BAG]])
    return bags.effect(), bags.std_error()


def fit_causal_forest(training: Training, trees: int = TREES) -> CausalForest:
    """An honest forest of each arm against the control, on cross-fitted residuals y - m(x) and T - e(x).

    m and e come from the base learner and the propensity model, as in the R-learner; a known propensity is
    used as it is, and rows it gives no choice are left out. Missing values and categories are split as
    LightGBM does, which sees no outcome of the honest half. Clusters are drawn whole.

    Args:
        training: The rows.
        trees: For each arm; a multiple of 4, the size of a bag.

    Raises:
        Problem: An arm has fewer than 20 rows, or there are fewer than 20 clusters.
    """
    if trees < 2 * BAG or trees % BAG:
        raise Problem(
            f"A causal forest of {trees} trees has no intervals.",
            column="trees",
            remedy=f"Choose a multiple of {BAG} from {2 * BAG} on.",
        )
    forests = []
    share = 1 / (training.arms - 1)
    for column, pair in enumerate(pairs(training)):
        with part(column * share, (column + 1) * share):
            forests.append(grow(residuals(pair), trees, (training.seed, column)))
    return CausalForest(tuple(forests), training.outcome_model(0))


def residuals(pair: Pair) -> Residuals:
    """What the trees of one arm learn from: y - m(x) and T - e(x) of the rows that could be in either arm.

    Raises:
        Problem: An arm has fewer than 20 of these rows, or there are fewer than 20 clusters.
    """
    probability = pair.probability()
    rows = np.flatnonzero((probability > 0) & (probability < 1))
    _check(pair, pair.treated[rows], None if pair.training.clusters is None else pair.training.clusters[rows])
    known = pair.training
    return Residuals(
        known.matrix[rows],
        (known.outcome - pair.mean())[rows],
        (pair.treated - probability)[rows],
        known.categorical,
        None if known.clusters is None else np.unique(known.clusters[rows], return_inverse=True)[1],
    )


def _check(pair: Pair, treated: Floats, clusters: Integers | None) -> None:
    fewest = int(min(treated.sum(), (1 - treated).sum()))
    if fewest < FEWEST_IN_ARM:
        raise Problem(
            f"The smaller of two arms has {fewest} of the {len(pair.fold):,} rows to learn from; an honest "
            f"causal forest needs {FEWEST_IN_ARM} in each.",
            column="causal_forest",
            remedy="Merge it with another arm, or choose a learner for few rows, such as the S-learner.",
        )
    groups = FEWEST_CLUSTERS if clusters is None else len(np.unique(clusters))
    if groups < FEWEST_CLUSTERS:
        raise Problem(
            f"There are {groups} clusters to learn from; an honest causal forest draws whole clusters and "
            f"needs {FEWEST_CLUSTERS}.",
            column="causal_forest",
            remedy="Choose another learner, or a finer clustering where it is enough.",
        )
