"""Cross-fitted AIPW scores: for each row and arm an unbiased guess of the outcome under that arm."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import as_floats, cluster_codes, same_length
from causal_core.uplift.bases import Base, Regression, regress
from causal_core.uplift.features import Encoder
from causal_core.uplift.folds import folds as make_folds
from causal_core.uplift.propensity import (
    Kind,
    Propensity,
    choose_propensity,
    clip,
    constant_shares,
    fit_propensity,
)

FOLDS = 5
"""Folds of the scores that judge and value."""


def learning_folds(rows: int) -> int:
    """Folds of what a learner predicts before it learns the effect: 2, and 3 below 5,000 rows."""
    return 2 if rows >= 5000 else 3


@dataclass(frozen=True, eq=False)
class Training:
    """What models learn from, as numbers.

    Attributes:
        matrix: (n, p) covariates, NaN where missing, codes where categorical.
        categorical: Positions of the columns of codes.
        arm: (n,) 0..k-1, 0 the control.
        outcome: (n,).
        arms: k.
        propensity: (n, k) known assignment probabilities, or None to estimate them.
        clusters: (n,) codes, or None.
        seed: Of splits and models.
        base: What regressions are made of: a key of the catalogue's `BASES`, or a scikit-learn regressor.
        assignment: What propensity models are made of; None to choose anew for each.
    """

    matrix: Floats
    categorical: tuple[int, ...]
    arm: Integers
    outcome: Floats
    arms: int
    propensity: Floats | None = None
    clusters: Integers | None = None
    seed: int = 0
    base: Base = "boosted"
    assignment: Kind | None = None

    def take(self, rows: Integers) -> Training:
        """The same with only these rows."""
        return replace(
            self,
            matrix=self.matrix[rows],
            arm=self.arm[rows],
            outcome=self.outcome[rows],
            propensity=None if self.propensity is None else self.propensity[rows],
            clusters=None if self.clusters is None else self.clusters[rows],
        )

    def folds(self, count: int = FOLDS) -> Integers:
        """(n,) fold of each row, by arm and whole clusters."""
        return make_folds(self.arm, count, self.clusters, self.seed)

    def regress(
        self,
        target: Floats,
        rows: Integers | None = None,
        weights: Floats | None = None,
        *,
        noisy: bool = False,
    ) -> Regression:
        """A regression of a target, one number for each of `rows` (None: all), on their covariates."""
        matrix = self.matrix if rows is None else self.matrix[rows]
        return regress(self.base, matrix, target, self.categorical, self.seed, weights, noisy=noisy)

    def outcome_model(self, arm: int) -> Regression:
        """E[outcome | covariates, arm], learned from that arm's rows."""
        rows = np.flatnonzero(self.arm == arm)
        return self.regress(self.outcome[rows], rows)

    @property
    def indicators(self) -> Floats:
        """(n, k-1) 1.0 where a row is in the arm, a column for each after the control."""
        return np.asarray(self.arm[:, None] == np.arange(1, self.arms), dtype=np.float64)

    def propensity_model(self) -> Propensity:
        """P(arm | covariates): constant when the known probabilities are, otherwise fitted."""
        if self.propensity is not None and np.ptp(self.propensity, axis=0).max() < 1e-12:
            return Propensity(self.propensity[0])
        return fit_propensity(self.matrix, self.arm, self.arms, self.categorical, self.seed, self.assignment)

    def choose_assignment(self) -> Kind:
        """What predicts the assignment of these rows better."""
        return choose_propensity(self.matrix, self.arm, self.arms, self.categorical, self.seed)

    def settled(self) -> Training:
        """The same with one choice of `assignment` for all folds, where propensities are estimated.

        The choice looks at no outcome, so what the folds learn of outcomes stays apart.
        """
        if self.propensity is not None or self.assignment is not None:
            return self
        return replace(self, assignment=self.choose_assignment())


@dataclass(frozen=True, eq=False)
class Scores:
    """AIPW scores and what they were made of.

    Attributes:
        scores: (n, k) G_a = m_a(x) + 1{T=a} / e_a(x) (y - m_a(x)).
        outcome_model: (n, k) m_a(x), from models that did not see the row.
        propensity: (n, k) e_a(x), known or from models that did not see the row.
        clipped: By arm, how many estimated probabilities were raised to a tenth of the arm's share.
    """

    scores: Floats
    outcome_model: Floats
    propensity: Floats
    clipped: tuple[int, ...]

    @property
    def effects(self) -> Floats:
        """(n, k-1) effect scores G_a - G_0."""
        return np.asarray(self.scores[:, 1:] - self.scores[:, :1])


