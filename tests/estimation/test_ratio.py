"""Ratios and numbers needed to treat, against the 2 x 2 table and simulation."""

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import interval
from causal_core.estimation.ratio import fault, needed_interval, risks
from causal_core.estimation.risks import pool_risks, risks_of
from causal_core.estimation.sample import prepare

BOTH = (
    "difference_in_means", "regression_adjustment", "standardisation", "stratification", "ipw", "aipw",
    "ipw_regression_adjustment", "overlap_weights", "ipw_trimmed", "entropy_balancing", "dml_interactive",
)  # fmt: skip


def table(make, a, n1, c, n0, **options):
    """`a` of `n1` treated and `c` of `n0` controls have the outcome."""
    outcome = np.concatenate([np.arange(n1) < a, np.arange(n0) < c])
    arm = np.repeat([1, 0], [n1, n0])
    return make(outcome, arm, np.empty((n1 + n0, 0)), randomised=True, **options)


def test_the_two_by_two_table(make):
    """Risk ratio with Katz's interval, number needed with Altman's."""
    (found,) = estimation.estimate("difference_in_means", table(make, 15, 100, 30, 120))
    got = found.risks
    assert got.measure == "risk"
    assert got.means == pytest.approx((0.25, 0.15))
    assert got.ratio == pytest.approx(0.6)
    # The variances are the unbiased ones: n/(n-1) on each arm's part.
    error = sqrt(0.85 / 15 * 100 / 99 + 0.75 / 30 * 120 / 119)
    reach = (found.ci[1] - found.value) / found.std_error
    assert got.ratio_ci == pytest.approx((exp(log(0.6) - reach * error), exp(log(0.6) + reach * error)))
    assert got.number_needed == pytest.approx(-10)
    low, high = found.ci
    assert low < 0 < high
    assert got.number_needed_ci == ((None, pytest.approx(1 / low)), (pytest.approx(1 / high), None))
    plain = found.to_dict()
    assert plain["means"] == pytest.approx([0.25, 0.15])
    assert plain["ratio"] == got.ratio
    assert plain["number_needed"] == got.number_needed
    assert plain["number_needed_ci"][0][0] is None


def test_the_interval_of_the_number_needed():
    """Altman (1998): a difference of .1 (.05 to .2) is 10 (5 to 20); a zero in it means infinity."""
    assert needed_interval(0.05, 0.2) == pytest.approx((5, 20))
    assert needed_interval(-0.2, -0.05) == pytest.approx((-20, -5))
    assert needed_interval(-0.05, 0.25) == ((None, -20.0), (4.0, None))
    assert needed_interval(0.0, 0.25) == (4.0, None)
    assert needed_interval(-0.25, 0.0) == (None, -4.0)
    assert needed_interval(0.0, 0.0) is None


def test_without_a_ratio_it_says_why():
    assert "not above zero" in fault("risk", (0.0, 0.2), ("no", "yes"))
    assert "risk under yes above 1" in fault("risk", (0.9, 1.01), ("no", "yes"))
    assert fault("rate", (0.9, 1.01), ("no", "yes")) == ""
    got = risks("risk", (0.0, 0.2), None, 1.96, (0.1, 0.3), "why")
    assert (got.ratio, got.ratio_ci, got.number_needed) == (None, None, 5.0)
    assert got.reason == "why"
    equal = risks("risk", (0.2, 0.2), 0.1, 1.96, (-0.1, 0.1))
    assert equal.number_needed is None
    assert risks("rate", (2.0, 3.0), 0.1, 1.96, (0.5, 1.5)).number_needed is None


def test_a_number_that_is_no_count_has_no_ratio(world):
    design = world(200)
    assert all(estimation.estimate(method, design)[0].risks is None for method in BOTH)
    assert "ratio" not in estimation.estimate("ipw", design)[0].to_dict()


@pytest.mark.parametrize("method", BOTH)
def test_every_method_with_both_means_gives_them(world, method):
    design = world(400, 3)
    binary = replace(design, outcome=(design.outcome > 0.5).astype(float))
    for found in estimation.estimate(method, binary, "ATT"):
        assert found.error is None
        control, arm = found.risks.means
        assert found.value == pytest.approx(arm - control, abs=1e-8)
        assert found.baseline == pytest.approx(control)
        assert found.risks.ratio == pytest.approx(arm / control)
        assert found.risks.ratio_ci[0] < found.risks.ratio < found.risks.ratio_ci[1]
        assert found.risks.number_needed == pytest.approx(1 / (arm - control))


