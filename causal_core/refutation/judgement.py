"""From simulated estimates to a verdict in words."""

from __future__ import annotations

from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate
from causal_core.problem import Problem
from causal_core.refutation.refuters import REFUTERS, STRENGTHS, SUBSET_SHARE
from causal_core.refutation.result import Refutation

LIMIT = 0.5
"""A mean shift of at most this many standard errors is no problem."""

SPREAD_LIMIT = 1.5
"""Scatter of at most this many times what was expected is no problem."""


ALLOWS_FOR_HIDDEN: Final = {
    "iv": "Not applicable: an instrument allows for hidden causes of treatment and outcome. It rests on the "
    "instrument touching the outcome through the treatment alone, and no refuter can test that.",
    "frontdoor": "Not applicable: a front door allows for hidden causes of treatment and outcome. It rests "
    "on the mediator carrying the whole effect and sharing no hidden cause with either, and no refuter can "
    "test that.",
}
"""Strategy -> why a made-up confounder says nothing about it, and what it rests on instead."""


def judge(refuter: str, estimate: Estimate, simulations: Floats) -> Refutation:
    """What the simulations say about an estimate. No p-value: none of these is a test of a null.

    Args:
        refuter: A key of `REFUTERS`.
        estimate: The original estimate, of one arm.
        simulations: (seeds,) simulated estimates of that arm, or (seeds, strengths) for
            `unobserved_common_cause`; NaN where the method could not answer.

    Raises:
        Problem: The refuter is unknown.
    """
    if refuter not in REFUTERS:
        raise Problem(f"There is no refuter {refuter}.", remedy=f"Choose one of {', '.join(REFUTERS)}.")
    if estimate.value is None:
        return _unanswered(refuter, estimate, "There is no estimate to refute.")
    if refuter == "unobserved_common_cause" and estimate.strategy in ALLOWS_FOR_HIDDEN:
        return _unanswered(refuter, estimate, ALLOWS_FOR_HIDDEN[estimate.strategy])
    plain = estimate.method in ("difference_in_means", "wald")
    if plain and refuter in ("random_common_cause", "unobserved_common_cause"):
        label = METHODS[estimate.method].label.lower()
        why = f"Not applicable: the {label} uses no covariates, so one more could not change it."
        return _unanswered(refuter, estimate, why)
    values = np.asarray(simulations, dtype=np.float64)
    usable = values[np.isfinite(values[:, 0])] if values.ndim == 2 else values[np.isfinite(values)]
    if len(usable) == 0:
        return _unanswered(refuter, estimate, "The method could not answer on any of the changed data.")
    lost = len(values) - len(usable)
    if refuter == "unobserved_common_cause":
        return _hidden(estimate, estimate.value, usable, lost)
    return _scatter(refuter, estimate, estimate.value, usable, lost)


def _unanswered(refuter: str, estimate: Estimate, error: str) -> Refutation:
    about = REFUTERS[refuter]
    return Refutation(
        refuter=refuter,
        method=estimate.method,
        contrast=estimate.contrast,
        original=estimate.value,
        refuted=None,
        shift=None,
        p_value=None,
        expectation=about.expectation,
        verdict="unclear",
        done=about.done,
        seen="",
        cannot=about.cannot,
        error=error,
    )


def _scatter(refuter: str, estimate: Estimate, original: float, values: Floats, lost: int) -> Refutation:
    about = REFUTERS[refuter]
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    error = estimate.std_error
    # The dummy outcome has its own unit (noise of variance 1), so its own scatter is the yardstick.
    scale = spread if refuter == "dummy_outcome" or not error else error
    centre = 0.0 if refuter in ("placebo_treatment", "dummy_outcome") else original
    away = mean - centre
    shift = _ratio(away, scale, abs(original) + abs(mean))
    chance = 3 * spread / np.sqrt(len(values)) / scale if scale else 0.0
    verdict, seen = _verdict(refuter, mean, shift, float(chance))
    if refuter in ("data_subset", "bootstrap") and error and len(values) >= 10:
        expected = error * (np.sqrt(1 / SUBSET_SHARE - 1) if refuter == "data_subset" else 1.0)
        verdict, seen = _spread_verdict(verdict, seen, spread / float(expected))
    if refuter == "bootstrap" and estimate.method == "matching":
        verdict = "unclear"
        seen += " The bootstrap is not valid for matching (Abadie & Imbens 2008), so this decides nothing."
    along = ""
    if refuter == "placebo_treatment" and estimate.strategy == "iv":
        along = " The instrument was shuffled along with the treatment."
    if lost:
        seen += f" On {lost} of {lost + len(values)} changed data sets the method could not answer."
        verdict = "unclear" if verdict == "pass" and lost > 0.1 * (lost + len(values)) else verdict
    return Refutation(
        refuter=refuter,
        method=estimate.method,
        contrast=estimate.contrast,
        original=original,
        refuted=mean,
        shift=shift,
        p_value=None,
        expectation=about.expectation,
        verdict=verdict,
        done=f"{about.done[:-1]} ({len(values)} simulation{'s' if len(values) > 1 else ''}).{along}",
        seen=seen,
        cannot=about.cannot,
        simulations=tuple(values.tolist()),
    )


