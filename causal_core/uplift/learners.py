"""Learners of effects by person: S, T, X (Künzel et al. 2019), R (Nie & Wager 2021), DR (Kennedy 2023)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.propensity import FLOOR, Propensity, clip, constant_shares
from causal_core.uplift.scores import FOLDS, Training, cross_fit
from causal_core.uplift.trees import Boosted, boost


class Model(Protocol):
    """A fitted learner."""

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""


@dataclass(frozen=True, eq=False)
class SModel:
    """tau_a(x) = m(x, a) - m(x, 0), one model in which the arm is a covariate (an indicator an arm)."""

    model: Boosted
    arms: int

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        control = self._under(matrix, 0)
        return np.column_stack([self._under(matrix, arm) - control for arm in range(1, self.arms)])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self._under(matrix, 0)

    def _under(self, matrix: Floats, arm: int) -> Floats:
        return self.model.predict(_with_arm(matrix, np.full(len(matrix), arm), self.arms))


@dataclass(frozen=True, eq=False)
class TModel:
    """tau_a(x) = m_a(x) - m_0(x), a model for each arm."""

    models: tuple[Boosted, ...]

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        control = self.baseline(matrix)
        return np.column_stack([model.predict(matrix) - control for model in self.models[1:]])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self.models[0].predict(matrix)


@dataclass(frozen=True, eq=False)
class XModel:
    """tau_a(x) = e_a(x) tau_control(x) + (1 - e_a(x)) tau_treated(x), e_a within arm a and control.

    tau_treated regresses y - m_0(x) on the treated, tau_control m_a(x) - y on the controls.
    """

    control: Boosted
    pairs: tuple[tuple[Boosted, Boosted], ...]
    propensity: Propensity
    shares: Floats

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        probabilities, _ = clip(self.propensity.predict(matrix), self.shares)
        columns = []
        for arm, (from_treated, from_control) in enumerate(self.pairs, start=1):
            weight = probabilities[:, arm] / (probabilities[:, arm] + probabilities[:, 0])
            columns.append(
                weight * from_control.predict(matrix) + (1 - weight) * from_treated.predict(matrix)
            )
        return np.column_stack(columns)

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control."""
        return self.control.predict(matrix)


@dataclass(frozen=True, eq=False)
class DirectModel:
    """A regression an arm whose target is the effect itself (R and DR), and models of the control outcome."""

    effects: tuple[Boosted, ...]
    controls: tuple[Boosted, ...]

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        return np.column_stack([model.predict(matrix) for model in self.effects])

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control, averaged over the folds' models."""
        return np.asarray(np.mean([model.predict(matrix) for model in self.controls], axis=0))


def fit_s(training: Training) -> Model:
    """The S-learner."""
    matrix = _with_arm(training.matrix, training.arm, training.arms)
    return SModel(boost(matrix, training.outcome, training.categorical, training.seed), training.arms)


def fit_t(training: Training) -> Model:
    """The T-learner."""
    return TModel(tuple(training.outcome_model(arm) for arm in range(training.arms)))


def fit_x(training: Training) -> Model:
    """The X-learner; its weight is the estimated propensity, or the known one where it is constant."""
    control_rows = training.arm == 0
    control = training.outcome_model(0)
    pairs = []
    for arm in range(1, training.arms):
        rows = training.arm == arm
        from_treated = boost(
            training.matrix[rows],
            training.outcome[rows] - control.predict(training.matrix[rows]),
            training.categorical,
            training.seed,
        )
        from_control = boost(
            training.matrix[control_rows],
            training.outcome_model(arm).predict(training.matrix[control_rows])
            - training.outcome[control_rows],
            training.categorical,
            training.seed,
        )
        pairs.append((from_treated, from_control))
    return XModel(
        control, tuple(pairs), training.propensity_model(), constant_shares(training.arm, training.arms)
    )


def fit_r(training: Training) -> Model:
    """The R-learner: minimises mean(((y - m(x)) - (T - e(x)) tau(x))^2) with cross-fitted m and e.

    With several arms each is compared with the control on the rows of the two.
    """
    effects = []
    for arm in range(1, training.arms):
        pair = training.take(np.flatnonzero((training.arm == 0) | (training.arm == arm)))
        treated = (pair.arm == arm).astype(np.float64)
        mean, probability = _cross_fit_pair(pair, treated, arm)
        residual = treated - probability
        if not residual.any():
            raise Problem(
                "The known propensity is 0 or 1 in every row, so arms cannot be compared.",
                column="propensity",
            )
        # Where the residual is 0 the row has weight 0, and its target is of no account.
        target = np.divide(pair.outcome - mean, residual, out=np.zeros_like(residual), where=residual != 0)
        effects.append(
            boost(pair.matrix, target, pair.categorical, pair.seed, weights=residual**2, noisy=True)
        )
    return DirectModel(tuple(effects), (training.outcome_model(0),))


def fit_dr(training: Training) -> Model:
    """The DR-learner: regresses the cross-fitted effect scores G_a - G_0 on the covariates."""
    scores, models = cross_fit(training)
    effects = tuple(
        boost(training.matrix, scores.effects[:, column], training.categorical, training.seed, noisy=True)
        for column in range(training.arms - 1)
    )
    return DirectModel(effects, tuple(by_arm[0] for by_arm in models))


LEARNERS: Final[dict[str, Callable[[Training], Model]]] = {
    "s": fit_s,
    "t": fit_t,
    "x": fit_x,
    "r": fit_r,
    "dr": fit_dr,
}
"""Learner -> how it is fitted."""


def check_learner(learner: str) -> None:
    """Check that `learner` is one of s, t, x, r, dr.

    Raises:
        Problem: It is not; in words.
    """
    if learner in LEARNERS:
        return
    known = "Choose among s, t, x, r and dr."
    if learner == "causal_forest":
        raise Problem("The causal forest is not available in this version.", column=learner, remedy=known)
    raise Problem(f"There is no learner '{learner}'.", column=learner, remedy=known)


def fit_model(learner: str, training: Training) -> Model:
    """A learner fitted on all rows of `training`.

    Raises:
        Problem: There is no such learner, or an arm has too few rows.
    """
    check_learner(learner)
    return LEARNERS[learner](training)


def _with_arm(matrix: Floats, arm: np.ndarray[tuple[int], np.dtype[np.int64]], arms: int) -> Floats:
    return np.column_stack([matrix, *((arm == code).astype(np.float64) for code in range(1, arms))])


def _cross_fit_pair(pair: Training, treated: Floats, arm: int) -> tuple[Floats, Floats]:
    """E[y | x] and P(arm | x) on the rows of one arm and the control, each from the other folds."""
    known = pair.propensity
    binary = Training(
        pair.matrix, pair.categorical, treated.astype(np.int64), pair.outcome, 2, seed=pair.seed
    )
    mean = np.empty(len(treated))
    probability = np.empty(len(treated)) if known is None else known[:, arm] / (known[:, 0] + known[:, arm])
    fold = pair.folds(FOLDS)
    for part in range(FOLDS):
        rows = np.flatnonzero(fold == part)
        learned = binary.take(np.flatnonzero(fold != part))
        model = boost(learned.matrix, learned.outcome, learned.categorical, learned.seed)
        mean[rows] = model.predict(pair.matrix[rows])
        if known is None:
            estimated = learned.propensity_model().predict(pair.matrix[rows])[:, 1]
            # Both ends count here: the residual T - e must not vanish for either arm.
            room_above, floor = FLOOR * constant_shares(learned.arm, 2)
            probability[rows] = np.clip(estimated, floor, 1 - room_above)
    return mean, probability
