"""What is said of a dose in words: its effect, its shape, and how far the rows carry."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.data.levels import level_text
from causal_core.estimation.dose_result import LEAST_EFFECTIVE, Along, DoseFindings, DoseResponse
from causal_core.estimation.result import Estimate
from causal_core.study.headline import covers_zero, interval_text, number_text, signed_text

ASSUMES = {
    "linear_regression": "It assumes that each unit more changes the outcome by the same amount at every "
    "dose and for everybody, and that the covariates enter as straight lines.",
    "dose_response": "It assumes that the outcome is a smooth curve of the dose (a natural cubic spline) and "
    "that the covariates enter as straight lines, with the logarithms, squares and interactions chosen.",
    "dose_response_dr": "It assumes that the model of the outcome or that of the dose is right, not "
    "necessarily both, and that the curve is smooth.",
}
"""Method -> what it assumes beside the graph."""

BALANCED = 0.1


def moved(response: DoseResponse) -> Estimate | None:
    """The contrast that the headline tells: from the reference to the quartile farthest from it."""
    return max(
        response.estimates, key=lambda each: abs(float(each.contrast[1]) - response.reference), default=None
    )


def dose_sentence(estimate: Estimate, treatment: str, outcome: str, unit: str) -> str:
    """One contrast in plain words with its interval and population.

    Args:
        estimate: The change from the reference to another dose.
        treatment: The treatment's name.
        outcome: The outcome's name.
        unit: The outcome's unit; may be empty.
    """
    before, after = estimate.contrast
    size = signed_text(estimate.value or 0.0) + (f" ({unit})" if unit else "")
    interval = f" (95 % interval {interval_text(estimate)})" if estimate.ci else ""
    if estimate.estimand == "association":
        return (
            f"Rows with {treatment} = {after} have a mean {outcome} that differs by {size} from rows with "
            f"{treatment} = {before}{interval}: an association, not an effect."
        )
    whom = "for everybody alike" if estimate.estimand == "linear coefficient" else "on average over everybody"
    sentence = f"Moving {treatment} from {before} to {after} changes {outcome} by {size} {whom}{interval}."
    if covers_zero(estimate):
        sentence += " The interval holds zero: these data do not settle the direction."
    return sentence


def slope_sentence(response: DoseResponse, treatment: str, outcome: str, unit: str) -> str:
    """The average effect of one unit more, in plain words."""
    low, high = response.slope.ci
    size = signed_text(response.slope.value) + (f" ({unit})" if unit else "")
    linear = response.method == "linear_regression"
    over = "" if linear else ", averaged over the doses that people have"
    verb = "goes with" if any(each.estimand == "association" for each in response.estimates) else "changes"
    what = f"a difference in {outcome} of" if verb == "goes with" else f"{outcome} by"
    unsettled = " The interval holds zero." if low <= 0 <= high else ""
    return (
        f"One unit more of {treatment} {verb} {what} {size}{over} "
        f"(95 % interval {number_text(low)} to {number_text(high)}).{unsettled}"
    )


def shape_sentence(response: DoseResponse) -> str:
    """Whether a straight line would do; empty where that is not tested."""
    if response.bend is None:
        return ""
    p = f"p = {response.bend:.3f}" if response.bend >= 0.001 else "p < 0.001"
    if response.bend < 0.05:
        return (
            f"Tested: that the curve is a straight line. It bends ({p}), so one slope does not tell the "
            "effect: read the curve."
        )
    return (
        f"Tested: that the curve is a straight line. No bend was found ({p}; a large p means that a single "
        "slope may do, not that the line is proven)."
    )


def residual_sentence(response: DoseResponse) -> str:
    """Whether what the model leaves unexplained still depends on the dose; empty where that is not known."""
    found = response.residuals
    if found is None:
        return ""
    worst = max(range(len(found.means)), key=lambda i: abs(found.means[i]) / (found.std_errors[i] or 1.0))
    told = (
        f"Over tenths of the rows by dose, the mean of what the model leaves unexplained is at most "
        f"{found.worst:.1f} standard errors from zero"
    )
    if found.worst > 3:
        return f"{told}, around dose {number_text(found.centres[worst])}: the model misses the shape there."
    return f"{told}: no misfit along the dose is seen."


def support_sentence(findings: DoseFindings) -> str:
    """Between which doses anything is said, and where there is little data."""
    doses = findings.doses
    words = (
        f"Shown from {number_text(doses.low)} to {number_text(doses.high)}: 98 % of the rows lie between; "
        "nothing is said beyond."
    )
    thin = findings.along.thin() if findings.along else ()
    if thin:
        ranges = " and ".join(f"{number_text(start)} to {number_text(end)}" for start, end in thin)
        words += (
            f" Grey: from {ranges} fewer than {LEAST_EFFECTIVE:.0f} rows count in effect, so the curve rests "
            "on its model there."
        )
    return words


def balance_sentence(along: Along) -> str:
    """How the covariates go with the dose, before and after weighting; empty without covariates."""
    if not along.before:
        return ""
    worst = max(range(len(along.before)), key=lambda j: abs(along.before[j]))
    words = (
        f"As the data are, {along.covariates[worst]} goes most with the dose: a correlation of "
        f"{'−' if along.before[worst] < 0 else ''}{abs(along.before[worst]):.2f}."
    )
    if not along.after:
        return f"{words} {along.note}".strip()
    left = max(range(len(along.after)), key=lambda j: abs(along.after[j]))
    size = along.after[left]
    words += (
        f" Weighted by the inverse of the density of the dose given the covariates, the largest is "
        f"{'−' if size < 0 else ''}{abs(size):.2f} ({along.covariates[left]}): "
    )
    words += (
        "balanced." if abs(size) <= BALANCED else "not balanced, so the model of the dose does not fit well."
    )
    if along.raised:
        words += (
            f" {along.raised:,} rows had a dose that their covariates all but rule out; their weight was "
            "limited."
        )
    return words


def reference_sentence(findings: DoseFindings, treatment: str, adjusted: Sequence[str]) -> str:
    """What the doses are compared with, and what was adjusted for."""
    names = ", ".join(adjusted) or "nothing"
    note = f" {findings.doses.note}" if findings.doses.note else ""
    return f"Compared with {treatment} = {level_text(findings.doses.reference)}; adjusted for {names}.{note}"
