import numpy as np
import pytest
from scipy.stats import binomtest, gaussian_kde

from causal_core.estimation.dose_along import along
from causal_core.estimation.dose_bands import respond
from causal_core.estimation.dose_nuisances import density
from causal_core.estimation.dose_robust import bandwidth, dose_response_dr
from causal_core.estimation.sample import prepare
from causal_core.problem import Problem
from tests.estimation.dose_worlds import CURVES, dosed, of_arrays


def curve_of(world, seed=0):
    found = dose_response_dr(world, seed)
    return respond("dose_response_dr", world.doses, found, (world.design.rows_used, 0), seed=seed)


def test_the_density_is_that_of_the_dose_given_the_covariates():
    world = dosed(4000, 1, "line", nuisances="linear")
    likely = density(world, prepare(world.design))
    x = world.design.covariates
    mean = 10 + x[:, 0] - 0.7 * x[:, 1]

    def normal(value, centre, spread):
        return np.exp(-(((value - centre) / spread) ** 2) / 2) / spread

    true = normal(world.dose, 10, np.sqrt(2.5**2 + 1.49)) / normal(world.dose, mean, 2.5)
    middle = (world.dose > 5) & (world.dose < 15)
    assert np.corrcoef(np.log(likely.ratio[middle]), np.log(true[middle]))[0, 1] > 0.97
    assert likely.ratio.mean() == pytest.approx(1, abs=0.1)
    kernel = gaussian_kde(world.dose)(likely.steps[5:-5])
    np.testing.assert_allclose(likely.marginal[5:-5], kernel, rtol=0.1, atol=0.003)


def test_its_pointwise_intervals_cover():
    curve, runs = "hump", 50
    held = np.zeros((2, runs), dtype=bool)
    for seed in range(runs):
        found = curve_of(dosed(500, seed, curve, nuisances="linear"), seed)
        places = [found.place(dose) for dose in (8.0, 12.0)]
        truth = CURVES[curve](np.array(found.doses))
        low, high = np.array(found.level.low), np.array(found.level.high)
        held[:, seed] = ((low <= truth) & (truth <= high))[places]
    for kind in held:
        assert binomtest(int(kind.sum()), runs, 0.95).pvalue > 0.001


def test_it_is_right_when_only_the_model_of_the_dose_is():
    # The outcome depends on a square of which linear nuisances know nothing.
    random = np.random.default_rng(2)
    x = random.normal(size=(10_000, 1))
    dose = 10 + 0.8 * x[:, 0] + 2.5 * random.normal(size=10_000)
    outcome = 0.3 * dose + x[:, 0] ** 2 + random.normal(size=10_000)
    found = curve_of(of_arrays(outcome, dose, x, 10, nuisances="linear"))
    for dose_asked in (6.0, 8.0, 12.0, 14.0):
        value, low, high = found.change.at(found.place(dose_asked))
        truth = 0.3 * (found.doses[found.place(dose_asked)] - 10)
        assert value == pytest.approx(truth, abs=0.15)
        assert low - 0.1 < truth < high + 0.1
    assert found.slope.ci[0] < 0.3 < found.slope.ci[1]


def test_it_is_right_when_only_the_model_of_the_outcome_is():
    random = np.random.default_rng(3)
    x = random.normal(size=(6000, 1))
    # The spread and skew of the dose depend on the covariate in ways the model of the dose misses.
    dose = 10 + np.sin(3 * x[:, 0]) + 1.5 * random.normal(size=6000) * (1 + 0.5 * np.cos(2 * x[:, 0]))
    outcome = 0.3 * dose + x[:, 0] + random.normal(size=6000)
    found = curve_of(of_arrays(outcome, dose, x, 10, nuisances="linear"))
    value, low, high = found.change.at(found.place(12.0))
    truth = 0.3 * (found.doses[found.place(12.0)] - 10)
    assert low < truth < high
    assert value == pytest.approx(truth, abs=0.1)


def test_trees_answer_too_and_the_same_twice():
    world = dosed(400, 4, "bent", mixed=0.2)
    first, again = curve_of(world, 1), curve_of(world, 1)
    assert first == again
    assert "boosted trees" in first.notes[0]
    truth = CURVES["bent"](first.doses[first.place(12.0)])
    assert abs(first.level.estimate[first.place(12.0)] - truth) < 0.6


def test_clusters_widen_the_band_and_few_rows_are_refused():
    world = dosed(400, 5, "line", nuisances="linear")
    design, times = world.design, 3
    tripled = [np.repeat(part, times, axis=0) for part in (design.outcome, world.dose, design.covariates)]
    apart = curve_of(of_arrays(*tripled, 10, nuisances="linear"))
    together = curve_of(
        of_arrays(*tripled, 10, nuisances="linear", clusters=np.repeat(np.arange(400), times))
    )
    assert together.slope.std_error > 1.5 * apart.slope.std_error
    with pytest.raises(Problem, match="at least 100 rows"):
        dose_response_dr(dosed(80, 6, "line"))


def test_weighting_takes_the_dose_away_from_the_covariates():
    world = dosed(2000, 7, "line", nuisances="linear")
    found = along(world)
    assert found.covariates == ("x0", "x1")
    assert min(abs(each) for each in found.before) > 0.2
    assert max(abs(each) for each in found.after) < 0.08
    (low, _), (_, high) = found.thin()
    assert (low, high) == (found.doses[0], found.doses[-1])
    assert max(found.effective) > 100
    trial = along(dosed(2000, 7, "line", randomised=True))
    assert trial.after == ()


def test_thin_ranges_are_named():
    random = np.random.default_rng(8)
    dose = np.concatenate([random.uniform(0, 10, 1000), random.uniform(10, 40, 40)])
    world = of_arrays(random.normal(size=1040), dose, np.zeros((1040, 0)), 5)
    ((start, end),) = along(world).thin()
    assert start == pytest.approx(11, abs=1)
    assert end == world.doses.high


def test_without_covariates_it_is_a_local_quadratic_of_the_outcome():
    random = np.random.default_rng(9)
    dose = random.uniform(0, 10, 3000)
    outcome = np.sin(dose / 2) + 0.3 * random.normal(size=3000)
    world = of_arrays(outcome, dose, np.zeros((3000, 0)), 5, nuisances="linear")
    found = curve_of(world)
    width = bandwidth(world, outcome, np.ones(3000))
    for asked in (2.0, 5.0, 8.0):
        at = found.doses[found.place(asked)]
        root = np.exp(-(((dose - at) / width) ** 2) / 4)
        expected = np.polyfit(dose - at, outcome, 2, w=root)[-1]
        assert found.level.estimate[found.place(asked)] == pytest.approx(expected, abs=0.01)
        away = np.vander(dose - at, 3, increasing=True)
        bread = np.linalg.inv((away.T * root**2) @ away)
        residual = outcome - np.polyval(np.polyfit(dose - at, outcome, 2, w=root), dose - at)
        scores = away * (root**2 * residual)[:, None]
        error = np.sqrt((bread @ (scores.T @ scores) @ bread)[0, 0])
        assert found.level.std_error[found.place(asked)] == pytest.approx(error, rel=0.03)
