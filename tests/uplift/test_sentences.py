import dataclasses

import pytest

from causal_core.uplift.findings import Difference
from causal_core.uplift.result import Calibration, UpliftResult
from causal_core.uplift.sentences import sentence
from causal_core.uplift.toc import Rate
from causal_core.uplift.verdict import is_flat, other_tests, verdict_of
from tests.uplift.made import made

AROUND = (-0.02, 0.03)


def judged(autoc=AROUND, qini=AROUND, slope=AROUND, groups=AROUND):
    """A result whose four tests have these intervals."""
    return made(
        "s",
        0.1,
        autoc=Rate(0.01, 0.01, autoc),
        rate_qini=Rate(0.02, 0.01, qini),
        calibration=Calibration(0.3, 0.1, slope, 0.3, 0.05, (0.2, 0.4)),
        extremes=Difference(0.4, 0.1, groups),
    )


def test_nothing_is_said_only_when_every_interval_holds_0():
    result = judged()
    assert verdict_of(result) == "nothing"
    assert sentence(result, "points") == (
        "No detectable heterogeneity by this ranking: on rows the learner never saw, no test tells it from "
        "chance (AUTOC 0.01 points, 95 % interval −0.02 to 0.03; the intervals of RATE-QINI, calibration "
        "slope and highest less lowest group hold 0 too)."
    )
    alone = dataclasses.replace(result, rate_qini=None, calibration=None, extremes=None)
    assert sentence(alone).endswith("(AUTOC 0.01, 95 % interval −0.02 to 0.03).")


def test_a_test_beside_autoc_that_excludes_0_is_a_sign():
    result = judged(groups=(0.2, 0.6))
    assert verdict_of(result) == "signs"
    assert sentence(result, "points") == (
        "AUTOC does not show that this ranking beats chance (0.01 points, 95 % interval −0.02 to 0.03), but "
        "highest less lowest group (0.4 points, 0.2 to 0.6) does: some sign that effects differ; with "
        "several tests one may be chance."
    )
    both = sentence(judged(qini=(0.01, 0.03), slope=(0.1, 0.5)), "points")
    assert "but RATE-QINI (0.02 points, 0.01 to 0.03) and calibration slope (0.3, 0.1 to 0.5) do:" in both


def test_signs_below_0_say_that_the_order_is_upside_down():
    result = judged(slope=(-0.5, -0.1))
    assert verdict_of(result) == "signs_worse"
    assert "but calibration slope (0.3, −0.5 to −0.1) lies below 0: some sign that the order is" in sentence(
        result
    )
    apart = judged(qini=(0.01, 0.03), slope=(-0.5, -0.1))
    assert verdict_of(apart) == "signs"
    assert "lies above: some sign that effects differ, but not in which order" in sentence(apart)


@pytest.mark.parametrize(
    ("autoc", "verdict", "begins"),
    [
        ((0.01, 0.2), "differs", "Effects differ, and the ranking finds those who gain more (AUTOC"),
        ((-0.2, -0.01), "worse", "The ranking is worse than chance (AUTOC"),
    ],
)
def test_an_autoc_that_excludes_0_decides_alone(autoc, verdict, begins):
    result = judged(autoc, slope=(0.1, 0.5))
    assert verdict_of(result) == verdict
    assert sentence(result, "points").startswith(begins)
    assert "the effect is 0.3 points (0.1 to 0.5) in the group predicted highest" in sentence(
        result, "points"
    )


def test_one_prediction_for_all_has_no_order_and_no_answer_no_verdict():
    flat = dataclasses.replace(judged(), segments=judged().segments[:1])
    assert is_flat(flat)
    assert other_tests(flat) == ()
    assert (verdict_of(flat), "the same effect for everybody" in sentence(flat)) == ("nothing", True)
    failed = UpliftResult("s", ("a", "b"), error="why")
    assert (verdict_of(failed), sentence(failed)) == (None, "")
