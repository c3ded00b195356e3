import numpy as np
import pytest

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.folds import folds, halves
from causal_core.uplift.propensity import clip, fit_propensity
from causal_core.uplift.scores import aipw
from tests.uplift.worlds import confounded


def test_aipw_by_hand():
    scores = aipw(
        np.array([3.0, 1.0]),
        np.array([1, 0]),
        np.array([[1.0, 2.0], [0.5, 4.0]]),
        np.array([[0.75, 0.25], [0.5, 0.5]]),
    )
    np.testing.assert_allclose(scores, [[1, 2 + (3 - 2) / 0.25], [0.5 + (1 - 0.5) / 0.5, 4]])


def test_scores_average_to_the_effect_where_the_plain_difference_is_far_off():
    world = confounded(2500, 3, columns=6)
    found = uplift.aipw_scores(world.features, world.arm, world.outcome)
    plain = world.outcome[world.arm == 1].mean() - world.outcome[world.arm == 0].mean()
    assert abs(plain - world.effect.mean()) > 0.4
    assert found.effects.mean() == pytest.approx(world.effect.mean(), abs=0.12)
    np.testing.assert_allclose(found.propensity[:, 1], world.propensity, atol=0.16)
    known = np.column_stack([1 - world.propensity, world.propensity])
    given = uplift.aipw_scores(world.features, world.arm, world.outcome, propensity=known)
    np.testing.assert_array_equal(given.propensity, known)
    assert given.clipped == (0, 0)


def test_a_random_assignment_has_the_arms_shares():
    random = np.random.default_rng(0)
    arm = np.arange(300) % 3
    found = uplift.aipw_scores(random.normal(size=(300, 2)), arm, random.normal(size=300), randomised=True)
    np.testing.assert_allclose(found.propensity, 1 / 3)


def test_clipping_is_relative_to_the_arms_share_and_counted():
    clipped, raised = clip(np.array([[0.99, 0.01], [0.9995, 0.0005]]), np.array([0.98, 0.02]))
    np.testing.assert_allclose(clipped, [[0.99, 0.01], [0.9995, 0.002]])
    assert raised == (0, 1)


def test_propensities_follow_logistic_and_stepwise_worlds():
    random = np.random.default_rng(1)
    x = random.normal(size=(4000, 3))
    for truth in (1 / (1 + np.exp(-x[:, 0])), np.where((x[:, 0] > 0) == (x[:, 1] > 0), 0.8, 0.2)):
        arm = (random.random(4000) < truth).astype(np.int64)
        found = fit_propensity(x, arm, 2).predict(x)
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert np.sqrt(np.mean((found[:, 1] - truth) ** 2)) < 0.1


def test_propensities_take_gaps_and_categories_and_three_arms():
    random = np.random.default_rng(2)
    code = random.integers(0, 3, 3000).astype(float)
    x = np.column_stack([np.where(random.random(3000) < 0.3, np.nan, 1.0), code])
    arm = np.where(random.random(3000) < 0.7, code, random.integers(0, 3, 3000)).astype(np.int64)
    found = fit_propensity(x, arm, 3, categorical=(1,)).predict(x)
    np.testing.assert_allclose(found[np.arange(3000), code.astype(int)], 0.8, atol=0.06)
    with pytest.raises(Problem, match="no rows in one part"):
        fit_propensity(x, arm % 2, 3)


def test_folds_spread_arms_and_keep_clusters_whole():
    arm = np.array([0] * 50 + [1] * 10)
    fold = folds(arm, 5, seed=1)
    assert [int(((fold == part) & (arm == 1)).sum()) for part in range(5)] == [2] * 5
    clusters = np.arange(60) // 6
    by_cluster = folds(arm, 5, clusters, seed=1)
    assert all(len(set(by_cluster[clusters == code])) == 1 for code in range(10))
    np.testing.assert_array_equal(folds(arm, 5, seed=1), fold)
    assert (folds(arm, 5, seed=2) != fold).any()


def test_halves_need_ten_rows_of_each_arm():
    learning, held_out = halves(np.arange(100) % 2, ("a", "b"), seed=0)
    assert sorted([*learning, *held_out]) == list(range(100))
    assert (len(learning), len(held_out)) == (50, 50)
    with pytest.raises(Problem, match="arm b has only 15 rows"):
        halves((np.arange(100) < 15).astype(int), ("a", "b"))
