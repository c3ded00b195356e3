"""Boosted regression trees, the base learner of all uplift models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error

if TYPE_CHECKING:  # LightGBM takes a second to import and the app process never needs it
    import lightgbm

TREES = 200
LEAVES = 31
LEARNING_RATE = 0.05
BINS = 127
"""Distinct values kept of a column: as exact here as 255, and a quarter faster."""

NOISY_TREES = 100
NOISY_LEAVES = 8

_ROWS_TO_CHOOSE = 2000


@dataclass(frozen=True, eq=False)
class Boosted:
    """A fitted regression; `booster` is None when the rows allowed no more than their mean."""

    booster: lightgbm.Booster | None
    mean: float

    def predict(self, matrix: Floats) -> Floats:
        """(n,) predictions in the outcome's unit (of the model's target)."""
        if self.booster is None or len(matrix) == 0:
            return np.full(len(matrix), self.mean)
        return np.asarray(self.booster.predict(matrix, num_threads=1), dtype=np.float64)


def boost(
    matrix: Floats,
    target: Floats,
    categorical: tuple[int, ...] = (),
    seed: int = 0,
    weights: Floats | None = None,
    *,
    noisy: bool = False,
) -> Boosted:
    """Least-squares boosting: 200 trees of at most 31 leaves at rate 0.05, one thread, the same digits.

    A leaf holds at least 20 rows, fewer when there are fewer than 200 rows (a tenth of them).

    Args:
        matrix: (n, p) covariates, NaN where missing.
        target: (n,) numbers.
        categorical: Positions of columns holding category codes.
        seed: Of LightGBM.
        weights: (n,) non-negative, or None.
        noisy: The target is a pseudo-outcome, far noisier than an outcome: 100 trees of at most 8 leaves, and
            with 2,000 rows or more the usual trees where they predict a fifth of the rows clearly better;
            each leaf with at least a hundredth of the rows.

    Raises:
        Problem: There are no rows.
    """
    if len(target) == 0:
        raise Problem("A model was asked for on no rows.", remedy="Use more rows, or fewer arms.")
    mean = float(np.average(target, weights=weights))
    if len(target) < 10 or np.ptp(target) == 0:
        return Boosted(None, mean)
    if not noisy:
        return Boosted(_train(matrix, target, categorical, seed, weights), mean)
    small = len(target) < _ROWS_TO_CHOOSE or not _large_is_better(matrix, target, categorical, seed, weights)
    rounds = NOISY_TREES if small else TREES
    learned = _train(matrix, target, categorical, seed, weights, noisy=True, small=small, rounds=rounds)
    return Boosted(learned, mean)


def _train(
    matrix: Floats,
    target: Floats,
    categorical: tuple[int, ...],
    seed: int,
    weights: Floats | None,
    *,
    noisy: bool = False,
    small: bool = False,
    rounds: int = TREES,
) -> lightgbm.Booster:
    import lightgbm

    options = _options(len(target), seed) | {"objective": "regression"}
    if noisy:
        options["min_data_in_leaf"] = max(_least(len(target)), len(target) // 100)
    if small:
        options["num_leaves"] = NOISY_LEAVES
    data = lightgbm.Dataset(
        matrix,
        target,
        weight=weights,
        categorical_feature=list(categorical),
        params=options,
        free_raw_data=True,
    )
    return lightgbm.train(options, data, num_boost_round=rounds)


def _large_is_better(
    matrix: Floats, target: Floats, categorical: tuple[int, ...], seed: int, weights: Floats | None
) -> bool:
    """Whether 100 usual trees beat as many small ones on a fifth of the rows, beyond the standard error."""
    weight = np.ones(len(target)) if weights is None else weights
    test = np.random.default_rng([seed, 6]).permutation(len(target)) % 5 == 0
    if not weight[test].any() or not weight[~test].any():
        return False
    losses = []
    for small in (True, False):
        learned = (matrix[~test], target[~test], categorical, seed, weight[~test])
        model = _train(*learned, noisy=True, small=small, rounds=NOISY_TREES)
        found = model.predict(matrix[test], num_threads=1)
        losses.append((target[test] - np.asarray(found)) ** 2)
    gain, error = mean_and_error(losses[0] - losses[1], weights=weight[test])
    return gain > error


def boost_classes(
    matrix: Floats, classes: Floats, count: int, trees: int, categorical: tuple[int, ...] = (), seed: int = 0
) -> lightgbm.Booster:
    """Boosted class probabilities, shallower and slower than the regressions.

    `predict` gives (n, count), or of two classes (n,) the second one's.
    """
    import lightgbm

    objective = {"objective": "binary"} if count == 2 else {"objective": "multiclass", "num_class": count}
    options = _options(len(classes), seed) | {
        **objective,
        "num_leaves": 8,
        "min_data_in_leaf": max(2, min(50, len(classes) // 10)),
    }
    data = lightgbm.Dataset(matrix, classes, categorical_feature=list(categorical), params=options)
    return lightgbm.train(options, data, num_boost_round=trees)


def _least(rows: int) -> int:
    return max(2, min(20, rows // 10))


def _options(rows: int, seed: int) -> dict[str, object]:
    return {
        "num_leaves": LEAVES,
        "learning_rate": LEARNING_RATE,
        "max_bin": BINS,
        "min_data_in_leaf": _least(rows),
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed,
        "verbosity": -1,
    }
