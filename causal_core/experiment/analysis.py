"""How a simulated experiment is analysed: the same estimators as a real one, on arrays alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import mean_and_error


@dataclass(frozen=True, eq=False)
class Found:
    """What an analysis found.

    Attributes:
        value: (q,) estimates, one a comparison.
        std_error: (q,).
        freedom: Degrees of freedom of the standard errors.
    """

    value: Floats
    std_error: Floats
    freedom: float


def average_effects(
    outcome: Floats, arm: Integers, arms: int, covariates: Floats | None, clusters: Integers | None
) -> Found:
    """Each arm's mean effect against the control.

    Without covariates and clusters the difference in means with each arm's own variance (Welch); with
    covariates regression on arms and covariates (ANCOVA) with robust errors (HC1), which is consistent in a
    trial whatever the truth (Lin 2013); with clusters the same with cluster-robust errors (CR1).

    Args:
        outcome: (n,).
        arm: (n,) 0..arms-1.
        arms: How many.
        covariates: (n, p), or None for none.
        clusters: (n,) codes 0..g-1, or None.
    """
    count = len(outcome)
    if covariates is None and clusters is None:
        sizes = np.bincount(arm, minlength=arms)
        means = np.bincount(arm, outcome, arms) / sizes
        spread = np.bincount(arm, (outcome - means[arm]) ** 2, arms) / (sizes - 1)
        error = np.sqrt(spread[1:] / sizes[1:] + spread[0] / sizes[0])
        return Found(means[1:] - means[0], error, count - arms)
    columns = [np.ones((count, 1)), (arm[:, None] == np.arange(1, arms)).astype(np.float64)]
    design = np.hstack(columns if covariates is None else [*columns, covariates])
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ (design.T @ outcome)
    residual = outcome - design @ coefficients
    influence = design @ inverse[:, 1:arms] * residual[:, None]
    parts, free = count, count - design.shape[1]
    if clusters is not None:
        groups = int(clusters.max()) + 1
        influence = np.column_stack([np.bincount(clusters, column, groups) for column in influence.T])
        parts, free = groups, groups - arms
    spare = max(count - design.shape[1], 1)
    factor = parts / max(parts - 1, 1) * (count - 1) / spare if clusters is not None else count / spare
    error = np.sqrt((influence**2).sum(axis=0) * factor)
    return Found(coefficients[1:arms], error, max(free, 1))


def effect_scores(outcome: Floats, arm: Integers, model: Floats, shares: tuple[float, ...]) -> Floats:
    """(n, k) AIPW scores with known shares and an outcome model that did not see these rows."""
    scores = model.copy()
    rows = np.arange(len(arm))
    scores[rows, arm] += (outcome - model[rows, arm]) / np.array(shares)[arm]
    return scores


def mean_gain(scores: Floats, clusters: Integers | None) -> Found:
    """The mean of (n,) paired differences of rewards."""
    value, error = mean_and_error(scores, clusters)
    parts = len(scores) if clusters is None else int(clusters.max()) + 1
    return Found(np.array([value]), np.array([error]), parts - 1)


def autoc(scores: Floats, place: Integers, clusters: Integers | None) -> Found:
    """AUTOC of a ranking fixed beforehand, with the error of its influence function.

    AUTOC = mean of w(q) Gamma with w(q) = -ln q - 1 and q the rank's share; ties share their weight. The
    influence of a row is w(q_i) Gamma_i less the sum of Gamma_j / rank_j over the rows ranked behind it, plus
    the mean: the second part is for the ranks, which are the sample's own (Yadlowsky et al. 2025, section 3).

    Args:
        scores: (n,) effect scores.
        place: (n,) dense rank, 0 first; ties share it.
        clusters: (n,) codes, or None.
    """
    count = len(scores)
    order = np.argsort(place, kind="stable")
    ranked, sorted_scores = place[order], scores[order]
    first = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    sizes = np.diff(np.append(first, count))
    rank = np.arange(1, count + 1)
    tail = np.cumsum((1 / rank)[::-1])[::-1]
    weight = np.repeat(np.add.reduceat(tail, first) / sizes, sizes) - 1
    shared = np.repeat(np.add.reduceat(sorted_scores, first) / sizes, sizes)
    behind = np.cumsum((shared / rank)[::-1])[::-1] - shared / rank / 2
    behind = np.repeat(np.add.reduceat(behind, first) / sizes, sizes)
    value = float(weight @ sorted_scores) / count
    influence = np.empty(count)
    influence[order] = weight * sorted_scores - behind + shared.mean()
    error = mean_and_error(influence, clusters)[1]
    parts = count if clusters is None else int(clusters.max()) + 1
    return Found(np.array([value]), np.array([error]), parts - 1)