def _ratio(away: float, scale: float | None, size: float) -> float | None:
    if scale:
        return away / scale
    return 0.0 if abs(away) <= 1e-9 * size or size == 0 else None


def _verdict(refuter: str, mean: float, shift: float | None, chance: float) -> tuple[str, str]:
    place = "zero" if refuter in ("placebo_treatment", "dummy_outcome") else "the original"
    value = _plain(mean)
    if shift is None:
        return "unclear", f"The mean is {value}, but there is no standard error to measure the shift by."
    seen = f"The mean, {value}, lies {abs(shift):.2f} standard errors from {place}"
    if abs(shift) <= LIMIT:
        return "pass", f"{seen}: no problem found."
    if abs(shift) - chance <= LIMIT:
        return "unclear", f"{seen}; with so few simulations that may be chance."
    return "fail", f"{seen}, more than chance explains: the method is biased on these data, or unstable."


def _plain(value: float) -> str:
    """Four digits, two of a tiny number, never with an exponent for one."""
    tiny = 1e-12 < abs(value) < 1e-4
    text = np.format_float_positional(value, 2, fractional=False) if tiny else f"{value:.4g}"
    return text.replace("-", "−")


def _spread_verdict(verdict: str, seen: str, times: float) -> tuple[str, str]:
    if times <= SPREAD_LIMIT:
        return verdict, seen
    more = (
        f" They scatter {times:.1f} times as much as the standard error implies: the interval is too narrow"
    )
    return ("unclear" if times <= 2 * SPREAD_LIMIT else "fail"), f"{seen}{more}, or a few rows decide."


def _hidden(estimate: Estimate, original: float, values: Floats, lost: int) -> Refutation:
    about = REFUTERS["unobserved_common_cause"]
    # A method may give up on strong confounders; what it says of weaker ones stands.
    able = np.append(np.isfinite(values).any(axis=0), False)
    curve: Floats = np.nanmean(values[:, : int(np.argmin(able))], axis=0)
    strengths = STRENGTHS[: len(curve)]
    tipping = crossing(strengths, tuple(curve.tolist()))
    error = estimate.std_error or 0.0
    label = METHODS[estimate.method].label
    if tipping is None:
        seen = f"No strength up to {100 * strengths[-1]:.0f} % takes the estimate to zero."
        verdict = "pass"
    else:
        seen = (
            f"The estimate reaches zero when a confounder explains {100 * tipping:.1f} % of what the "
            "covariates leave unexplained in the treatment, and as much in the outcome."
        )
        verdict = "pass" if tipping >= 0.1 else "fail" if tipping < 0.01 else "unclear"
    if error and abs(original) < 1.96 * error:
        verdict = "unclear"
        seen += f" The interval of {label[0].lower()}{label[1:]} holds zero even without such a confounder."
    if len(curve) < len(STRENGTHS):
        seen += " With stronger ones the method cannot answer."
        verdict = "unclear" if tipping is None else verdict
    if lost:
        seen += f" On {lost} of {lost + len(values)} changed data sets the method could not answer."
    middle = len(curve) // 2
    return Refutation(
        refuter="unobserved_common_cause",
        method=estimate.method,
        contrast=estimate.contrast,
        original=original,
        refuted=float(curve[middle]),
        shift=_ratio(float(curve[middle]) - original, error, 0.0) if error else None,
        p_value=None,
        expectation=about.expectation,
        verdict=verdict,
        done=f"{about.done} Strengths from 0 to {100 * strengths[-1]:.0f} %.",
        seen=seen,
        cannot=about.cannot,
        simulations=tuple(curve.tolist()),
        strengths=strengths,
        tipping=tipping,
    )


def crossing(strengths: tuple[float, ...], curve: tuple[float, ...]) -> float | None:
    """The least strength at which a curve first reaches zero, between grid points by a straight line."""
    if curve[0] == 0:
        return strengths[0]
    for left, right, before, after in zip(strengths, strengths[1:], curve, curve[1:], strict=False):
        if before * after <= 0:
            return left + (right - left) * before / (before - after)
    return None
