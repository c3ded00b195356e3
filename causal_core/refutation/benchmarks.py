"""What a confounder as strong as the known covariates would do to a linear regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.result import Estimate
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.refutation.finding import Finding, inapplicable, multiple, percent
from causal_core.refutation.partial_r2 import Coefficient, bound, times_needed

LABEL: Final = "Robustness value"
TIMES: Final = (1, 2, 3)
"""Multiples of a covariate's strength that are shown."""

EXPECTATION: Final = (
    "A sound conclusion survives a hidden confounder as strong as the strongest covariate that is known."
)
CANNOT: Final = (
    "It cannot tell whether there is such a confounder. It is exact for linear regression with one effect "
    "for everybody; the interval's part takes rows as independent and equally noisy."
)


@dataclass(frozen=True)
class Benchmark:
    """A known covariate as a yardstick.

    Attributes:
        covariate: The table's column; a category's dummies count together.
        with_treatment: Its partial R-squared with the treatment, given the other covariates.
        with_outcome: Its partial R-squared with the outcome, given treatment and the other covariates.
        points: (times, r2 with treatment, r2 with outcome, estimate left, t left) for confounders bounded by
            being so many times as strong; multiples that cannot be are left out.
        to_zero: How many times as strong a confounder must be to bring the estimate to zero; None when no
            confounder like this covariate can.
        to_interval: The same for the 95 % interval to touch zero; None also with clusters.
    """

    covariate: str
    with_treatment: float
    with_outcome: float
    points: tuple[tuple[int, float, float, float, float], ...]
    to_zero: float | None
    to_interval: float | None


@dataclass(frozen=True)
class Robustness:
    """How strong a confounder left out of a linear regression would have to be.

    Attributes:
        coefficient: The arm's coefficient; None without an answer.
        value: RV_q with q = 1: the strength with treatment and outcome alike that brings the estimate to
            zero.
        interval: RV for the 95 % interval to touch zero; None with clusters or without an answer.
        benchmarks: The covariates, the strongest first.
        finding: The words.
    """

    coefficient: Coefficient | None
    value: float | None
    interval: float | None
    benchmarks: tuple[Benchmark, ...]
    finding: Finding

    @property
    def strongest(self) -> Benchmark | None:
        """The covariate of which the least multiple brings the estimate to zero; None when none can."""
        able = [each for each in self.benchmarks if each.to_zero is not None]
        return min(able, key=lambda each: (each.to_zero, each.covariate), default=None)

    def to_dict(self) -> dict[str, Plain]:
        """The numbers and words as plain JSON."""
        found = self.coefficient
        numbers: dict[str, Plain] = {
            "estimate": None if found is None else to_plain(found.estimate),
            "std_error": None if found is None else to_plain(found.std_error),
            "freedom": None if found is None else found.freedom,
            "partial_r2": None if found is None else to_plain(found.partial_r2),
            "robustness_value": to_plain(self.value),
            "robustness_value_interval": to_plain(self.interval),
            "benchmarks": to_plain(self.benchmarks),
        }
        return numbers | self.finding.to_dict()


def robustness(design: Design, estimate: Estimate) -> Robustness:
    """The robustness value of the linear regression of an estimate's rows, with its covariates beside it.

    Args:
        design: The rows of the estimate, with the covariates it adjusts for. Sampling weights enter the
            regression.
        estimate: One arm's estimate.
    """
    refused = inapplicable(design, estimate)
    if refused is not None:
        return _without(refused)
    try:
        fitted = Regression.of(design, design.arms.index(estimate.contrast[1]))
    except Problem as problem:
        return _without(str(problem))
    clustered = design.clusters is not None
    found = fitted.coefficient
    benchmarks = sorted(
        (_benchmark(fitted, source, clustered) for source in dict.fromkeys(design.covariate_sources)),
        key=lambda each: (each.to_zero is None, each.to_zero or 0.0, each.covariate),
    )
    value = found.robustness()
    interval = None if clustered else found.robustness_of_interval()
    whole = Robustness(found, value, interval, tuple(benchmarks), Finding(LABEL, "", "", "", "unclear", ""))
    return Robustness(found, value, interval, tuple(benchmarks), _words(whole, estimate.method, clustered))


