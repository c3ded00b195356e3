"""Means of scores kept within what a binary outcome can be: chance carries them, and their intervals, out."""

from __future__ import annotations

from dataclasses import replace

from causal_core.policy.result import Gain

Values = tuple[float, float]
"""The two values of a binary outcome, low one first."""


def within(gain: Gain, low: float, high: float) -> Gain:
    """The same with value and interval from `low` to `high`; the standard error stays as it is."""

    def kept(number: float) -> float:
        return min(max(number, low), high)

    return replace(gain, value=kept(gain.value), ci=(kept(gain.ci[0]), kept(gain.ci[1])))


def possible_outcome(gain: Gain, values: Values | None) -> Gain:
    """A mean outcome, between the outcome's two values; as it is where `values` is None."""
    return gain if values is None else within(gain, *values)


def possible_effect(gain: Gain, values: Values | None) -> Gain:
    """A difference of two mean outcomes, at most the range of the values; as it is where `values` is None."""
    if values is None:
        return gain
    most = values[1] - values[0]
    return within(gain, -most, most)
