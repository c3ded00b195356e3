"""The value of a policy on logged data (off-policy evaluation)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from causal_core.data.design import Floats, Integers
from causal_core.percent import percent
from causal_core.policy.result import Gain
from causal_core.policy.shrinkage import Weighted, ratios, shrunk, switched
from causal_core.problem import Problem
from causal_core.uplift.arrays import as_floats, cluster_codes, interval, mean_and_error, same_length

LOW_SAMPLE = 100
"""Below this effective sample size a value is warned about."""

HEAVY_UNIT = 0.05
"""A unit with more than this part of the whole weight is warned about."""


Method = Literal["dr", "ips", "snips", "direct", "switch", "shrinkage"]
"""How a value is found from a log."""

METHODS = ("dr", "ips", "snips", "direct", "switch", "shrinkage")

MODELLED = ("dr", "direct", "switch", "shrinkage")
"""The methods that need an outcome model."""

NO_INTERVAL: Final[dict[Method, str]] = {
    "direct": "The model alone speaks for this value, so it has no valid interval by itself.",
    "shrinkage": "Smaller weights bring an unknown bias, so this value has no valid interval by itself.",
}
"""Methods whose own spread says too little of how far they are off, and why."""


@dataclass(frozen=True, eq=False)
class PolicyValue:
    """The value of a policy: the mean outcome had everybody been treated by it.

    Attributes:
        value: In the outcome's unit per row.
        std_error: Robust; by clusters when there are any. For "direct" and "shrinkage" of the spread alone,
            without what they may be off.
        ci: 95 % interval; NaN for "direct" and "shrinkage". For "switch" wider by `bias` at either end.
        effective_sample_size: (sum w)^2 / sum w^2 of the weights w = pi(a_i|x_i) / e(a_i|x_i), as kept.
        warnings: What to be careful about, in words.
        method: "dr", "ips", "snips", "direct", "switch" or "shrinkage".
        contributions: (n,) one a row; their mean is the value, and differences between two policies on
            the same rows are paired row by row.
        clusters: (n,) codes, or None.
        weights: (n,) sampling weights, or None.
        bias: How far weights made smaller may have moved the value: for "switch" a bound, for "shrinkage" an
            estimate; else 0.
        largest_weight: The largest part of the whole weight that one row carries.
    """

    value: float
    std_error: float
    ci: tuple[float, float]
    effective_sample_size: float
    warnings: tuple[str, ...]
    method: str
    contributions: Floats = field(repr=False)
    clusters: Integers | None = field(repr=False, default=None)
    weights: Floats | None = field(repr=False, default=None)
    bias: float = 0.0
    largest_weight: float = 0.0

    def gain_over(self, other: PolicyValue) -> Gain:
        """This value less another policy's on the same rows, with the error of the paired difference.

        Raises:
            Problem: The other one was valued on another number of rows.
        """
        same_length(len(self.contributions), other_policy=other.contributions)
        return Gain.of(self.contributions - other.contributions, self.clusters, self.weights)


def evaluate(
    assigned: ArrayLike,
    logged: ArrayLike,
    outcome: ArrayLike,
    propensity: ArrayLike,
    outcome_model: ArrayLike | None = None,
    method: Method = "dr",
    clusters: ArrayLike | None = None,
    weights: ArrayLike | None = None,
) -> PolicyValue:
    """The value of a policy from logged actions, with w = pi(a_i|x_i) / e(a_i|x_i) and m the outcome model.

    IPS (Horvitz & Thompson 1952): mean(w y). SNIPS (Swaminathan & Joachims 2015): V = sum(w y) / sum(w),
    standard error sqrt(sum w^2 (y - V)^2) / sum w. DR (Dudik et al. 2011):
    mean(sum_a pi(a|x) m_a(x) + w (y - m_{a_i}(x))). Direct: mean(sum_a pi(a|x) m_a(x)). Switch (Wang et al.
    2017) and shrinkage (Su et al. 2020): DR with large weights left out or made smaller, as
    `causal_core.policy.shrinkage` says.

    Args:
        assigned: (n,) action index of the policy, or (n, k) its probabilities (a stochastic policy).
        logged: (n,) action index taken.
        outcome: (n,) numbers.
        propensity: (n, k) probability of each action when logged; used as given, never clipped.
        outcome_model: (n, k) predicted mean outcome of each action, from models that did not see the row.
        method: "dr", "ips", "snips", "direct", "switch" or "shrinkage".
        clusters: (n,) cluster of each row, for the standard error.
        weights: (n,) sampling weights.

    Raises:
        Problem: Any but "ips" and "snips" without an outcome model, an unknown method, shapes that differ, a
            logged action of probability 0, or a policy that wants an action where it was never possible.
    """
    if method not in METHODS:
        raise Problem(f"There is no method '{method}'.", remedy=f"Choose among {', '.join(METHODS)}.")
    if method in MODELLED and outcome_model is None:
        named = {"dr": "doubly robust", "direct": "model's"}.get(method, f"{method} doubly robust")
        raise Problem(
            f"The {named} value needs an outcome model.",
            column="outcome_model",
            remedy="Give outcome_model (rows, actions), or choose ips or snips.",
        )
    outcomes = as_floats(outcome, "outcome")
    rows = np.arange(len(outcomes))
    chances = _matrix(propensity, "propensity", len(rows))
    actions = as_floats(logged, "logged action").astype(np.int64)
    same_length(len(rows), logged=actions)
    _check_range(actions, chances.shape[1], "logged")
    policy = probabilities(assigned, chances.shape[1])
    same_length(len(rows), assigned=policy)
    codes = cluster_codes(clusters, len(rows))
    sampling = None if weights is None else as_floats(weights, "weights")
    same_length(len(rows), weights=sampling)
    _check_overlap(policy, chances, actions)
    weight = policy[rows, actions] / chances[rows, actions]
    carried = weight if sampling is None else weight * sampling
    bias = 0.0
    if method in ("ips", "snips"):
        contributions = weight * outcomes
        if method == "snips":
            contributions = _self_normalised(weight, carried, outcomes, sampling)
    else:
        model = _matrix(outcome_model, "outcome_model", len(rows), chances.shape[1])
        given = Weighted(
            model, outcomes - model[rows, actions], policy, ratios(policy, chances), weight, codes, sampling
        )
        contributions, kept, bias = _modelled(method, given)
        carried = kept if sampling is None else kept * sampling
    value, error = mean_and_error(contributions, codes, sampling)
    if method == "snips" and codes is None:
        # The delta-method error as published, without the factor n / (n - 1).
        error = float(np.sqrt(np.sum((carried * (outcomes - value)) ** 2)) / carried.sum())
    low, high = interval(value, error)
    warnings = thin_evidence(carried)
    if method in NO_INTERVAL:
        low, high = float("nan"), float("nan")
        warnings = (NO_INTERVAL[method], *(warnings if method != "direct" else ()))
    wider = bias if method == "switch" else 0.0
    return PolicyValue(
        value,
        error,
        (low - wider, high + wider),
        effective_size(carried),
        warnings,
        method,
        contributions,
        codes,
        sampling,
        bias,
        heaviest(carried),
    )


def _modelled(method: str, given: Weighted) -> tuple[Floats, Floats, float]:
    """(n,) contributions of a method that has an outcome model, the (n,) weights it keeps, and its bias."""
    if method == "dr":
        return given.with_weights(given.weight), given.weight, 0.0
    if method == "direct":
        return given.direct, given.weight, 0.0
    tamed = switched(given) if method == "switch" else shrunk(given)
    return tamed.contributions, tamed.weight, tamed.bias


def probabilities(assigned: ArrayLike, actions: int) -> Floats:
    """(n, k) probabilities of a policy given as action indices (n,) or as probabilities (n, k).

    Raises:
        Problem: An index outside 0..k-1, or probabilities that are negative or do not sum to 1.
    """
    array = np.asarray(assigned)
    if array.ndim == 1:
        index = as_floats(array, "assigned action").astype(np.int64)
        _check_range(index, actions, "assigned")
        return np.eye(actions)[index]
    policy = _matrix(array, "assigned", len(array), actions)
    if (policy < 0).any() or not np.allclose(policy.sum(axis=1), 1, atol=1e-6):
        raise Problem(
            "The policy's probabilities must be at least 0 and sum to 1 in each row.", column="assigned"
        )
    return policy


def _self_normalised(weight: Floats, carried: Floats, outcomes: Floats, sampling: Floats | None) -> Floats:
    """Linearised contributions V + w (y - V) / mean(w)."""
    if carried.sum() == 0:
        raise Problem(
            "The policy never agrees with the log, so there is nothing to weight.", column="assigned"
        )
    value = float(carried @ outcomes / carried.sum())
    return value + weight * (outcomes - value) / float(np.average(weight, weights=sampling))


def _check_range(actions: Integers, count: int, name: str) -> None:
    if actions.min() < 0 or actions.max() >= count:
        raise Problem(f"The {name} actions must be indices 0 to {count - 1}.", column=name)


def _check_overlap(policy: Floats, chances: Floats, actions: Integers) -> None:
    if (chances[np.arange(len(actions)), actions] <= 0).any():
        raise Problem("Some logged actions have propensity 0, which cannot be.", column="propensity")
    wanted = int(((policy > 0) & (chances <= 0)).any(axis=1).sum())
    if wanted:
        raise Problem(
            f"In {wanted:,} rows the policy wants an action that was never possible there (propensity 0), so "
            "the data say nothing about its value.",
            column="propensity",
            remedy="Leave these rows out, or restrict the policy to actions that were possible.",
        )


def _matrix(values: ArrayLike | None, name: str, rows: int, columns: int | None = None) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or len(array) != rows or (columns is not None and array.shape[1] != columns):
        wanted = f"({rows:,}, {'actions' if columns is None else columns})"
        raise Problem(
            f"The {name.replace('_', ' ')} must have the shape {wanted}, not {array.shape}.", column=name
        )
    missing = int(np.isnan(array).any(axis=1).sum())
    if missing:
        raise Problem(f"The {name.replace('_', ' ')} is missing in {missing:,} rows.", column=name)
    return array


def effective_size(weight: Floats) -> float:
    """(sum w)^2 / sum w^2: as how many rows of equal weight the rows count."""
    square = float(weight @ weight)
    return float(weight.sum() ** 2 / square) if square > 0 else 0.0


def heaviest(weight: Floats) -> float:
    """The largest part of the whole weight that one row carries; 0 where nothing weighs."""
    total = float(weight.sum())
    return float(weight.max()) / total if total > 0 else 0.0


def thin_evidence(weight: Floats) -> tuple[str, ...]:
    """What (n,) weights warn of: few rows that count, or one that counts for many."""
    found = []
    size = effective_size(weight)
    if size < LOW_SAMPLE:
        found.append(f"The effective sample size is only {size:.0f}: the value rests on few rows.")
    most = heaviest(weight)
    if most > HEAVY_UNIT:
        found.append(f"One row carries {percent(most)} of the weight.")
    return tuple(found)
