"""Fitting a world to a study's rows: outcome models, assignment, and noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation import glm
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import Problem
from causal_core.validation.world import World

Kind = Literal["linear", "boosted"]

FIT_ROWS: Final = 20_000
"""The most rows a world is fitted to; they are its population."""

FOLDS: Final = 5
LEAST_IN_ARM: Final = 20
RAREST: Final = 0.02
"""A fitted probability is never below this share of its arm's, so that the world has some overlap."""


def fit_world(design: Design, kind: Kind = "linear", seed: int = 0) -> World:
    """A world in which the design's rows might have come about, without any hidden common cause.

    Outcome: in each arm a linear regression (logistic for a 0/1 outcome) or boosted trees fitted on other
    folds; the residuals of an arm are its noise. Assignment: the known probabilities, the arms' shares where
    assignment was random, else a multinomial logistic regression, or boosted trees where kind is "boosted"
    and they predict better.

    Args:
        design: The study's rows; at most 20,000 of them are used, clusters whole.
        kind: "linear" or "boosted".
        seed: Of the rows and folds.

    Raises:
        Problem: An arm has fewer than 20 rows, or a model has more coefficients than rows.
    """
    design = _population(design, seed)
    sample = prepare(design, seed)
    for name, count in zip(design.arms, sample.counts, strict=True):
        if count < LEAST_IN_ARM:
            raise Problem(
                f"Arm {name} has only {count} rows: too few to fit a world to.",
                column=design.treatment_name,
                remedy=f"Each arm needs at least {LEAST_IN_ARM} rows.",
            )
    binary = bool(np.isin(design.outcome, (0.0, 1.0)).all())
    mean = _linear_means(sample, binary) if kind == "linear" else _boosted_means(sample, seed)
    if binary:
        mean = np.clip(mean, 0.0, 1.0)
    probability, whole = _assignment(sample, kind, seed)
    here = mean[np.arange(sample.rows), sample.arm]
    residual = sample.outcome - here
    pools: list[Floats] = []
    for a in range(0 if binary else sample.arms):
        mine = residual[sample.arm == a]
        width = sample.x.shape[1] if kind == "linear" else 0
        # What a regression took from its own rows is given back to its residuals.
        scale = np.sqrt(len(mine) / max(len(mine) - width, 1))
        pools.append(np.sort((mine - mine.mean()) * scale))
    return World(
        design, mean, probability, tuple(pools), binary, _alike(sample, residual, here, binary), whole
    )


def _population(design: Design, seed: int) -> Design:
    n = design.rows_used
    if n <= FIT_ROWS:
        return design
    from causal_core.refutation.simulation import take_rows

    random = np.random.default_rng([seed, 17])
    if design.clusters is None:
        return take_rows(design, np.sort(random.choice(n, size=FIT_ROWS, replace=False)))
    names, codes = np.unique(design.clusters, return_inverse=True)
    order = random.permutation(len(names))
    held = np.bincount(codes)[order].cumsum() <= FIT_ROWS
    chosen = order[held] if held.any() else order[:1]
    return take_rows(design, np.flatnonzero(np.isin(codes, chosen)))


def _linear_means(sample: Sample, binary: bool) -> Floats:
    mean = np.empty((sample.rows, sample.arms))
    for a in range(sample.arms):
        mine = sample.arm == a
        if mine.sum() <= sample.x.shape[1]:
            raise Problem(
                f"Arm {sample.design.arms[a]} has {mine.sum()} rows for a regression with "
                f"{sample.x.shape[1]} coefficients.",
                column=sample.design.treatment_name,
                remedy="Adjust for fewer columns, or use boosted trees for the world.",
            )
        # In an arm whose outcomes are all equal there is nothing to model.
        varies = np.ptp(sample.outcome[mine]) > 0
        family: glm.Family = "logistic" if binary and varies else "linear"
        found = glm.fit(family, sample.x[mine], sample.outcome[mine], sample.weights[mine])
        mean[:, a] = found.mean(sample.x)
    return mean