@pytest.mark.parametrize("method", BOTH)
def test_the_parts_add_up_to_the_influence(world, method):
    sample = prepare(world(300))
    found = RUN[method](sample, 1, "ATE", True)
    assert found.influence == pytest.approx(found.parts[1] - found.parts[0], abs=1e-9)
    assert found.means[1] - found.means[0] == pytest.approx(found.value, abs=1e-9)
    assert RUN[method](sample, 1, "ATE", False).parts is None


def test_methods_of_one_number_have_none(world):
    design = world(300)
    binary = replace(design, outcome=(design.outcome > 0.5).astype(float))
    assert estimation.estimate("linear_regression", binary)[0].risks is None
    assert estimation.estimate("dml", binary)[0].risks is None


def test_counts_have_a_rate_ratio(make):
    random = np.random.default_rng(0)
    arm = np.arange(4000) % 2
    design = make(random.poisson(2 + arm), arm, np.empty((4000, 0)), randomised=True)
    (found,) = estimation.estimate("difference_in_means", design)
    assert found.risks.measure == "rate"
    # The log of a ratio of two Poisson means has variance 1/events + 1/events.
    events = [design.outcome[arm == b].sum() for b in (0, 1)]
    width = log(found.risks.ratio_ci[1] / found.risks.ratio) / 1.96
    assert width == pytest.approx(sqrt(1 / events[0] + 1 / events[1]), rel=0.03)
    assert found.risks.number_needed is None


def test_ratios_of_completed_tables_are_pooled_on_the_log_scale():
    from causal_core.estimation.rubin import combine

    tables = [risks("risk", (0.2, high), 0.1, 1.96, (0.0, 0.2)) for high in (0.28, 0.30, 0.33)]
    got = pool_risks(tables, (0.01, 0.19), 500)
    found = combine([log(each.ratio) for each in tables], [0.1] * 3, 500)
    assert got.means == pytest.approx((0.2, 0.91 / 3))
    assert got.ratio == pytest.approx((1.4 * 1.5 * 1.65) ** (1 / 3))
    assert found.error > 0.1
    assert got.ratio_ci[1] / got.ratio == pytest.approx(exp(interval(0, found.error, found.freedom)[1]))
    assert got.number_needed_ci == pytest.approx((1 / 0.19, 100))
    assert pool_risks([tables[0], None], None, 500) is None
    bare = pool_risks([tables[0], replace(tables[1], log_error=None)], None, 500)
    assert (bare.ratio_ci, bare.number_needed_ci) == (None, None)
    lost = risks("risk", (0.0, 0.3), None, 1.96, None, "why")
    assert pool_risks([tables[0], lost], None, 500).reason == "why"


def test_a_single_cluster_has_no_interval(world):
    design = replace(world(200), clusters=np.zeros(200, dtype=np.int64))
    binary = replace(design, outcome=(design.outcome > 0.5).astype(float))
    got = estimation.estimate("ipw", binary)[0].risks
    assert got.ratio > 0
    assert got.ratio_ci is None
    assert got.number_needed_ci is None


@pytest.mark.parametrize("method", ["ipw", "standardisation", "aipw", "overlap_weights"])
def test_intervals_of_the_ratio_cover(world, method):
    """A constant risk ratio of 1.5, so every target has the same."""
    held = 0
    for seed in range(250):
        design = world(500, seed=seed)
        risk = (0.3 + 0.2 / (1 + np.exp(-design.covariates[:, 0]))) * np.where(design.arm == 1, 1.5, 1.0)
        outcome = np.random.default_rng(seed + 10**6).uniform(size=500) < risk
        sample = prepare(replace(design, outcome=outcome.astype(float)))
        low, high = risks_of(RUN[method](sample, 1, "ATE", True), sample, 1, True).ratio_ci
        held += low <= 1.5 <= high
    # Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do in 1 of 1,000.
    assert 226 <= held <= 247
