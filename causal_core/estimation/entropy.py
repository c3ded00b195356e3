"""Entropy balancing: the weights nearest to equal that balance the covariates exactly."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import Answer, answer_of, weight_notes
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

STEPS = 200
ROUNDING = 1e-14
BALANCED = 1e-9
"""Largest difference of a mean, in standard deviations of the covariate, that counts as none."""


def entropy_balancing(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Arms reweighted to the target's covariate means, the weights as even as that allows (Hainmueller 2012).

    Sampling weights are the base weights. For the ATT only the controls, for the ATC only the arm's rows are
    reweighted; for the ATE every arm is, to the means of all rows. The value is right when the outcome is
    linear in the covariates or the log odds of the arm are (Zhao & Percival 2017). Errors are those of
    M-estimation, the target's means being estimated too.

    Raises:
        Problem: No weights give an arm the target's means.
    """
    x = sample.x[:, 1:]
    goal = sample.target_weights(a, target)
    centred = x - goal @ x / goal.sum()
    sides = []
    notes: list[str] = []
    for b in (a, 0):
        base = sample.weights * (sample.arm == b)
        own = (target == "ATT" and b == a) or (target == "ATC" and b == 0)
        weights = base if own else balancing_weights(sample, b, centred)
        if not own:
            notes += weight_notes(weights, sample.design.arms[b], 0, 0)
        sides.append(_mean(sample, weights, goal, centred, own, errors))
    return answer_of(sides[1], sides[0], errors, notes=tuple(notes))


def balancing_weights(sample: Sample, b: int, centred: Floats) -> Floats:
    """(n,) weights of arm `b`, zero elsewhere, under which every column of `centred` has mean zero.

    Newton's method on the dual, log sum of base weight times exp(lambda'x), which is convex (Hainmueller
    2012, equations 7 to 9). The weights sum to the arm's base weights.

    Args:
        sample: The rows.
        b: The arm.
        centred: (n, p) covariates less the target's means, in standard deviations.

    Raises:
        Problem: The target's means lie outside what the arm's rows can be weighted to.
    """
    rows = np.flatnonzero((sample.arm == b) & (sample.weights > 0))
    points, base = centred[rows], sample.weights[rows]
    coefficient = np.zeros(points.shape[1])
    share, loss = _shares(points, base, coefficient)
    for _ in range(STEPS):
        gradient = share @ points
        if np.abs(gradient).max(initial=0.0) <= BALANCED / 100:
            break
        hessian = (points.T * share) @ points - np.outer(gradient, gradient)
        step = pseudo_inverse(hessian) @ gradient
        length = 1.0
        while length > 1e-8:
            new, lower = _shares(points, base, coefficient - length * step)
            # Close to the least value its rounding is larger than what a step gains.
            if lower <= loss - 1e-4 * length * float(gradient @ step) + ROUNDING * (1 + abs(loss)):
                break
            length /= 2
        else:
            break
        coefficient, share, loss = coefficient - length * step, new, lower
    apart = np.abs(share @ points)
    if apart.max(initial=0.0) > BALANCED:
        raise _no_weights(sample, b, int(apart.argmax()))
    weights = np.zeros(sample.rows)
    weights[rows] = share * base.sum()
    return weights


def _shares(points: Floats, base: Floats, coefficient: Floats) -> tuple[Floats, float]:
    predictor = points @ coefficient
    top = predictor.max()
    mass = base * np.exp(predictor - top)
    total = mass.sum()
    return mass / total, float(np.log(total / base.sum()) + top)


def _no_weights(sample: Sample, b: int, place: int) -> Problem:
    name = sample.design.arms[b]
    # `sample.x` lacks redundant columns, so its column is found again by its values.
    column = sample.x[:, 1 + place]
    design = sample.design
    spread = [
        float(np.abs(np.corrcoef(column, values)[0, 1])) if np.ptp(values) > 0 else 0.0
        for values in np.asarray(design.covariates, dtype=np.float64).T
    ]
    source = design.covariate_sources[int(np.argmax(spread))]
    return Problem(
        f"No weights give the rows of arm {name} the covariate means of the target: it lies outside what "
        f"these rows cover, most of all in {source}.",
        column=source,
        remedy="Choose another target, leave the covariate out, or use overlap weights.",
    )


def _mean(
    sample: Sample, weights: Floats, goal: Floats, centred: Floats, own: bool, errors: bool
) -> tuple[float, Floats]:
    """The weighted mean outcome, and each row's influence on it.

    Moving the multipliers moves the mean along the weighted regression of outcome on covariates; so the
    influence is that regression's residual, and its fit over the target.
    """
    n, total = sample.rows, weights.sum()
    mean = float(weights @ sample.outcome / total)
    if not errors:
        return mean, weights
    if own:
        slope, leverage = np.zeros(centred.shape[1]), weights / total
    else:
        inverse = pseudo_inverse((centred.T * weights) @ centred / total)
        slope = inverse @ ((centred.T * weights) @ (sample.outcome - mean)) / total
        leverage = weights / total * (1 + np.einsum("ij,ij->i", centred @ inverse, centred))
    fit = centred @ slope
    # As in HC3: a row that weighs much draws the fit towards itself.
    residual = np.where(leverage < 1 - 1e-9, 1 / np.maximum(1 - leverage, 1e-9), 0)
    residual *= sample.outcome - mean - fit
    influence: Floats = (weights * residual / total + goal * fit / goal.sum()) * n
    return mean, influence
