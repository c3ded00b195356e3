"""A permanent random holdout: how many people keep the old way, so that a deployed policy stays measured."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from causal_core.data.design import Floats
from causal_core.experiment.design import ALPHA
from causal_core.percent import percent
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.headline import number_text

Period = Literal["month", "quarter"]

WEEKS = {"month": 52 / 12, "quarter": 13.0}
"""Weeks of each period."""

LARGEST = 0.5
"""No larger share is ever better: both groups are equal then."""


@dataclass(frozen=True)
class Holdout:
    """A recommended holdout, or that none is large enough.

    Attributes:
        share: Of people held out; None when not even half of them show the gain within the period.
        people: Held out in a period.
        forgone: Gain given up by them in a period, in the gain's unit; its expectation.
        weeks: Until the gain is seen with the power asked for: one period, or more with half held out.
        sentence: What that means, in words.
        period: What is counted in.
        per_period: People in a period.
        gain: Per person, that the policy is thought to bring over what those held out get.
        std_dev: Of one person's outcome in the gain's unit, what covariates predict taken off.
        power: Chance of seeing the gain that was asked for.
        delay: Weeks from treatment to outcome, in `weeks`.
    """

    share: float | None
    people: int
    forgone: float
    weeks: float
    sentence: str
    period: Period
    per_period: float
    gain: float
    std_dev: float
    power: float
    delay: float = 0.0

    def forgone_at(self, share: float) -> float:
        """Gain given up a period with another share held out."""
        return share * self.per_period * abs(self.gain)

    def weeks_at(self, share: float) -> float:
        """Weeks until the gain is seen with another share held out."""
        need = _people_needed(self.gain, self.std_dev, share, self.power)
        return need / self.per_period * WEEKS[self.period] + self.delay

    def line(self) -> tuple[Floats, Floats, Floats]:
        """(share, weeks until seen, gain forgone a period) for shares of 1 to 50 %, for drawing."""
        shares = np.arange(1, 51) / 100
        return (
            shares,
            np.array([self.weeks_at(float(share)) for share in shares]),
            np.array([self.forgone_at(float(share)) for share in shares]),
        )


def holdout(
    gain: float,
    std_dev: float,
    per_period: float,
    period: Period = "month",
    power: float = 0.8,
    explained: float = 0.0,
    design_effect: float = 1.0,
    delay: float = 0.0,
    unit: str = "",
) -> Holdout:
    """The smallest share held out at random with which a policy's gain is seen within a period.

    The mean of those under the policy is compared with that of those held out, two-sided at 5 %: the gain is
    seen with the power asked for when gain = (z + z') sd sqrt(1/(h N) + 1/((1 - h) N)), z = 1.96 and z' the
    normal quantile of the power; h is the smaller root. Each period is judged by itself.

    Args:
        gain: Per person, of the policy over what those held out get; its sign does not matter.
        std_dev: Of one person's outcome, in the gain's unit.
        per_period: People in a period.
        period: "month" or "quarter".
        power: Chance of seeing the gain.
        explained: Share of the outcome's variance that covariates will predict.
        design_effect: Times as many people, where whole clusters are held out.
        delay: Weeks from treatment to outcome.
        unit: Of the gain, for the sentence.

    Raises:
        DoesNotApply: The gain is 0, or outcomes do not vary.
        Problem: A number lies outside its range.
    """
    if not np.isfinite(gain) or gain == 0:
        raise DoesNotApply(
            "A gain of 0 is never seen, however many people are held out.",
            remedy="Say which gain would be missed if it went away.",
        )
    if not np.isfinite(std_dev) or std_dev <= 0:
        raise DoesNotApply("Outcomes do not vary, so nothing need be held out to see a gain.")
    if per_period < 4 or not 0.5 <= power < 1 or not 0 <= explained < 1 or design_effect < 1:
        raise Problem(
            "A holdout takes at least 4 people a period, a power of 50 % to below 100 %, a predicted share "
            "of variance from 0 to below 100 %, and a design effect of 1 or more.",
            remedy="Correct the number that lies outside.",
        )
    spread = std_dev * sqrt((1 - explained) * design_effect)
    part = _people_needed(gain, spread, LARGEST, power) / 4 / per_period
    amount = f"{number_text(abs(gain))} {unit}".rstrip()
    if part > 0.25:
        half = LARGEST * per_period
        weeks = 4 * part * WEEKS[period] + delay
        sentence = (
            f"No holdout shows a gain of {amount} a person within a {period} of {per_period:,.0f} people: "
            f"even with half of them held out it takes {_weeks(weeks)}. Judge over a longer time, or by a "
            "measure that varies less."
        )
        return Holdout(
            None,
            ceil(half),
            half * abs(gain),
            weeks,
            sentence,
            period,
            per_period,
            gain,
            spread,
            power,
            delay,
        )
    share = (1 - sqrt(1 - 4 * part)) / 2
    people = min(ceil(share * per_period), int(per_period))
    forgone = people * abs(gain)
    lost = f"{number_text(forgone)} {unit}".rstrip()
    digits = 0 if share >= 0.1 else 1
    sentence = (
        f"Hold out {percent(share, digits)} of people at random, {people:,} of {per_period:,.0f} a {period}: "
        f"then a gain of {amount} a person is seen within each {period} with {percent(power)} power. It "
        f"gives up about {lost} a {period}."
    )
    weeks = WEEKS[period] + delay
    return Holdout(share, people, forgone, weeks, sentence, period, per_period, gain, spread, power, delay)


def _people_needed(gain: float, spread: float, share: float, power: float) -> float:
    quantiles = NormalDist().inv_cdf(1 - ALPHA / 2) + NormalDist().inv_cdf(power)
    return (quantiles * spread / abs(gain)) ** 2 / (share * (1 - share))


def _weeks(weeks: float) -> str:
    return f"{ceil(weeks):,} weeks"
