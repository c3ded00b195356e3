"""Pointwise standard errors of uplift curves, given the ranking."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.curves import ranking


def uplift_curve_errors(
    outcome: Floats, treated: Floats, score: Floats, share: Floats, clusters: Integers | None = None
) -> Floats:
    """Standard error of U(k)/n at each share of an uplift curve of these rows.

    That of the difference of two means (unequal variances) among the first k, times k/n; 0 at share 0, NaN
    where an arm has fewer than two rows. With clusters, from cluster sums of the influence.
    """
    order, _ = ranking(score)
    # A constant taken from all outcomes leaves the errors as they are and the squares small.
    outcomes, arm = outcome[order] - outcome.mean(), treated[order]
    rows = len(order)
    taken = np.rint(share * rows).astype(np.int64)

    def first(values: Floats) -> Floats:
        return np.concatenate(([0.0], np.cumsum(values)))[taken]

    counts = first(arm), first(1 - arm)
    sums = first(outcomes * arm), first(outcomes * (1 - arm))
    few = (np.minimum(*counts) < 2) & (taken > 0)
    safe = tuple(np.maximum(count, 1.0) for count in counts)
    if clusters is None:
        squares = first(outcomes**2 * arm), first(outcomes**2 * (1 - arm))
        variance = sum(
            np.maximum(square - total**2 / count, 0.0) / np.maximum(count - 1, 1.0) / count
            for square, total, count in zip(squares, sums, safe, strict=True)
        )
        errors = share * np.sqrt(variance)
    else:
        means = sums[0] / safe[0], sums[1] / safe[1]
        codes = clusters[order]

        def influence(point: int) -> Floats:
            upto = slice(0, taken[point])
            from_treated = arm[upto] * (outcomes[upto] - means[0][point]) / safe[0][point]
            from_control = (1 - arm[upto]) * (outcomes[upto] - means[1][point]) / safe[1][point]
            return np.asarray(share[point] * (from_treated - from_control))

        errors = _clustered(influence, taken, codes, centred=True)
    return np.where(few, np.nan, errors)


def score_curve_errors(
    effects: Floats, score: Floats, share: Floats, clusters: Integers | None = None
) -> Floats:
    """Standard error of the sum of effect scores among the first k over n, at each share; 0 at share 0."""
    order, _ = ranking(score)
    ranked = effects[order]
    rows = len(order)
    taken = np.rint(share * rows).astype(np.int64)
    if clusters is not None:
        return _clustered(lambda point: ranked[: taken[point]] / rows, taken, clusters[order], centred=False)
    total = np.concatenate(([0.0], np.cumsum(ranked)))[taken] / rows
    square = np.concatenate(([0.0], np.cumsum(ranked**2)))[taken] / rows
    return np.asarray(np.sqrt(np.maximum(square - total**2, 0.0) / max(rows - 1, 1)))


def _clustered(
    influence: Callable[[int], Floats], taken: Integers, codes: Integers, *, centred: bool
) -> Floats:
    """Root of the sum of squared cluster sums, taken about their mean share unless already `centred`."""
    sizes = np.bincount(codes).astype(np.float64)
    groups = int((sizes > 0).sum())
    errors = np.empty(len(taken))
    for point, count in enumerate(taken):
        sums = np.bincount(codes[:count], weights=influence(point), minlength=len(sizes))
        if not centred:
            sums = sums - sums.sum() * sizes / sizes.sum()
        errors[point] = np.sqrt(sums @ sums * groups / max(groups - 1, 1))
    return errors
