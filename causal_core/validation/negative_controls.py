"""What the tests of negative controls found: effects that must be zero, and what they say of the hidden."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from causal_core.estimation.result import Interval
from causal_core.percent import percent
from causal_core.study.headline import number_text
from causal_core.validation.control_candidates import Candidate, Kind

Verdict = Literal["pass", "fail", "unclear", "silent", "untested"]

ALPHA: Final = 0.05

WORDS: Final[dict[Verdict, str]] = {
    "pass": "no sign of a hidden cause",
    "fail": "something is left that should not be",
    "unclear": "too imprecise to say",
    "silent": "says nothing here",
    "untested": "not tested",
}
"""Verdict -> what it is called."""

SIGNS: Final[dict[Verdict, str]] = {"pass": "✓", "fail": "✗", "unclear": "?", "silent": "–", "untested": "–"}
"""Verdict -> its sign."""

CANNOT: Final = (
    "A control finds only hidden causes that act on it as well, about as strongly as on what it stands for. "
    "No sign is therefore no proof that nothing is hidden. A sign may also come from models that do not "
    "fit, or from a control that is none: one that the treatment does touch, or that is measured or "
    "selected differently in the arms (Lipsitch, Tchetgen Tchetgen & Cohen 2010)."
)
"""What no negative control can tell."""


@dataclass(frozen=True)
class ControlTest:
    """One effect that must be zero, estimated.

    Attributes:
        candidate: The control.
        contrast: What is compared, e.g. the control level and the arm; for a numeric exposure `one standard
            deviation`.
        part: Which level of a category is meant; empty for a number.
        method: The method's name.
        value: The effect in the control's own unit (an outcome control) or the outcome's (an exposure one).
        std_error: Its standard error.
        ci: Its 95 % interval.
        scaled: The effect in standard deviations of the column it is an effect on.
        scaled_ci: Its 95 % interval.
        p_value: Of no effect; below .05 exactly when the interval leaves out zero.
        p_adjusted: After Holm's adjustment over all controls tested together.
        rows_used, rows_dropped: Rows.
        against: The effect in question in standard deviations of the outcome, which it is measured by.
        verdict: `fail` (there is an effect), `pass` (none shown, and none as large as the effect in question
            could hide), `unclear` (one that large could hide), `silent` (the graph expects one) or
            `untested`.
        notes: What a reader must know.
        error: Why it could not be tested.
    """

    candidate: Candidate
    contrast: str
    part: str = ""
    method: str = ""
    value: float | None = None
    std_error: float | None = None
    ci: Interval | None = None
    scaled: float | None = None
    scaled_ci: tuple[float, float] | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    rows_used: int = 0
    rows_dropped: int = 0
    against: float | None = None
    verdict: Verdict = "untested"
    notes: tuple[str, ...] = ()
    error: str = ""

    @property
    def label(self) -> str:
        """The column, with the level and the contrast where these are needed to tell tests apart."""
        part = f" = {self.part}" if self.part else ""
        return f"{self.candidate.column}{part}"


@dataclass(frozen=True)
class Effect:
    """The effect in question, by the method that tests the controls.

    Attributes:
        contrast: The control level and the arm, joined in words.
        method: The method's name.
        value, ci: In the outcome's unit.
        scaled, scaled_ci: In standard deviations of the outcome.
        rows_used: Rows.
    """

    contrast: str
    method: str
    value: float
    ci: Interval | None
    scaled: float
    scaled_ci: tuple[float, float] | None
    rows_used: int


@dataclass(frozen=True)
class ControlsTested:
    """All negative controls together.

    Attributes:
        tests: The tests, outcome controls first.
        effects: The effect in question of each arm.
        method: The method that tested them.
    """

    tests: tuple[ControlTest, ...]
    effects: tuple[Effect, ...]
    method: str

    def of(self, kind: Kind) -> tuple[ControlTest, ...]:
        """The tests of one kind."""
        return tuple(each for each in self.tests if each.candidate.kind == kind)


def p_of(value: float, ci: Interval | None) -> float | None:
    """The two-sided p-value of no effect from a value and its symmetric 95 % interval.

    The interval's own critical value is matched with the normal one, so that p is at most .05 exactly when
    the interval leaves out zero, whatever distribution it was made with.
    """
    if ci is None or ci[0] is None or ci[1] is None or ci[1] <= ci[0]:
        return None
    half = (ci[1] - ci[0]) / 2
    return math.erfc(abs(value) / half * 1.959963984540054 / math.sqrt(2))


def judged(tests: Sequence[ControlTest]) -> tuple[ControlTest, ...]:
    """The tests with Holm's adjustment over all of them, and the verdicts that follow."""
    from causal_core.falsification.tester import holm

    able = [each for each in tests if each.p_value is not None and each.candidate.expected]
    adjusted = iter(holm(each.p_value for each in able if each.p_value is not None))
    return tuple(
        _judged(each, next(adjusted) if each in able else each.p_value) if each.p_value is not None else each
        for each in tests
    )


