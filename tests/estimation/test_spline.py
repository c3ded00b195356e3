import numpy as np
from scipy.interpolate import CubicSpline

from causal_core.estimation.spline import Spline, spline_of


def test_the_basis_spans_natural_cubic_splines():
    knots = (1.0, 2.0, 4.0, 7.0, 9.0)
    spline = Spline(knots, 5.0, 2.0)
    curve = CubicSpline(knots, [0.3, -1.0, 2.0, 0.5, 1.5], bc_type="natural")
    inside = np.linspace(1, 9, 200)
    features = np.column_stack([np.ones(200), spline.basis(inside)])
    theta, *_ = np.linalg.lstsq(features, curve(inside), rcond=None)
    np.testing.assert_allclose(features @ theta, curve(inside), atol=1e-10)
    np.testing.assert_allclose(spline.slope(inside) @ theta[1:], curve(inside, 1), atol=1e-9)


def test_it_is_straight_beyond_the_outer_knots():
    spline = Spline((1.0, 2.0, 4.0, 7.0), 3.0, 2.0)
    for ends in (np.array([-5.0, -3.0, -1.0, 1.0]), np.array([7.0, 9.0, 11.0, 13.0])):
        np.testing.assert_allclose(np.diff(spline.basis(ends), 2, axis=0), 0, atol=1e-10)


def test_knots_follow_the_rows_and_survive_heaps():
    random = np.random.default_rng(0)
    assert [len(spline_of(random.normal(size=n)).knots) for n in (60, 200, 600, 2000)] == [3, 4, 5, 7]
    assert spline_of(random.normal(size=60), bends=False).width == 1
    heaped = np.concatenate([np.full(900, 20.0), np.arange(1.0, 41.0)])
    knots = spline_of(heaped).knots
    assert len(knots) == 5
    assert np.all(np.diff(knots) > 0)