@dataclass(frozen=True, eq=False)
class Regression:
    """Sums of squares of a regression of the outcome on an arm, the other arms and the covariates.

    Attributes:
        gram: (p + 2, p + 2) weighted mean products of covariates and other arms, then arm, then outcome,
            all centred.
        owners: p names of the table's columns; empty for another arm.
        coefficient: The arm's coefficient.
    """

    gram: Floats
    owners: tuple[str, ...]
    coefficient: Coefficient

    @classmethod
    def of(cls, design: Design, a: int) -> Regression:
        """The regression for arm `a`.

        Raises:
            Problem: The covariates determine arm or outcome, or there are too few rows.
        """
        weights = np.ones(design.rows_used) if design.weights is None else np.asarray(design.weights)
        weights = weights / weights.sum()
        others = [b for b in range(1, len(design.arms)) if b != a]
        columns = np.column_stack(
            [
                design.covariates,
                *((design.arm == b).astype(np.float64) for b in others),
                (design.arm == a).astype(np.float64),
                design.outcome,
            ]
        )
        columns = columns - weights @ columns
        scale = np.sqrt(weights @ columns**2)
        columns = columns / np.where(scale > 0, scale, 1)
        gram = (columns.T * weights) @ columns
        width = gram.shape[0] - 2
        known = np.arange(width)
        treatment, outcome = _left(gram, known, width), _left(gram, np.append(known, width), width + 1)
        cross = gram[width, width + 1]
        if width:
            inverse = pseudo_inverse(gram[:width, :width])
            cross -= gram[width, :width] @ inverse @ gram[:width, width + 1]
        rank = int(np.linalg.matrix_rank(gram[:width, :width], tol=1e-11, hermitian=True)) if width else 0
        freedom = int((weights > 0).sum()) - rank - 2
        if treatment <= 1e-9 or outcome <= 1e-12:
            raise Problem("The covariates leave nothing unexplained in the treatment or the outcome.")
        if freedom < 2:
            raise Problem("There are too few rows for a linear regression on these covariates.")
        unit = scale[width + 1] / scale[width]
        error = unit * np.sqrt(outcome / freedom / treatment)
        owners = (*design.covariate_sources, *("" for _ in others))
        return cls(gram, owners, Coefficient.of(float(unit * cross / treatment), float(error), freedom))

    def strengths(self, source: str) -> tuple[float, float]:
        """A column's partial R-squared with the treatment, and with the outcome given the treatment."""
        width = len(self.owners)
        known = np.arange(width)
        without = np.array([j for j in known if self.owners[j] != source], dtype=np.int64)
        found = []
        for target, more in ((width, []), (width + 1, [width])):
            whole = _left(self.gram, np.array([*known, *more], dtype=np.int64), target)
            part = _left(self.gram, np.array([*without, *more], dtype=np.int64), target)
            found.append(float(np.clip((part - whole) / part, 0, 1)) if part > 0 else 0.0)
        return found[0], found[1]


def _left(gram: Floats, columns: Integers, target: int) -> float:
    """What `columns` leave unexplained of the target's variance."""
    if len(columns) == 0:
        return float(gram[target, target])
    cross = gram[columns, target]
    return float(gram[target, target] - cross @ pseudo_inverse(gram[np.ix_(columns, columns)]) @ cross)


def _benchmark(fitted: Regression, source: str, clustered: bool) -> Benchmark:
    with_treatment, with_outcome = fitted.strengths(source)
    found = fitted.coefficient
    points = []
    for times in TIMES:
        strengths = bound(times, with_treatment, with_outcome)
        if strengths is not None and strengths[1] < 1:
            left, t = float(found.adjusted(*strengths)), float(found.adjusted_t(*strengths))
            points.append((times, *strengths, left, t))
    return Benchmark(
        covariate=source,
        with_treatment=with_treatment,
        with_outcome=with_outcome,
        points=tuple(points),
        to_zero=times_needed(found, with_treatment, with_outcome, interval=False),
        to_interval=None if clustered else times_needed(found, with_treatment, with_outcome, interval=True),
    )


def _without(error: str) -> Robustness:
    finding = Finding(LABEL, "", EXPECTATION, "", "unclear", CANNOT, error)
    return Robustness(None, None, None, (), finding)


def _words(found: Robustness, method: str, clustered: bool) -> Finding:
    whose = "" if method == "linear_regression" else "For the linear regression of the same rows: "
    done = (
        f"{whose}worked out, from how much of treatment and outcome the covariates leave unexplained, what "
        "leaving out one more confounder of any strength would have done."
    )
    value, interval, strongest = found.value or 0.0, found.interval, found.strongest
    seen = (
        f"A confounder that explains {percent(value)} of what is left of the treatment and of the outcome "
        "brings the estimate to zero."
    )
    if clustered:
        seen += " For the interval there is no such number: with clusters the formula does not hold."
    elif interval == 0:
        seen += " The regression's interval holds zero even without one."
    else:
        seen += f" {percent(interval or 0.0)} of each lets the 95 % interval touch zero."
    if strongest is not None:
        seen += f" That {_times(strongest)}."
    elif found.benchmarks:
        seen += " No confounder like one of the known covariates could do it."
    return Finding(LABEL, done[0].upper() + done[1:], EXPECTATION, seen, _verdict(found), CANNOT)


def _times(strongest: Benchmark) -> str:
    words = (
        f"takes a confounder {multiple(strongest.to_zero or 0.0)} times as strong as {strongest.covariate}"
    )
    if strongest.to_interval:
        words += f" for the estimate, {multiple(strongest.to_interval)} times for the interval"
    own = f"{percent(strongest.with_treatment)} of the treatment and {percent(strongest.with_outcome)} of the"
    return f"{words}; {strongest.covariate}, the strongest known, itself explains {own} outcome"


def _verdict(found: Robustness) -> str:
    if found.interval == 0:
        return "unclear"
    strongest = found.strongest
    if strongest is None or strongest.to_zero is None:
        value = found.value or 0.0
        return "pass" if found.benchmarks or value >= 0.1 else "fail" if value < 0.01 else "unclear"
    if strongest.to_zero < 1:
        return "fail"
    nearest = [each.to_interval for each in found.benchmarks if each.to_interval is not None]
    return "unclear" if min(nearest, default=1.0) < 1 else "pass"
