"""The number a study is summed up by, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.result import Estimate

RANDOMISED_ORDER = ("difference_in_means",)
ORDER = (
    "aipw",
    "ipw_regression_adjustment",
    "regression_adjustment",
    "ipw",
    "matching",
    "dml",
    "linear_regression",
    "stratification",
    "frontdoor",
    "two_stage_least_squares",
    "wald",
    "difference_in_means",
)
"""Methods in the order in which they speak for a study, those that need fewer models right first."""

WHOM = {
    "ATE": "over everybody",
    "ATT": "over those who were treated",
    "ATC": "over those who were not treated",
}


def headline_method(estimates: Sequence[Estimate], wanted: str | None, randomised: bool) -> str | None:
    """The method that speaks for the study: the wanted one, else the most trusted that gives the target.

    Args:
        estimates: All estimates.
        wanted: The analyst's choice, or None.
        randomised: Whether assignment was random, so that a plain comparison is enough.
    """
    answered = {each.method for each in estimates if each.value is not None and each.error is None}
    if wanted in answered:
        return wanted
    order = (*RANDOMISED_ORDER, *ORDER) if randomised else ORDER
    exact = {each.method for each in estimates if each.method in answered and each.estimand == each.target}
    causal = {each.method for each in estimates if each.method in answered and each.estimand != "association"}
    for pool in (exact, causal, answered):
        for method in order:
            if method in pool:
                return method
    return None


def headline_sentence(estimate: Estimate, treatment: str, outcome: str, unit: str) -> str:
    """One estimate as a plain sentence with its interval, population and baseline."""
    control, arm = estimate.contrast
    value = estimate.value
    if value is None:
        return f"There is no answer for {arm}: {estimate.error}"
    measure = f" {unit}" if unit else ""
    if estimate.estimand == "association":
        return (
            f"Rows with {treatment} = {arm} have {outcome} {number_text(abs(value))}{measure} "
            f"{'higher' if value > 0 else 'lower'} than rows with {control}{_interval(estimate, measure)}. "
            "This is an association, not an effect."
        )
    whom = WHOM.get(estimate.estimand, f"({estimate.estimand})")
    verb = "raises" if value > 0 else "lowers"
    sentence = (
        f"Setting {treatment} to {arm} instead of {control} {verb} {outcome} by "
        f"{number_text(abs(value))}{measure} on average {whom}{_interval(estimate, measure)}"
    )
    if estimate.baseline:
        share = abs(value / estimate.baseline)
        sentence += f", which is {share:.0%} of the {number_text(estimate.baseline)}{measure} under {control}"
    sentence += ", if the graph is right."
    if _covers_zero(estimate):
        sentence += " The interval covers zero: these data do not settle the direction."
    return sentence


def _covers_zero(estimate: Estimate) -> bool:
    pieces = _pieces(estimate)
    return any((low is None or low <= 0) and (high is None or high >= 0) for low, high in pieces)


def _pieces(estimate: Estimate) -> tuple[tuple[float | None, float | None], ...]:
    if estimate.ci is None:
        return ()
    first = estimate.ci[0]
    return estimate.ci if isinstance(first, tuple) else (estimate.ci,)  # type: ignore[return-value]


def _interval(estimate: Estimate, measure: str) -> str:
    return f" (95 % interval {interval_text(estimate)}{measure})" if _pieces(estimate) else ""


def interval_text(estimate: Estimate) -> str:
    """The 95 % interval in words, `2.1 to 4.3`; parts joined by `or`; empty without one."""
    return " or ".join(f"{_end(low, '−∞')} to {_end(high, '∞')}" for low, high in _pieces(estimate))


def number_text(value: float) -> str:
    """A number with three significant digits, or whole from a thousand on."""
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _end(value: float | None, open_end: str) -> str:
    return open_end if value is None else number_text(value)
