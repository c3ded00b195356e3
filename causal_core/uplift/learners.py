"""Learners of effects by person: S, T, X (Künzel et al. 2019), R (Nie & Wager 2021), DR (Kennedy 2023)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.bases import check_base, least_squares
from causal_core.uplift.choice import choose
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.models import CrossedModel, DirectModel, Model, SModel, TModel, XModel
from causal_core.uplift.propensity import FLOOR, constant_shares
from causal_core.uplift.scores import FOLDS, Training, cross_fit


def fit_s(training: Training) -> Model:
    """The S-learner."""
    if training.base == "linear":
        return _fit_crossed(training)
    columns = replace(training, matrix=np.column_stack([training.matrix, training.indicators]))
    return SModel(columns.regress(training.outcome), training.arms)


def fit_t(training: Training) -> Model:
    """The T-learner."""
    return TModel(tuple(training.outcome_model(arm) for arm in range(training.arms)))


def fit_x(training: Training) -> Model:
    """The X-learner; its weight is the estimated propensity, or the known one where it is constant."""
    controls = np.flatnonzero(training.arm == 0)
    control = training.outcome_model(0)
    pairs = []
    for arm in range(1, training.arms):
        rows = np.flatnonzero(training.arm == arm)
        gained = training.outcome[rows] - control.predict(training.matrix[rows])
        missed = training.outcome_model(arm).predict(training.matrix[controls]) - training.outcome[controls]
        pairs.append((training.regress(gained, rows), training.regress(missed, controls)))
    shares = constant_shares(training.arm, training.arms)
    return XModel(control, tuple(pairs), training.propensity_model(), shares)


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
        effects.append(pair.regress(target, weights=residual**2, noisy=True))
    return DirectModel(tuple(effects), (training.outcome_model(0),))


def fit_dr(training: Training) -> Model:
    """The DR-learner: regresses the cross-fitted effect scores G_a - G_0 on the covariates."""
    scores, models = cross_fit(training)
    effects = tuple(
        training.regress(scores.effects[:, column], noisy=True) for column in range(training.arms - 1)
    )
    return DirectModel(effects, tuple(by_arm[0] for by_arm in models))


CANDIDATES: Final = ("s", "t", "x", "r", "dr", "causal_forest")
"""The learners that the automatic choice weighs, where they exist."""


def fit_auto(training: Training) -> Model:
    """The automatic choice: a convex mix of the candidates, weighed by rows they were not fitted on."""
    return choose(training, {name: LEARNERS[name] for name in CANDIDATES if name in LEARNERS})


LEARNERS: Final[dict[str, Callable[[Training], Model]]] = {
    "s": fit_s,
    "t": fit_t,
    "x": fit_x,
    "r": fit_r,
    "dr": fit_dr,
    "auto": fit_auto,
}
"""Learner -> how it is fitted."""


def check_learner(learner: str) -> None:
    """Check that there is such a learner.

    Raises:
        Problem: There is not; in words.
    """
    if learner in LEARNERS:
        return
    known = f"Choose among {', '.join(LEARNERS)}."
    if learner == "causal_forest":
        raise Problem("The causal forest is not available in this version.", column=learner, remedy=known)
    raise Problem(f"There is no learner '{learner}'.", column=learner, remedy=known)


def fit_model(learner: str, training: Training) -> Model:
    """A learner fitted on all rows of `training`.

    Raises:
        Problem: There is no such learner or base learner, or an arm has too few rows.
    """
    check_learner(learner)
    check_base(training.base)
    return LEARNERS[learner](training)


def _fit_crossed(training: Training) -> Model:
    # Without products of arm and columns a linear model would give everybody the same effect.
    dummies = Dummies.of(training.matrix, training.categorical)
    design = dummies.design(training.matrix)
    arms = training.indicators
    products = [arms[:, [column]] * design for column in range(training.arms - 1)]
    line = least_squares(np.hstack([design, arms, *products]), training.outcome)
    width = design.shape[1]
    intercepts = line[1 + width :][: training.arms - 1]
    slopes = line[1 + width + training.arms - 1 :].reshape(training.arms - 1, width).T
    return CrossedModel(dummies, line[: 1 + width], np.vstack([intercepts, slopes]))


def _cross_fit_pair(pair: Training, treated: Floats, arm: int) -> tuple[Floats, Floats]:
    """E[y | x] and P(arm | x) on the rows of one arm and the control, each from the other folds."""
    known = pair.propensity
    binary = replace(pair, arm=treated.astype(np.int64), arms=2, propensity=None, clusters=None)
    mean = np.empty(len(treated))
    probability = np.empty(len(treated)) if known is None else known[:, arm] / (known[:, 0] + known[:, arm])
    fold = pair.folds(FOLDS)
    for part in range(FOLDS):
        rows = np.flatnonzero(fold == part)
        learned = binary.take(np.flatnonzero(fold != part))
        mean[rows] = learned.regress(learned.outcome).predict(pair.matrix[rows])
        if known is None:
            estimated = learned.propensity_model().predict(pair.matrix[rows])[:, 1]
            # Both ends count here: the residual T - e must not vanish for either arm.
            room_above, floor = FLOOR * constant_shares(learned.arm, 2)
            probability[rows] = np.clip(estimated, floor, 1 - room_above)
    return mean, probability
