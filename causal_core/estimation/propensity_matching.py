"""Nearest-neighbour matching on the estimated propensity, with errors that count its estimation."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.estimation.inference import Answer
from causal_core.estimation.matching import Side, noise_of, side_of
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

DIGITS = 10
"""Predictors that agree to this many decimals are one point."""

REACH = 4
"""Neighbours on either side that give the mean residual near a row."""


def propensity_matching(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """The nearest row of the other arm on the log odds, with replacement and ties averaged.

    With several arms the ATE matches each arm on the log odds of that arm (Imbens 2000; Yang et al. 2016);
    ATT and ATC on the log of the ratio of the two arms' probabilities. What covariates still differ within
    pairs is corrected by regression among the matches (Abadie & Imbens 2011). The errors are those of Abadie
    & Imbens (2016) for an estimated score, applied to the residuals of that regression: with phi the linear
    form of matching on the true score, s the score of the treatment's model and I its information, the
    variance of phi - c'I^-1 s, where c is the part of cov(phi, s) that comes from covariates within equal
    propensities, for ATT and ATC what the matched arm alone has of it. With clusters phi is that of Otsu &
    Rai (2017), summed within clusters.

    Raises:
        Problem: A known probability is 0 or 1, or the model of the treatment has too many coefficients.
    """
    goal = sample.target_weights(a, target)
    placed = [points_of(sample, a, b, target) for b in (a, 0)]
    treated, control = (side_of(sample, b, goal, *at) for b, at in zip((a, 0), placed, strict=True))
    total = goal.sum()
    effects = treated.imputed - control.imputed
    value = float(goal @ effects / total)
    baseline = float(goal @ control.imputed / total)
    way = "One nearest neighbour on the log odds, with replacement; ties are averaged"
    if treated.corrected and control.corrected:
        notes = [f"{way} and remaining differences in covariates corrected by regression."]
    else:
        notes = [f"{way}.", "Too few distinct matches to correct the remaining differences in covariates."]
    if not errors:
        return Answer(value, baseline, notes=tuple(notes))
    apart, common = np.zeros(sample.rows), treated.predicted - control.predicted - value
    moved = np.zeros((sample.arms - 1, sample.x.shape[1]))
    scale = sample.rows / total
    for b, sign, side, (points, _) in zip((a, 0), (1, -1), (treated, control), placed, strict=True):
        near = _near(sample, b, side, points[:, 0])
        inside = sample.arm == b
        rest = sign * scale * np.where(inside, side.residual - near, 0)
        apart = apart + (side.own + side.served) * rest
        common = common + sign * np.where(inside, near, side.imputed - side.predicted)
        if target != "ATE":
            moved += _along_pair(sample, a, b, target, side, rest)
    pull = _pull(sample, goal * common * scale, apart, None if target == "ATE" else moved.ravel())
    if sample.design.clusters is not None:
        form = goal * (treated.predicted - control.predicted - value)
        for sign, side in ((1, treated), (-1, control)):
            form = form + sign * (side.own + side.served) * side.residual
        return Answer(value, baseline, form * scale + pull[0], notes=tuple(notes))
    variance = float(np.sum(goal**2 * (effects - value) ** 2))
    for b, side, at in zip((a, 0), (treated, control), placed, strict=True):
        noise = noise_of(sample, b, side, *at)
        variance += float(np.sum(((side.own + side.served) ** 2 - side.own**2 - side.served_square) * noise))
    variance = variance / total**2 + pull[1] / sample.rows
    return Answer(value, baseline, std_error=float(np.sqrt(max(variance, 0.0))), notes=tuple(notes))


def points_of(sample: Sample, a: int, b: int, target: str) -> tuple[Floats, Integers]:
    """(n, 1) what arm `b` is matched on, and a code for each distinct value.

    Raises:
        Problem: A known probability is 0 or 1.
    """
    probability = sample.scores.probability
    if target == "ATE":
        top, bottom = probability[:, b], 1 - probability[:, b]
    else:
        top, bottom = probability[:, a], probability[:, 0]
    if sample.scores.information is None and (np.minimum(top, bottom) <= 0).any():
        raise Problem(
            "Some known probabilities are 0 or 1, so these rows have no counterpart to be matched with.",
            remedy="Leave those rows out, or choose another method.",
        )
    tiny = np.finfo(float).tiny
    odds = np.round(np.log(np.maximum(top, tiny)) - np.log(np.maximum(bottom, tiny)), DIGITS)
    _, codes = np.unique(odds, return_inverse=True)
    return odds[:, None], codes


def _near(sample: Sample, b: int, side: Side, odds: Floats) -> Floats:
    """(n,) for rows of arm `b`, the mean residual of the rows of that arm next to them; zero for others."""
    members = np.flatnonzero(sample.arm == b)
    near, size = np.zeros(sample.rows), len(members)
    if size < 2:
        return near
    order = members[np.argsort(odds[members], kind="stable")]
    residual = side.residual[order]
    sums = np.concatenate([[0.0], np.cumsum(residual)])
    place = np.arange(size)
    first, last = np.maximum(place - REACH, 0), np.minimum(place + REACH + 1, size)
    near[order] = (sums[last] - sums[first] - residual) / (last - first - 1)
    return near


def _along_pair(sample: Sample, a: int, b: int, target: str, side: Side, rest: Floats) -> Floats:
    """(k - 1, P) how arm `b`'s matches, who stand for the target's arm, move with the score's coefficients.

    Of ATT and ATC only the matched arm's mean hangs on the score: the target's arm speaks for itself. Its
    derivative is E[p_t cov(x, y_b | score)], of which (1 + K) p_t / (p_t + p_b) is the sample's weight.
    """
    moved = np.zeros((sample.arms - 1, sample.x.shape[1]))
    stands_for = a if target == "ATT" else 0
    if b == stands_for:
        return moved
    other, own = sample.scores.probability[:, stands_for], sample.scores.probability[:, b]
    share = other / np.maximum(other + own, np.finfo(float).tiny)
    slope = ((sample.weights + side.served) * rest * share) @ sample.x / sample.rows
    for arm, sign in ((b, 1), (stands_for, -1)):
        if arm > 0:
            moved[arm - 1] = sign * slope
    return moved


def _pull(sample: Sample, ahead: Floats, behind: Floats, moved: Floats | None = None) -> tuple[Floats, float]:
    """How the estimated score moves the estimate: each row's influence (n,), and n times the variance gained.

    Args:
        sample: The rows.
        ahead: (n,) the part of the linear form that varies with the covariates.
        behind: (n,) the part that is residual from its mean at the same propensity.
        moved: How the matched mean moves with the score's coefficients, where that is not `behind`'s
            covariance with the score.
    """
    information = sample.scores.information
    if information is None:
        return np.zeros(sample.rows), 0.0
    n = sample.rows
    chosen = (sample.arm[:, None] == np.arange(1, sample.arms)) - sample.scores.probability[:, 1:]
    slopes = (sample.weights[:, None] * chosen)[:, :, None] * sample.x[:, None, :]
    slopes = slopes.reshape(n, -1)
    within = behind @ slopes / n if moved is None else moved
    whole = (ahead + behind) @ slopes / n
    direction = pseudo_inverse(information) @ within
    spread = direction @ (slopes.T @ slopes / n) @ direction
    return -(slopes @ direction), float(spread - 2 * direction @ whole)
