"""Simple effects on cross-fitted nuisances: the same for everybody, or linear in the columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.uplift.bases import regress
from causal_core.uplift.models import DirectModel, Model
from causal_core.uplift.scores import Training, cross_fit
from causal_core.uplift.stacking import r_loss


@dataclass(frozen=True, eq=False)
class Constant:
    """A regression that predicts one number."""

    value: float

    def predict(self, matrix: Floats) -> Floats:
        """(n,) times the number, in the target's unit."""
        return np.full(len(matrix), self.value)


def fit_constant(training: Training) -> Model:
    """The same effect for everybody: the mean cross-fitted AIPW effect score of each arm."""
    scores, models = cross_fit(training)
    means = tuple(Constant(float(mean)) for mean in scores.effects.mean(axis=0))
    return DirectModel(means, tuple(by_arm[0] for by_arm in models))


def fit_linear_dr(training: Training) -> Model:
    """The DR-learner whose effect is linear in the columns, whatever the nuisances are made of."""
    scores, models = cross_fit(training)
    lines = tuple(
        regress("linear", training.matrix, scores.effects[:, column], training.categorical, training.seed)
        for column in range(training.arms - 1)
    )
    return DirectModel(lines, tuple(by_arm[0] for by_arm in models))


def fit_linear_r(training: Training) -> Model:
    """The R-learner whose effect is linear in the columns, whatever the nuisances are made of.

    Its m and e are those of the AIPW scores: of an arm and the control, weighted by their probabilities.
    """
    scores, models = cross_fit(training)
    lines = []
    for column in range(training.arms - 1):
        loss = r_loss(scores, training.outcome, training.arm, column, None)
        # Where the factor is 0 the row has weight 0, and its target is of no account.
        target = np.divide(loss.target, loss.factor, out=np.zeros_like(loss.target), where=loss.factor != 0)
        matrix = training.matrix[loss.rows]
        lines.append(regress("linear", matrix, target, training.categorical, training.seed, loss.factor**2))
    return DirectModel(tuple(lines), tuple(by_arm[0] for by_arm in models))
