"""Differences in means, linear regression, and averages of regressions fitted in each arm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import Answer, answer_of, weight_notes
from causal_core.estimation.propensity import Weighting, pseudo_inverse, weighting
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem


def difference_in_means(sample: Sample, a: int, target: str, errors: bool) -> Answer:  # noqa: ARG001 - all methods have one signature
    """The arms' (weighted) mean outcomes, subtracted; Welch's standard error and degrees of freedom."""
    treated, control = _moments(sample, a, errors), _moments(sample, 0, errors)
    if not errors:
        return answer_of(control[:2], treated[:2], errors)
    variances = np.array([treated[2], control[2]])
    sizes = np.array([sample.counts[a], sample.counts[0]]) - 1
    total = variances.sum()
    freedom = float(total**2 / np.sum(variances**2 / np.maximum(sizes, 1))) if total > 0 else None
    return replace(answer_of(control[:2], treated[:2], errors), freedom=freedom)


def _moments(sample: Sample, a: int, errors: bool) -> tuple[float, Floats, float]:
    inside = sample.arm == a
    weights = sample.weights * inside
    total = weights.sum()
    mean = float(weights @ sample.outcome / total)
    if not errors:
        return mean, weights, 0.0
    count = sample.counts[a]
    # The factor turns the sum of squares into the unbiased variance.
    factor = np.sqrt(count / max(count - 1, 1))
    influence: Floats = factor * weights * (sample.outcome - mean) * sample.rows / total
    return mean, influence, float(np.sum(influence**2)) / sample.rows**2


def linear_regression(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """The arm's coefficient in a regression on arms and covariates, with HC3 errors (MacKinnon & White 1985).

    With clusters the HC3 residuals are summed within clusters.

    Raises:
        Problem: There are not more rows than coefficients, or the covariates determine the arm.
    """
    arms, n = sample.arms, sample.rows
    chosen = (sample.arm[:, None] == np.arange(1, arms)).astype(np.float64)
    width = sample.x.shape[1]
    if n <= width + arms - 1:
        raise too_wide(width + arms - 1, n)
    features = np.column_stack([chosen, sample.x])
    weighted = features.T * sample.weights
    gram = weighted @ features / n
    _check_determined(sample, gram, a)
    inverse = pseudo_inverse(gram)
    theta = inverse @ (weighted @ sample.outcome) / n
    residual = sample.outcome - features @ theta
    goal = sample.target_weights(a, target)
    baseline = float(goal @ (sample.outcome - chosen @ theta[: arms - 1]) / goal.sum())
    estimand = target if sample.constant_assignment or width == 1 else "variance-weighted"
    notes = []
    if estimand == "variance-weighted":
        if target != "ATE":
            notes.append(
                f"Linear regression cannot give the {target}: people count by how uncertain their treatment "
                "was, whatever the target."
            )
        if arms > 2:
            notes.append(
                "With several arms and varying effects, a coefficient also takes in a share of the other "
                "arms' effects (Goldsmith-Pinkham, Hull & Kolesar 2024)."
            )
    influence = None
    if errors:
        along = features @ inverse[a - 1]
        influence = sample.weights * along * _inflate(features, inverse, sample.weights, residual)
    return Answer(
        float(theta[a - 1]),
        baseline,
        influence,
        freedom=n - width - arms + 1,
        estimand=estimand,
        notes=tuple(notes),
    )


def _check_determined(sample: Sample, gram: Floats, a: int) -> None:
    others = [j for j in range(len(gram)) if j != a - 1]
    cross = gram[a - 1, others]
    left = gram[a - 1, a - 1] - cross @ pseudo_inverse(gram[np.ix_(others, others)]) @ cross
    if left <= 1e-9 * gram[a - 1, a - 1]:
        raise Problem(
            f"The covariates determine who is in arm {sample.design.arms[a]}: nothing is left to compare.",
            column=sample.design.treatment_name,
            remedy="Leave out the covariate that repeats the treatment.",
        )


def too_wide(width: int, rows: int) -> Problem:
    """The problem of more coefficients than rows."""
    return Problem(
        f"A regression with {width} coefficients cannot be fitted to {rows} rows.",
        remedy="Use fewer covariates, or join rare categories.",
    )


def _inflate(features: Floats, inverse: Floats, weights: Floats, residual: Floats) -> Floats:
    """Residuals over one minus leverage; a row that fits itself exactly has none to inflate."""
    leverage = weights * np.einsum("ij,ij->i", features @ inverse, features) / len(features)
    inflated: Floats = np.where(leverage < 1 - 1e-9, residual / np.maximum(1 - leverage, 1e-9), 0)
    return inflated


def regression_adjustment(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Predictions of a regression in each arm, averaged over the target; HC3 residuals, stacked errors.

    With all rows as the target this is Lin (2013), with the sampling of the covariates counted in.
    """
    return _doubly(sample, a, target, errors, weighted_fit=False, augmented=False)


