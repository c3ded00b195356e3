"""The probabilities of the arms given the covariates, and the weights made from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.percent import percent
from causal_core.problem import Problem

FLOOR = 0.01
"""Estimated probabilities below this multiple of the arm's share are raised to it."""

STEPS = 60
"""The most Newton steps; a separated fit has converged in deviance long before."""


@dataclass(frozen=True, eq=False)
class Scores:
    """Probabilities of the arms for each row.

    Attributes:
        probability: (n, k).
        floor: (k,) the least value used of each arm's; zeros when the probabilities are known.
        information: ((k-1)P, (k-1)P) mean information matrix of the logistic coefficients; None when known.
        coefficients: (P, k-1) the logistic coefficients; None when known.
    """

    probability: Floats
    floor: Floats
    information: Floats | None
    coefficients: Floats | None = None

    def at(self, x: Floats) -> Floats:
        """(m, k) probabilities at other rows `x` (m, P), by the fitted coefficients.

        Raises:
            ValueError: The probabilities are known, not fitted.
        """
        if self.coefficients is None:
            raise ValueError("known probabilities have no coefficients")
        return _softmax(x @ self.coefficients)


@dataclass(frozen=True, eq=False)
class Weighting:
    """Weights that make the rows of one arm stand for a target population.

    Attributes:
        weights: (n,) zero outside the arm.
        slope: (n, k-1) derivative of the log weight by each arm's linear predictor; None when it is zero.
        clipped: How many rows of the arm had their probability raised to the floor.
        lacking: How many rows of the target have a probability of the arm below the floor.
    """

    weights: Floats
    slope: Floats | None
    clipped: int
    lacking: int


def known_scores(probability: Floats) -> Scores:
    """Known assignment probabilities, never clipped.

    Raises:
        Problem: They do not lie in [0, 1] or do not sum to 1.
    """
    known = np.asarray(probability, dtype=np.float64)
    if not np.isfinite(known).all() or known.min() < 0 or np.abs(known.sum(axis=1) - 1).max() > 1e-6:
        raise Problem(
            "The known assignment probabilities must lie between 0 and 1 and sum to 1 in each row.",
            remedy="Correct the propensity column.",
        )
    return Scores(known, np.zeros(known.shape[1]), None)


def fit_scores(x: Floats, arm: Integers, arms: int, weights: Floats) -> Scores:
    """Multinomial logistic regression without penalty, by Newton's method.

    Args:
        x: (n, P) with an intercept.
        arm: (n,) 0..arms-1; arm 0 is the reference.
        arms: How many arms there are.
        weights: (n,) sampling weights with mean 1.

    Raises:
        Problem: There are more coefficients than rows.
    """
    n, width = x.shape
    if width * (arms - 1) >= n:
        raise Problem(
            f"A model of the treatment has {width * (arms - 1)} coefficients for only {n} rows.",
            remedy="Use fewer covariates, or join rare categories.",
        )
    chosen = (arm[:, None] == np.arange(1, arms)).astype(np.float64)
    share = weights @ np.column_stack([1 - chosen.sum(axis=1), chosen]) / n
    beta = np.zeros((width, arms - 1))
    beta[0] = np.log(share[1:] / share[0])
    probability = _softmax(x @ beta)
    loss = _loss(probability, arm, weights)
    for _ in range(STEPS):
        information = _information(x, probability, weights)
        slope = x.T @ (weights[:, None] * (chosen - probability[:, 1:])) / n
        step = (pseudo_inverse(information) @ slope.T.ravel()).reshape(arms - 1, width).T
        beta, probability, new_loss, moved = _search(x, arm, weights, beta, step, loss)
        if not moved or loss - new_loss <= 1e-15 * (1 + loss):
            break
        loss = new_loss
    return Scores(probability, FLOOR * share, _information(x, probability, weights), beta)


def _search(
    x: Floats, arm: Integers, weights: Floats, beta: Floats, step: Floats, loss: float
) -> tuple[Floats, Floats, float, bool]:
    length = 1.0
    while length > 1e-4:
        trial: Floats = beta + length * step
        probability = _softmax(x @ trial)
        new_loss = _loss(probability, arm, weights)
        if new_loss <= loss + 1e-12 * (1 + loss):
            return trial, probability, new_loss, True
        length /= 2
    return beta, _softmax(x @ beta), loss, False


