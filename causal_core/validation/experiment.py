"""An observational estimate held against a randomised one, and whether it would have misled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from causal_core.estimation.result import Interval
from causal_core.study.headline import number_text, signed_text

TrialMethod = Literal["difference_in_means", "regression_adjustment"]

Answer = Literal["yes", "no", "some", "unclear"]

SIGNS: Final[dict[Answer, str]] = {"yes": "✗", "no": "✓", "some": "?", "unclear": "?"}
"""Answer to "Would we have been misled?" -> its sign."""

TITLES: Final[dict[Answer, str]] = {
    "yes": "Yes, these data would have misled us.",
    "no": "No, not by more than matters.",
    "some": "To some degree: the estimates differ, but whether by more than matters is open.",
    "unclear": "Not settled: the data are too few to say.",
}
"""Answer -> the sentence that opens it."""


@dataclass(frozen=True)
class Samples:
    """Which rows are the randomised sample and which the observational one.

    Attributes:
        column: The column that says which sample a row belongs to.
        trial: Its values, as text, that mark randomised rows, treated and controls.
        observational: Its values, as text, that mark observational rows.
        assignment: The column with the assignment inside the trial; None for the study's treatment.
        trial_method: How the trial is analysed.
    """

    column: str
    trial: tuple[str, ...]
    observational: tuple[str, ...]
    assignment: str | None = None
    trial_method: TrialMethod = "difference_in_means"


@dataclass(frozen=True)
class Side:
    """One of the two estimates.

    Attributes:
        value: The effect in the outcome's unit.
        std_error: Its standard error.
        ci: Its 95 % interval.
        control_rows, arm_rows: Rows of the control level and of the arm.
        estimand: What it is: `ATE`, `ATT`, `variance-weighted`, ...
        notes: What a reader must know.
    """

    value: float
    std_error: float
    ci: Interval
    control_rows: int
    arm_rows: int
    estimand: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The observational estimate by one method beside the experimental one, for one arm.

    Attributes:
        method: The method of the observational estimate.
        contrast: The control level and the arm, as text.
        trial: The experimental estimate; None when there is none.
        observational: The observational estimate; None when there is none.
        difference: Observational minus experimental, in the outcome's unit.
        std_error: Its standard error, with the covariance of what both share.
        ci: Its 95 % interval.
        apart_error: What the standard error would be if the two samples shared no row.
        shared: Rows that both estimates use.
        error: Why there is no comparison, in words.
    """

    method: str
    contrast: tuple[str, str]
    trial: Side | None = None
    observational: Side | None = None
    difference: float | None = None
    std_error: float | None = None
    ci: Interval | None = None
    apart_error: float | None = None
    shared: int = 0
    error: str = ""


@dataclass(frozen=True)
class Compared:
    """Every observational estimate beside the experimental one.

    Attributes:
        comparisons: One for each method and arm.
        samples: How the rows were split.
        target: Over whom the observational estimates are averaged.
        shared_arms: Arms whose rows come from the trial in both estimates, as text.
        covariates: The columns the observational estimates adjust for.
        notes: What holds for all of them.
    """

    comparisons: tuple[Comparison, ...]
    samples: Samples
    target: str
    shared_arms: tuple[str, ...]
    covariates: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def of(self, method: str) -> tuple[Comparison, ...]:
        """The comparisons of one method, one an arm."""
        return tuple(each for each in self.comparisons if each.method == method)


@dataclass(frozen=True)
class Misled:
    """The answer to "Would we have been misled?".

    Attributes:
        answer: `yes` (the difference is surely larger than what matters, or the signs are settled and
            opposite), `no` (it is surely smaller), `some` (there surely is one, its size is open) or
            `unclear`.
        sentences: Why, in words.
    """

    answer: Answer
    sentences: tuple[str, ...]


def usual_threshold(comparison: Comparison) -> float:
    """Half the size of the experimental effect: the size of a difference that matters, unless one is set."""
    return abs(comparison.trial.value) / 2 if comparison.trial is not None else 0.0


def judge(comparison: Comparison, threshold: float, unit: str = "") -> Misled:
    """Whether the observational estimate would have misled, by the interval of the difference.

    Whether the two estimates' own intervals overlap is no test of their difference, and is not used.

    Args:
        comparison: What was found.
        threshold: The least difference that matters, in the outcome's unit; 0 or more.
        unit: The outcome's unit; may be empty.
    """
    trial, other, ci = comparison.trial, comparison.observational, comparison.ci
    if trial is None or other is None or ci is None or comparison.difference is None:
        return Misled("unclear", (comparison.error or "There is no difference to judge.",))
    low, high = ci[0] or 0.0, ci[1] or 0.0
    measure = f" ({unit})" if unit else ""
    size = number_text(abs(comparison.difference))
    where = "above" if comparison.difference > 0 else "below"
    sentences = [
        f"The observational estimate lies {size}{measure} {where} the experimental one "
        f"(95 % interval of the difference {signed_text(low)} to {signed_text(high)})."
    ]
    sentences.append(_direction(trial, other))
    opposite = _sign(trial) * _sign(other) < 0
    beyond = low > threshold or high < -threshold
    matters = number_text(threshold)
    if opposite or beyond:
        if beyond and threshold > 0:
            sentences.append(f"The whole interval lies beyond {matters}, the least difference that matters.")
        return Misled("yes", tuple(sentences))
    if -threshold < low and high < threshold:
        sentences.append(f"The whole interval lies within {matters}, the least difference that matters.")
        return Misled("no", tuple(sentences))
    if low > 0 or high < 0:
        sentences.append(f"The interval leaves out zero but reaches to both sides of {matters}.")
        return Misled("some", tuple(sentences))
    sentences.append(
        f"The interval holds zero and differences larger than {matters}: no difference was shown, and none "
        "that matters was ruled out."
        if threshold > 0
        else "The interval holds zero; without a least difference that matters, nothing more can be said."
    )
    return Misled("unclear", tuple(sentences))


def _sign(side: Side) -> int:
    """The sign that the 95 % interval settles; 0 when it holds zero."""
    low, high = side.ci
    if low is not None and low > 0:
        return 1
    return -1 if high is not None and high < 0 else 0


def _direction(trial: Side, other: Side) -> str:
    words = {1: "raises the outcome", -1: "lowers the outcome", 0: "leaves the direction open"}
    first, second = _sign(trial), _sign(other)
    if first == second:
        joined = "Both leave the direction open" if first == 0 else f"By both the treatment {words[first]}"
        return f"{joined}."
    experiment = (
        f"the experiment {words[0]}" if first == 0 else f"by the experiment the treatment {words[first]}"
    )
    observed = (
        f"the observational estimate {words[0]}"
        if second == 0
        else f"by the observational estimate it {words[second]}"
    )
    sentence = f"{experiment}, {observed}."
    return sentence[0].upper() + sentence[1:]
