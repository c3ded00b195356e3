"""Whether predicted effects have the right size: best linear predictor and R-score."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import interval
from causal_core.uplift.result import Calibration


def calibration(
    predicted: Floats,
    effects: Floats,
    clusters: Integers | None = None,
    piece: Integers | None = None,
) -> Calibration | None:
    """Best linear predictor of the effect scores by the predictions (Chernozhukov et al. 2018).

    The least-squares fit effect = mean + slope (predicted - its mean), with HC3 errors; with clusters their
    influences are summed within clusters. Of several pieces each has a mean of its own, because each has a
    learner of its own; the slope is common, so that a piece counts by how far its predictions spread.

    Args:
        predicted: (n,) predicted effects, learned on other rows.
        effects: (n,) effect scores.
        clusters: (n,) codes, or None.
        piece: (n,) codes of pieces, or None for one.

    Returns:
        None when predictions are equal within each piece.
    """
    group = np.zeros(len(predicted), dtype=np.int64) if piece is None else piece
    sizes = np.bincount(group)
    centred = predicted - (np.bincount(group, weights=predicted) / np.maximum(sizes, 1))[group]
    spread = float(centred @ centred)
    if len(predicted) < 3 or spread <= 1e-20 * max(1.0, float(predicted @ predicted)):
        return None
    slope = float(centred @ effects) / spread
    fitted = (np.bincount(group, weights=effects) / np.maximum(sizes, 1))[group] + slope * centred
    leverage = 1 / sizes[group] + centred**2 / spread
    residual = (effects - fitted) / np.maximum(1 - leverage, 1e-9)
    mean = float(effects.mean())
    error = _norm(centred * residual / spread, clusters)
    mean_error = _norm(residual / len(effects), clusters)
    return Calibration(slope, error, interval(slope, error), mean, mean_error, interval(mean, mean_error))


def r_score(
    predicted: Floats, outcome: Floats, treated: Floats, mean: Floats, probability: Floats
) -> float | None:
    """1 - R-loss / R-loss of the best constant effect (Nie & Wager 2021).

    R-loss: mean(((y - m) - (T - e) tau)^2), on rows of one arm and the control that neither the predictions
    nor m and e were learned on. The best constant is the least-squares one on these very rows.

    Args:
        predicted: (n,) predicted effects tau.
        outcome: (n,) y.
        treated: (n,) T, 1 in the arm and 0 in the control.
        mean: (n,) m, the mean outcome of the two arms together given the covariates.
        probability: (n,) e, the probability of the arm among the two.

    Returns:
        Below 0 when the predictions are worse than one effect for all; None when treatment never varied.
    """
    left, residual = outcome - mean, treated - probability
    weight = float(residual @ residual)
    if weight == 0:
        return None
    constant = float(residual @ left) / weight
    best = float(np.mean((left - residual * constant) ** 2))
    return None if best == 0 else 1 - float(np.mean((left - residual * predicted) ** 2)) / best


def _norm(influence: Floats, clusters: Integers | None) -> float:
    if clusters is not None:
        influence = np.bincount(clusters, weights=influence).astype(np.float64)
    return float(np.sqrt(influence @ influence))
