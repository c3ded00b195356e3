"""A design made ready for numerics: checked, scaled, free of redundant columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.estimation.propensity import Scores, fit_scores, known_scores, pseudo_inverse
from causal_core.problem import Problem

REDUNDANT = 1e-9
"""A column is redundant when the columns before it explain all but this share of its variance."""

UNGUARDED = ("regression_adjustment", "matching", "propensity_matching", "overlap_weights", "dml")
"""Methods that would give a number, and see nothing wrong, where the covariates determine the arm."""

LARGEST = 1e30
"""The largest size of a value; beyond it, and below its inverse, squares overflow or vanish."""

BLOCK = 65_536
"""Rows worked on at a time where a whole copy would cost memory."""


@dataclass(frozen=True, eq=False)
class Sample:
    """What the estimators compute with.

    Attributes:
        design: Where it came from.
        outcome: (n,) in the outcome's unit.
        arm: (n,) 0..k-1.
        x: (n, P) an intercept, then the covariates that are not redundant, each with mean 0 and variance 1.
        weights: (n,) with mean 1; ones when there are none.
        counts: (k,) rows of each arm.
        seed: For methods that split the rows at random.
    """

    design: Design
    outcome: Floats
    arm: Integers
    x: Floats
    weights: Floats
    counts: Integers
    seed: int = 0

    @property
    def arms(self) -> int:
        """How many arms there are, the control level included."""
        return len(self.design.arms)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.outcome)

    @cached_property
    def scores(self) -> Scores:
        """The probabilities of the arms: known ones as they are, else a multinomial logistic regression."""
        if self.design.propensity is not None:
            return known_scores(self.design.propensity)
        return fit_scores(self.x, self.arm, self.arms, self.weights)

    @cached_property
    def constant_assignment(self) -> bool:
        """Whether assignment is random with the same probabilities for everyone."""
        known = self.design.propensity
        return self.design.randomised and (known is None or bool(np.ptp(known, axis=0).max() < 1e-9))

    def target_weights(self, a: int, target: str) -> Floats:
        """(n,) the weight of each row in the target population of arm `a`."""
        if target == "ATE":
            return self.weights
        inside: Floats = self.weights * (self.arm == (a if target == "ATT" else 0))
        return inside


def with_weight(design: Design) -> Design:
    """The design without its rows of weight zero, which stand for nobody; they count as dropped."""
    if design.weights is None or not (design.weights == 0).any():
        return design
    kept = np.flatnonzero(design.weights != 0)
    idle = design.rows_used - len(kept)
    return replace(design.at(kept), rows_dropped=design.rows_dropped + idle)


def refuse_constant(sample: Sample) -> None:
    """Refuse an outcome without scatter, where rounding would stand for an effect, interval and all.

    Simulations on changed rows may meet one and go on: there an effect of zero is right.

    Raises:
        Problem: The outcome is the same in every row.
    """
    outcome = sample.outcome
    if sample.rows > 1 and outcome.min() == outcome.max():
        raise Problem(
            f"The outcome {sample.design.outcome_name} is {outcome[0]:g} in every row in use.",
            column=sample.design.outcome_name,
            remedy="Choose an outcome that differs between these rows.",
        )


def refuse_determined(method: str, sample: Sample, a: int) -> None:
    """Refuse to compare arm `a` with control where a line through the covariates tells them apart exactly.

    Methods that see this themselves are let through.

    Raises:
        Problem: It does.
    """
    if method not in UNGUARDED:
        return
    pair = (sample.arm == a) | (sample.arm == 0)
    if pair.sum() <= 2 * sample.x.shape[1]:
        # So many columns tell any rows apart; the method says that itself.
        return
    x, weights = sample.x[pair], sample.weights[pair]
    inside = (sample.arm[pair] == a).astype(np.float64)
    weighted = x.T * weights
    cross = weighted @ inside
    explained = float(cross @ pseudo_inverse(weighted @ x) @ cross)
    total = float(weights @ inside)
    if total - explained <= REDUNDANT * total * (1 - total / float(weights.sum())):
        raise Problem(
            f"The covariates determine who is in arm {sample.design.arms[a]}: nothing is left to compare.",
            column=sample.design.treatment_name,
            remedy="Leave out the covariate that repeats the treatment.",
        )


def prepare(design: Design, seed: int = 0) -> Sample:
    """Check a design and make it ready.

    Raises:
        Problem: A value is missing, infinite or out of reach of arithmetic, an arm has no rows or no weight,
            or a weight is negative.
    """
    outcome = np.asarray(design.outcome, dtype=np.float64)
    arm = np.asarray(design.arm, dtype=np.int64)
    if not np.isfinite(outcome).all():
        raise Problem(
            f"The outcome {design.outcome_name} has missing or infinite values.",
            column=design.outcome_name,
            remedy="Leave those rows out first.",
        )
    _check_size(outcome, f"outcome {design.outcome_name}", design.outcome_name)
    counts = np.bincount(arm, minlength=len(design.arms))
    for name, count in zip(design.arms, counts, strict=True):
        if count == 0:
            raise Problem(
                f"No row in use has {design.treatment_name} = {name}.",
                column=design.treatment_name,
                remedy="Leave this arm out, or see which missing values or weights of zero removed its rows.",
            )
    weights = _weights(design)
    for b, name in enumerate(design.arms):
        if not (weights[arm == b] > 0).any():
            raise Problem(
                f"Every row with {design.treatment_name} = {name} has the weight zero.",
                column=design.treatment_name,
                remedy="Leave this arm out, or correct the weights.",
            )
    return Sample(design, outcome, arm, _columns(design, weights), weights, counts, seed)


def _check_size(values: Floats, name: str, column: str) -> None:
    """Refuse values whose squares have no place among floating-point numbers."""
    largest = max(float(values.max(initial=0)), -float(values.min(initial=0)))
    if largest > LARGEST or 0 < largest < 1 / LARGEST:
        size = "large" if largest > 1 else "small"
        raise Problem(
            f"The {name} holds numbers too {size} to compute with (up to {largest:.0e} in size).",
            column=column,
            remedy="Correct such values, or give the column in another unit.",
        )


def _weights(design: Design) -> Floats:
    if design.weights is None:
        return np.ones(design.rows_used)
    weights = np.asarray(design.weights, dtype=np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() == 0:
        raise Problem(
            "The weights must be finite, not negative and not all zero.", remedy="Correct the weights."
        )
    scaled: Floats = weights / weights.mean()
    return scaled


def _columns(design: Design, weights: Floats) -> Floats:
    x = np.asarray(design.covariates, dtype=np.float64)
    n = design.rows_used
    finite = np.array([np.isfinite(column).all() for column in x.T], dtype=bool)
    if not finite.all():
        source = design.covariate_sources[int(np.argmin(finite))]
        raise Problem(
            f"The covariate {source} has missing or infinite values.",
            column=source,
            remedy="Leave those rows out first.",
        )
    for place, source in enumerate(design.covariate_sources):
        _check_size(x[:, place], f"covariate {source}", source)
    # One copy of the table and blocks of it: a million rows must fit beside the learners.
    ready = np.empty((n, x.shape[1] + 1))
    ready[:, 0] = 1
    scaled = ready[:, 1:]
    mean = weights @ x / n
    np.subtract(x, mean, out=scaled)
    deviation = np.sqrt(np.diag(_gram(scaled, weights)))
    varies = deviation > 1e-10 * np.maximum(np.abs(mean), np.finfo(float).tiny)
    scaled /= np.where(varies, deviation, 1)
    places = np.flatnonzero(varies)
    kept = places[_independent(_gram(scaled, weights)[np.ix_(places, places)])]
    return ready if len(kept) == x.shape[1] else ready[:, [0, *(kept + 1)]]


def _gram(x: Floats, weights: Floats) -> Floats:
    """Weighted mean products of the columns, summed block by block."""
    total = np.zeros((x.shape[1], x.shape[1]))
    for start in range(0, len(x), BLOCK):
        rows = slice(start, start + BLOCK)
        total += (x[rows].T * weights[rows]) @ x[rows]
    mean: Floats = total / len(x)
    return mean


def _independent(gram: Floats) -> Integers:
    """Positions of the columns that those before them do not explain: a Cholesky sweep of the Gram matrix."""
    size = len(gram)
    factor = np.zeros((size, size))
    left = np.diag(gram).copy()
    kept: list[int] = []
    for j in range(size):
        if left[j] <= REDUNDANT:
            continue
        row = (gram[j] - factor[:, j] @ factor) / np.sqrt(left[j])
        factor[j] = row
        left = left - row**2
        kept.append(j)
    return np.array(kept, dtype=np.int64)
