from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from causal_core import estimation
from causal_core.refutation.e_value import e_value, e_value_of, e_value_of_interval


def test_the_paper_s_numbers():
    """VanderWeele & Ding (2017): RR 3.9 (1.8 to 8.7) gives 7.26 and 3.00; a protective one is inverted."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value_of_interval(1.8, 8.7) == pytest.approx(3.00, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value_of_interval(1 / 8.7, 1 / 1.8) == pytest.approx(3.00, abs=0.005)
    assert e_value(1.0) == 1.0
    assert e_value_of_interval(0.9, 1.4) == 1.0


def test_a_continuous_outcome_goes_through_its_standard_deviation(world):
    design = world(400)
    (estimate,) = estimation.estimate("aipw", design)
    found = e_value_of(design, estimate, "ATE")
    deviation = design.outcome.std()
    assert found.scale == "standardised difference"
    assert found.ratio == pytest.approx(np.exp(0.91 * estimate.value / deviation))
    assert found.ci == pytest.approx(tuple(np.exp(0.91 * end / deviation) for end in estimate.ci))
    assert found.value == pytest.approx(e_value(found.ratio))
    assert found.limit == pytest.approx(e_value(found.ci[0]))
    assert f"risk ratio of at least {found.value:.3g} each" in found.finding.seen


@pytest.mark.parametrize("method", ["difference_in_means", "ipw", "aipw", "regression_adjustment"])
@pytest.mark.parametrize("target", ["ATE", "ATT"])
def test_a_binary_outcome_takes_the_ratio_of_its_own_standardised_risks(world, method, target):
    design = world(600)
    design = replace(design, outcome=(design.outcome > 0.5).astype(float))
    (estimate,) = estimation.estimate(method, design, target)
    found = e_value_of(design, estimate, target)
    assert found.ratio == pytest.approx((estimate.baseline + estimate.value) / estimate.baseline, rel=1e-9)
    assert found.ci[0] < found.ratio < found.ci[1]
    assert "on the same rows" not in found.finding.done


def test_without_covariates_the_interval_is_that_of_two_shares(make):
    """Katz's interval of a risk ratio, up to the (n - 1) of the arms."""
    outcome = np.r_[np.repeat([1.0, 0.0], [60, 140]), np.repeat([1.0, 0.0], [30, 170])]
    design = make(outcome, np.repeat([1, 0], 200), np.empty((400, 0)))
    (estimate,) = estimation.estimate("difference_in_means", design)
    found = e_value_of(design, estimate, "ATE")
    error = np.sqrt(1 / 60 - 1 / 200 + 1 / 30 - 1 / 200)
    assert found.ratio == pytest.approx(2.0)
    assert np.log(found.ci[1] / 2) == pytest.approx(1.96 * error, rel=5e-3)


def test_a_method_without_standardised_risks_borrows_them_and_says_so(world):
    design = world(500)
    design = replace(design, outcome=(design.outcome > 0.5).astype(float))
    (estimate,) = estimation.estimate("matching", design)
    found = e_value_of(design, estimate, "ATE")
    assert found.ratio > 1
    assert "by Doubly robust (AIPW) on the same rows" in found.finding.done


def test_where_it_does_not_apply_it_says_so(world):
    design = world(100)
    (estimate,) = estimation.estimate("aipw", design)
    through = replace(estimate, method="wald", strategy="iv")
    assert "allows for hidden causes" in e_value_of(design, through, "ATE").finding.error
    assert e_value_of(design, replace(estimate, value=None), "ATE").finding.error == "There is no estimate."
    random = replace(design, randomised=True)
    assert "assignment was random" in e_value_of(random, estimate, "ATE").finding.error
    flat = replace(design, outcome=np.full(100, 3.0))
    assert "does not vary" in e_value_of(flat, estimate, "ATE").finding.error


def test_an_interval_that_holds_the_null_needs_no_confounder(world):
    design = world(60)
    (estimate,) = estimation.estimate("aipw", design)
    found = e_value_of(design, replace(estimate, ci=(-0.1, 2.0)), "ATE")
    assert found.limit == 1.0
    assert found.finding.verdict == "unclear"
    assert "holds 1 even without one" in found.finding.seen


def test_the_interval_of_the_standardised_risk_ratio_covers(make):
    random = np.random.default_rng(0)

    def sigmoid(values):
        return 1 / (1 + np.exp(-values))

    everybody = random.normal(size=1_000_000)
    truth = sigmoid(0.8 * everybody + 0.1).mean() / sigmoid(0.8 * everybody - 0.5).mean()
    covered = 0
    for _ in range(200):
        x = random.normal(size=(500, 2))
        arm = (random.uniform(size=500) < sigmoid(0.6 * x[:, 0] - 0.3 * x[:, 1])).astype(int)
        outcome = random.uniform(size=500) < sigmoid(0.8 * x[:, 0] - 0.5 + 0.6 * arm)
        design = make(outcome.astype(float), arm, x)
        (estimate,) = estimation.estimate("aipw", design)
        found = e_value_of(design, estimate, "ATE")
        covered += found.ci[0] <= truth <= found.ci[1]
    low, high = stats.binom.ppf([0.005, 0.995], 200, 0.95)
    assert low <= covered <= high
