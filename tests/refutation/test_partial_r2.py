from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from causal_core import estimation
from causal_core.refutation.benchmarks import robustness
from causal_core.refutation.partial_r2 import Coefficient, bound, times_needed

DARFUR = Coefficient.of(0.09731582, 0.02325654, 783)
"""Effect of being harmed on attitudes to peace (Hazlett 2019), as sensemakr reports the regression."""


def test_darfur_as_published():
    """Cinelli & Hazlett (2020), section 5, to the digits of sensemakr's own tests."""
    assert DARFUR.t == pytest.approx(4.184445, abs=2e-5)
    assert DARFUR.partial_r2 == pytest.approx(0.02187309, abs=1e-7)
    assert DARFUR.robustness() == pytest.approx(0.138776, abs=1e-6)
    assert DARFUR.robustness_of_interval() == pytest.approx(0.07625797, abs=1e-6)


@pytest.mark.parametrize(
    ("times", "treatment", "outcome", "left", "error", "t", "low", "high"),
    [
        (1, 0.009164287, 0.1246409, 0.07522024, 0.02187331, 3.438904, 0.0322829603, 0.118157579),
        (2, 0.018328574, 0.2493241, 0.05291517, 0.02035006, 2.600246, 0.0129680276, 0.0928623102),
        (3, 0.027492861, 0.3740454, 0.03039602, 0.01867007, 1.628062, -0.0062532913, 0.0670453271),
    ],
)
def test_darfur_s_bounds_as_published(times, treatment, outcome, left, error, t, low, high):
    assert DARFUR.adjusted(treatment, outcome) == pytest.approx(left, abs=3e-6)
    assert DARFUR.adjusted_error(treatment, outcome) == pytest.approx(error, abs=3e-6)
    assert DARFUR.adjusted_t(treatment, outcome) == pytest.approx(t, abs=3e-4)
    half = DARFUR.critical * DARFUR.adjusted_error(treatment, outcome)
    assert left - half == pytest.approx(low, abs=5e-6)
    assert left + half == pytest.approx(high, abs=5e-6)


def test_the_bounds_of_a_covariate_hold_a_confounder_like_it():
    """Twice the strength is twice the ratio of what it adds to the treatment; the published 1x, 2x, 3x."""
    own = 0.009164287 / 1.009164287
    found = [bound(times, own, 0.1) for times in (1, 2, 3)]
    assert [each[0] for each in found] == pytest.approx([0.009164287, 0.018328574, 0.027492861])
    assert bound(200, own, 0.1) is None
    assert bound(1, 0.5, 0.1) is None


def test_the_robustness_values_do_what_they_say():
    for coefficient in (DARFUR, Coefficient.of(-2.0, 0.5, 20), Coefficient.of(9.0, 0.5, 40)):
        value, interval = coefficient.robustness(), coefficient.robustness_of_interval()
        assert coefficient.adjusted(value, value) == pytest.approx(0, abs=1e-9)
        assert coefficient.robustness(0.5) < value
        assert abs(coefficient.adjusted_t(interval, interval)) == pytest.approx(
            coefficient.critical, rel=1e-6
        )
    assert Coefficient.of(1.0, 0.9, 50).robustness_of_interval() == 0.0


def test_the_regression_and_its_curve_are_those_of_a_confounder_left_out():
    """Drop a real covariate: equations 7 and 8 give back the regression that has it."""
    random = np.random.default_rng(3)
    x, z = random.normal(size=(2, 300))
    treated = 0.5 * x + 0.7 * z + random.normal(size=300)
    outcome = treated + x + 2 * z + random.normal(size=300)
    short = sm.OLS(outcome, sm.add_constant(np.column_stack([treated, x]))).fit()
    whole = sm.OLS(outcome, sm.add_constant(np.column_stack([treated, x, z]))).fit()
    on_treatment = sm.OLS(treated, sm.add_constant(np.column_stack([x, z]))).fit()
    strengths = [
        fit.tvalues[-1] ** 2 / (fit.tvalues[-1] ** 2 + fit.df_resid) for fit in (on_treatment, whole)
    ]
    coefficient = Coefficient.of(short.params[1], short.bse[1], int(short.df_resid))
    assert coefficient.adjusted(*strengths) == pytest.approx(whole.params[1], rel=1e-9)
    assert coefficient.adjusted_error(*strengths) == pytest.approx(whole.bse[1], rel=1e-9)


