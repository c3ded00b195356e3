"""What a repeated study says of a method, in sentences."""

from __future__ import annotations

from causal_core.study.headline import number_text, signed_text
from causal_core.validation.curve_words import estimand_words, method_text
from causal_core.validation.repeat import Repeated, Repetitions

NOMINAL = 0.95
SMALL = 0.25
"""A bias below this many standard errors leaves an interval's coverage all but unchanged: at a quarter of one
standard error a 95 % interval covers 94.3 %."""

TWINS = ("matching", "propensity_matching")
"""Methods that look for the most similar rows."""

SIGNS = {"good": "✓", "bad": "✗", "unclear": "?"}

CANNOT = (
    "What this cannot tell: in this world nothing hidden stands behind treatment and outcome, because the "
    "world is made from the columns adjusted for alone. A method that does well here is adequate to such "
    "data if the graph is right; whether the graph is right it does not test. The world's own models were "
    "fitted to the same rows, so it is as smooth or as rough as they are."
)


def verdict_of(found: Repetitions) -> str:
    """One of: bad (the intervals hold the truth too rarely), unclear (there are none), good."""
    if found.coverage is None:
        return "unclear"
    return "bad" if found.coverage[1] < NOMINAL else "good"


def headline_words(found: Repetitions) -> str:
    """The verdict in one sentence."""
    name = method_text(found.method)
    verdict = verdict_of(found)
    if verdict == "unclear":
        return f"{name} gave no interval, so there is nothing to say of how often it holds the truth."
    if verdict == "good":
        return f"In a world like these data, {name} does what its 95 % interval promises."
    why = "because its estimates are off target" if _biased(found) else "because its intervals are too short"
    return f"In a world like these data, {name} misses the truth too often, {why}."


def bias_sentence(found: Repetitions, unit: str = "") -> str:
    """The bias in the outcome's unit and in standard errors, and whether chance could have made it."""
    measure = f" ({unit})" if unit else ""
    size = f"{signed_text(found.bias)}{measure}"
    ratio = found.bias_in_errors
    by = "" if ratio is None else f", {abs(ratio):.2f} standard errors"
    whose = (
        "" if found.own_truth else f" (what it gives, {found.estimand}, is held against the target's effect)"
    )
    start = f"On average it is off by {size}{by}{whose}"
    if abs(found.bias) <= 2 * found.bias_error:
        return f"{start}: no more than the chance in {len(found.values)} repetitions."
    if not _biased(found):
        return f"{start}: a real bias, but small beside the uncertainty of one estimate."
    return f"{start}: more rows would not remove it."


def coverage_sentence(found: Repetitions) -> str:
    """How often the interval holds the truth, with the exact interval of that share."""
    if found.coverage is None:
        return ""
    low, high = found.coverage
    share = found.covered / found.with_interval
    start = (
        f"Its 95 % interval held the truth in {found.covered} of {found.with_interval} repetitions, "
        f"{100 * share:.1f} % (exact 95 % interval {100 * low:.1f} % to {100 * high:.1f} %)"
    )
    if high < NOMINAL:
        return f"{start}: less often than it says."
    if low > NOMINAL:
        return f"{start}: more often than it says, so it is wider than it need be."
    return f"{start}, which agrees with 95 %."


def power_sentence(found: Repetitions, rows: int, unit: str = "") -> str:
    """How wide the intervals are, and how often they exclude zero."""
    if found.power is None:
        return ""
    measure = f" ({unit})" if unit else ""
    width = "" if found.width is None else f"Its intervals are {number_text(found.width)}{measure} wide. "
    share = found.excluding / found.with_interval
    low, high = found.power
    start = (
        f"{width}With {rows:,} rows {100 * share:.0f} % of them exclude zero "
        f"({100 * low:.0f} % to {100 * high:.0f} %)"
    )
    if not found.truth:
        return f"{start}, although there is no effect: false alarms."
    if found.wrong_side:
        return f"{start}, {found.wrong_side} of {found.excluding} on the wrong side of it."
    return f"{start}: the power to find an effect of {signed_text(found.truth)}."


def truth_words(found: Repetitions, unit: str = "") -> str:
    """The truth that the method is held against."""
    measure = f" ({unit})" if unit else ""
    about = f", {estimand_words(found.estimand)}" if found.own_truth else ""
    return f"True effect there: {signed_text(found.truth)}{measure}{about}."


def world_sentence(found: Repeated) -> str:
    """How the world was made and how many rows a repetition has."""
    outcome = {
        ("linear", False): "a linear regression in each arm, with that arm's residuals as noise",
        ("linear", True): "a logistic regression in each arm",
        ("boosted", False): "boosted trees in each arm, with that arm's residuals as noise",
        ("boosted", True): "boosted trees in each arm, drawn as 0 or 1",
    }[found.kind, found.binary]
    assignment = {
        "known": "by its known probabilities",
        "random": "at random with the arms' shares",
        "fitted": "by a model of the treatment given the columns adjusted for",
    }[found.known]
    words = (
        f"The world: rows drawn with replacement from {found.population:,} of yours, treatment drawn "
        f"{assignment}, outcome from {outcome}."
    )
    if found.alike > 0:
        words += f" Clusters are drawn whole and their noise is alike (correlation {found.alike:.2f})."
    if found.rows < found.study_rows:
        factor = (found.study_rows / found.rows) ** 0.5
        words += (
            f" Each repetition has {found.rows:,} rows, your study {found.study_rows:,}: its intervals are "
            f"about {factor:.1f} times as wide as yours, and its power is that of {found.rows:,} rows."
        )
    if found.filled:
        words += " Missing covariates were filled in once; a repetition takes them for known."
    if any(each.method in TWINS for each in found.results):
        words += " As rows come up more than once, matching finds closer twins than in your data."
    return words


def failures_sentence(found: Repetitions) -> str:
    """That some repetitions gave no estimate; empty when all did."""
    if not found.failed:
        return ""
    total = found.failed + len(found.values)
    return f"{found.failed} of {total} repetitions gave no estimate and are left out."


def _biased(found: Repetitions) -> bool:
    ratio = found.bias_in_errors
    real = abs(found.bias) > 2 * found.bias_error
    return real and (ratio is None or abs(ratio) >= SMALL)
