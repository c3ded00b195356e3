"""The weights that each weighting method gives the rows, and how alike they make the arms."""

from __future__ import annotations

from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation import matching, propensity_matching
from causal_core.estimation.entropy import balancing_weights
from causal_core.estimation.overlap import trimming
from causal_core.estimation.propensity import weighting
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import Problem

LIKE_IPW: Final = ("ipw", "aipw", "ipw_regression_adjustment")
"""Methods whose weights are inverse probabilities."""

WEIGHTED: Final = (*LIKE_IPW, "ipw_trimmed", "overlap_weights", "entropy_balancing")
"""Methods that weight the rows."""

MATCHED: Final = ("matching", "propensity_matching")
"""Methods that use rows several times or not at all, which are weights as well."""


def method_weights(method: str, sample: Sample, a: int, target: str) -> tuple[Floats, Floats]:
    """(n,) weights of the control rows and of the rows of arm `a`, zero elsewhere, as the method uses them.

    The weighted means of the two groups differ by the method's value, for methods that only weight. A matched
    row counts for itself and for each row it stands for, before the correction by regression.

    Args:
        method: One of `WEIGHTED` or `MATCHED`.
        sample: The rows.
        a: The arm.
        target: `ATE`, `ATT` or `ATC`.

    Raises:
        Problem: The method does not weight rows, or cannot weight these.
    """
    if method in LIKE_IPW:
        return _inverse(sample, a, target)
    if method == "ipw_trimmed":
        kept = np.flatnonzero(trimming(sample.scores.probability, sample.weights).kept)
        if len(kept) == sample.rows:
            return _inverse(sample, a, target)
        part = _inverse(prepare(sample.design.at(kept), sample.seed), a, target)
        control, arm = np.zeros(sample.rows), np.zeros(sample.rows)
        control[kept], arm[kept] = part
        return control, arm
    if method == "overlap_weights":
        return _overlap(sample, 0), _overlap(sample, a)
    if method == "entropy_balancing":
        return _entropy(sample, 0, a, target), _entropy(sample, a, a, target)
    if method in MATCHED:
        return _matched(method, sample, 0, a, target), _matched(method, sample, a, a, target)
    raise Problem(
        f"{method} does not weight the rows.", remedy=f"Choose one of {', '.join((*WEIGHTED, *MATCHED))}."
    )


def _inverse(sample: Sample, a: int, target: str) -> tuple[Floats, Floats]:
    population = None if target == "ATE" else a if target == "ATT" else 0
    made = [
        weighting(sample.scores, sample.arm, sample.weights, b, population, sample.design.arms)
        for b in (0, a)
    ]
    return made[0].weights, made[1].weights


def _overlap(sample: Sample, b: int) -> Floats:
    inverse = 1 / np.maximum(sample.scores.probability, 1e-300)
    weights: Floats = sample.weights * (sample.arm == b) * inverse[:, b] / inverse.sum(axis=1)
    return weights


def _entropy(sample: Sample, b: int, a: int, target: str) -> Floats:
    if (target == "ATT" and b == a) or (target == "ATC" and b == 0):
        own: Floats = sample.weights * (sample.arm == b)
        return own
    x = sample.x[:, 1:]
    goal = sample.target_weights(a, target)
    return balancing_weights(sample, b, x - goal @ x / goal.sum())


def _matched(method: str, sample: Sample, b: int, a: int, target: str) -> Floats:
    if method == "matching":
        points, codes = matching.points_of(sample)
    else:
        points, codes = propensity_matching.points_of(sample, a, b, target)
    side = matching.side_of(sample, b, sample.target_weights(a, target), points, codes)
    weights: Floats = side.own + side.served
    return weights
