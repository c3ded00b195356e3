"""An order of rows that depends on what they hold, not on where they stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from causal_core.data.design import Integers
from causal_core.uplift.scores import Training


def row_order(training: Training) -> Integers:
    """(n,) positions of the rows in an order that is the same however they were shuffled.

    Folds and sums of models follow the order of rows; taken in this one, a learner gives the same digits for
    the same rows. Rows are ordered by a 64-bit hash of their columns, arm and outcome; equal rows may swap.
    """
    parts = [training.matrix, training.arm[:, None], training.outcome[:, None]]
    if training.propensity is not None:
        parts.append(training.propensity)
    # Adding 0 makes one zero of two; a NaN may be written in many ways.
    table = np.hstack(parts) + 0.0
    table[np.isnan(table)] = np.nan
    bits = np.ascontiguousarray(table).view(np.uint64)
    mixed = np.zeros(len(bits), dtype=np.uint64)
    for factor, column in zip(_factors(bits.shape[1]), bits.T, strict=True):
        mixed = (mixed ^ column) * factor
        mixed ^= mixed >> np.uint64(29)
    return np.argsort(mixed, kind="stable")


def ordered(training: Training, order: Integers) -> Training:
    """The rows in that order; clusters are numbered as they come."""
    taken = training.take(order)
    if taken.clusters is None:
        return taken
    return replace(taken, clusters=pd.factorize(taken.clusters)[0].astype(np.int64))


def _factors(count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    # Odd numbers: multiplying by them loses nothing modulo 2^64.
    return np.random.default_rng(0).integers(0, 2**63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
