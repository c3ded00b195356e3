"""Standardisation: one outcome model for everybody, averaged over the target under each arm."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.glm import Family, Fit, family_of, fit, slope_of
from causal_core.estimation.inference import Answer, answer_of
from causal_core.estimation.sample import Sample
from causal_core.estimation.terms import interaction_places
from causal_core.problem import Problem

WORDS: dict[Family, str] = {
    "linear": "linear regression",
    "logistic": "logistic regression, as the outcome is 0 or 1",
    "poisson": "Poisson regression with a log link, as the outcome is a count; its errors take no variance "
    "for granted",
}
"""Family -> the model in words."""

CERTAIN = 1e-6
"""A modelled probability of the outcome below this, or above one minus this, is all but certain."""

LEAST_INFORMATION = 1e-9
"""Share of a column's variance that the other columns must leave free."""


def standardisation(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """The parametric g-formula for one point of time (Hernan & Robins 2020, chapter 13).

    One generalised linear model of the outcome on the arms, the covariates and the asked-for products of both
    predicts everybody's outcome under each arm; the predictions are averaged over the target. Errors are
    stacked with the model's (M-estimation), residuals inflated as in HC3.

    Raises:
        Problem: The model cannot be fitted: too few rows, an arm that the covariates determine, or an arm
            in which nobody, or everybody, has the outcome.
    """
    family = family_of(sample.outcome)
    _check_events(sample, family)
    products = _products(sample)
    features = _features(sample, sample.arm, products)
    _check_free(sample, features)
    model = fit(family, features, sample.outcome, sample.weights)
    if not model.converged:
        raise Problem(
            "The outcome's model found no stable coefficients.",
            column=sample.design.outcome_name,
            remedy="Leave out covariates that all but decide the outcome, or use AIPW.",
        )
    goal = sample.target_weights(a, target)
    fitted = model.mean(features)
    leverage = _leverage(sample, model, features, fitted)
    sides = [_side(sample, model, b, goal, products, features, fitted, leverage, errors) for b in (0, a)]
    estimand = None
    notes = [_sentence(sample, family, products.shape[1])]
    if (
        family == "linear"
        and products.shape[1] == 0
        and sample.x.shape[1] > 1
        and not sample.constant_assignment
    ):
        estimand = "variance-weighted"
        notes.append(
            "Without interactions a linear model takes the effect to be the same for everybody: this is the "
            "coefficient of linear regression."
        )
    certain = int(((fitted < CERTAIN) | (fitted > 1 - CERTAIN)).sum()) if family == "logistic" else 0
    if certain:
        notes.append(
            f"For {certain:,} row{'s' if certain > 1 else ''} the covariates all but decide the outcome; the "
            "interval is approximate."
        )
    return answer_of(sides[0], sides[1], errors, estimand, tuple(notes))


def _products(sample: Sample) -> Floats:
    """(n, q) the covariates that interact, each with mean 0 and variance 1."""
    columns = np.asarray(sample.design.covariates, dtype=np.float64)[:, interaction_places(sample.design)]
    centred: Floats = columns - sample.weights @ columns / sample.rows
    deviation = np.sqrt(sample.weights @ centred**2 / sample.rows)
    varies = deviation > 0
    scaled: Floats = centred[:, varies] / deviation[varies]
    return scaled


def _features(sample: Sample, arm: object, products: Floats) -> Floats:
    """(n, P) intercept, covariates, arms, and products of each arm with the covariates that interact.

    Args:
        sample: The rows.
        arm: (n,) the arms, or one arm for all rows.
        products: (n, q) the covariates that interact.
    """
    chosen = [np.broadcast_to(np.asarray(arm) == b, sample.rows).astype(float) for b in range(1, sample.arms)]
    return np.column_stack([sample.x, *chosen, *(products * column[:, None] for column in chosen)])


def _side(
    sample: Sample,
    model: Fit,
    b: int,
    goal: Floats,
    products: Floats,
    features: Floats,
    fitted: Floats,
    leverage: Floats,
    errors: bool,
) -> tuple[float, Floats]:
    """The target's mean under arm `b`, and each row's influence on it."""
    n, total = sample.rows, goal.sum()
    under = _features(sample, b, products)
    mean = model.mean(under)
    value = float(goal @ mean / total)
    if not errors:
        return value, mean
    lever = (goal * slope_of(model.family, mean)) @ under / n
    residual = (sample.outcome - fitted) / (1 - leverage)
    through = sample.weights * residual * (features @ (model.inverse @ lever))
    return value, (goal * (mean - value) + through) * n / total


def _leverage(sample: Sample, model: Fit, features: Floats, fitted: Floats) -> Floats:
    slope = sample.weights * slope_of(model.family, fitted)
    leverage = slope * np.einsum("ij,ij->i", features @ model.inverse, features) / sample.rows
    # A row that fits itself exactly has no residual to inflate.
    held: Floats = np.where(leverage < 1 - 1e-9, leverage, 0)
    return held


def _check_events(sample: Sample, family: Family) -> None:
    if family == "linear":
        return
    for b, name in enumerate(sample.design.arms):
        inside = sample.outcome[sample.arm == b]
        if inside.max() == 0 or (family == "logistic" and inside.min() == 1):
            who = "Nobody" if inside.max() == 0 else "Everybody"
            raise Problem(
                f"{who} in arm {name} has the outcome, so its model has no finite coefficient.",
                column=sample.design.outcome_name,
                remedy="Use regression adjustment or a weighting method.",
            )


def _check_free(sample: Sample, features: Floats) -> None:
    first = sample.x.shape[1]
    if sample.rows <= features.shape[1]:
        raise Problem(
            f"A regression with {features.shape[1]} coefficients cannot be fitted to {sample.rows} rows.",
            remedy="Use fewer covariates, or join rare categories.",
        )
    gram = (features.T * sample.weights) @ features / sample.rows
    spread = np.sqrt(np.diag(gram))
    values = np.linalg.eigvalsh(gram / np.outer(spread, spread)) if (spread > 0).all() else np.zeros(1)
    if values[0] > LEAST_INFORMATION / len(gram):
        return
    what = "or their products with the arms " if features.shape[1] > first + sample.arms - 1 else ""
    raise Problem(
        f"The covariates {what}determine who is in which arm: nothing is left to compare.",
        column=sample.design.treatment_name,
        remedy="Leave out the covariate that repeats the treatment, or an interaction.",
    )


def _sentence(sample: Sample, family: Family, products: int) -> str:
    words = f"Outcome model: {WORDS[family]}"
    if products:
        among = set(sample.design.covariate_sources)
        named = ", ".join(name for name in sample.design.interactions if name in among)
        words += f"; the effect may vary with {named}"
    return f"{words}."
