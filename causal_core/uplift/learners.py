"""Learners of effects by person: S, T, X, R, DR and class transformation; sources in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from causal_core.problem import Problem
from causal_core.uplift.bases import check_base, least_squares
from causal_core.uplift.choice import choose
from causal_core.uplift.dummies import Dummies
from causal_core.uplift.forest import fit_causal_forest
from causal_core.uplift.models import CrossedModel, DirectModel, Model, SModel, TModel, XModel
from causal_core.uplift.order import ordered, row_order
from causal_core.uplift.pairs import pairs
from causal_core.uplift.propensity import constant_shares
from causal_core.uplift.scores import Training, cross_fit


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
    second = []
    for arm in range(1, training.arms):
        rows = np.flatnonzero(training.arm == arm)
        gained = training.outcome[rows] - control.predict(training.matrix[rows])
        missed = training.outcome_model(arm).predict(training.matrix[controls]) - training.outcome[controls]
        second.append((training.regress(gained, rows), training.regress(missed, controls)))
    shares = constant_shares(training.arm, training.arms)
    return XModel(control, tuple(second), training.propensity_model(), shares)


def fit_r(training: Training) -> Model:
    """The R-learner: minimises mean(((y - m(x)) - (T - e(x)) tau(x))^2) with cross-fitted m and e.

    With several arms each is compared with the control on the rows of the two.

    Raises:
        Problem: The known propensity is 0 or 1 in every row, or the base learner takes no weights.
    """
    effects = []
    for pair in pairs(training):
        residual = pair.treated - pair.probability()
        error = pair.training.outcome - pair.mean()
        # Where the residual is 0 the row has weight 0, and its target is of no account.
        target = np.divide(error, residual, out=np.zeros_like(residual), where=residual != 0)
        effects.append(pair.training.regress(target, weights=residual**2, noisy=True))
    return DirectModel(tuple(effects), (training.outcome_model(0),))


def fit_ct(training: Training) -> Model:
    """Class transformation: regresses (y - c) (T - e) / (e (1 - e)), whose mean given x is the effect.

    For a binary outcome, e = 1/2 and c = 1/2 this is 2 Z - 1, where Z = 1 for the treated with and the
    controls without the outcome (Jaskowski & Jaroszewicz 2012); other outcomes and propensities: Athey &
    Imbens 2016. Any constant c leaves the mean as it is; the mean outcome, taken here, lowers the noise. With
    several arms each is compared with the control on the rows of the two.

    Raises:
        Problem: The known propensity is 0 or 1 in every row.
    """
    effects = []
    for pair in pairs(training):
        probability = pair.probability()
        rows = np.flatnonzero((probability > 0) & (probability < 1))
        chance, outcome = probability[rows], pair.training.outcome[rows]
        centred = outcome - outcome.mean()
        target = centred * (pair.treated[rows] - chance) / (chance * (1 - chance))
        effects.append(pair.training.regress(target, rows, noisy=True))
    return DirectModel(tuple(effects), (training.outcome_model(0),))


def fit_dr(training: Training) -> Model:
    """The DR-learner: regresses the cross-fitted effect scores G_a - G_0 on the covariates."""
    scores, models = cross_fit(training)
    effects = tuple(
        training.regress(scores.effects[:, column], noisy=True) for column in range(training.arms - 1)
    )
    return DirectModel(effects, tuple(by_arm[0] for by_arm in models))


CANDIDATES: Final[tuple[str, ...]] = ("s", "t", "x", "r", "dr", "causal_forest")
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
    "ct": fit_ct,
    "causal_forest": fit_causal_forest,
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
    raise Problem(f"There is no learner '{learner}'.", column=learner, remedy=known)


def fit_model(learner: str, training: Training) -> Model:
    """A learner fitted on all rows of `training`; the same digits in whatever order they come.

    Raises:
        Problem: There is no such learner or base learner, or an arm has too few rows.
    """
    check_learner(learner)
    check_base(training.base)
    return LEARNERS[learner](ordered(training, row_order(training)))


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