def _judged(test: ControlTest, p_adjusted: float | None) -> ControlTest:
    verdict: Verdict
    if not test.candidate.expected:
        return replace(test, verdict="silent")
    if p_adjusted is None or test.scaled_ci is None:
        return test
    reach = max(abs(end) for end in test.scaled_ci)
    if p_adjusted <= ALPHA:
        verdict = "fail"
    elif reach < abs(test.against or 0.0) and (test.p_value or 0.0) > ALPHA:
        verdict = "pass"
    else:
        verdict = "unclear"
    return replace(test, p_adjusted=p_adjusted, verdict=verdict)


def sentence(test: ControlTest) -> str:
    """Why a test has its verdict, in words."""
    if test.error:
        return test.error
    if test.verdict == "silent":
        return test.candidate.reason
    if test.scaled is None or test.scaled_ci is None:
        return "It has no interval, so nothing can be said."
    low, high = (_signed(end) for end in test.scaled_ci)
    found = f"{_signed(test.scaled)} standard deviations (95 % interval {low} to {high})"
    effect = number_text(abs(test.against or 0.0))
    if test.verdict == "fail":
        share = abs(test.scaled / test.against) if test.against else math.inf
        size = f", {percent(share)} of the effect in question" if share < 10 else ""
        return f"The effect that must be zero is {found}{size}. {test.candidate.meaning}"
    if test.verdict == "pass":
        return (
            f"The effect that must be zero is {found}: a bias as large as the effect in question "
            f"({effect} standard deviations) would have shown."
        )
    if test.p_value is not None and test.p_value <= ALPHA:
        return (
            f"The effect that must be zero is {found}. By itself it would count; among several controls one "
            "like it is to be expected by chance."
        )
    return (
        f"The effect that must be zero is {found}: none was shown, but a bias as large as the effect in "
        f"question ({effect} standard deviations) could hide in this interval."
    )


def summary(tested: ControlsTested) -> tuple[Verdict, str]:
    """The verdict of all controls together, and a sentence that says it."""
    verdicts = [each.verdict for each in tested.tests]
    count = len([verdict for verdict in verdicts if verdict in ("pass", "fail", "unclear")])
    failed = [each.label for each in tested.tests if each.verdict == "fail"]
    if failed:
        names = ", ".join(dict.fromkeys(failed))
        return (
            "fail",
            f"Something is left that should not be: {names}. The effect in question may be biased too.",
        )
    if not count:
        return "untested", "No control could be tested."
    passed = verdicts.count("pass")
    if passed == count:
        return "pass", (
            "No control shows a sign of a hidden cause, and a bias as large as the effect would have shown."
        )
    return "unclear", (
        f"No control surely shows a hidden cause, but {count - passed} of {count} leave it open: a bias as "
        "large as the effect could hide there, or a small sign may be chance."
    )


def _signed(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text in ("+0.00", "−0.00") else text