def ipw(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Normalised inverse probability weighting (Hajek), errors stacked with the logistic regression's.

    Lunceford & Davidian (2004), equation 7 and its sandwich, for any number of arms and each target.
    """
    notes: list[str] = []
    sides = []
    for b in (a, 0):
        made = _weighting(sample, a, b, target)
        notes += weight_notes(made.weights, sample.design.arms[b], made.clipped, made.lacking)
        sides.append(weighted_mean(sample, made, errors))
    return answer_of(sides[1], sides[0], errors, notes=tuple(notes))


def weighted_mean(sample: Sample, made: Weighting, errors: bool) -> tuple[float, Floats]:
    """The mean outcome under weights that may hang on estimated probabilities, and each row's influence."""
    total = made.weights.sum()
    mean = float(made.weights @ sample.outcome / total)
    if not errors:
        return mean, made.weights
    # As in HC3, a row that weighs much pulls the mean towards itself.
    apart = made.weights * (sample.outcome - mean) / np.maximum(1 - made.weights / total, 1e-9)
    return mean, (apart + score_part(sample, made, apart)) * sample.rows / total


def aipw(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Augmented inverse probability weighting (Robins, Rotnitzky & Zhao 1994), with parametric nuisances.

    Least squares in each arm and a (multinomial) logistic regression; the errors are stacked, so they hold
    when either model is right.
    """
    return _doubly(sample, a, target, errors, weighted_fit=False, augmented=True)


def ipw_regression_adjustment(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Regression adjustment fitted with inverse probability weights (Wooldridge 2007); stacked errors."""
    return _doubly(sample, a, target, errors, weighted_fit=True, augmented=False)


def _doubly(sample: Sample, a: int, target: str, errors: bool, weighted_fit: bool, augmented: bool) -> Answer:
    sides = []
    notes: list[str] = []
    goal = sample.target_weights(a, target)
    for b in (a, 0):
        made = None
        if weighted_fit or augmented:
            made = _weighting(sample, a, b, target)
            notes += weight_notes(made.weights, sample.design.arms[b], made.clipped, made.lacking)
        sides.append(_arm_mean(sample, b, goal, made, augmented, errors))
    if augmented:
        notes.append("Nuisances: least squares in each arm, logistic regression for the treatment.")
    return answer_of(sides[1], sides[0], errors, notes=tuple(notes))


def _arm_mean(
    sample: Sample, b: int, goal: Floats, made: Weighting | None, augmented: bool, errors: bool
) -> tuple[float, Floats]:
    """The target's mean outcome under arm `b`, and each row's influence on it."""
    n, x, total = sample.rows, sample.x, goal.sum()
    inside = sample.weights * (sample.arm == b)
    used = made.weights if made is not None and not augmented else inside
    if sample.counts[b] <= x.shape[1]:
        raise too_wide(x.shape[1], int(sample.counts[b]))
    inverse = pseudo_inverse((x.T * used) @ x / n)
    theta = inverse @ (x.T @ (used * sample.outcome)) / n
    predicted = x @ theta
    residual = sample.outcome - predicted
    correction = made.weights * residual if augmented and made is not None else np.zeros(n)
    mean = float((goal @ predicted + correction.sum()) / total)
    if not errors:
        return mean, correction
    # How the mean moves with the coefficients of the regression, then with those of the treatment's model.
    lever = (goal - made.weights if augmented and made is not None else goal) @ x / n
    steep = _inflate(x, inverse, used, residual)
    if augmented and made is not None:
        correction = made.weights * _inflate(x, inverse, used, residual)
    influence = goal * (predicted - mean) + correction + used * steep * (x @ (inverse @ lever))
    if made is not None:
        moved = correction if augmented else used * residual * (x @ (inverse @ lever))
        influence = influence + score_part(sample, made, moved)
    return mean, influence * n / total


def _weighting(sample: Sample, a: int, b: int, target: str) -> Weighting:
    population = None if target == "ATE" else a if target == "ATT" else 0
    return weighting(sample.scores, sample.arm, sample.weights, b, population, sample.design.arms)


def score_part(sample: Sample, made: Weighting, moved: Floats) -> Floats:
    """(n,) the influence that comes through the estimated probabilities, for a mean of `moved` (n,) terms."""
    information = sample.scores.information
    if made.slope is None or information is None:
        return np.zeros(sample.rows)
    x, arms = sample.x, sample.arms
    gradient = (x.T @ (moved[:, None] * made.slope) / sample.rows).T.ravel()
    direction = (pseudo_inverse(information) @ gradient).reshape(arms - 1, x.shape[1])
    chosen = (sample.arm[:, None] == np.arange(1, arms)) - sample.scores.probability[:, 1:]
    part: Floats = sample.weights * np.einsum("ia,ia->i", chosen, x @ direction.T)
    return part
