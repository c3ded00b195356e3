import numpy as np
import pytest

from causal_core.experiment.power import PowerCurve, formula_power, proportion_interval
from causal_core.problem import Problem


def test_exact_intervals_of_a_share():
    # Clopper & Pearson (1934); values of R's binom.test.
    assert proportion_interval(0, 20) == pytest.approx((0, 0.1684), abs=1e-4)
    assert proportion_interval(7, 20) == pytest.approx((0.1539, 0.5922), abs=1e-4)
    assert proportion_interval(20, 20) == pytest.approx((0.8316, 1), abs=1e-4)


def test_formula_power_is_that_of_the_noncentral_t():
    # R: power.t.test(n = 64, delta = 0.5, sd = 1)$power is 0.8014596 (one direction).
    assert formula_power(0.5 * np.sqrt(64 / 2), 1.9789706, 126) == pytest.approx(0.80146, abs=1e-4)
    assert formula_power(3.0, 1.96, 10_000) == pytest.approx(0.8508, abs=1e-4)


def test_the_curve_finds_how_many_people_it_takes():
    people = np.array([100, 200, 300, 400, 500, 700.0])
    from scipy.special import ndtr

    runs = np.full(6, 10_000.0)
    found = np.round(runs * ndtr(-1.96 + 0.14 * np.sqrt(people)))
    curve = PowerCurve.fit(people, found, runs)
    assert (curve.intercept, curve.slope) == pytest.approx((-1.96, 0.14), abs=0.03)
    need, low, high = curve.people(0.8)
    assert low < 400.4 < high
    assert high - low < 20
    power, under, over = curve.at(np.array([400.0]))
    assert under < power < over
    assert power[0] == pytest.approx(0.8, abs=0.01)
    # Four times the people find half the size.
    assert curve.detectable(4 * need, 0.8, 1.0)[0] == pytest.approx(0.5, abs=1e-9)


def test_the_interval_of_the_number_of_people_covers():
    from scipy.special import ndtr

    random = np.random.default_rng(1)
    people = np.array([190, 340, 490, 620, 700, 820, 960, 1200.0])
    truth = ((0.8416 + 1.96) / 0.1067) ** 2
    inside = 0
    for _ in range(300):
        found = random.binomial(200, ndtr(-1.96 + 0.1067 * np.sqrt(people))).astype(float)
        _, low, high = PowerCurve.fit(people, found, np.full(8, 200.0)).people(0.8)
        inside += low <= truth <= high
    assert 0.91 <= inside / 300 <= 0.985


def test_where_more_people_find_no_more_it_says_so():
    with pytest.raises(Problem, match="More people do not find more"):
        PowerCurve.fit(np.array([100, 200, 300.0]), np.array([50, 20, 5.0]), np.full(3, 100.0))
