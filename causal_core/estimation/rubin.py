"""Rubin's rules: one number from those of several completed tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Pooled:
    """A pooled number.

    Attributes:
        value: The mean over the tables.
        error: Its standard error.
        freedom: Degrees of freedom of its interval; infinite when the tables agree.
        share: The part of the variance that comes from not knowing the missing values.
    """

    value: float
    error: float
    freedom: float
    share: float


def combine(values: Sequence[float], errors: Sequence[float], freedom: float) -> Pooled:
    """Rubin's rules (1987, section 3.1) with the degrees of freedom of Barnard & Rubin (1999).

    Args:
        values: One number from each of at least two tables.
        errors: Their standard errors.
        freedom: Degrees of freedom if nothing were missing.
    """
    count, value = len(values), float(np.mean(values))
    extra = (1 + 1 / count) * float(np.var(values, ddof=1))
    total = float(np.mean(np.square(errors))) + extra
    if extra <= 1e-12 * total:
        return Pooled(value, float(np.sqrt(total)), float("inf"), 0.0)
    share = extra / total
    between = (count - 1) / share**2
    seen = (freedom + 1) / (freedom + 3) * freedom * (1 - share)
    pooled = 1 / (1 / between + 1 / seen) if seen > 0 else between
    return Pooled(value, float(np.sqrt(total)), pooled, share)
