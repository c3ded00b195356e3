"""One policy's value by several estimators, side by side: do they agree, and on how much evidence?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.plain import Plain, to_plain
from causal_core.policy.economics import Economics
from causal_core.policy.evaluation import NO_INTERVAL, Method, PolicyValue, evaluate
from causal_core.policy.result import PolicyResult
from causal_core.policy.valuation import paid_later
from causal_core.problem import DoesNotApply
from causal_core.uplift.arrays import interval, mean_and_error

NAMES: Final[dict[Method, str]] = {
    "dr": "Doubly robust (DR)",
    "ips": "Inverse propensity (IPS)",
    "snips": "Self-normalised (SNIPS)",
    "direct": "Outcome model alone (direct)",
    "switch": "Switch-DR",
    "shrinkage": "DR with shrinkage",
}
"""Estimator -> how people call it, in the order they are shown."""


@dataclass(frozen=True)
class ValueEstimate:
    """A policy's value by one estimator.

    Attributes:
        method: A key of `NAMES`.
        name: How people call it.
        value: Benefit less cost, per person, in the benefit's unit.
        std_error: Of its spread alone; None for the outcome model alone.
        ci: 95 % interval; None where there is no valid one: for the outcome model alone and for shrinkage.
        effective_sample_size: (sum w)^2 / sum w^2 of the weights it keeps; None for the model alone.
        largest_weight: The largest part of the whole weight that one row carries; None likewise.
        note: How it is found and what to be careful about, in words.
    """

    method: Method
    name: str
    value: float
    std_error: float | None
    ci: tuple[float, float] | None
    effective_sample_size: float | None
    largest_weight: float | None
    note: str

    def to_dict(self) -> dict[str, Plain]:
        """Plain JSON."""
        return {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}


def estimators(economics: Economics, result: PolicyResult) -> tuple[ValueEstimate, ...]:
    """The value of a policy by each estimator, on the held-out rows; the first, DR, is that of `result`.

    Propensities are taken as the held-out rows have them: known ones are never clipped. The limit of a share
    or a budget moves in each interval as it does in that of `result`. A cost that is paid by what happens is
    taken off by its doubly robust scores throughout, since single rows do not tell it.

    Args:
        economics: That the policy was valued with.
        result: The policy, from `value_of` and what calls it.

    Raises:
        DoesNotApply: The policy is what was done, whose value is a plain mean; it needs no estimator.
    """
    if result.policy == "current":
        raise DoesNotApply("What was done is worth what it brought: its value is a mean, not an estimate.")
    held_out, policy = economics.held_out, result.policy_matrix
    rows = np.arange(len(policy))
    later = paid_later(economics)
    at_once = np.where(later, 0.0, economics.cost)
    # What the moving limit adds, of mean 0, and what is taken off alike by each estimator.
    shift = result.influence - (policy * economics.reward).sum(axis=1)
    alike = shift - (policy * economics.cost)[:, later].sum(axis=1)
    found = []
    for method in NAMES:
        value = evaluate(
            policy,
            held_out.arm,
            economics.worth * held_out.outcome - at_once[rows, held_out.arm],
            held_out.propensity,
            economics.worth[:, None] * held_out.outcome_model - at_once,
            method,
            held_out.clusters,
            held_out.weights,
        )
        found.append(_estimate(method, value, alike, float(result.value), paid=bool(later.any())))
    return tuple(found)


def _estimate(
    method: Method, value: PolicyValue, alike: Floats, doubly: float, *, paid: bool
) -> ValueEstimate:
    mean, error = mean_and_error(value.contributions + alike, value.clusters, value.weights)
    low, high = interval(mean, error)
    wider = value.bias if method == "switch" else 0.0
    words = [_note(method, value.bias)]
    if method in NO_INTERVAL:
        words.append(f"No valid interval by itself; it differs from DR by {mean - doubly:.3g}.")
    if method != "direct":
        words += [each for each in value.warnings if each != NO_INTERVAL.get(method)]
    if paid:
        words.append("What is paid later is taken off by its doubly robust scores.")
    alone = method == "direct"
    return ValueEstimate(
        method,
        NAMES[method],
        mean,
        None if alone else error,
        None if method in NO_INTERVAL else (low - wider, high + wider),
        None if alone else value.effective_sample_size,
        None if alone else value.largest_weight,
        " ".join(words),
    )


def _note(method: Method, bias: float) -> str:
    if method == "dr":
        return "Right when the propensities or the outcome model are; the value shown everywhere else."
    if method == "ips":
        return "Right when the propensities are; large weights make it vary much."
    if method == "snips":
        return "As IPS, over the sum of the weights: steadier, with a bias that vanishes with more rows."
    if method == "direct":
        return "As right as the outcome model is, and no righter with more rows."
    if method == "switch":
        if bias == 0:
            return "No weight is large enough to be left out, so this is DR."
        return (
            "DR, with the outcome model alone where weights are largest; the interval is wider by the most "
            f"that may be off for it, {bias:.3g}."
        )
    return "DR with large weights made smaller: it varies less, and is off by what the model misses there."