def aipw(outcome: Floats, arm: Integers, outcome_model: Floats, propensity: Floats) -> Floats:
    """(n, k) scores G_a = m_a(x) + 1{T=a} / e_a(x) (y - m_a(x)) (Robins, Rotnitzky & Zhao 1994)."""
    scores = outcome_model.copy()
    rows = np.arange(len(arm))
    scores[rows, arm] += (outcome - outcome_model[rows, arm]) / propensity[rows, arm]
    return scores


def score_part(
    training: Training, learning: Integers, rows: Integers
) -> tuple[Scores, tuple[Regression, ...]]:
    """Scores of `rows` from models learned on `learning`, and the outcome models, one an arm."""
    learned = training.take(learning)
    models = tuple(learned.outcome_model(arm) for arm in range(training.arms))
    matrix = training.matrix[rows]
    outcome_model = np.column_stack([model.predict(matrix) for model in models])
    if training.propensity is None:
        estimated = learned.propensity_model().predict(matrix)
        propensity, clipped = clip(estimated, constant_shares(learned.arm, training.arms))
    else:
        propensity, clipped = training.propensity[rows], (0,) * training.arms
    values = aipw(training.outcome[rows], training.arm[rows], outcome_model, propensity)
    return Scores(values, outcome_model, propensity, clipped), models


def cross_fit(
    training: Training, count: int | None = None
) -> tuple[Scores, tuple[tuple[Regression, ...], ...]]:
    """Scores of all rows, each from models of the other folds, and those models, fold by fold.

    Args:
        training: The rows.
        count: How many folds; None for those of a learner.
    """
    training = training.settled()
    count = count or learning_folds(len(training.arm))
    fold = training.folds(count)
    rows = [np.flatnonzero(fold == part) for part in range(count)]
    parts = [score_part(training, np.flatnonzero(fold != part), rows[part]) for part in range(count)]
    return join([scores for scores, _ in parts], rows), tuple(models for _, models in parts)


def join(parts: list[Scores], rows: list[Integers]) -> Scores:
    """Scores of several parts put back at their rows; together the rows are 0..n-1."""

    def placed(arrays: list[Floats]) -> Floats:
        whole = np.empty((sum(map(len, rows)), arrays[0].shape[1]))
        for array, positions in zip(arrays, rows, strict=True):
            whole[positions] = array
        return whole

    return Scores(
        placed([part.scores for part in parts]),
        placed([part.outcome_model for part in parts]),
        placed([part.propensity for part in parts]),
        tuple(int(count) for count in np.sum([part.clipped for part in parts], axis=0)),
    )


def aipw_scores(
    features: pd.DataFrame | ArrayLike,
    arm: ArrayLike,
    outcome: ArrayLike,
    propensity: Floats | None = None,
    randomised: bool = False,
    clusters: ArrayLike | None = None,
    seed: int = 0,
) -> Scores:
    """Five-fold cross-fitted AIPW scores.

    Args:
        features: (n, p) frame or array; categories and missing values are welcome.
        arm: (n,) 0..k-1, 0 the control.
        outcome: (n,) numbers.
        propensity: (n, k) known assignment probabilities, used as they are; None to estimate them.
        randomised: With no propensity: assignment is random with one probability for all, the arms' shares.
        clusters: (n,) clusters, kept whole in one fold.
        seed: Of folds and models.

    Raises:
        Problem: A value is missing, or lengths differ.
    """
    outcomes = as_floats(outcome, "outcome")
    arms = as_floats(arm, "arm").astype(np.int64)
    same_length(len(outcomes), arm=arms, propensity=propensity)
    encoder = Encoder.of(features)
    count = int(arms.max()) + 1
    if propensity is None and randomised:
        propensity = np.tile(constant_shares(arms, count), (len(arms), 1))
    matrix = encoder.matrix(features)
    same_length(len(outcomes), features=matrix)
    codes = cluster_codes(clusters, len(arms))
    training = Training(matrix, encoder.categorical, arms, outcomes, count, propensity, codes, seed)
    return cross_fit(training, FOLDS)[0]
