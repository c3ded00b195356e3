"""Weights made smaller, for a little bias and much less variance: switching and shrinking.

Both are chosen by what mean squared error the log itself suggests. No weight is ever raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.uplift.arrays import Marks, mean_and_error

STEPS = 21
"""How many thresholds, and how many strengths of shrinkage, are tried besides none at all."""


@dataclass(frozen=True, eq=False)
class Tamed:
    """Weights made smaller.

    Attributes:
        contributions: (n,) contributions to the value; their mean is the value.
        weight: (n,) the weights kept.
        setting: The threshold above which the model alone speaks, or the strength of shrinkage; infinite
            when the weights are left as they are.
        bias: How far the value may be off for it: for a threshold the most it can be, for shrinkage a guess.
    """

    contributions: Floats = field(repr=False)
    weight: Floats = field(repr=False)
    setting: float
    bias: float


@dataclass(frozen=True, eq=False)
class Weighted:
    """What a doubly robust value is made of.

    Attributes:
        model: (n, k) predicted reward of each action.
        residual: (n,) reward less its prediction, for the action logged.
        policy: (n, k) probabilities of the policy.
        ratio: (n, k) policy over propensity; 0 where the policy never acts.
        weight: (n,) its entry for the action logged.
        clusters: (n,) codes, or None.
        sampling: (n,) sampling weights, or None.
    """

    model: Floats = field(repr=False)
    residual: Floats = field(repr=False)
    policy: Floats = field(repr=False)
    ratio: Floats = field(repr=False)
    weight: Floats = field(repr=False)
    clusters: Integers | None = field(repr=False)
    sampling: Floats | None = field(repr=False)

    @property
    def direct(self) -> Floats:
        """(n,) predicted reward under the policy."""
        return np.asarray((self.policy * self.model).sum(axis=1))

    def with_weights(self, weight: Floats) -> Floats:
        """(n,) contributions of the doubly robust value with these weights."""
        return np.asarray(self.direct + weight * self.residual)

    def variance(self, contributions: Floats) -> float:
        """Squared standard error of a mean of contributions."""
        return float(mean_and_error(contributions, self.clusters, self.sampling)[1] ** 2)


def switched(given: Weighted) -> Tamed:
    """Where the weight is above a threshold the model alone speaks (Wang, Agarwal & Dudik 2017, section 4).

    The threshold, among quantiles of the weights above 0 and none at all, minimises the squared standard
    error plus the square of a bound of the bias: the mean probability that the policy takes an action whose
    weight is above the threshold, times the largest residual seen. (The paper takes the largest reward; the
    model here already explains a part of it.)
    """
    worst = float(np.abs(given.residual).max())
    found = Tamed(given.with_weights(given.weight), given.weight, np.inf, 0.0)
    least = given.variance(found.contributions)
    for threshold in _quantiles(given.weight):
        kept = np.where(given.weight <= threshold, given.weight, 0.0)
        beyond = (given.policy * (given.ratio > threshold)).sum(axis=1)
        bias = worst * float(np.average(beyond, weights=given.sampling))
        contributions = given.with_weights(kept)
        error = given.variance(contributions) + bias**2
        if error < least:
            least, found = error, Tamed(contributions, kept, float(threshold), bias)
    return found


def shrunk(given: Weighted) -> Tamed:
    """Weights l w / (w^2 + l): optimistic shrinkage (Su et al. 2020, section 3).

    The strength l, between the square of a low quantile of the weights and none at all, minimises the
    squared standard error plus the square of the estimated bias, mean((shrunk - w) residual).
    """
    found = Tamed(given.with_weights(given.weight), given.weight, np.inf, 0.0)
    least = given.variance(found.contributions)
    acting = given.weight[given.weight > 0]
    if not len(acting):
        return found
    for strength in np.geomspace(0.01 * float(acting.min()) ** 2, 1000 * float(acting.max()) ** 2, STEPS):
        kept = strength * given.weight / (given.weight**2 + strength)
        bias = float(np.average((kept - given.weight) * given.residual, weights=given.sampling))
        contributions = given.with_weights(kept)
        error = given.variance(contributions) + bias**2
        if error < least:
            least, found = error, Tamed(contributions, kept, float(strength), abs(bias))
    return found


def ratios(policy: Floats, chances: Floats) -> Floats:
    """(n, k) policy over propensity, 0 where the policy never acts."""
    acts: Marks = policy > 0
    return np.divide(policy, chances, out=np.zeros_like(policy), where=acts)


def _quantiles(weight: Floats) -> Floats:
    acting = weight[weight > 0]
    if not len(acting):
        return np.empty(0)
    # At the largest weight nothing is switched; below the median hardly anything of the log would be left.
    found = np.unique(np.quantile(acting, np.linspace(0.5, 1.0, STEPS), method="lower"))
    return np.asarray(found[found < acting.max()])
