"""Overlap weights and trimming: the effect where the arms can be compared at all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats
from causal_core.estimation.inference import Answer, answer_of, weight_notes
from causal_core.estimation.propensity import Weighting
from causal_core.estimation.regression import ipw, weighted_mean
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import Problem

TINY = 1e-300

LEAST = 10
"""Rows that must be possible in every arm."""


@dataclass(frozen=True, eq=False)
class Trimming:
    """Which rows have enough overlap.

    Attributes:
        kept: (n,) whether a row is kept.
        bound: The largest sum of inverse probabilities kept; infinite when every row is.
    """

    kept: NDArray[np.bool_]
    bound: float

    @property
    def cutoff(self) -> float:
        """With two arms: the least probability of either arm that is kept; 0 when every row is."""
        return 0.0 if np.isinf(self.bound) else float(0.5 - np.sqrt(max(0.25 - 1 / self.bound, 0.0)))


def overlap_weights(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Each arm weighted by the probability of the others (Li, Morgan & Zaslavsky 2018, section 2).

    With several arms h/e_b, h the harmonic mean of the probabilities (Li & Li 2019). No probability is
    clipped: the weights are bounded. The errors are stacked with the logistic regression's; with two arms
    that regression makes the weighted means of the covariates equal.
    """
    sides = []
    notes = []
    for b in (a, 0):
        made = _overlap(sample, b)
        notes += weight_notes(made.weights, sample.design.arms[b], 0, 0)
        sides.append(weighted_mean(sample, made, errors))
    estimand = target if sample.constant_assignment else "overlap-weighted"
    if estimand != target and target != "ATE":
        notes.append(f"Overlap weights have a population of their own; they cannot give the {target}.")
    return answer_of(sides[1], sides[0], errors, estimand, tuple(notes))


def _overlap(sample: Sample, b: int) -> Weighting:
    probability = sample.scores.probability
    inside = sample.arm == b
    if (probability[inside, b] <= 0).any():
        raise Problem(
            f"Some rows are in arm {sample.design.arms[b]} although their known probability of it is 0.",
            remedy="Correct the propensity column.",
        )
    inverse = 1 / np.maximum(probability, TINY)
    harmonic = 1 / inverse.sum(axis=1)
    weights = np.where(inside, sample.weights * harmonic * inverse[:, b], 0)
    comparable = int((probability >= np.maximum(sample.scores.floor, TINY)).all(axis=1).sum())
    if comparable < min(LEAST, sample.rows / 2):
        raise Problem(
            f"There is no overlap: for all but {comparable:,} rows the covariates all but rule out an arm.",
            column=sample.design.treatment_name,
            remedy="Leave out the covariate that decides the treatment.",
        )
    if sample.scores.information is None:
        return Weighting(weights, None, 0, 0)
    slope = harmonic[:, None] * inverse[:, 1:]
    if b > 0:
        slope[:, b - 1] -= 1
    return Weighting(weights, slope, 0, 0)


def ipw_trimmed(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Inverse probability weighting among the rows with enough overlap (Crump, Hotz, Imbens & Mitnik 2009).

    The rows kept are those that make the variance of their average effect least under equal variances
    (their theorem 1, with its sample analogue; for several arms Yang et al. 2016). Estimated
    probabilities are then estimated anew on the rows kept, known ones are used as they are. The errors are
    those of weighting on these rows, which are taken as given.

    Raises:
        Problem: An arm is left without rows.
    """
    found = trimming(sample.scores.probability, sample.weights)
    left = int(found.kept.sum())
    if left == sample.rows:
        answer = ipw(sample, a, target, errors)
        return replace(answer, notes=("No row was left out: overlap is good everywhere.", *answer.notes))
    part = _rows(sample, found.kept)
    answer = ipw(part, a, target, errors)
    names = sample.design.arms
    rule = (
        f"the probability of {names[1]} below {found.cutoff:.3f} or above {1 - found.cutoff:.3f}"
        if sample.arms == 2
        else f"a sum of inverse probabilities above {found.bound:.1f}"
    )
    out = sample.rows - left
    refit = "" if sample.design.propensity is not None else " The probabilities were estimated anew on them."
    note = (
        f"Left out: {out:,} row{'s' if out > 1 else ''} with {rule} (the cutoff of Crump et al. 2009). "
        f"{left:,} of {sample.rows:,} rows are left.{refit}"
    )
    if answer.influence is None or answer.parts is None:
        return replace(answer, estimand="trimmed", notes=(note, *answer.notes))
    # A row left out has no influence; the others count for the mean over all rows.
    spread = [_spread(each, found.kept) for each in (answer.influence, *answer.parts)]
    return replace(
        answer,
        influence=spread[0],
        parts=(spread[1], spread[2]),
        estimand="trimmed",
        notes=(note, *answer.notes),
    )


def trimming(probability: Floats, weights: Floats) -> Trimming:
    """The rows whose average effect has least variance under equal variances of the arms' outcomes.

    Of the sets {x: sum of 1/e_k(x) at most a bound} the one with the least of the sum of 1/e over its squared
    size; at its border the bound is twice the mean within, as in Crump et al. (2009), theorem 1.

    Args:
        probability: (n, k) of the arms.
        weights: (n,) sampling weights.
    """
    price = (1 / np.maximum(probability, TINY)).sum(axis=1)
    values, codes = np.unique(price, return_inverse=True)
    mass = np.bincount(codes, weights)
    size = np.cumsum(mass)
    variance = np.full(len(values), np.inf)
    some = size > 0
    variance[some] = np.cumsum(mass * values)[some] / size[some] ** 2
    best = int(variance.argmin())
    if best == len(values) - 1:
        return Trimming(np.ones(len(price), dtype=bool), np.inf)
    kept: NDArray[np.bool_] = codes <= best
    return Trimming(kept, float(values[best]))


def _rows(sample: Sample, kept: NDArray[np.bool_]) -> Sample:
    design = sample.design
    known, weights, clusters = design.propensity, design.weights, design.clusters
    return prepare(
        replace(
            design,
            outcome=design.outcome[kept],
            arm=design.arm[kept],
            covariates=design.covariates[kept],
            rows=design.rows[kept],
            propensity=None if known is None else known[kept],
            weights=None if weights is None else weights[kept],
            clusters=None if clusters is None else clusters[kept],
        ),
        sample.seed,
    )


def _spread(influence: Floats, kept: NDArray[np.bool_]) -> Floats:
    whole = np.zeros(len(kept))
    whole[kept] = influence * len(kept) / kept.sum()
    return whole
