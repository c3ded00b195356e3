"""Comparison within groups of similar propensity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from causal_core.data.design import Floats
from causal_core.estimation.inference import Answer, answer_of
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem

STRATA = (10, 5)
"""Numbers of strata tried: the first that leaves enough rows of each arm in every stratum, else the last."""

LEAST = 2
"""Rows of each arm a stratum must have; fewer leave no variance."""


def rounded_scores(scores: Floats) -> Floats:
    """Scores without the last digits of noise, so that equal covariates tie."""
    rounded: Floats = np.round(scores, 10)
    return rounded


def strata_of(scores: Floats, number: int) -> Floats:
    """Stratum codes: share of rows below, times `number`, rounded to whole numbers (DoWhy's rule).

    The strata at both ends are half as large as the others, so there are up to number + 1.
    """
    _, codes, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    strata: Floats = np.round(middle[codes] / len(scores) * number)
    return strata


def choose_number(scores: Floats, arm: NDArray[np.int64]) -> int:
    """How many strata to ask for (see `STRATA`); `arm` holds 0 and 1."""
    for number in STRATA:
        if _kept(strata_of(scores, number), arm, 0, 1).all():
            return number
    return STRATA[-1]


def _kept(strata: Floats, arm: NDArray[np.int64], *needed: int) -> NDArray[np.bool_]:
    _, codes = np.unique(strata, return_inverse=True)
    enough = np.ones(len(strata), dtype=bool)
    for b in needed:
        enough &= np.bincount(codes, weights=arm == b)[codes] >= LEAST
    return enough


def stratification(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Differences within strata of the propensity, averaged over the target (Rosenbaum & Rubin 1984).

    With several arms and all rows as the target, each arm's mean is stratified on its own probability (Imbens
    2000). The errors take the strata as given, less what the estimated probabilities explain (after Abadie &
    Imbens 2016), and confounding left within strata biases the value: the interval is approximate.

    Raises:
        Problem: There are no covariates, or no stratum has enough rows of each arm.
    """
    if sample.x.shape[1] == 1 and sample.design.propensity is None:
        raise Problem(
            "Without covariates there is no propensity to stratify on.", remedy="Use the difference in means."
        )
    probability = sample.scores.probability
    paired = sample.arms == 2 or target != "ATE"
    if paired:
        pair = (sample.arm == a) | (sample.arm == 0)
        score = rounded_scores(probability[pair, a] / (probability[pair, a] + probability[pair, 0]))
        number = choose_number(score, (sample.arm[pair] == a).astype(np.int64))
        both = np.full(sample.rows, -1.0)
        both[pair] = strata_of(score, number)
        strata = {a: both, 0: both}
    else:
        strata = {b: _own_strata(sample, b) for b in (a, 0)}
    goal = sample.target_weights(a, target)
    kept = np.ones(sample.rows, dtype=bool)
    for b in (a, 0):
        kept &= (strata[b] >= 0) & _kept(strata[b], sample.arm, *((a, 0) if paired else (b,)))
    lost = int((~kept & (goal > 0)).sum())
    if not (kept & (goal > 0)).any():
        raise Problem(
            f"No stratum of the propensity has {LEAST} rows of each arm.",
            column=sample.design.treatment_name,
            remedy="Choose another target, or a method that does not need both arms everywhere.",
        )
    notes = ["The interval is approximate: it takes the strata as given."]
    if lost:
        notes.append(
            f"{lost} rows of the target lie in strata without {LEAST} rows of each arm and were left out."
        )
    goal = goal * kept
    treated, control = (_mean(sample, b, strata[b], goal, kept) for b in (a, 0))
    if errors:
        # What the score explains is a projection, so it may be taken off either mean by itself.
        treated, control = ((mean, _less_score(sample, part)) for mean, part in (treated, control))
    return answer_of(control, treated, errors, "trimmed" if lost else None, tuple(notes))


def _less_score(sample: Sample, influence: Floats) -> Floats:
    """What is left of the influence once the score of the treatment's model has explained its part."""
    if sample.scores.information is None:
        return influence
    chosen = (sample.arm[:, None] == np.arange(1, sample.arms)) - sample.scores.probability[:, 1:]
    score = np.hstack([sample.x * (sample.weights * column)[:, None] for column in chosen.T])
    left: Floats = influence - score @ (pseudo_inverse(score.T @ score) @ (score.T @ influence))
    return left


def _own_strata(sample: Sample, b: int) -> Floats:
    score = rounded_scores(sample.scores.probability[:, b])
    return strata_of(score, choose_number(score, (sample.arm == b).astype(np.int64)))


def _mean(
    sample: Sample, b: int, strata: Floats, goal: Floats, kept: NDArray[np.bool_]
) -> tuple[float, Floats]:
    _, codes = np.unique(strata, return_inverse=True)
    inside = sample.weights * ((sample.arm == b) & kept)
    mass = np.bincount(codes, weights=inside)
    wanted = np.bincount(codes, weights=goal)
    safe = np.where(mass > 0, mass, 1)
    means = np.bincount(codes, weights=inside * sample.outcome) / safe
    count = np.bincount(codes, weights=inside > 0)
    total = goal.sum()
    value = float(goal @ means[codes] / total)
    inflate = np.sqrt(count / np.maximum(count - 1, 1))
    within = inside * (wanted / safe * inflate)[codes] * (sample.outcome - means[codes])
    influence: Floats = (goal * (means[codes] - value) + within) * sample.rows / total
    return value, influence
