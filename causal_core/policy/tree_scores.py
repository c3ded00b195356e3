"""Scores and weights from callers, checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.arrays import as_floats, same_length


def as_rewards(scores: ArrayLike, rows: int) -> Floats:
    """`scores` as (n, k) finite numbers.

    Raises:
        Problem: They have another shape, or some are missing.
    """
    rewards = np.asarray(scores, dtype=np.float64)
    if rewards.ndim != 2 or len(rewards) != rows or rewards.shape[1] == 0:
        raise Problem(f"The scores must have the shape ({rows:,}, actions).", column="scores")
    if not np.isfinite(rewards).all():
        missing = int((~np.isfinite(rewards)).any(axis=1).sum())
        raise Problem(f"Scores are missing in {missing:,} rows.", column="scores")
    return rewards


def as_weights(weights: ArrayLike | None, rows: int) -> Floats | None:
    """`weights` as (n,) numbers, or None.

    Raises:
        Problem: Another length, a weight below 0, or all are 0.
    """
    if weights is None:
        return None
    counted = as_floats(weights, "weights")
    same_length(rows, weights=counted)
    if (counted < 0).any() or counted.sum() <= 0:
        raise Problem("Sampling weights must be 0 or more, and not all 0.", column="weights")
    return counted