def _softmax(predictor: Floats) -> Floats:
    full = np.column_stack([np.zeros(len(predictor)), predictor])
    full -= full.max(axis=1, keepdims=True)
    np.exp(full, out=full)
    full /= full.sum(axis=1, keepdims=True)
    return full


def _loss(probability: Floats, arm: Integers, weights: Floats) -> float:
    own = np.take_along_axis(probability, arm[:, None], axis=1)[:, 0]
    return float(-(weights @ np.log(np.maximum(own, 1e-300))) / len(arm))


def _information(x: Floats, probability: Floats, weights: Floats) -> Floats:
    n, width = x.shape
    arms = probability.shape[1]
    information = np.empty(((arms - 1) * width, (arms - 1) * width))
    for a in range(1, arms):
        for b in range(a, arms):
            factor = probability[:, a] * ((a == b) - probability[:, b]) * weights
            block = (x.T * factor) @ x / n
            rows, columns = slice((a - 1) * width, a * width), slice((b - 1) * width, b * width)
            information[rows, columns] = block
            information[columns, rows] = block.T
    return information


def pseudo_inverse(matrix: Floats) -> Floats:
    """The inverse of a symmetric matrix, with directions of no information left out."""
    if not matrix.size:
        return matrix
    values, vectors = np.linalg.eigh(matrix)
    good = values > 1e-13 * max(float(values[-1]), 1e-300)
    inverse: Floats = (vectors[:, good] / values[good]) @ vectors[:, good].T
    return inverse


def weighting(
    scores: Scores, arm: Integers, sampling: Floats, source: int, target: int | None, names: tuple[str, ...]
) -> Weighting:
    """Weights that make arm `source` stand for all rows (`target` None) or for the rows of arm `target`.

    Args:
        scores: The probabilities.
        arm: (n,) 0..k-1.
        sampling: (n,) sampling weights.
        source: The arm whose rows are weighted.
        target: The arm whose population they stand for, or None for all rows.
        names: The arms' names.

    Raises:
        Problem: The source arm is (nearly) impossible for many of the target's rows.
    """
    inside = arm == source
    if source == target:
        return Weighting(sampling * inside, None, 0, 0)
    probability = scores.probability[:, source]
    below = probability < scores.floor[source]
    wanted = np.ones(len(arm), dtype=bool) if target is None else arm == target
    _check_overlap(probability, below, wanted, names[source], "all rows" if target is None else names[target])
    used = np.maximum(probability, scores.floor[source])
    if target is None and scores.probability.shape[1] == 2:
        # With two arms the floor of one is the ceiling of the other.
        ceiling = 1 - scores.floor[1 - source]
        below = below | (used > ceiling)
        used = np.minimum(used, ceiling)
    if (used[inside] <= 0).any():
        raise Problem(
            f"Some rows are in arm {names[source]} although their known probability of it is 0.",
            remedy="Correct the propensity column.",
        )
    if target is None:
        numerator: Floats = np.ones(len(arm))
    else:
        # With two arms the two probabilities must go on summing to one after the floor is applied.
        numerator = 1 - used if scores.probability.shape[1] == 2 else scores.probability[:, target]
    weights = np.where(inside, sampling * numerator / np.where(inside, used, 1), 0)
    clipped = int((inside & (probability < scores.floor[source])).sum())
    lacking = int((wanted & (probability < scores.floor[source])).sum())
    if scores.information is None:
        return Weighting(weights, None, clipped, lacking)
    return Weighting(weights, _slope(scores.probability, source, target, below), clipped, lacking)


def _slope(probability: Floats, source: int, target: int | None, below: NDArray[np.bool_]) -> Floats:
    arms = probability.shape[1]
    slope = probability[:, 1:].copy() if target is None else np.zeros((len(probability), arms - 1))
    if source > 0:
        slope[:, source - 1] -= 1
    if target is not None and target > 0:
        slope[:, target - 1] += 1
    slope[below] = 0
    return slope


def _check_overlap(
    probability: Floats, below: NDArray[np.bool_], wanted: NDArray[np.bool_], name: str, population: str
) -> None:
    lacking = float((below | (probability <= 0))[wanted].mean())
    if lacking >= 0.5:
        raise Problem(
            f"There is no overlap: for {percent(lacking)} of the target ({population}) the covariates all "
            f"but rule out the arm {name}, so nothing there can be compared.",
            remedy="Choose another target, or leave out the covariate that decides the treatment.",
        )
