"""Bounds on how many a treatment harms and helps: nobody is ever seen both treated and untreated."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.result import Gain
from causal_core.uplift.result import HeldOut


@dataclass(frozen=True)
class Bounds:
    """Between which shares the data leave the answer open.

    Attributes:
        lower: The lower bound with its 95 % interval.
        upper: The upper bound with its 95 % interval.
    """

    lower: Gain
    upper: Gain

    @property
    def outer(self) -> tuple[float, float]:
        """From the lower bound's interval's lower end to the upper bound's interval's upper end."""
        return max(self.lower.ci[0], 0.0), min(self.upper.ci[1], 1.0)


@dataclass(frozen=True, eq=False)
class HarmScores:
    """One score a row; means over a group of people bound the group's shares harmed and helped.

    Attributes:
        harmed: (n, 2) for the lower and the upper bound of the share harmed.
        helped: (n, 2) for those of the share helped.
        good: Shares of good outcomes (without, with the treatment) of a binary outcome by mean AIPW scores,
            within 0 to 1; None for any other outcome.
    """

    harmed: Floats = field(repr=False)
    helped: Floats = field(repr=False)
    good: tuple[float, float] | None

    @property
    def binary(self) -> bool:
        """Whether the outcome has two values."""
        return self.good is not None


def two_values(outcome: Floats) -> tuple[float, float] | None:
    """The two values of a binary outcome, low one first; None when there are more, or fewer."""
    low, high = float(outcome.min()), float(outcome.max())
    return (low, high) if low < high and bool(((outcome == low) | (outcome == high)).all()) else None


def harm_scores(held_out: HeldOut, learner: str, arms: Integers, good: int) -> HarmScores:
    """Scores of the share for whom the outcome is worse (harmed) or better (helped) than under the control.

    Binary outcomes, coded so that 1 is good, m_a its chance given the columns (Kallus 2022): the share harmed
    lies between E[max(0, m_0 - m_1)] and E[min(m_0, 1 - m_1)], the share helped between E[max(0, m_1 - m_0)]
    and E[min(m_1, 1 - m_0)]. Which of the two is taken is said by predictions from other rows, what it is
    by AIPW scores; where a prediction errs the bounds are wider, never wrong on average.

    Other outcomes (Makarov 1982; Fan & Park 2010): for every t, P(Y_1 < Y_0) >= P(Y_1 <= t) - P(Y_0 <= t) and
    P(Y_1 < Y_0) <= 1 - P(Y_1 >= t) + P(Y_0 > t). t is the middle of the two predictions of each row, which is
    the best where the outcome spreads alike and evenly under both; else the bounds are valid, but wider than
    need be. The two distributions at t are AIPW scores whose model is normal.

    Args:
        held_out: The rows.
        learner: Whose predictions choose.
        arms: (n,) the arm 1..k-1 that each row is asked about.
        good: 1 when more of the outcome is better, -1 when less is.
    """
    rows = np.arange(len(arms))
    control = held_out.baseline[learner]
    treated = control + held_out.effects(learner)[rows, arms - 1]
    found = two_values(held_out.outcome)
    if found is not None:
        low, high = found

        def unit(values: Floats) -> Floats:
            part = (values - low) / (high - low)
            return np.asarray(part if good > 0 else 1 - part)

        scores = unit(held_out.scores[:, 0]), unit(held_out.scores[rows, arms])
        return _binary(scores, (np.clip(unit(control), 0, 1), np.clip(unit(treated), 0, 1)))
    return _other(held_out, arms, good, good * control, good * treated)


def _binary(scores: tuple[Floats, Floats], predicted: tuple[Floats, Floats]) -> HarmScores:
    (control, treated), (without, given) = scores, predicted
    worse, better = given < without, given > without
    rare = without + given < 1
    harmed = np.column_stack([worse * (control - treated), np.where(rare, control, 1 - treated)])
    helped = np.column_stack([better * (treated - control), np.where(rare, treated, 1 - control)])
    return HarmScores(harmed, helped, (_share(control), _share(treated)))


def _other(held_out: HeldOut, arms: Integers, good: int, without: Floats, given: Floats) -> HarmScores:
    middle = (without + given) / 2
    control = _below(held_out, np.zeros_like(arms), good, middle)
    treated = _below(held_out, arms, good, middle)
    worse, better = given < without, given > without
    one = np.ones(len(middle))
    harmed = [worse * (treated[0] - control[0]), one - better * (control[0] - treated[1])]
    helped = [better * (control[0] - treated[0]), one - worse * (treated[0] - control[1])]
    return HarmScores(np.column_stack(harmed), np.column_stack(helped), None)


def _below(held_out: HeldOut, arms: Integers, good: int, at: Floats) -> tuple[Floats, Floats]:
    """AIPW scores of P(good Y_a <= at) and of P(good Y_a < at) for each row's arm a."""
    from scipy.special import ndtr

    rows = np.arange(len(arms))
    mean = good * held_out.outcome_model[rows, arms]
    own = held_out.arm == arms
    outcome = good * held_out.outcome
    residual = (outcome - good * held_out.outcome_model[rows, held_out.arm])[own]
    spread = float(residual.std()) if len(residual) else 0.0
    model = ndtr((at - mean) / spread) if spread > 0 else (mean <= at).astype(np.float64)
    weight = own / held_out.propensity[rows, arms]
    return (
        np.asarray(model + weight * ((outcome <= at) - model)),
        np.asarray(model + weight * ((outcome < at) - model)),
    )


def bounded(lower: Gain, upper: Gain) -> Bounds:
    """Bounds whose numbers are shares: chance can carry the mean of scores below 0 or above 1."""
    low = min(max(lower.value, 0.0), 1.0)
    high = min(max(upper.value, low), 1.0)
    return Bounds(Gain(low, lower.std_error, _shares(lower)), Gain(high, upper.std_error, _shares(upper)))


def _share(scores: Floats) -> float:
    return min(max(float(scores.mean()), 0.0), 1.0)


def _shares(gain: Gain) -> tuple[float, float]:
    return min(max(gain.ci[0], 0.0), 1.0), max(min(gain.ci[1], 1.0), 0.0)


def without_columns(
    share_control: float, share_treated: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Bounds from two shares of good outcomes alone (Fréchet): (harmed, helped), each (low, high).

    Args:
        share_control: Share of good outcomes under the control.
        share_treated: Under the treatment.
    """
    harmed = max(0.0, share_control - share_treated), min(share_control, 1 - share_treated)
    helped = max(0.0, share_treated - share_control), min(share_treated, 1 - share_control)
    return harmed, helped
