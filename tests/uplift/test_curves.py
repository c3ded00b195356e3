import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.bands import score_curve_errors, uplift_curve_errors
from causal_core.uplift.toc import HALF_SAMPLES

# Six rows, worked out by hand. Sorted by score: (t, y) = (1, 3), then two tied (1, 1), (0, 2), then
# (0, 1), (1, 4), (0, 0). After k = 1, 3, 4, 5, 6 rows: N_t = 1 2 2 3 3, N_c = 0 1 2 2 3,
# R_t = 3 4 4 8 8, R_c = 0 2 3 3 3.
SCORE = [5.0, 4.0, 4.0, 3.0, 2.0, 1.0]
TREATED = [1, 1, 0, 0, 1, 0]
OUTCOME = [3.0, 1.0, 2.0, 1.0, 4.0, 0.0]


def test_uplift_curve_by_hand():
    curve = uplift.uplift_curve(OUTCOME, TREATED, SCORE)
    np.testing.assert_allclose(curve.share, np.array([0, 1, 3, 4, 5, 6]) / 6)
    gains = np.array([0, 3 * 1, (2 - 2) * 3, (2 - 1.5) * 4, (8 / 3 - 1.5) * 5, (8 / 3 - 1) * 6]) / 6
    np.testing.assert_allclose(curve.gain, gains)
    area = 0.5 * (0 + 3) + 0.5 * 2 * 3 + 0.5 * 2 + 0.5 * (2 + 35 / 6) + 0.5 * (35 / 6 + 10)
    assert curve.area == pytest.approx(area / 36)


def test_qini_curve_by_hand():
    curve = uplift.qini_curve(OUTCOME, TREATED, SCORE)
    np.testing.assert_allclose(curve.gain, [0, 3, 4 - 2 * 2, 4 - 3, 8 - 3 * 1.5, 8 - 3])
    area = 0.5 * 3 + 0.5 * 2 * 3 + 0.5 * 1 + 0.5 * (1 + 3.5) + 0.5 * (3.5 + 5)
    assert curve.coefficient == pytest.approx((area - 6 * 5 / 2) / (6 * 3))


def test_score_curve_by_hand():
    curve = uplift.score_curve([4.0, 0.0, 2.0, -2.0], [9, 5, 5, 1])
    np.testing.assert_allclose(curve.share, [0, 0.25, 0.75, 1])
    np.testing.assert_allclose(curve.gain, [0, 1, 1.5, 1])
    assert curve.area == pytest.approx(0.125 + 0.625 + 0.3125)
    assert curve.coefficient == pytest.approx(curve.area - 0.5)


def test_a_constant_score_gives_a_straight_line_and_no_qini():
    curve = uplift.qini_curve(OUTCOME, TREATED, np.ones(6))
    np.testing.assert_allclose(curve.gain, [0, 5])
    assert curve.coefficient == 0


@pytest.mark.parametrize("curve", [uplift.uplift_curve, uplift.qini_curve])
def test_a_missing_score_is_an_error_that_says_how_many(curve):
    with pytest.raises(Problem, match="score is missing in 2 of 6 rows"):
        curve(OUTCOME, TREATED, [np.nan, 1, 2, np.nan, 3, 4])


def test_missing_values_of_nullable_columns_are_counted():
    score = pd.Series([1, None, 3, 4, 5, 6], dtype="Int64")
    with pytest.raises(Problem, match="missing in 1 of 6"):
        uplift.uplift_curve(OUTCOME, TREATED, score)


def test_other_codings_and_single_arms_are_refused():
    with pytest.raises(Problem, match="coded 0"):
        uplift.qini_curve(OUTCOME, [1, 2, 1, 2, 1, 2], SCORE)
    with pytest.raises(Problem, match="same arm"):
        uplift.qini_curve(OUTCOME, np.ones(6), SCORE)
    with pytest.raises(Problem, match="5 rows where 6"):
        uplift.qini_curve(OUTCOME[:5], TREATED, SCORE)


rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(-5, 5)), min_size=4, max_size=40
).filter(lambda found: len({treated for _, treated, _ in found}) == 2)


@settings(max_examples=60, deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_row_order_never_matters(found, random):
    shuffled = found.copy()
    random.shuffle(shuffled)
    score, treated, outcome = np.array(found, dtype=float).T
    score2, treated2, outcome2 = np.array(shuffled, dtype=float).T
    first = uplift.uplift_curve(outcome, treated, score)
    second = uplift.uplift_curve(outcome2, treated2, score2)
    np.testing.assert_array_equal(first.share, second.share)
    np.testing.assert_allclose(first.gain, second.gain, atol=1e-12)
    coefficients = [
        uplift.qini_curve(*arrays).coefficient
        for arrays in ((outcome, treated, score), (outcome2, treated2, score2))
    ]
    assert coefficients[0] == pytest.approx(coefficients[1], abs=1e-12)
    for weighting in ("autoc", "qini"):
        assert uplift.rate(outcome, score, weighting).value == pytest.approx(
            uplift.rate(outcome2, score2, weighting).value, abs=1e-12
        )


@settings(max_examples=40, deadline=None)
@given(rows)
def test_curves_depend_on_the_ranking_alone(found):
    score, treated, outcome = np.array(found, dtype=float).T
    plain, stretched = (
        uplift.uplift_curve(outcome, treated, score),
        uplift.uplift_curve(outcome, treated, np.exp(score)),
    )
    np.testing.assert_allclose(plain.gain, stretched.gain)


def test_qini_is_close_to_auuc_less_half_the_effect_and_to_the_rate():
    random = np.random.default_rng(3)
    rows = 20_000
    tau = random.random(rows)
    treated = random.integers(0, 2, rows)
    outcome = treated * tau + random.normal(size=rows)
    score = tau + 0.3 * random.normal(size=rows)
    auuc = uplift.uplift_curve(outcome, treated, score)
    qini = uplift.qini_curve(outcome, treated, score).coefficient
    scores = 2 * (2 * treated - 1) * outcome
    assert qini == pytest.approx(auuc.area - auuc.gain[-1] / 2, abs=0.003)
    assert qini == pytest.approx(uplift.rate(scores, score, "qini").value, abs=0.01)


def test_a_grid_keeps_the_ends_the_summary_and_true_points():
    random = np.random.default_rng(0)
    score = random.random(5000)
    treated = random.integers(0, 2, 5000)
    curve = uplift.uplift_curve(score * treated, treated, score)
    thin = curve.on_grid(200)
    assert len(thin.share) == 200
    assert (thin.share[0], thin.share[-1], thin.gain[-1]) == (0, 1, curve.gain[-1])
    assert thin.area == curve.area
    assert set(thin.gain) <= set(curve.gain)
    assert len(uplift.qini_curve(OUTCOME, TREATED, SCORE).on_grid(200).share) == 6


def test_rates_of_a_perfect_uniform_score():
    effect = (np.arange(100_000) + 0.5) / 100_000
    assert uplift.rate(effect, effect).value == pytest.approx(1 / 4, abs=1e-4)
    assert uplift.rate(effect, effect, "qini").value == pytest.approx(1 / 12, abs=1e-4)


def test_a_constant_priority_is_exactly_nothing():
    effect = np.random.default_rng(0).normal(size=999)
    for weighting in ("autoc", "qini"):
        found = uplift.rate(effect, np.full(999, 0.3), weighting)
        assert (found.value, found.std_error, found.ci) == (0, 0, (0, 0))


def test_toc_by_hand_and_rates_are_its_means():
    effect, priority = [4.0, 1.0, 3.0, -2.0], [4, 2, 2, 1]
    curve = uplift.toc(effect, priority)
    # Mean 1.5; the tied rows share 2, so the running means are 4, 3, 8/3, 1.5.
    np.testing.assert_allclose(curve.gain, np.array([4, 3, 8 / 3, 1.5]) - 1.5)
    assert uplift.rate(effect, priority).value == pytest.approx(curve.gain.mean())
    assert uplift.rate(effect, priority, "qini").value == pytest.approx((curve.share * curve.gain).mean())


def test_the_half_sample_error_is_that_of_repeated_samples():
    random = np.random.default_rng(1)
    values, errors = [], []
    for _ in range(150):
        priority = random.random(400)
        effect = priority + random.normal(size=400)
        found = uplift.rate(effect, priority, seed=1)
        values.append(found.value)
        errors.append(found.std_error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)
    covered = np.mean(np.abs(np.array(values) - 0.25) < 1.96 * np.array(errors))
    assert covered > 0.88


def test_clusters_are_taken_whole():
    random = np.random.default_rng(2)
    priority = np.repeat(random.random(200), 10)
    effect = np.repeat(random.normal(size=200), 10)
    alone = uplift.rate(effect, priority + 1e-6 * random.random(2000))
    together = uplift.rate(
        effect, priority + 1e-6 * random.random(2000), clusters=np.repeat(np.arange(200), 10)
    )
    assert together.std_error > 2.5 * alone.std_error


def test_rates_are_seeded_and_refuse_what_they_cannot_do():
    effect, priority = np.arange(50.0) % 7, np.arange(50.0) % 5
    assert uplift.rate(effect, priority, seed=4) == uplift.rate(effect, priority, seed=4)
    assert uplift.rate(effect, priority, seed=4) != uplift.rate(effect, priority, seed=5)
    assert HALF_SAMPLES == 200
    with pytest.raises(Problem, match="no weighting 'auc'"):
        uplift.rate(effect, priority, "auc")
    with pytest.raises(Problem, match="4 clusters"):
        uplift.rate(effect, priority, clusters=np.arange(50) % 3)


def test_band_errors_match_repeated_samples():
    random = np.random.default_rng(7)
    share = np.array([0.0, 0.25, 0.5, 1.0])
    score = np.linspace(1, 0, 400)
    gains, errors, score_gains, score_errors = [], [], [], []
    for _ in range(300):
        treated = random.permutation(np.repeat([0.0, 1.0], 200))
        outcome = treated * score + random.normal(size=400)
        curve = uplift.uplift_curve(outcome, treated, score)
        gains.append(np.interp(share, curve.share, curve.gain))
        errors.append(uplift_curve_errors(outcome, treated, score, share))
        effects = score + random.normal(size=400)
        score_gains.append(np.cumsum(effects)[[99, 199, 399]] / 400)
        score_errors.append(score_curve_errors(effects, score, share))
    np.testing.assert_allclose(np.mean(errors, axis=0), np.std(gains, axis=0), rtol=0.15)
    assert np.mean(errors, axis=0)[0] == 0
    # The scores of the first half hardly vary in mean here, so the error may only be a little too wide.
    ratio = np.mean(score_errors, axis=0)[1:] / np.std(score_gains, axis=0)
    assert (ratio > 0.85).all()
    assert (ratio < 1.3).all()


def test_one_row_clusters_give_nearly_the_plain_band():
    random = np.random.default_rng(8)
    score = random.random(500)
    treated = random.integers(0, 2, 500).astype(float)
    outcome = random.normal(size=500) + 10
    share = np.array([0.0, 0.3, 1.0])
    own = np.arange(500)
    np.testing.assert_allclose(
        uplift_curve_errors(outcome, treated, score, share, own),
        uplift_curve_errors(outcome, treated, score, share),
        rtol=0.02,
    )
    np.testing.assert_allclose(
        score_curve_errors(outcome, score, share, own), score_curve_errors(outcome, score, share), rtol=1e-9
    )
