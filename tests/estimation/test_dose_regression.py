import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binomtest, norm

from causal_core.estimation.dose_bands import critical_value, grid, respond
from causal_core.estimation.dose_regression import dose_response, linear_regression
from causal_core.estimation.spline import spline_of
from causal_core.problem import Problem
from tests.estimation.dose_worlds import CURVES, dosed, of_arrays


def curve_of(fit, world, seed=0):
    return respond("dose_response", world.doses, fit(world), (world.design.rows_used, 0), seed=seed)


@pytest.mark.parametrize("fit", [linear_regression, dose_response])
def test_a_line_is_least_squares_with_hc3_to_eight_digits(fit):
    world = dosed(90, 1, "line")
    spline = spline_of(world.dose, bends=fit is dose_response)
    x = world.design.covariates
    features = sm.add_constant(np.column_stack([spline.basis(world.dose), x]))
    theirs = sm.OLS(world.design.outcome, features).fit(cov_type="HC3", use_t=True)
    ours = curve_of(fit, world)
    at = np.array(ours.doses)
    lever = np.column_stack(
        [np.zeros(len(at)), spline.basis(at) - spline.basis(np.array([10.0])), 0 * at, 0 * at]
    )
    expected = theirs.t_test(lever[at != 10])
    moving = np.flatnonzero(at != 10)
    np.testing.assert_allclose(np.array(ours.change.estimate)[moving], expected.effect, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(np.array(ours.change.std_error)[moving], expected.sd, rtol=1e-8)
    np.testing.assert_allclose(
        np.array(ours.change.low)[moving], expected.conf_int()[:, 0], rtol=1e-7, atol=1e-9
    )
    if fit is linear_regression:
        assert ours.slope.value == pytest.approx(theirs.params[1] / spline.scale, rel=1e-8)
        assert ours.slope.std_error == pytest.approx(theirs.bse[1] / spline.scale, rel=1e-8)


def test_the_level_is_the_mean_prediction_with_the_sampling_of_covariates_counted():
    world = dosed(400, 2, "bent", mixed=0.3, interactions=("x0",))
    spline, x, y = spline_of(world.dose), world.design.covariates, world.design.outcome

    def features(dose, rows):
        basis = spline.basis(dose)
        return np.column_stack([basis, np.ones(len(dose)), x[rows], basis * x[rows, :1]])

    def level(rows):
        theta, *_ = np.linalg.lstsq(features(world.dose[rows], rows), y[rows], rcond=None)
        return [(features(np.full(len(rows), dose), rows) @ theta).mean() for dose in (7.0, 13.0)]

    ours = curve_of(dose_response, world)
    places = [ours.place(dose) for dose in (7.0, 13.0)]
    near = np.array(ours.doses)[places]
    all_rows = np.arange(400)
    theta, *_ = np.linalg.lstsq(features(world.dose, all_rows), y, rcond=None)
    expected = [(features(np.full(400, dose), all_rows) @ theta).mean() for dose in near]
    np.testing.assert_allclose(np.array(ours.level.estimate)[places], expected, rtol=1e-8)
    random = np.random.default_rng(0)
    draws = np.array([level(random.integers(0, 400, 400)) for _ in range(400)])
    np.testing.assert_allclose(np.array(ours.level.std_error)[places], draws.std(axis=0), rtol=0.12)


def test_weights_stand_for_rows():
    world = dosed(150, 3, "bent")
    times = np.random.default_rng(0).integers(1, 4, 150)
    design = world.design
    weighted = of_arrays(design.outcome, world.dose, design.covariates, 10, weights=times.astype(np.float64))
    repeated = of_arrays(
        *(np.repeat(part, times, axis=0) for part in (design.outcome, world.dose, design.covariates)), 10
    )
    fits = [linear_regression(each) for each in (weighted, repeated)]
    assert fits[0].slope == pytest.approx(fits[1].slope, rel=1e-9)


def test_errors_are_summed_within_clusters():
    world = dosed(300, 4, "line", clusters=np.repeat(np.arange(60), 5))
    spline = spline_of(world.dose, bends=False)
    features = sm.add_constant(np.column_stack([spline.basis(world.dose), world.design.covariates]))
    fit = sm.OLS(world.design.outcome, features).fit()
    leverage = fit.get_influence().hat_matrix_diag
    bread = np.linalg.inv(features.T @ features)
    scores = features * (fit.resid / (1 - leverage))[:, None]
    sums = scores.reshape(60, 5, -1).sum(axis=1)
    error = np.sqrt((bread @ (sums.T @ sums) @ bread)[1, 1] * 60 / 59)
    found = linear_regression(world)
    assert found.slope_error == pytest.approx(error / spline.scale, rel=1e-8)
    assert found.freedom == 59


def test_the_simultaneous_band_is_the_largest_of_its_values():
    # The largest of m independent |z| is below c with probability (2 F(c) - 1)^m.
    for m in (1, 5, 40):
        exact = norm.ppf((1 + 0.95 ** (1 / m)) / 2)
        assert critical_value(np.eye(m), None, seed=1) == pytest.approx(exact, abs=0.03)
    assert critical_value(np.ones((9, 9)), None, seed=1) == pytest.approx(1.96, abs=0.03)
    assert critical_value(np.zeros((4, 4)), None, seed=1) == 0
    assert critical_value(np.eye(5), None, seed=1) == critical_value(np.eye(5), None, seed=1)


def test_the_curve_and_its_bands_cover():
    curve, runs = "bent", 200
    held = np.zeros((4, runs), dtype=bool)
    for seed in range(runs):
        found = curve_of(dose_response, dosed(500, seed, curve), seed)
        at = np.array(found.doses)
        truth = CURVES[curve](at)
        places = [found.place(dose) for dose in (6.0, 13.0)]
        inside = (np.array(found.level.low) <= truth) & (truth <= np.array(found.level.high))
        held[:2, seed] = inside[places]
        held[2, seed] = np.all(
            (np.array(found.level.low_all) <= truth) & (truth <= np.array(found.level.high_all))
        )
        apart = truth - CURVES[curve](10.0)
        held[3, seed] = np.all(
            (np.array(found.change.low_all) <= apart + 1e-12)
            & (apart <= np.array(found.change.high_all) + 1e-12)
        )
    for kind in held:
        assert binomtest(int(kind.sum()), runs, 0.95).pvalue > 0.001


def test_a_bend_is_found_where_there_is_one():
    values = [dose_response(dosed(500, seed, "line")).bend for seed in range(100)]
    assert 0.35 < np.mean(values) < 0.65
    assert dose_response(dosed(500, 1, "hump")).bend < 1e-6


def test_residuals_along_the_dose_show_a_line_that_does_not_fit():
    world = dosed(1000, 5, "hump")
    assert dose_response(world).residuals.worst < 3.5
    assert linear_regression(world).residuals.worst > 5


def test_covariates_that_determine_the_dose_are_named():
    random = np.random.default_rng(0)
    x = random.normal(size=(200, 2))
    with pytest.raises(Problem, match="The covariates determine d"):
        linear_regression(of_arrays(random.normal(size=200), 10 + x @ [1.0, 2.0], x, 10))
    with pytest.raises(Problem, match="cannot be fitted to 12 rows"):
        dose_response(of_arrays(*(random.normal(size=s) for s in (12, 12)), random.normal(size=(12, 14)), 0))


def test_the_grid_is_short_and_holds_quartiles_and_reference():
    doses = dosed(300, 6, "line").doses
    at = grid(doses)
    assert len(at) <= 100
    assert {*doses.quartiles, 10.0} <= set(at)
    assert (at[0], at[-1]) == (doses.low, doses.high)
