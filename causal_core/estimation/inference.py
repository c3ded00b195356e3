"""From the influence of each row to a standard error and an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.result import Check
from causal_core.percent import percent

NORMAL = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a method computed for one arm.

    Attributes:
        value: The effect.
        baseline: The mean outcome under control for the target.
        influence: (n,) each row's influence; the variance is the sum of their squares over n^2. None when
            not asked for or when `std_error` is given.
        std_error: The standard error, when it does not come from `influence`.
        freedom: Degrees of freedom of the interval; None for the normal distribution.
        estimand: What the value is, when it is not the target.
        notes: What a reader must know.
        means: The target's mean outcome under control and under the arm, from methods that give both.
        parts: Each row's influence on these two means.
        checks: Tests of what the method assumes.
    """

    value: float
    baseline: float
    influence: Floats | None = None
    std_error: float | None = None
    freedom: float | None = None
    estimand: str | None = None
    notes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    means: tuple[float, float] | None = None
    parts: tuple[Floats, Floats] | None = None


def answer_of(
    control: tuple[float, Floats],
    treated: tuple[float, Floats],
    errors: bool,
    estimand: str | None = None,
    notes: tuple[str, ...] = (),
) -> Answer:
    """The answer of a method that gives both means.

    Args:
        control: The target's mean under control and each row's influence on it.
        treated: The same under the arm.
        errors: Whether the influence was asked for.
        estimand: What the value is, when it is not the target.
        notes: What a reader must know.
    """
    return Answer(
        treated[0] - control[0],
        control[0],
        treated[1] - control[1] if errors else None,
        estimand=estimand,
        notes=notes,
        means=(control[0], treated[0]),
        parts=(control[1], treated[1]) if errors else None,
    )


def standard_error(influence: Floats, design: Design) -> float | None:
    """The standard error of a value from its rows' influence, summed within clusters when there are any.

    Clusters count with the factor G/(G-1); fewer than two clusters give None.
    """
    n = len(influence)
    if design.clusters is None:
        return float(np.sqrt(np.sum(influence**2)) / n)
    groups = cluster_count(design)
    if groups < 2:
        return None
    _, codes = np.unique(design.clusters, return_inverse=True)
    sums = np.bincount(codes, weights=influence)
    return float(np.sqrt(np.sum(sums**2) * groups / (groups - 1)) / n)


def cluster_count(design: Design) -> int:
    """How many clusters there are."""
    return 0 if design.clusters is None else len(np.unique(design.clusters))


def interval(value: float, std_error: float, freedom: float | None) -> tuple[float, float]:
    """The 95 % interval, by Student's t with `freedom` degrees, or the normal distribution when None."""
    point = reach(freedom)
    return value - point * std_error, value + point * std_error


def reach(freedom: float | None) -> float:
    """How many standard errors a 95 % interval reaches to either side; None for the normal distribution."""
    if freedom is None:
        return NORMAL
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def effective_size(weights: Floats) -> float:
    """Kish's effective sample size, (sum w)^2 / sum w^2; 0 without weight."""
    square = float(np.sum(weights**2))
    return float(np.sum(weights)) ** 2 / square if square else 0.0


def weight_notes(weights: Floats, name: str, clipped: int, lacking: int) -> list[str]:
    """Notes on the weights of one arm: no overlap, clipping, a small effective sample, a dominating row."""
    notes = []
    used = weights[weights > 0]
    if lacking:
        notes.append(
            f"For {lacking} row{'s' if lacking > 1 else ''} of the target the covariates all but rule out "
            f"arm {name} (below 1 % of its share)."
        )
    if clipped:
        notes.append(
            f"{clipped} row{'s' if clipped > 1 else ''} of arm {name} had an estimated probability below 1 % "
            "of the arm's share; it was raised to that."
        )
    if len(used):
        size = effective_size(used)
        largest = float(used.max() / used.sum())
        if len(used) >= 100 and (size < 100 or largest > 0.05):
            notes.append(
                f"The weights leave arm {name} an effective sample of {size:.0f} of {len(used)} rows; "
                f"its heaviest row has {percent(largest, 1)} of the weight."
            )
    return notes