def test_the_coefficient_and_the_benchmarks_are_statsmodels_own(world):
    design = world(400, 3, weights=np.random.default_rng(1).uniform(0.5, 2, 400))
    category = (np.arange(400) % 3)[:, None] == [1, 2]
    design = replace(
        design,
        covariates=np.column_stack([design.covariates, category, category[:, 0]]),
        covariate_names=("x0", "x1", "c=1", "c=2", "again"),
        covariate_sources=("x0", "x1", "c", "c", "again"),
    )
    estimates = estimation.estimate("aipw", design)
    arms = (design.arm[:, None] == [1, 2]).astype(float)
    whole = np.column_stack([np.ones(400), design.covariates[:, :4], arms])
    model = sm.WLS(design.outcome, whole, weights=design.weights).fit()
    for a, estimate in enumerate(estimates, 1):
        found = robustness(design, estimate)
        assert found.coefficient.estimate == pytest.approx(model.params[4 + a])
        assert found.coefficient.std_error == pytest.approx(model.bse[4 + a])
        assert found.coefficient.freedom == model.df_resid
    last = {each.covariate: each for each in found.benchmarks}
    without = sm.WLS(design.outcome, np.delete(whole, [1], axis=1), weights=design.weights).fit()
    assert last["x0"].with_outcome == pytest.approx((without.ssr - model.ssr) / without.ssr)
    treatment = [
        sm.WLS(arms[:, 1], np.delete(whole, columns, axis=1), weights=design.weights).fit().ssr
        for columns in ([6], [1, 6])
    ]
    assert last["x0"].with_treatment == pytest.approx(1 - treatment[0] / treatment[1])
    # A covariate that repeats another adds nothing; a category counts as one.
    assert last["again"].with_outcome == pytest.approx(0, abs=1e-9)
    assert set(last) == {"x0", "x1", "c", "again"}


# DoWhy's own call, which it still makes as older pandas wants it.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.rename")
def test_benchmarks_agree_with_dowhy(world):
    from dowhy.causal_refuters.linear_sensitivity_analyzer import LinearSensitivityAnalyzer

    random = np.random.default_rng(5)
    x = random.normal(size=(500, 3))
    treated = (x @ [0.5, 0.3, -0.2] + random.normal(size=500) > 0).astype(int)
    outcome = 2 * treated + x @ [0.4, 0.5, 0.0] + random.normal(size=500)
    frame = pd.DataFrame(x, columns=["x0", "x1", "x2"]).assign(t=treated, y=outcome)

    design = world(500)
    design = replace(
        design,
        outcome=outcome,
        arm=treated,
        covariates=x,
        covariate_names=("x0", "x1", "x2"),
        covariate_sources=("x0", "x1", "x2"),
    )
    (estimate,) = estimation.estimate("linear_regression", design)
    found = robustness(design, estimate)
    mine = next(each for each in found.benchmarks if each.covariate == "x0")

    # DoWhy names the columns of its regression x1 (the treatment), x2, ...
    regressors = frame[["t", "x0", "x1", "x2"]].set_axis(["x1", "x2", "x3", "x4"], axis=1)

    class Estimator:
        _observed_common_causes = frame[["x0", "x1", "x2"]]
        model = sm.OLS(frame["y"], sm.add_constant(regressors)).fit()

    peer = LinearSensitivityAnalyzer(
        estimator=Estimator(),
        data=frame,
        treatment_name=["t"],
        benchmark_common_causes=["x0"],
        frac_strength_treatment=[1, 2, 3],
        frac_strength_outcome=[1, 2, 3],
        common_causes_order=["x0", "x1", "x2"],
    )
    peer.check_sensitivity(plot=False)
    assert found.value == pytest.approx(peer.stats["robustness_value"])
    assert found.interval == pytest.approx(peer.stats["robustness_value_alpha"])
    names = ["r2tu_w", "r2yu_tw", "bias_adjusted_estimate", "bias_adjusted_t"]
    assert [point[0] for point in mine.points] == [1, 2, 3]
    for point, row in zip(mine.points, peer.benchmarking_results[names].to_numpy(), strict=True):
        assert point[1:4] == pytest.approx(row[:3])


@pytest.mark.parametrize("interval", [False, True])
def test_the_multiple_that_undoes_a_result_just_undoes_it(interval):
    times = times_needed(DARFUR, 0.009, 0.11, interval)
    left = DARFUR.adjusted_t(*bound(times, 0.009, 0.11))
    assert left == pytest.approx(DARFUR.critical if interval else 0, abs=1e-6)
    assert times_needed(DARFUR, 0.0, 0.2, interval) is None
    assert times_needed(DARFUR, 0.2, 0.0, interval) is None
    assert times_needed(Coefficient.of(0.1, 1.0, 50), 0.1, 0.1, True) == 0.0


def test_a_verdict_is_held_against_the_strongest_covariate(make):
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 2))
    arm = (x[:, 0] + random.normal(size=400) > 0).astype(int)
    noise = random.normal(size=400)
    for effect, strength, verdict in ((2.0, 0.3, "pass"), (0.35, 2.0, "fail"), (0.02, 0.5, "unclear")):
        design = make(effect * arm + strength * x[:, 0] + noise, arm, x)
        (estimate,) = estimation.estimate("linear_regression", design)
        found = robustness(design, estimate)
        assert found.finding.verdict == verdict
        assert found.strongest.covariate == "x0"
        assert "brings the estimate to zero" in found.finding.seen


def test_for_other_methods_and_clusters_it_says_what_it_is(world):
    design = world(200, clusters=np.arange(200) // 4)
    (estimate,) = estimation.estimate("aipw", design)
    found = robustness(design, estimate)
    assert found.finding.done.startswith("For the linear regression of the same rows: ")
    assert found.interval is None
    assert all(each.to_interval is None for each in found.benchmarks)
    assert "with clusters the formula does not hold" in found.finding.seen
    assert "allows for hidden causes" in robustness(design, replace(estimate, strategy="iv")).finding.error
    exact = replace(design, outcome=design.covariates[:, 0] * 2.0)
    assert "nothing unexplained" in robustness(exact, estimate).finding.error
