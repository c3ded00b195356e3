from dataclasses import replace

import lightgbm
import numpy as np
import pandas as pd
import pytest

from causal_core import uplift
from causal_core.engine.progress import listening
from causal_core.problem import Problem
from causal_core.uplift import forest_trees
from causal_core.uplift.features import Encoder
from causal_core.uplift.forest import CausalForest, fit_causal_forest, residuals
from causal_core.uplift.forest_bags import LittleBags
from causal_core.uplift.forest_trees import BAG, Residuals, draws, fill, grow, leaf_of, split
from causal_core.uplift.pairs import pairs
from causal_core.uplift.scores import Training
from tests.uplift.worlds import confounded


def trial(rows, seed, effect, columns=4, **more):
    """A trial with chance 1/2, baseline a + b and noise 1."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, columns))
    arm = random.integers(0, 2, rows)
    outcome = X[:, 0] + X[:, 1] + arm * effect(X) + random.normal(size=rows)
    return Training(X, (), arm, outcome, 2, np.full((rows, 2), 0.5), seed=seed, **more)


def step(X):
    return 2.0 * (X[:, 0] > 0)


@pytest.fixture(scope="module")
def stepped():
    return fit_causal_forest(trial(2000, 0, step), 200)


def test_a_constant_effect_is_recovered_and_its_interval_covers():
    people = np.random.default_rng(9).normal(size=(300, 4))
    covered = []
    for seed in range(3):
        forest = fit_causal_forest(trial(1000, seed, lambda X: np.full(len(X), 1.5)), 100)
        effect, error = forest.effect(people), forest.std_error(people)
        assert effect.shape == error.shape == (300, 1)
        assert effect.mean() == pytest.approx(1.5, abs=0.2)
        covered.append(np.mean(np.abs(effect - 1.5) <= 1.96 * error))
    assert np.mean(covered) > 0.9


def test_a_step_is_found(stepped):
    people = np.random.default_rng(9).normal(size=(300, 4))
    effect = stepped.effect(people)[:, 0]
    assert effect[people[:, 0] > 0.5].mean() == pytest.approx(2, abs=0.25)
    assert effect[people[:, 0] < -0.5].mean() == pytest.approx(0, abs=0.25)
    assert np.sqrt(np.mean((effect - step(people)) ** 2)) < 0.4
    np.testing.assert_allclose(stepped.baseline(people).mean(), people[:, :2].sum(axis=1).mean(), atol=0.2)
    assert stepped.effect(people[:0]).shape == (0, 1)


def test_confounding_is_adjusted_for():
    world, new = confounded(2000, 0, columns=8), confounded(1000, 1, columns=8)
    fitted = uplift.fit("causal_forest", world.features, world.arm, world.outcome)
    assert isinstance(fitted.model, CausalForest)
    # The R-learner of boosted trees has .47 here.
    assert np.sqrt(np.mean((fitted.effect(new.features)[:, 0] - new.effect) ** 2)) < 0.45


def test_effect_and_error_scale_with_the_outcome():
    training = trial(600, 1, step)
    people = training.matrix[:50]
    one, ten = (
        fit_causal_forest(replace(training, outcome=factor * training.outcome + 7), 40)
        for factor in (1, 1024)
    )
    np.testing.assert_allclose(ten.effect(people), 1024 * one.effect(people), atol=0.01)
    np.testing.assert_allclose(ten.std_error(people), 1024 * one.std_error(people), atol=0.01)


def test_errors_shrink_with_rows(stepped):
    people = np.random.default_rng(9).normal(size=(200, 4))
    small = fit_causal_forest(trial(500, 0, step), 200)
    assert stepped.std_error(people).mean() < 0.85 * small.std_error(people).mean()


def test_the_variance_is_that_of_bag_means_less_the_noise_of_trees():
    # With t = 0 and tt = 1 the effect is the mean of ty, and the formula can be followed by hand.
    random = np.random.default_rng(0)
    bags, rows = 400, 30
    means = random.normal(scale=0.5, size=(bags, 1, rows))
    ty = 3 + means + random.normal(scale=0.8, size=(bags, BAG, rows))
    sums = LittleBags.of(rows, BAG, np.array([3.0, 1.0, 0.0, 0.0]))
    for bag in ty:
        sums.add([np.column_stack([tree, np.ones(rows), np.zeros(rows), np.zeros(rows)]) for tree in bag])
    np.testing.assert_allclose(sums.effect(), ty.mean(axis=(0, 1)))
    expected = ty.mean(axis=1).var(axis=0) - ty.var(axis=1).mean(axis=0) / (BAG - 1)
    np.testing.assert_allclose(sums.std_error() ** 2, expected, rtol=1e-4)
    assert np.mean(sums.std_error()) == pytest.approx(0.5, rel=0.02)


def test_a_variance_of_noise_alone_stays_positive():
    random = np.random.default_rng(0)
    sums = LittleBags.of(500, BAG, np.array([0.0, 1.0, 0.0, 0.0]))
    for _ in range(10):
        trees = random.normal(size=(BAG, 500))
        sums.add([np.column_stack([t, np.ones(500), np.zeros(500), np.zeros(500)]) for t in trees])
    assert (sums.std_error() > 0).all()
    assert np.isfinite(sums.std_error()).all()


def test_the_effect_is_the_slope_of_residuals_weighted_by_leaves():
    (pair,) = pairs(trial(400, 3, step))
    given = residuals(pair)
    (tree, *_) = grow(given, 8, (3, 0))
    x = given.matrix[:1]
    honest = next(draws(given, (3, 0, 0)))[1]
    here = honest[leaf_of(tree.booster, given.matrix[honest]) == leaf_of(tree.booster, x)]
    np.testing.assert_allclose(tree.moments_at(x)[0], given.moments[here].mean(axis=0))
    sums = LittleBags.of(1, BAG, tree.average)
    sums.add([tree.moments_at(x)] * BAG)
    slope = np.polyfit(given.treatment[here], given.outcome[here], 1)[0]
    assert sums.effect()[0] == pytest.approx(slope)


def test_honest_rows_never_split():
    (pair,) = pairs(trial(400, 3, step))
    given = residuals(pair)
    splitting, honest = next(draws(given, (3, 0, 0)))
    assert len(splitting) == len(honest) == 90
    assert not set(splitting) & set(honest)
    changed = given.outcome.copy()
    changed[honest] += 100
    options = forest_trees._options(given)

    def tree(outcome):
        data = lightgbm.Dataset(
            given.matrix, outcome / given.treatment, weight=given.treatment**2, params=options
        )
        return split(data.construct(), splitting, options)

    first, second = tree(given.outcome), tree(changed)
    assert first.model_to_string() == second.model_to_string()
    other = replace(given, outcome=changed)
    leaves = [
        fill(first, given.most_leaves, given.matrix[honest], each.moments[honest]).leaves
        for each in (given, other)
    ]
    assert np.abs(leaves[0] - leaves[1]).max() > 10


def test_trees_of_a_bag_share_a_half_and_clusters_stay_whole():
    random = np.random.default_rng(0)
    given = Residuals(random.normal(size=(300, 2)), np.ones(300), np.ones(300))
    drawn = [np.concatenate(parts) for parts in draws(given, (1,))]
    assert len(drawn) == BAG
    assert {len(rows) for rows in drawn} == {int(0.45 * 300) // 2 * 2 + int(0.45 * 300) % 2}
    assert len(set(np.concatenate(drawn))) <= 150
    clustered = replace(given, clusters=np.repeat(np.arange(60), 5))
    for splitting, honest in draws(clustered, (1,)):
        sizes = [np.bincount(clustered.clusters[rows], minlength=60) for rows in (splitting, honest)]
        assert set(np.concatenate(sizes)) == {0, 5}
        assert not (sizes[0].astype(bool) & sizes[1].astype(bool)).any()


def test_errors_know_of_clusters():
    random = np.random.default_rng(4)
    clusters = np.repeat(np.arange(150), 8)
    arm = random.integers(0, 2, 150)[clusters]
    X = random.normal(size=(150, 3))[clusters]
    outcome = arm + random.normal(size=150)[clusters] + random.normal(size=1200)
    alone = Training(X, (), arm, outcome, 2, np.full((1200, 2), 0.5))
    whole = replace(alone, clusters=clusters)
    people = X[:100]
    errors = [fit_causal_forest(each, 100).std_error(people).mean() for each in (alone, whole)]
    assert errors[1] > 1.5 * errors[0]


def test_the_same_digits_twice_and_other_ones_with_another_seed(stepped):
    training = trial(400, 2, step)
    people = training.matrix[:20]
    first, again, other = (
        fit_causal_forest(replace(training, seed=seed), 24).std_error(people) for seed in (5, 5, 6)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    # A tree depends on its own number alone, and rows are predicted one by one.
    (pair,) = pairs(training)
    few, many = (grow(residuals(pair), trees, (5, 0)) for trees in (8, 16))
    for one, same in zip(few, many, strict=False):
        np.testing.assert_array_equal(one.leaves, same.leaves)
    np.testing.assert_allclose(stepped.effect(people)[7:9], stepped.effect(people[7:9]))


def test_missing_values_and_categories_are_split():
    random = np.random.default_rng(7)
    rows = 2500
    town = random.integers(0, 12, rows)
    number = random.normal(size=rows)
    number[random.random(rows) < 0.3] = np.nan
    frame = pd.DataFrame({"town": pd.Categorical([f"t{code}" for code in town]), "number": number})
    truth = 2.0 * np.isin(town, (1, 4, 6, 9)) + 1.0 * np.isnan(number)
    arm = random.integers(0, 2, rows)
    outcome = arm * truth + 0.5 * random.normal(size=rows)
    encoder = Encoder.of(frame)
    matrix = encoder.matrix(frame)
    known = np.full((rows, 2), 0.5)
    forest = fit_causal_forest(Training(matrix, encoder.categorical, arm, outcome, 2, known), 60)
    np.testing.assert_array_equal(forest.effect(matrix)[5:8], forest.effect(matrix[5:8]))
    assert np.sqrt(np.mean((forest.effect(matrix)[:, 0] - truth) ** 2)) < 0.35
    new = np.array([[np.nan, np.nan], [1.0, 0.0]])
    assert np.isfinite(forest.effect(new)).all()
    assert np.isfinite(forest.std_error(new)).all()


def test_several_arms_are_each_compared_with_the_control():
    random = np.random.default_rng(0)
    X = random.normal(size=(1500, 3))
    arm = random.permutation(np.arange(1500) % 3)
    outcome = X[:, 1] + (arm == 1) * 1.0 - (arm == 2) * 2.0 * (X[:, 0] > 0) + random.normal(size=1500)
    shares = []
    with listening(lambda done, total: shares.append(done / total)):
        forest = fit_causal_forest(Training(X, (), arm, outcome, 3), 60)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    effect, error = forest.effect(X), forest.std_error(X)
    assert effect.shape == error.shape == (1500, 2)
    np.testing.assert_allclose(effect.mean(axis=0), [1, -1], atol=0.2)
    assert effect[X[:, 0] > 0.5, 1].mean() < -1.5
    assert (error > 0).all()


def test_a_rare_arm_is_in_every_leaf():
    random = np.random.default_rng(3)
    X = random.normal(size=(4000, 2))
    arm = (random.random(4000) < 0.05).astype(np.int64)
    known = np.tile([0.95, 0.05], (4000, 1))
    (pair,) = pairs(Training(X, (), arm, X[:, 0] + arm + random.normal(size=4000), 2, known))
    given = residuals(pair)
    for (splitting, _), tree in zip(draws(given, (0, 0, 0)), grow(given, 8, (0, 0)), strict=False):
        leaf = leaf_of(tree.booster, X[splitting])
        assert np.bincount(leaf, arm[splitting]).min() >= 2


def test_rows_without_a_choice_are_left_out():
    training = trial(600, 1, step)
    known = training.propensity.copy()
    known[:100] = np.eye(2)[training.arm[:100]]
    (pair,) = pairs(replace(training, propensity=known))
    assert len(residuals(pair).outcome) == 500


def test_what_does_not_apply_is_said_in_words():
    few = trial(30, 0, step)
    with pytest.raises(Problem, match=r"smaller of two arms has 1[0-9] of the 30 rows"):
        fit_causal_forest(few)
    with pytest.raises(Problem, match=r"There are 10 clusters .* needs 20"):
        fit_causal_forest(replace(trial(400, 0, step), clusters=np.arange(400) % 10))
    with pytest.raises(Problem, match="forest of 50 trees has no intervals"):
        fit_causal_forest(trial(100, 0, step), 50)
    smallest = fit_causal_forest(trial(60, 0, step), 8)
    assert np.isfinite(smallest.effect(few.matrix)).all()
    assert np.isfinite(smallest.std_error(few.matrix)).all()


def test_a_column_that_never_varies_gives_the_average_effect():
    random = np.random.default_rng(0)
    arm = random.permutation(np.arange(200) % 2)
    training = Training(np.zeros((200, 1)), (), arm, 2.0 * arm, 2, np.full((200, 2), 0.5))
    forest = fit_causal_forest(training, 8)
    np.testing.assert_allclose(forest.effect(np.zeros((2, 1))), 2, atol=0.05)
