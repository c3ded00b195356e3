"""The number a study is summed up by, and the sentences that say it."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.estimation.methods import METHODS, TARGETS
from causal_core.estimation.result import Estimate, Interval

RANDOMISED_ORDER = ("difference_in_means",)
ORDER = (
    "aipw",
    "dml_interactive",
    "ipw_regression_adjustment",
    "regression_adjustment",
    "standardisation",
    "entropy_balancing",
    "ipw",
    "matching",
    "propensity_matching",
    "dml",
    "linear_regression",
    "stratification",
    "overlap_weights",
    "ipw_trimmed",
    "dose_response",
    "dose_response_dr",
    "frontdoor",
    "two_stage_least_squares",
    "wald",
    "difference_in_means",
)
"""Methods in the order in which they speak for a study, those that need fewer models right first."""

MODELLESS = ("difference_in_means", "wald")
"""Methods that rest on no model of outcome or treatment."""

STILL_UNLIKE = "After weighting the arms still differ"
"""How the note begins that the weights behind an estimate do not balance its arms."""

NAMED = 4
"""Covariates that a sentence names; more are counted."""

WHOM = {
    "ATE": "over everybody",
    "ATT": "over those who were treated",
    "ATC": "over those who were not treated",
    "LATE": "over those whose treatment the instrument moves",
    "linear coefficient": "if the effect is the same for everybody",
    "variance-weighted": "with most weight on those whose treatment was least certain",
    "overlap-weighted": "with most weight on those who could as well have been in either arm",
    "trimmed": "over those who have somebody comparable in the other arm",
}
"""Estimand -> over whom the effect is averaged, as it stands in a sentence."""


def headline_method(estimates: Sequence[Estimate], wanted: str | None, randomised: bool) -> str | None:
    """The method that speaks for the study: the wanted one, else the most trusted that gives the target.

    Args:
        estimates: All estimates.
        wanted: The analyst's choice, or None.
        randomised: Whether assignment was random, so that a plain comparison is enough.
    """
    answered = {
        each.method
        for each in estimates
        # Parts of an effect do not speak for the whole.
        if each.value is not None and each.error is None and each.strategy != "mediation"
    }
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
    """One estimate in plain words with its interval, population and baseline.

    Args:
        estimate: One arm's estimate.
        treatment: The treatment's name.
        outcome: The outcome's name.
        unit: The outcome's unit; may be empty.
    """
    control, arm = estimate.contrast
    value = estimate.value
    if value is None:
        return f"There is no answer for {arm}: {estimate.error}"
    measure = f" ({unit})" if unit else ""
    size = f"{number_text(abs(value))}{measure}"
    if estimate.estimand == "association":
        return (
            f"Rows with {treatment} = {arm} have {outcome} {size} {'higher' if value > 0 else 'lower'} "
            f"than rows with {control}{_size_interval(estimate)}."
        )
    whom = WHOM.get(estimate.estimand, f"({estimate.estimand})")
    action = f"Setting {treatment} to {arm} instead of {control}"
    if covers_zero(estimate):
        return (
            f"{action} may raise or lower {outcome}: the estimate is {signed_text(value)}{measure} on "
            f"average {whom}{_interval(estimate)}. The interval holds zero: these data do not settle the "
            "direction."
        )
    verb = "raises" if value > 0 else "lowers"
    sentence = f"{action} {verb} {outcome} by {size} on average {whom}{_size_interval(estimate)}"
    # Only for a population of its own is the baseline that population's mean.
    if estimate.baseline and estimate.estimand in TARGETS:
        share = abs(value / estimate.baseline) * 100
        before = number_text(estimate.baseline)
        sentence += f", which is {share:.0f} % of the mean under {control}, {before}"
    return f"{sentence}."


def ground_sentence(estimate: Estimate, randomised: bool) -> str:
    """What an estimate rests on, or that it is no effect."""
    if estimate.estimand == "association":
        return "This is an association, not an effect: the rows may differ in more than the treatment."
    if randomised and estimate.strategy == "backdoor":
        return "Assignment was random, so nothing but chance could stand in for the effect."
    if estimate.method in MODELLESS:
        return "This holds if the graph is right."
    ground = "This holds if the graph is right and the models behind the number fit."
    return " ".join((ground, *(note for note in estimate.notes if note.startswith(STILL_UNLIKE))))


def adjustment_sentence(
    estimates: Sequence[Estimate], headline: str | None, covariates: Sequence[str], randomised: bool
) -> str:
    """What the headline method changed against the plain difference, for one arm; empty without both.

    Args:
        estimates: All estimates of one arm.
        headline: The method that speaks for the study.
        covariates: The columns adjusted for.
        randomised: Whether assignment was random.
    """
    plain = _answer(estimates, "difference_in_means")
    # A long list stands beside the picture already.
    names = ", ".join(covariates) if len(covariates) <= NAMED else f"{len(covariates)} columns"
    if randomised and headline == "difference_in_means":
        headline = next((name for name in ORDER if _answer(estimates, name)), None)
    adjusted = _answer(estimates, headline)
    if plain is None or adjusted is None or adjusted is plain:
        return ""
    before, after = signed_text(plain.value or 0.0), signed_text(adjusted.value or 0.0)
    label = METHODS[adjusted.method].label
    if adjusted.strategy == "backdoor":
        label += f", adjusted for {names or 'nothing'},"
    if plain.estimand != "association":
        why = "Assignment was random" if randomised else "By the graph no path of bias is open"
        return (
            f"Without adjustment the difference is {before}; {label} gives {after}. {why}, "
            "so both are the effect: adjusting may shorten the interval, not make the answer another."
        )
    return (
        f"Without adjustment the difference is {before}: an association, in which the effect is mixed with "
        f"what sets the arms apart. {label} gives {after}."
    )


def _answer(estimates: Sequence[Estimate], method: str | None) -> Estimate | None:
    return next((each for each in estimates if each.method == method and each.value is not None), None)


def covers_zero(estimate: Estimate) -> bool:
    """Whether the 95 % interval holds zero; False without one."""
    return any(
        (low is None or low <= 0) and (high is None or high >= 0) for low, high in interval_parts(estimate)
    )


def interval_parts(estimate: Estimate) -> tuple[Interval, ...]:
    """The 95 % interval as its parts: none, one, or several when it is disjoint."""
    if estimate.ci is None:
        return ()
    first = estimate.ci[0]
    return estimate.ci if isinstance(first, tuple) else (estimate.ci,)  # type: ignore[return-value]


def _size_interval(estimate: Estimate) -> str:
    """The interval of the size of an effect: of one below zero, throughout, without the signs."""
    parts = interval_parts(estimate)
    below = [(low, high) for low, high in parts if low is not None and high is not None and high <= 0]
    if len(below) == len(parts) == 1:
        ((low, high),) = below
        return f" (95 % interval {number_text(-high)} to {number_text(-low)})"
    return _interval(estimate)


def _interval(estimate: Estimate) -> str:
    return f" (95 % interval {interval_text(estimate)})" if interval_parts(estimate) else ""


def interval_text(estimate: Estimate) -> str:
    """The 95 % interval in words, `2.1 to 4.3`; parts joined by `or`; empty without one."""
    return " or ".join(f"{_end(low, '−∞')} to {_end(high, '∞')}" for low, high in interval_parts(estimate))


def number_text(value: float) -> str:
    """A number with three significant digits, or whole from a thousand on."""
    text = f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−") if "e" not in text else text


def signed_text(value: float) -> str:
    """A number as `number_text` gives it, with a plus when it is above zero."""
    return f"+{number_text(value)}" if value > 0 else number_text(value)


def _end(value: float | None, open_end: str) -> str:
    return open_end if value is None else number_text(value)
