"""One arm and the control by themselves, with what R-learner and class transformation predict beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.propensity import FLOOR, constant_shares
from causal_core.uplift.scores import Training, learning_folds


@dataclass(frozen=True, eq=False)
class Pair:
    """The rows of one arm and the control.

    Attributes:
        training: These rows; arm 1 is the arm, and the propensity is within the two.
        fold: (n,) fold of each row.
    """

    training: Training
    fold: Integers

    @property
    def treated(self) -> Floats:
        """(n,) 1.0 in the arm, 0.0 in the control."""
        return self.training.arm.astype(np.float64)

    def mean(self) -> Floats:
        """(n,) E[y | x] in the two arms together, each from models of the other folds."""
        mean = np.empty(len(self.fold))
        for rows, learned in self._parts(self.training):
            mean[rows] = learned.regress(learned.outcome).predict(self.training.matrix[rows])
        return mean

    def probability(self) -> Floats:
        """(n,) P(arm | x, one of the two): known, or from models of the other folds.

        An estimate stays a tenth of an arm's share away from 0 and from 1: T - e must vanish for neither.

        Raises:
            Problem: A known one is 0 or 1 in every row.
        """
        known = self.training.propensity
        if known is not None:
            if not ((known[:, 1] > 0) & (known[:, 1] < 1)).any():
                raise Problem(
                    "The known propensity is 0 or 1 in every row, so arms cannot be compared.",
                    column="propensity",
                )
            return np.asarray(known[:, 1])
        probability = np.empty(len(self.fold))
        for rows, learned in self._parts(self.training.settled()):
            estimated = learned.propensity_model().predict(self.training.matrix[rows])[:, 1]
            room_above, floor = FLOOR * constant_shares(learned.arm, 2)
            probability[rows] = np.clip(estimated, floor, 1 - room_above)
        return probability

    def _parts(self, training: Training) -> Iterator[tuple[Integers, Training]]:
        for part in range(int(self.fold.max()) + 1):
            yield np.flatnonzero(self.fold == part), training.take(np.flatnonzero(self.fold != part))


def pairs(training: Training) -> Iterator[Pair]:
    """Each arm with the control, in the order of the arms."""
    for arm in range(1, training.arms):
        both = training.take(np.flatnonzero((training.arm == 0) | (training.arm == arm)))
        known = both.propensity
        if known is not None:
            share = known[:, arm] / (known[:, 0] + known[:, arm])
            known = np.column_stack([1 - share, share])
        fold = both.folds(learning_folds(len(both.arm)))
        binary = replace(both, arm=(both.arm == arm).astype(np.int64), arms=2, propensity=known)
        yield Pair(binary, fold)
