"""An effect as a share of the mean outcome under control."""

from __future__ import annotations

from dataclasses import replace

from causal_core.estimation.result import Estimate, Interval

OTHER_PEOPLE = ("LATE", "trimmed")
"""Estimands of a part of the rows, for which the baseline of all rows is not the mean under control."""


def relative(estimate: Estimate) -> Estimate:
    """The estimate in per cent of its baseline's size; without one it says why in `error`.

    The interval is divided by the baseline as if that were known, so it is somewhat too short where the
    baseline is uncertain.
    """
    baseline = estimate.baseline
    if estimate.value is None:
        return estimate
    if estimate.estimand in OTHER_PEOPLE:
        return _without(estimate, "The mean under control of the people this effect is about is not known.")
    # A baseline that its own rounding could turn round has no meaningful share.
    if not baseline or abs(baseline) <= 1e-9 * abs(estimate.value):
        return _without(estimate, "The mean under control is zero or not known, so nothing is a share of it.")
    percent = 100 / abs(baseline)
    ci: Interval | tuple[Interval, ...] | None = None
    if estimate.ci is not None:
        parts = [part for part in estimate.ci if isinstance(part, tuple)]
        if parts:
            ci = tuple((_times(low, percent), _times(high, percent)) for low, high in parts)
        else:
            low, high = estimate.ci
            ci = (_times(low, percent), _times(high, percent))  # type: ignore[arg-type]  # a single interval
    error = None if estimate.std_error is None else estimate.std_error * percent
    return replace(estimate, value=estimate.value * percent, std_error=error, ci=ci)


def _times(end: float | None, percent: float) -> float | None:
    return None if end is None else end * percent


def _without(estimate: Estimate, why: str) -> Estimate:
    return replace(estimate, value=None, std_error=None, ci=None, error=why)
