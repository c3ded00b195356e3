"""The chance of each arm for each person, from what is predicted and how sure that is.

An arm is always drawn from the chances computed here, so what is logged is the chance it was drawn with.
"""

from __future__ import annotations

import math

import numpy as np

from causal_core.data.design import Floats, Integers

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(32)
"""Gauss-Hermite quadrature under the standard normal density, up to its constant."""


def greedy(value: Floats) -> Floats:
    """(..., k) all chance on the arm of the highest value, shared where several are highest."""
    best = (value >= value.max(axis=-1, keepdims=True)).astype(np.float64)
    return np.asarray(best / best.sum(axis=-1, keepdims=True))


def uniform(value: Floats) -> Floats:
    """(..., k) the same chance for every arm."""
    return np.full(value.shape, 1.0 / value.shape[-1])


def explored(chances: Floats, share: float) -> Floats:
    """(1 - share) of the chances and a share spread over all arms: every arm has share / k at least."""
    return np.asarray((1.0 - share) * chances + share / chances.shape[-1])


def thompson(value: Floats, error: Floats) -> Floats:
    """(..., k) the chance that each arm is best when its value is N(value, error^2), independently.

    This is what linear Thompson sampling plays when it draws coefficients anew for each person (Agrawal &
    Goyal 2013). Two arms: exact. More: by quadrature, normalised.
    """
    from scipy.special import ndtr

    if value.shape[-1] == 2:
        spread = np.sqrt((error**2).sum(axis=-1))
        more = value[..., 1] - value[..., 0]
        with np.errstate(divide="ignore", invalid="ignore"):
            second = np.where(spread > 0, ndtr(more / spread), 0.5 * (1 + np.sign(more)))
        return np.stack([1.0 - second, second], axis=-1)
    if not error.all():
        return greedy(value)
    found = np.empty(value.shape)
    for arm in range(value.shape[-1]):
        drawn = value[..., arm, None] + error[..., arm, None] * NODES
        product = np.broadcast_to(WEIGHTS, drawn.shape)
        for other in range(value.shape[-1]):
            if other != arm:
                product = product * ndtr((drawn - value[..., other, None]) / error[..., other, None])
        found[..., arm] = product.sum(axis=-1)
    return np.asarray(found / found.sum(axis=-1, keepdims=True))


def draw(chances: Floats, uniforms: Floats) -> Integers:
    """(...) the arm that a uniform number in [0, 1) picks from (..., k) chances."""
    limits = chances.cumsum(axis=-1)
    return np.asarray((uniforms[..., None] * limits[..., -1:] >= limits).sum(axis=-1))


def first_share(epsilon: float) -> float:
    """The share c of a run at whose end the share explored begins to fall as c / t (Auer et al. 2002).

    Chosen so that over the whole run as many people are explored on as at a constant epsilon:
    c (1 - log c) = epsilon.
    """
    if epsilon <= 0 or epsilon >= 1:
        return float(min(max(epsilon, 0.0), 1.0))
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle * (1 - math.log(middle)) < epsilon:
            low = middle
        else:
            high = middle
    return high
