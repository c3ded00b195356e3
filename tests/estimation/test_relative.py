from dataclasses import replace

import pytest

from causal_core.estimation.relative import relative
from causal_core.estimation.result import Estimate

TWO_OF_EIGHT = Estimate(
    "aipw", "backdoor", "ATE", "ATE", ("0", "1"), 2.0, 0.5, (1.0, 3.0), 100, 0, baseline=8.0
)


def test_a_share_of_the_mean_under_control_in_per_cent():
    found = relative(TWO_OF_EIGHT)
    assert (found.value, found.std_error, found.ci) == (25.0, 6.25, (12.5, 37.5))
    assert found.error is None


def test_a_negative_baseline_keeps_the_direction():
    found = relative(replace(TWO_OF_EIGHT, baseline=-8.0))
    assert (found.value, found.ci) == (25.0, (12.5, 37.5))


def test_open_ends_and_parts_stay_as_they_are():
    assert relative(replace(TWO_OF_EIGHT, ci=(None, 4.0))).ci == (None, 50.0)
    parts = relative(replace(TWO_OF_EIGHT, ci=((None, -4.0), (1.0, None)))).ci
    assert parts == ((None, -50.0), (12.5, None))
    assert relative(replace(TWO_OF_EIGHT, ci=None, std_error=None)).ci is None


@pytest.mark.parametrize("baseline", [None, 0.0, 1e-12])
def test_without_a_baseline_it_says_why(baseline):
    found = relative(replace(TWO_OF_EIGHT, baseline=baseline))
    assert (found.value, found.ci) == (None, None)
    assert "zero or not known" in found.error


def test_the_baseline_of_everybody_is_not_that_of_the_people_an_instrument_moves():
    found = relative(replace(TWO_OF_EIGHT, estimand="LATE"))
    assert found.value is None
    assert "not known" in found.error
