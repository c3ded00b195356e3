"""Nearest-neighbour matching with bias correction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.estimation.inference import Answer
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

TIES = 8
"""Most distinct points at the same least distance that are used together."""

TREE_DIMENSIONS = 8
"""Above this many dimensions a tree is no faster than comparing all pairs."""

MOST_PAIRS = 4e10
"""Comparisons beyond this take many minutes."""


@dataclass(frozen=True, eq=False)
class Side:
    """One arm seen from the target: outcomes imputed, residuals, and how often each row serves as a match."""

    imputed: Floats
    predicted: Floats
    residual: Floats
    own: Floats
    served: Floats
    served_square: Floats
    corrected: bool


def matching(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """The nearest neighbour in the other arm, by Mahalanobis distance, with replacement and ties averaged.

    Remaining differences in covariates are corrected by regression among the matches (Abadie & Imbens 2011).
    The errors are those of Abadie & Imbens (2006), conditional variances from the nearest in the same arm.
    With clusters the errors come from the linear form of Otsu & Rai (2017), summed within clusters.

    Raises:
        Problem: There are too many rows and covariates to compare, or too few rows for a distance.
    """
    if 2 * sample.x.shape[1] > sample.rows:
        raise Problem(
            f"{sample.rows} rows are too few to measure a distance in {sample.x.shape[1] - 1} covariates.",
            remedy="Use fewer covariates, or join rare categories.",
        )
    points, codes = points_of(sample)
    goal = sample.target_weights(a, target)
    treated = side_of(sample, a, goal, points, codes)
    control = side_of(sample, 0, goal, points, codes)
    total = goal.sum()
    effects = treated.imputed - control.imputed
    value = float(goal @ effects / total)
    baseline = float(goal @ control.imputed / total)
    notes = ["One nearest neighbour with replacement; tied neighbours are averaged."]
    if not (treated.corrected and control.corrected):
        notes.append("Too few distinct matches to correct the remaining differences in covariates.")
    if not errors:
        return Answer(value, baseline, notes=tuple(notes))
    if sample.design.clusters is not None:
        influence = goal * (treated.predicted - control.predicted - value)
        for side, sign in ((treated, 1), (control, -1)):
            influence = influence + sign * (side.own + side.served) * side.residual
        return Answer(value, baseline, influence * sample.rows / total, notes=tuple(notes))
    variance = float(np.sum(goal**2 * (effects - value) ** 2))
    for b, side in ((a, treated), (0, control)):
        noise = noise_of(sample, b, side, points, codes)
        variance += float(np.sum(((side.own + side.served) ** 2 - side.own**2 - side.served_square) * noise))
    return Answer(value, baseline, std_error=float(np.sqrt(max(variance, 0)) / total), notes=tuple(notes))


def points_of(sample: Sample) -> tuple[Floats, Integers]:
    """Whitened coordinates (n, d), and a code for each distinct row of covariates."""
    x = sample.x[:, 1:]
    if x.shape[1] == 0:
        return np.zeros((sample.rows, 1)), np.zeros(sample.rows, dtype=np.int64)
    values, vectors = np.linalg.eigh((x.T * sample.weights) @ x / sample.rows)
    rows = np.ascontiguousarray(np.asarray(sample.design.covariates, dtype=np.float64) + 0.0)
    whole = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
    _, codes = np.unique(whole, return_inverse=True)
    return x @ (vectors / np.sqrt(np.maximum(values, 1e-12))), codes


def side_of(sample: Sample, b: int, goal: Floats, points: Floats, codes: Integers) -> Side:
    """Arm `b` as it answers for the target: each of its nearest rows stands in for a row of another arm.

    Args:
        sample: The rows.
        b: The arm.
        goal: (n,) the weight of each row in the target population.
        points: (n, d) where the rows lie.
        codes: (n,) equal for rows at the same point.
    """
    n, inside = sample.rows, sample.arm == b
    own = goal * inside
    asking = np.flatnonzero((goal > 0) & ~inside)
    if len(asking) == 0:
        zero = np.zeros(n)
        mean = float(own @ sample.outcome / max(own.sum(), 1e-300))
        # Without matches the arm's mean is all there is; any prediction cancels in the linear form.
        return Side(sample.outcome, np.full(n, mean), sample.outcome - mean, own, zero, zero, True)
    members = np.flatnonzero(inside)
    places, place = _distinct(codes[members])
    questions, question = _distinct(codes[asking])
    near, mask = _nearest(points[members[places]], points[asking[questions]])
    mass = np.bincount(place, weights=sample.weights[members])
    reach = np.where(mask, mass[near], 0).sum(axis=1)
    pull = np.bincount(question, weights=goal[asking]) / reach
    pull_square = np.bincount(question, weights=goal[asking] ** 2) / reach**2
    flat, owner = near[mask], np.nonzero(mask)[0]
    served, served_square = np.zeros(n), np.zeros(n)
    served[members] = sample.weights[members] * np.bincount(flat, pull[owner], len(places))[place]
    served_square[members] = (
        sample.weights[members] ** 2 * np.bincount(flat, pull_square[owner], len(places))[place]
    )
    predicted, corrected = _model(sample, served)
    residual = sample.outcome - predicted
    sums = np.bincount(place, weights=sample.weights[members] * residual[members])
    remainder = np.where(mask, sums[near], 0).sum(axis=1) / reach
    imputed = sample.outcome.copy()
    imputed[asking] = predicted[asking] + remainder[question]
    return Side(imputed, predicted, residual, own, served, served_square, corrected)


def _distinct(codes: Integers) -> tuple[Integers, Integers]:
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first, inverse


def _model(sample: Sample, served: Floats) -> tuple[Floats, bool]:
    """Predictions for all rows of a regression among the matches, weighted by how often each serves."""
    x, total = sample.x, served.sum()
    if (served > 0).sum() <= 2 * x.shape[1]:
        return np.full(sample.rows, float(served @ sample.outcome / total)), x.shape[1] == 1
    inverse = pseudo_inverse((x.T * served) @ x / total)
    predicted: Floats = x @ (inverse @ (x.T @ (served * sample.outcome))) / total
    return predicted, True


def _nearest(points: Floats, questions: Floats, skip: bool = False) -> tuple[Integers, NDArray[np.bool_]]:
    """For each question the nearest points' positions, (q, c), and which tie for the least distance.

    With `skip` the nearest is the question itself and is left out.
    """
    count = min(TIES + skip, len(points))
    if points.shape[1] <= TREE_DIMENSIONS:
        from scipy.spatial import cKDTree

        distance, near = cKDTree(points).query(questions, k=count)
        distance, near = distance.reshape(len(questions), count), near.reshape(len(questions), count)
    else:
        near = _compare(points, questions, count)
        distance = np.linalg.norm(points[near] - questions[:, None, :], axis=2)
    if skip:
        near, distance = near[:, 1:], distance[:, 1:]
    mask = distance <= distance[:, :1] * (1 + 1e-9) + 1e-12
    return near, mask


def _compare(points: Floats, questions: Floats, count: int) -> Integers:
    if len(points) * len(questions) > MOST_PAIRS / points.shape[1]:
        raise Problem(
            f"Matching {len(questions)} with {len(points)} rows on {points.shape[1]} covariates takes hours.",
            remedy="Use fewer covariates, or weighting (ipw, aipw).",
        )
    near = np.empty((len(questions), count), dtype=np.int64)
    lengths = np.sum(points**2, axis=1)
    block = max(1, int(2e7 // len(points)))
    for start in range(0, len(questions), block):
        part = lengths - 2 * (questions[start : start + block] @ points.T)
        best = np.argpartition(part, count - 1, axis=1)[:, :count] if count < len(points) else _all(part)
        order = np.argsort(np.take_along_axis(part, best, axis=1), axis=1, kind="stable")
        near[start : start + block] = np.take_along_axis(best, order, axis=1)
    return near


def _all(part: Floats) -> Integers:
    return np.tile(np.arange(part.shape[1]), (len(part), 1))


def noise_of(sample: Sample, b: int, side: Side, points: Floats, codes: Integers) -> Floats:
    """(n,) conditional variances of arm `b`'s outcomes, from its rows with equal or nearest covariates."""
    members = np.flatnonzero(sample.arm == b)
    noise = np.zeros(sample.rows)
    if len(members) < 2:
        return noise
    places, place = _distinct(codes[members])
    residual = side.residual[members]
    count = np.bincount(place)
    mean = np.bincount(place, weights=residual) / count
    square = np.bincount(place, weights=(residual - mean[place]) ** 2) / np.maximum(count - 1, 1)
    single = count == 1
    if single.any() and len(places) > 1:
        alone = np.flatnonzero(single)
        near, mask = _nearest(points[members[places]], points[members[places[alone]]], skip=True)
        size = np.where(mask, count[near], 0).sum(axis=1)
        other = np.where(mask, count[near] * mean[near], 0).sum(axis=1) / size
        square[alone] = size / (size + 1) * (mean[alone] - other) ** 2
    noise[members] = square[place]
    return noise
