"""The randomisation test: the only refuter whose p-value is one (Fisher 1935; Wu & Ding 2021)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.engine.progress import report
from causal_core.problem import DoesNotApply

BLOCK: Final = 4_000_000
"""Numbers drawn at once."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The rows of one arm and control, as units that were assigned one by one or cluster by cluster.

    Attributes:
        treated: (m,) whether each unit had the arm.
        probability: (m,) each unit's known probability of the arm among these two; None when the numbers of
            units in the arms were fixed.
        blocks: (m,) units are only re-drawn within their block; None for one block.
        total: (m, 2) sums of the weights of each unit's rows as if in the arm, and as if in control.
        outcome: (m, 2) the same weights times the outcome.
        rows: How many rows.
        how: How assignments are re-drawn, in words.
    """

    treated: np.ndarray
    probability: Floats | None
    blocks: Integers | None
    total: Floats
    outcome: Floats
    rows: int
    how: str


def comparison(design: Design, a: int) -> Comparison:
    """Arm `a` against control, ready to be re-drawn.

    Raises:
        DoesNotApply: How treatment was assigned is not known.
    """
    if not design.randomised and design.propensity is None:
        raise DoesNotApply(
            "Not applicable: how treatment was assigned is not known, so nothing can be re-drawn. Only for a "
            "random assignment, or one with known probabilities, is there such a p-value."
        )
    rows = np.flatnonzero((design.arm == 0) | (design.arm == a))
    treated = design.arm[rows] == a
    outcome = np.asarray(design.outcome, dtype=np.float64)[rows]
    # The middle of the outcome is taken out against rounding; a difference does not notice.
    outcome = outcome - outcome.mean()
    weights = np.ones(len(rows)) if design.weights is None else np.asarray(design.weights)[rows]
    probability = None
    if design.propensity is not None:
        pair = design.propensity[rows][:, [0, a]]
        share = pair[:, 1] / np.maximum(pair.sum(axis=1), 1e-300)
        if np.ptp(share) > 1e-9:
            probability = share
    codes: Integers | None = None
    if design.clusters is not None:
        codes = np.asarray(np.unique(design.clusters[rows], return_inverse=True)[1], dtype=np.int64)
    whole = codes is not None and _whole(codes, treated)
    if probability is not None:
        _check(probability, treated, codes if whole else None)
        with np.errstate(divide="ignore"):
            pull = np.column_stack([1 / probability, 1 / (1 - probability)])
        # A side that cannot happen is never drawn.
        pull = np.where(np.isfinite(pull), pull, 0.0) * weights[:, None]
    else:
        pull = np.column_stack([weights, weights])
    moved = pull * outcome[:, None]
    blocks = None
    units = "rows"
    if codes is not None and whole:
        units = "whole clusters"
        first = np.unique(codes, return_index=True)[1]
        count = len(first)
        pull, moved = _summed(pull, codes, count), _summed(moved, codes, count)
        treated = treated[first]
        probability = None if probability is None else probability[first]
    elif codes is not None and probability is None:
        units, blocks = "rows within each cluster", codes
    if probability is None:
        how = f"Drew the assignment of {units} anew, with as many in each arm as there were"
    else:
        how = f"Drew the assignment of {units} anew with the known probabilities"
    return Comparison(treated, probability, blocks, pull, moved, len(rows), how)


def _summed(values: Floats, codes: Integers, count: int) -> Floats:
    sums: Floats = np.column_stack([np.bincount(codes, values[:, side], count) for side in (0, 1)])
    return sums


def _whole(codes: Integers, treated: np.ndarray) -> bool:
    shares = np.bincount(codes, treated) / np.bincount(codes)
    return bool(np.isin(shares, (0.0, 1.0)).all())


def _check(probability: Floats, treated: np.ndarray, codes: Integers | None) -> None:
    if codes is not None:
        low = np.full(codes.max() + 1, np.inf)
        high = np.full(codes.max() + 1, -np.inf)
        np.minimum.at(low, codes, probability)
        np.maximum.at(high, codes, probability)
        if (high - low).max() > 1e-9:
            raise DoesNotApply(
                "Not applicable: whole clusters were treated, but the known probability differs within one."
            )
    if (probability[treated] <= 0).any() or (probability[~treated] >= 1).any():
        raise DoesNotApply("Not applicable: some rows are where their known probability says they cannot be.")


def observed(made: Comparison) -> float:
    """The studentised difference of the arms as they were, see `statistics`; NaN when it cannot be had."""
    return float(statistics(made, made.treated[None, :].astype(np.float64))[0])


def statistics(made: Comparison, drawn: Floats) -> Floats:
    """Studentised differences of weighted means (Hajek), one an assignment.

    Dividing by each draw's own standard error keeps the test honest, in large samples, also when effects
    differ between people but average to zero (Wu & Ding 2021).

    Args:
        made: The comparison.
        drawn: (draws, m) 1 where a unit gets the arm, else 0.

    Returns:
        (draws,); NaN where an arm has fewer than two units or no scatter.
    """
    # One product gives the sums of those who get the arm; what is missing to the total are the others'.
    moments = _moments(made)
    inside = drawn @ moments
    outside = moments.sum(axis=0) - inside
    means, variances, good = [], [], np.ones(len(drawn), dtype=bool)
    for sums, start in ((inside, 1), (outside, 6)):
        count = np.rint(sums[:, 0])
        weight, value, square, cross, weight_square = sums[:, start : start + 5].T
        good &= (count >= 2) & (weight > 0)
        safe = np.where(weight > 0, weight, 1)
        mean = value / safe
        left = square - 2 * mean * cross + mean**2 * weight_square
        means.append(mean)
        variances.append(count / np.maximum(count - 1, 1) * np.maximum(left, 0) / safe**2)
    spread = np.sqrt(variances[0] + variances[1])
    good &= spread > 1e-12 * np.abs(made.outcome).max(initial=1e-300)
    found: Floats = np.where(good, (means[0] - means[1]) / np.where(good, spread, 1), np.nan)
    return found


def _moments(made: Comparison) -> Floats:
    """(m, 11) ones; then for arm and control weights, values, their squares, products, squared weights."""
    columns = [np.ones(len(made.treated))]
    for side in (0, 1):
        weight, value = made.total[:, side], made.outcome[:, side]
        columns += [weight, value, value**2, value * weight, weight**2]
    return np.column_stack(columns)


def draw(made: Comparison, random: np.random.Generator, count: int) -> Floats:
    """(count, m) assignments drawn as the actual one was."""
    size = len(made.treated)
    if made.probability is not None:
        return (random.random((count, size)) < made.probability).astype(np.float64)
    drawn = np.empty((count, size))
    for row in range(count):
        if made.blocks is None:
            drawn[row] = random.permutation(made.treated)
        else:
            # Sorted by block, then at random: within each block the treatments are dealt out anew.
            order = np.lexsort((random.random(size), made.blocks))
            drawn[row, order] = made.treated[np.argsort(made.blocks, kind="stable")]
    return drawn


def randomisation_draws(design: Design, seed: int, start: int, count: int) -> Floats:
    """Statistics of re-drawn assignments.

    Draw number i depends on `seed` and i alone, so draws may be split among calls.

    Args:
        design: The rows; covariates are not used.
        seed: Of the draws.
        start: Number of the first draw; a multiple of 50, so that splits agree.
        count: How many draws.

    Returns:
        (arms - 1, 1 + count) for each arm the observed statistic, then the drawn ones.

    Raises:
        DoesNotApply: How treatment was assigned is not known.
    """
    rows = []
    arms = len(design.arms) - 1
    for a in range(1, arms + 1):
        made = comparison(design, a)
        found = [np.array([observed(made)])]
        for first in range(start, start + count, CHUNK):
            random = np.random.default_rng([seed, a, first])
            many = min(CHUNK, start + count - first)
            block = max(1, min(many, BLOCK // max(len(made.treated), 1)))
            found += [
                statistics(made, draw(made, random, min(block, many - done)))
                for done in range(0, many, block)
            ]
            report((a - 1) * count + first + many - start, arms * count)
        rows.append(np.concatenate(found))
    return np.array(rows)


CHUNK: Final = 50
"""Draws that share one generator."""


def p_value(found: Floats) -> float | None:
    """(count + 1) / (draws + 1) of the drawn statistics at least as far from zero as the observed one.

    Draws without a statistic (an empty arm) count as at least as far. Two-sided.

    Args:
        found: (1 + draws,) the observed statistic, then the drawn ones.

    Returns:
        The p-value; None when the observed statistic cannot be had.
    """
    seen, drawn = abs(found[0]), np.abs(found[1:])
    if not np.isfinite(seen):
        return None
    # Equal assignments can differ in their last digits.
    far = ~(drawn < seen * (1 - 1e-9))
    return float((far.sum() + 1) / (len(drawn) + 1))
