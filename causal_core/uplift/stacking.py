"""Stacking predicted effects: losses that need no true effect, and the convex weights that minimise one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.scores import Scores


@dataclass(frozen=True, eq=False)
class Loss:
    """A squared loss of predicted effects: mean of (target - factor * tau(x))^2 over the rows it is taken on.

    Attributes:
        rows: (m,) positions of those rows among the rows that are judged.
        target: (m,) what the effect times the factor should come close to, in the outcome's unit.
        factor: (m,) what the effect is multiplied by.
        clusters: (m,) codes, or None.
    """

    rows: Integers
    target: Floats
    factor: Floats
    clusters: Integers | None = None

    def of(self, effect: Floats) -> Floats:
        """(m,) the loss of (n,) predicted effects on each row, in squared units of the outcome."""
        return np.asarray((self.target - self.factor * effect[self.rows]) ** 2)

    @property
    def best_constant(self) -> float:
        """The one effect for everybody that has the least loss; 0 where every factor is 0."""
        total = float(self.factor @ self.factor)
        return float(self.factor @ self.target) / total if total > 0 else 0.0

    def stack(self, effects: Floats) -> Floats:
        """(c,) non-negative weights, summing to 1, whose mix of (n, c) predicted effects has the least loss.

        Convex aggregation as in Nie & Wager 2021, section 2, and Han & Wu 2022.
        """
        return simplex(self.factor[:, None] * effects[self.rows], self.target)

    def clearly_better(self, effect: Floats, simple: Floats) -> bool:
        """Whether (n,) predicted effects have a lower loss than simpler ones by over one standard error.

        The one-standard-error rule (Breiman et al. 1984); the error is paired by row or cluster.
        """
        gain, error = mean_and_error(self.of(simple) - self.of(effect), self.clusters)
        return gain > error

    def scores(self, effects: Floats) -> tuple[Floats, Floats, Floats]:
        """How well (n, c) predicted effects do.

        Returns:
            (c,) score 1 - loss / loss of the best constant; (c,) how far it is below the best one's; and
            (c,) the standard error of that difference, paired by row or cluster (0 for the best itself).
        """
        losses = np.column_stack([self.of(column) for column in effects.T])
        scale = float(((self.target - self.factor * self.best_constant) ** 2).mean())
        scale = scale if scale > 0 else 1.0
        score = 1 - losses.mean(axis=0) / scale
        best = losses[:, int(np.argmax(score))]
        errors = [mean_and_error(column - best, self.clusters)[1] / scale for column in losses.T]
        return score, score.max() - score, np.array(errors)


def r_loss(scores: Scores, outcome: Floats, arm: Integers, column: int, clusters: Integers | None) -> Loss:
    """The R-loss of the effect of arm `column` + 1: mean of ((y - m) - (T - e) tau)^2 (Nie & Wager 2021).

    Taken on the rows of this arm and of the control; m and e are those of the two.
    """
    code = column + 1
    rows = np.flatnonzero((arm == 0) | (arm == code))
    probability = scores.propensity[rows][:, [0, code]]
    share = probability / probability.sum(axis=1, keepdims=True)
    mean = (share * scores.outcome_model[rows][:, [0, code]]).sum(axis=1)
    residual = (arm[rows] == code) - share[:, 1]
    return Loss(rows, outcome[rows] - mean, residual, None if clusters is None else clusters[rows])


def dr_loss(scores: Scores, column: int, clusters: Integers | None) -> Loss:
    """The DR-loss of the effect of arm `column` + 1: mean of (G_a - G_0 - tau)^2 over all rows.

    G are cross-fitted AIPW scores (Schuler et al. 2018; Mahajan et al. 2024).
    """
    effects = scores.effects[:, column]
    return Loss(np.arange(len(effects)), effects, np.ones(len(effects)), clusters)


def simplex(columns: Floats, target: Floats) -> Floats:
    """The w >= 0 with sum 1 that minimises the sum of squares of target - columns w.

    As the weights sum to 1, that is |M w| with M = columns - target. Over w >= 0 the minimum of
    |M w|^2 + (sum(w) - 1)^2 is a multiple of the answer (write w = s u with u summing to 1 and minimise over
    s), so non-negative least squares finds it exactly.

    Args:
        columns: (m, c).
        target: (m,).
    """
    from scipy.optimize import nnls

    errors = columns - target[:, None]
    triangle = np.linalg.qr(errors).R
    size = float(np.sqrt((triangle**2).sum(axis=0).min()))
    triangle = triangle / size if size > 0 else triangle
    weights, _ = nnls(
        np.vstack([triangle, np.ones(columns.shape[1])]), np.append(np.zeros(len(triangle)), 1.0)
    )
    return np.asarray(weights / weights.sum())
