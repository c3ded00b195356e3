"""What the tests of one ranking find together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from causal_core.uplift.result import UpliftResult

Verdict = Literal["differs", "worse", "signs", "signs_worse", "nothing"]


@dataclass(frozen=True)
class RankingTest:
    """A number of one ranking that is 0 where its predictions say nothing about effects.

    Attributes:
        name: What it is called, as in the table of numbers.
        value: The number.
        ci: Its 95 % interval.
        in_unit: Whether it is in the outcome's unit; the calibration slope has no unit.
    """

    name: str
    value: float
    ci: tuple[float, float]
    in_unit: bool = True

    @property
    def side(self) -> int:
        """1 where the interval lies above 0, -1 below it, 0 where it holds 0."""
        return 1 if self.ci[0] > 0 else -1 if self.ci[1] < 0 else 0


def is_flat(result: UpliftResult) -> bool:
    """Whether all predictions are equal, so that there is no order to judge."""
    return result.autoc is not None and len(result.segments) == 1


def other_tests(result: UpliftResult) -> tuple[RankingTest, ...]:
    """The tests that are shown of a ranking beside its AUTOC; empty where there is no order."""
    if is_flat(result):
        return ()
    found = []
    if result.rate_qini is not None:
        found.append(RankingTest("RATE-QINI", result.rate_qini.value, result.rate_qini.ci))
    if result.calibration is not None:
        slope = result.calibration
        found.append(RankingTest("calibration slope", slope.slope, slope.ci, in_unit=False))
    if result.extremes is not None:
        found.append(RankingTest("highest less lowest group", result.extremes.value, result.extremes.ci))
    return tuple(found)


def verdict_of(result: UpliftResult) -> Verdict | None:
    """Where the 95 % intervals lie; None without an answer.

    That of AUTOC decides when it lies above 0 ("differs") or below it ("worse"). When it holds 0, the other
    tests may be a sign ("signs", or "signs_worse" when all that exclude 0 lie below it). Only when every
    interval holds 0 is it "nothing".
    """
    if result.autoc is None:
        return None
    low, high = result.autoc.ci
    if low > 0 or high < 0:
        return "differs" if low > 0 else "worse"
    sides = {test.side for test in other_tests(result)} - {0}
    if not sides:
        return "nothing"
    return "signs_worse" if sides == {-1} else "signs"
