"""How strong hidden confounding must be for a policy's gain to vanish (marginal sensitivity model).

Tan (2006): given the covariates, knowing a hidden cause as well changes the odds of each arm by a factor of
at most Lambda, up or down. Over all such causes the mean outcome of an arm lies between two bounds, sharp
where the outcome's quantiles are right and valid, if wider, where they are not (Dorn, Guo & Kallus 2024).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.gap.harm import two_values
from causal_core.policy.economics import Economics
from causal_core.policy.result import PolicyResult
from causal_core.uplift.arrays import NORMAL_95, mean_and_error
from causal_core.uplift.result import HeldOut

LARGEST = 20.0
"""Odds changed by more than this are not looked at."""

POINTS = 17
"""Of a curve, at equal steps of the logarithm of Lambda."""

STEPS = 40
PRECISION = 1e-4
"""Of the logarithm of the Lambda at which a gain vanishes."""


@dataclass(frozen=True)
class Bound:
    """What a gain may be when hidden causes change the odds of an arm by a factor of at most `odds`.

    Attributes:
        odds: Lambda, 1 for no hidden confounding.
        low: The smallest mean gain, per person.
        high: The largest.
        ci: From the 95 % interval's lower end of `low` to the upper end of that of `high`.
    """

    odds: float
    low: float
    high: float
    ci: tuple[float, float]


@dataclass(frozen=True)
class HiddenConfounding:
    """How a gain stands up to hidden confounding.

    Attributes:
        gain: Without any, per person.
        vanishes: Smallest Lambda at which the gain may be 0; None beyond `LARGEST`.
        unclear: Smallest Lambda at which the 95 % interval holds 0: 1 when it does without any hidden
            confounding, None beyond `LARGEST`.
        curve: Bounds along Lambda, from 1.
        measured: By which factor the measured covariates change the odds of the arm they got, for nine in ten
            people at most: a yardstick.
        rows: Rows judged.
    """

    gain: float
    vanishes: float | None
    unclear: float | None
    curve: tuple[Bound, ...]
    measured: float
    rows: int


def hidden_from(
    economics: Economics, result: PolicyResult, against: PolicyResult | None = None
) -> HiddenConfounding:
    """How the gain of one policy over another stands up to hidden confounding.

    Args:
        economics: What both were valued with.
        result: The policy.
        against: The other; None for treating nobody. Of what was done, the mean is known whatever is hidden.

    A cost paid for each unit of the outcome is as unsure as the outcome; one paid for another column counts
    as its scores say.
    """
    held_out = economics.held_out
    nobody = np.eye(len(held_out.arms))[np.zeros(len(held_out.outcome), dtype=np.int64)]
    worth = economics.worth[:, None] - economics.per_outcome
    if against is None:
        other, contributions = nobody, economics.reward[:, 0]
    elif against.policy == "current":
        other, contributions = np.zeros_like(nobody), against.influence
    else:
        other, contributions = against.policy_matrix, against.influence
    weight = (result.policy_matrix - other) * worth
    # With no hidden confounding the rows below add up to the gain's own, limits that move included.
    fixed = result.influence - contributions - (weight * held_out.scores).sum(axis=1)
    return hidden_confounding(held_out, weight, fixed)


def hidden_confounding(
    held_out: HeldOut, weight: Floats, fixed: Floats, largest: float = LARGEST
) -> HiddenConfounding:
    """The Lambda at which a gain vanishes; numpy alone, quick enough for a slider.

    Args:
        held_out: The judged rows.
        weight: (n, k) what one unit of the outcome under each arm counts in the gain: the benefit times the
            policy's probability of the arm less that of the policy it is compared with. It may depend on
            covariates, not on the arm taken.
        fixed: (n,) what does not depend on outcomes under an arm: costs, and contributions of mean 0 that
            belong to the gain's error.
        largest: The largest Lambda looked at.
    """
    model = _Outcomes.of(held_out)
    down = np.where(weight > 0, -1.0, 1.0)

    def end(odds: float, side: float) -> tuple[float, float]:
        gains = (model.scores(odds, side * down) * weight).sum(axis=1) + fixed
        return mean_and_error(gains, held_out.clusters, held_out.weights)

    def bound(odds: float) -> Bound:
        (low, below), (high, above) = end(odds, 1.0), end(odds, -1.0)
        return Bound(odds, low, high, (low - NORMAL_95 * below, high + NORMAL_95 * above))

    gain, _ = end(1.0, 1.0)
    sign = 1.0 if gain >= 0 else -1.0

    def zero(errors: float) -> float | None:
        def left(log_odds: float) -> float:
            value, error = end(float(np.exp(log_odds)), sign)
            return sign * value - errors * error

        return _root(left, float(np.log(largest)))

    vanishes, unclear = zero(0.0), zero(NORMAL_95)
    furthest = min(largest, max(2.0, 1.5 * (vanishes or largest)))
    return HiddenConfounding(
        gain=gain,
        vanishes=vanishes,
        unclear=unclear,
        curve=tuple(bound(float(odds)) for odds in np.geomspace(1.0, furthest, POINTS)),
        measured=_measured(held_out),
        rows=len(held_out.outcome),
    )


def _root(left: Callable[[float], float], furthest: float) -> float | None:
    """Lambda where a falling function of its logarithm reaches 0 (regula falsi, Illinois); 1 at no odds."""
    near, far = 0.0, furthest
    above, below = left(near), left(far)
    if above <= 0:
        return 1.0
    if below > 0:
        return None
    for _ in range(STEPS):
        middle = (near * below - far * above) / (below - above)
        value = left(middle)
        if value > 0:
            near, above, below = middle, value, below / 2
        else:
            far, below, above = middle, value, above / 2
        if far - near < PRECISION or abs(value) < 1e-12:
            return float(np.exp(middle))
    return float(np.exp(far))


@dataclass(frozen=True, eq=False)
class _Outcomes:
    """What bounds are made of: outcomes, their models and the odds of the other arms, for each arm."""

    outcome: Floats = field(repr=False)
    taken: Floats = field(repr=False)
    model: Floats = field(repr=False)
    propensity: Floats = field(repr=False)
    values: tuple[float, float] | None
    residuals: tuple[Floats, ...] = field(repr=False)

    @classmethod
    def of(cls, held_out: HeldOut) -> Self:
        arm: Integers = held_out.arm
        rows = np.arange(len(arm))
        left = held_out.outcome - held_out.outcome_model[rows, arm]
        return cls(
            held_out.outcome,
            np.eye(len(held_out.arms))[arm],
            held_out.outcome_model,
            held_out.propensity,
            two_values(held_out.outcome),
            tuple(np.sort(left[arm == code]) for code in range(len(held_out.arms))),
        )

    def scores(self, odds: float, side: Floats) -> Floats:
        """(n, k) scores whose means bound the arms' mean outcomes.

        With e the propensity, m the outcome model and tau = Lambda / (1 + Lambda): people of other arms count
        m / Lambda + (1 - 1 / Lambda) times the mean of outcomes beyond their quantile tau.

        Args:
            odds: Lambda.
            side: (n, k) 1 for the upper bound, -1 for the lower one.
        """
        outcome, model = self.outcome[:, None], self.model
        beyond = 1 - 1 / odds
        if self.values is not None:
            # Quantiles of a binary outcome follow from its mean.
            middle, half = sum(self.values) / 2, (self.values[1] - self.values[0]) / 2
            start, width = middle - side * half, 2 * side * half
            chance = np.clip((model - start) / width, 0.0, 1.0)
            limit = start + width * (chance * (1 + odds) > 1)
            other = start + width * np.minimum(odds * chance, 1 - (1 - chance) / odds)
            # An outcome model outside 0 to 1 must not break the score at no confounding.
            other = other + (model - start - width * chance) / odds
        else:
            quantiles, excess = self._tails(odds, side)
            limit = model + quantiles
            other = model / odds + beyond * (limit + (1 + odds) * excess)
        tail = side * np.maximum(side * (outcome - limit), 0.0)
        seen = outcome / odds + beyond * (limit + (1 + odds) * tail)
        weight = self.taken * (1 - self.propensity) / self.propensity
        return np.asarray(self.taken * outcome + (1 - self.taken) * other + weight * (seen - other))

    def _tails(self, odds: float, side: Floats) -> tuple[Floats, Floats]:
        """(n, k) quantiles of the residuals towards `side`, and their mean excess beyond these."""
        quantiles, excess = np.empty_like(side), np.empty_like(side)
        for code, residuals in enumerate(self.residuals):
            for sign in (1.0, -1.0):
                ranked = residuals if sign > 0 else -residuals[::-1]
                at = min(int(np.ceil(odds / (1 + odds) * len(ranked))), len(ranked)) - 1
                here = side[:, code] == sign
                quantiles[here, code] = sign * ranked[at]
                excess[here, code] = sign * (ranked[at:] - ranked[at]).sum() / len(ranked)
        return quantiles, excess


def _measured(held_out: HeldOut) -> float:
    """The 0.9 quantile of how far covariates move the odds of the arm taken from its share's odds."""
    rows = np.arange(len(held_out.arm))
    chance = np.clip(held_out.propensity[rows, held_out.arm], 1e-9, 1 - 1e-9)
    share = np.clip(held_out.propensity.mean(axis=0)[held_out.arm], 1e-9, 1 - 1e-9)
    moved = np.abs(np.log(chance / (1 - chance)) - np.log(share / (1 - share)))
    return float(np.exp(np.quantile(moved, 0.9)))
