"""The held-out rows as one learner and one arm see them: predicted effects beside scores of the effect."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.arrays import NORMAL_95, mean_and_error

if TYPE_CHECKING:
    from causal_core.uplift.result import Evaluation

Flags = NDArray[np.bool_]

FEWEST_ROWS = 30
"""Of fewer held-out rows no effect is told: a normal interval of so few would promise too much."""

THIN = 0.1
"""Below this part of an arm's share a person's probability of it leaves nobody to compare with."""

_ROUNDING = 1.01
"""Estimated probabilities were raised to a tenth of the share in their fold; folds differ a little."""


@dataclass(frozen=True, eq=False)
class Judged:
    """The held-out rows for one learner and one arm against the control.

    Attributes:
        rows: (n,) positions in the table.
        contrast: (control, arm).
        effects: (n,) AIPW effect scores, in the outcome's unit.
        predicted: (n,) predicted effects, from models that saw none of these rows.
        std_error: (n,) of the predictions, or None where the learner has none.
        clusters: (n,) codes, or None.
        thin: (n,) whether the probability of the arm or of the control is at most a tenth of its share.
    """

    rows: Integers
    contrast: tuple[str, str]
    effects: Floats = field(repr=False)
    predicted: Floats = field(repr=False)
    std_error: Floats | None = field(repr=False)
    clusters: Integers | None = field(repr=False)
    thin: Flags = field(repr=False)

    def take(self, places: NDArray[np.int64] | Flags) -> Judged:
        """Some of the rows, in the order of `places`."""
        return replace(
            self,
            rows=self.rows[places],
            effects=self.effects[places],
            predicted=self.predicted[places],
            std_error=None if self.std_error is None else self.std_error[places],
            clusters=None if self.clusters is None else self.clusters[places],
            thin=self.thin[places],
        )


@dataclass(frozen=True)
class Mean:
    """The effect over some held-out rows.

    Attributes:
        rows: How many.
        clusters: How many clusters they are in, or None.
        value: Mean AIPW effect score, in the outcome's unit.
        std_error: Of it, with whole clusters; None with fewer than two rows or clusters.
        ci: Its 95 % interval, or None.
    """

    rows: int
    clusters: int | None
    value: float
    std_error: float | None
    ci: tuple[float, float] | None


def judged(evaluation: Evaluation, learner: str, arm: str) -> Judged:
    """What `evaluation` holds about one learner and one arm.

    Raises:
        Problem: The learner has no predictions, or there is no such arm after the control.
    """
    held = evaluation.held_out
    predicted = held.effects(learner)
    if arm not in held.arms[1:]:
        raise Problem(f"There is no arm {arm} to compare.", column=arm)
    column = held.arms.index(arm)
    errors = held.std_error.get(learner)
    pair = [0, column]
    shares = np.bincount(held.arm, minlength=len(held.arms)) / len(held.arm)
    return Judged(
        rows=held.rows,
        contrast=(held.arms[0], arm),
        effects=np.asarray(held.scores[:, column] - held.scores[:, 0]),
        predicted=np.ascontiguousarray(predicted[:, column - 1]),
        std_error=None if errors is None else np.ascontiguousarray(errors[:, column - 1]),
        clusters=held.clusters,
        thin=np.asarray((held.propensity[:, pair] <= _ROUNDING * THIN * shares[pair]).any(axis=1)),
    )


def mean_over(judged: Judged, inside: Flags, quantile: float = NORMAL_95) -> Mean:
    """The effect over the held-out rows `inside`, (n,) flags; at least one is set.

    Args:
        judged: The rows.
        inside: Which of them.
        quantile: The normal quantile of the interval; 1.96 for 95 %.
    """
    mine = None if judged.clusters is None else judged.clusters[inside]
    value, error = mean_and_error(judged.effects[inside], mine)
    known = math.isfinite(error)
    return Mean(
        rows=int(inside.sum()),
        clusters=None if mine is None else len(np.unique(mine)),
        value=value,
        std_error=error if known else None,
        ci=(value - quantile * error, value + quantile * error) if known else None,
    )


def difference(judged: Judged, first: Flags, second: Flags) -> tuple[float, float | None]:
    """The effect over `first` less that over `second`, sets without a common row, and its standard error.

    Where a cluster has rows in both, they move together, so the error is that of the sums by cluster. None
    with fewer than two rows or clusters on a side.
    """
    means = [mean_over(judged, side) for side in (first, second)]
    value = means[0].value - means[1].value
    if any(mean.std_error is None for mean in means):
        return value, None
    pull = np.zeros(len(judged.effects))
    pull[first] = (judged.effects[first] - means[0].value) / means[0].rows
    pull[second] = -(judged.effects[second] - means[1].value) / means[1].rows
    if judged.clusters is None:
        parts = [mean.std_error or 0.0 for mean in means]
        return value, math.hypot(*parts)
    used = judged.clusters[first | second]
    sums = np.bincount(judged.clusters, weights=pull)
    groups = len(np.unique(used))
    return value, float(np.sqrt(sums @ sums * groups / (groups - 1)))
