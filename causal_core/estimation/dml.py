"""Double machine learning: the partially linear model."""

from __future__ import annotations

from typing import Any

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.estimation.inference import Answer
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

FOLDS = 5
LEAST_ROWS = 100


def dml(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Residual on residual with cross-fitted LightGBM nuisances (Chernozhukov et al. 2018, section 4.1).

    With several arms the residuals of all enter one regression. Known probabilities are used as they are.

    Raises:
        Problem: There are fewer than 100 rows, or an arm is too rare to appear in each fold.
    """
    if sample.rows < LEAST_ROWS or sample.counts.min() < 2 * FOLDS:
        raise Problem(
            f"Double machine learning needs at least {LEAST_ROWS} rows and {2 * FOLDS} of each arm.",
            remedy="Use linear regression or AIPW.",
        )
    arms, n = sample.arms, sample.rows
    outcome, probability = _nuisances(sample)
    chosen = (sample.arm[:, None] == np.arange(1, arms)) - probability[:, 1:]
    weighted = chosen.T * sample.weights
    inverse = pseudo_inverse(weighted @ chosen / n)
    rest = sample.outcome - outcome
    theta = inverse @ (weighted @ rest) / n
    influence = None
    if errors:
        influence = sample.weights * (chosen @ inverse[a - 1]) * (rest - chosen @ theta)
    goal = sample.target_weights(a, target)
    present = (sample.arm[:, None] == np.arange(1, arms)) @ theta
    estimand = target if sample.constant_assignment else "variance-weighted"
    notes = [f"LightGBM nuisances, cross-fitted in {FOLDS} folds."]
    if estimand == "variance-weighted" and target != "ATE":
        notes.append(
            f"This model cannot give the {target}: people count by how uncertain their treatment was, "
            "whatever the target."
        )
    return Answer(
        float(theta[a - 1]),
        float(goal @ (sample.outcome - present) / goal.sum()),
        influence,
        estimand=estimand,
        notes=tuple(notes),
    )


def folds_of(sample: Sample) -> Integers:
    """(n,) fold of each row: balanced within each arm, or whole clusters when there are any."""
    random = np.random.default_rng(sample.seed)
    folds = np.empty(sample.rows, dtype=np.int64)
    if sample.design.clusters is not None:
        _, codes = np.unique(sample.design.clusters, return_inverse=True)
        return np.asarray(random.permutation(codes.max() + 1)[codes] % FOLDS, dtype=np.int64)
    for b in range(sample.arms):
        rows = random.permutation(np.flatnonzero(sample.arm == b))
        folds[rows] = np.arange(len(rows)) % FOLDS
    return folds


def _nuisances(sample: Sample) -> tuple[Floats, Floats]:
    from lightgbm import LGBMClassifier, LGBMRegressor

    options: dict[str, Any] = {
        "n_estimators": 150,
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_child_samples": 20,
        "n_jobs": 1,
        "verbose": -1,
        "deterministic": True,
        "force_row_wise": True,
        "random_state": sample.seed,
    }
    x, known = sample.x[:, 1:], sample.design.propensity
    folds = folds_of(sample)
    outcome = np.empty(sample.rows)
    probability = (
        np.zeros((sample.rows, sample.arms)) if known is None else np.asarray(known, dtype=np.float64)
    )
    for fold in range(FOLDS):
        out = folds == fold
        learn = ~out
        if len(np.unique(sample.arm[learn])) < sample.arms or not out.any():
            raise Problem(
                "The clusters are too few or too uneven to split the rows into folds that hold every arm.",
                remedy="Use linear regression or AIPW.",
            )
        weights = sample.weights[learn]
        if x.shape[1] == 0:
            outcome[out] = np.average(sample.outcome[learn], weights=weights)
            if known is None:
                share = np.bincount(sample.arm[learn], weights=weights, minlength=sample.arms)
                probability[out] = share / share.sum()
            continue
        regressor = LGBMRegressor(**options).fit(x[learn], sample.outcome[learn], sample_weight=weights)
        outcome[out] = regressor.predict(x[out])
        if known is None:
            classifier = LGBMClassifier(**options).fit(x[learn], sample.arm[learn], sample_weight=weights)
            probability[out] = classifier.predict_proba(x[out])
    return outcome, probability
