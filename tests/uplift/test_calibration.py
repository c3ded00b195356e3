import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from causal_core import uplift
from causal_core.uplift.calibration import calibration, r_score
from causal_core.uplift.segments import extremes, grouped
from tests.uplift.worlds import trial


def scattered(rows=200):
    random = np.random.default_rng(0)
    predicted = random.normal(size=rows)
    return predicted, 0.5 + 2 * predicted + random.normal(size=rows) * (1 + predicted**2)


def test_slope_and_mean_are_least_squares_with_hc3_errors():
    predicted, effects = scattered()
    found = calibration(predicted, effects)
    fitted = sm.OLS(effects, sm.add_constant(predicted - predicted.mean())).fit(cov_type="HC3")
    np.testing.assert_allclose((found.mean, found.slope), fitted.params)
    np.testing.assert_allclose((found.mean_error, found.std_error), fitted.bse)
    np.testing.assert_allclose((found.mean_ci, found.ci), fitted.conf_int())
    assert calibration(np.full(9, 0.1), effects[:9]) is None


def test_pieces_have_means_of_their_own_and_one_slope():
    predicted, effects = scattered()
    piece = np.arange(200) % 3
    found = calibration(predicted, effects + 10.0 * piece, piece=piece)
    marks = (piece[:, None] == np.arange(3)).astype(float)
    fitted = sm.OLS(effects + 10 * piece, np.column_stack([marks, predicted])).fit(cov_type="HC3")
    assert found.slope == pytest.approx(fitted.params[3])
    assert found.std_error == pytest.approx(fitted.bse[3], rel=0.01)
    assert calibration(piece / 7.0, effects, piece=piece) is None


def test_doubled_rows_in_clusters_say_no_more_than_the_rows():
    predicted, effects = scattered()
    once = calibration(predicted, effects)
    twice = calibration(np.tile(predicted, 2), np.tile(effects, 2), np.tile(np.arange(200), 2))
    assert twice.std_error == pytest.approx(once.std_error, rel=0.02)
    assert twice.mean_error == pytest.approx(once.mean_error, rel=0.02)


def test_the_r_score_by_hand():
    outcome, treated = np.array([3.0, 0, 1, 0]), np.array([1.0, 0, 1, 0])
    mean, probability = np.ones(4), np.full(4, 0.5)
    # y - m = 2, -1, 0, -1 and T - e = 1/2, -1/2, 1/2, -1/2: the best constant is 2, its loss 1/2.
    assert r_score(np.full(4, 2.0), outcome, treated, mean, probability) == pytest.approx(0)
    # Effects of 4, 2, 0, 2 leave nothing.
    assert r_score(np.array([4.0, 2, 0, 2]), outcome, treated, mean, probability) == 1
    assert r_score(np.zeros(4), outcome, treated, mean, probability) == pytest.approx(1 - 1.5 / 0.5)
    assert r_score(np.zeros(4), outcome, treated, mean, treated) is None


def test_the_outermost_groups_differ_by_hand():
    predicted = np.array([4.0, 3, 2, 1])
    found = extremes(predicted, np.array([10.0, 20, 1, 3]), None, 2, None)
    assert found.value == 13
    assert found.std_error == pytest.approx(np.hypot(5, 1))
    assert found.ci == pytest.approx((13 - 1.96 * found.std_error, 13 + 1.96 * found.std_error), abs=1e-3)
    assert extremes(np.ones(4), np.arange(4.0), None, 2, None) is None


def test_clusters_within_groups_widen_the_difference_and_across_groups_narrow_it():
    random = np.random.default_rng(1)
    shift = np.repeat(random.normal(size=100), 4)
    effects = shift + 0.1 * random.normal(size=400)
    inside = np.repeat(random.normal(size=100), 4)
    codes = np.repeat(np.arange(100), 4)
    plain = extremes(inside, effects, None, 2, None).std_error
    assert extremes(inside, effects, codes, 2, None).std_error > 1.6 * plain
    across = np.tile([1.0, 1, 0, 0], 100)
    assert extremes(across, effects, codes, 2, None).std_error < 0.3 * plain


def test_groups_are_cut_within_pieces():
    predicted = np.array([1.0, 2, 3, 4, 10, 20, 30, 40])
    piece = np.repeat([0, 1], 4)
    np.testing.assert_array_equal(grouped(predicted, 2, piece), [1, 1, 0, 0, 1, 1, 0, 0])
    np.testing.assert_array_equal(grouped(predicted, 2), [1, 1, 1, 1, 0, 0, 0, 0])


def test_a_binary_outcome_in_a_trial_has_a_perfect_order_and_nothing_else_has():
    random = np.random.default_rng(2)
    units = trial(400, 0)
    binary = uplift.Units(
        units.features, units.arm, (random.random(400) < 0.4).astype(float), units.arms, randomised=True
    )
    seen = uplift.Units(units.features, units.arm, binary.outcome, units.arms)
    parts = [uplift.learn(binary, "t", base="linear")]
    parts += [uplift.score_fold(binary, fold) for fold in range(5)]
    (result,) = uplift.evaluate(binary, parts).results
    held = binary.outcome[binary.halves(0)[1]], binary.arm[binary.halves(0)[1]]
    # All treated with the outcome first: their share, and Q there is their number.
    responders = int(((held[0] == 1) & (held[1] == 1)).sum())
    assert result.perfect[1] == (responders / 200, responders / 100)
    assert result.perfect[-1] == result.qini_curve[-1]
    assert result.qini_normalised == pytest.approx(result.qini / perfect_coefficient(result, held[1].mean()))
    for other in (units, seen):
        (found,) = uplift.evaluate(other, parts).results
        assert (found.perfect, found.qini_normalised) == ((), None)


def perfect_coefficient(result, treated):
    share, gain = np.array(result.perfect).T
    return np.trapezoid(gain, share) - gain[-1] / 2


def test_frames_without_a_column_that_differs_have_segments_without_traits():
    features = pd.DataFrame({"same": [1, 1, 1, 1]})
    from causal_core.uplift.segments import segments

    top, _ = segments(np.array([4.0, 3, 2, 1]), np.arange(4.0), features, groups=2)
    assert [trait.difference for trait in top.traits] == [0]