def _boosted_means(sample: Sample, seed: int) -> Floats:
    """Means by trees that have not seen the row, so that its own noise is not taken for signal."""
    from causal_core.uplift.trees import boost

    mean = np.empty((sample.rows, sample.arms))
    features = sample.x[:, 1:]
    for out in _folds(sample, seed):
        for a in range(sample.arms):
            learn = ~out & (sample.arm == a)
            if not features.shape[1]:
                mean[out, a] = np.average(sample.outcome[learn], weights=sample.weights[learn])
                continue
            model = boost(
                features[learn], sample.outcome[learn], seed=seed, weights=sample.weights[learn], noisy=True
            )
            mean[out, a] = model.predict(features[out])
    return mean


def _folds(sample: Sample, seed: int) -> Iterator[np.ndarray]:
    """For each fold the rows left out; every arm has rows in the others."""
    from causal_core.estimation.dml import folds_of

    folds = folds_of(replace(sample, seed=seed))
    for fold in range(FOLDS):
        out = folds == fold
        if out.any():
            if len(np.unique(sample.arm[~out])) < sample.arms:
                raise Problem(
                    "The clusters are too few or too uneven to split the rows into folds with every arm.",
                    remedy="Use linear models for the world.",
                )
            yield out


def _assignment(sample: Sample, kind: Kind, seed: int) -> tuple[Floats, bool]:
    """(N, k) probabilities of the arms, and whether whole clusters are assigned."""
    design = sample.design
    shares = np.bincount(sample.arm, minlength=sample.arms) / sample.rows
    if design.propensity is not None:
        probability = np.asarray(design.propensity, dtype=np.float64)
    elif design.randomised or sample.x.shape[1] == 1:
        probability = np.tile(shares, (sample.rows, 1))
    else:
        probability = _boosted_scores(sample, seed) if kind == "boosted" else sample.scores.probability
        probability = np.maximum(probability, RAREST * shares)
        probability = probability / probability.sum(axis=1, keepdims=True)
    if design.clusters is None:
        return probability, False
    _, first, codes = np.unique(design.clusters, return_index=True, return_inverse=True)
    whole = bool((sample.arm == sample.arm[first][codes]).all()) and len(first) < sample.rows
    if whole:
        size = np.bincount(codes)
        by_cluster = [np.bincount(codes, weights=column) / size for column in probability.T]
        probability = np.column_stack(by_cluster)[codes]
    return probability, whole


def _boosted_scores(sample: Sample, seed: int) -> Floats:
    from causal_core.uplift.propensity import fit_propensity

    probability = np.empty((sample.rows, sample.arms))
    features = sample.x[:, 1:]
    for out in _folds(sample, seed):
        model = fit_propensity(features[~out], sample.arm[~out], sample.arms, seed=seed)
        probability[out] = model.predict(features[out])
    return probability


def _alike(sample: Sample, residual: Floats, mean: Floats, binary: bool) -> float:
    """How alike the noise of one cluster is, on the normal scale, by one-way analysis of variance."""
    if sample.design.clusters is None:
        return 0.0
    _, codes = np.unique(sample.design.clusters, return_inverse=True)
    size = np.bincount(codes)
    groups, n = len(size), len(codes)
    if groups < 2 or groups == n:
        return 0.0
    centred = residual - residual.mean()
    means = np.bincount(codes, weights=centred) / size
    between = float(size @ means**2) / (groups - 1)
    within = float(((centred - means[codes]) ** 2).sum()) / (n - groups)
    typical = (n - float(size @ size) / n) / (groups - 1)
    shared = max((between - within) / typical, 0.0)
    if not binary:
        return float(min(shared / max(shared + within, 1e-300), 0.95))
    from scipy.special import ndtri

    # First term of the tetrachoric series: the covariance of two 0/1 outcomes is the normal density
    # at their threshold, squared, times the correlation behind them.
    threshold = ndtri(np.clip(mean, 0.01, 0.99))
    density = float(np.mean(np.exp(-(threshold**2)) / (2 * np.pi)))
    return float(min(shared / density, 0.95))
