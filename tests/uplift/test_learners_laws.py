"""What holds for every learner, whatever the world: order, seeds, folds, arms, odd outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from causal_core import uplift
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift.learners import fit_model
from causal_core.uplift.order import ordered, row_order
from causal_core.uplift.pairs import pairs
from causal_core.uplift.scores import Training, learning_folds

LEARNERS = ("s", "t", "x", "r", "dr", "ct")


def world(rows, seed, noise=0.1, arms=2):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 3))
    arm = random.permutation(np.arange(rows) % arms)
    effect = 1 + 0.5 * x[:, [0]] * np.arange(1, arms)
    shown = np.column_stack([np.zeros(rows), effect])[np.arange(rows), arm]
    return x, arm, x[:, 1] + shown + noise * random.normal(size=rows), effect


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_order_of_rows_is_irrelevant_and_seeds_repeat(learner):
    x, arm, y, _ = world(120, 0)
    x[::5, 2] = np.nan
    shuffled = np.random.default_rng(9).permutation(120)
    first = uplift.fit(learner, x, arm, y, seed=2, base="linear")
    again = uplift.fit(learner, x[shuffled], arm[shuffled], y[shuffled], seed=2, base="linear")
    np.testing.assert_array_equal(first.effect(x), again.effect(x))
    np.testing.assert_array_equal(first.out_of_fold[shuffled], again.out_of_fold)


def test_the_order_of_rows_is_irrelevant_to_boosted_trees():
    x, arm, y, _ = world(120, 0)
    shuffled = np.random.default_rng(9).permutation(120)
    first, again = (uplift.fit("dr", x[rows], arm[rows], y[rows]) for rows in (np.arange(120), shuffled))
    np.testing.assert_array_equal(first.effect(x), again.effect(x))


def test_rows_are_ordered_by_what_they_hold():
    x, arm, y, _ = world(200, 1)
    x[:9, 0] = np.nan
    x[9, 1], x[10, 1] = 0.0, -0.0
    training = Training(x, (), arm, y, 2, clusters=np.arange(200) // 4)
    shuffled = training.take(np.random.default_rng(0).permutation(200))
    first, again = (ordered(each, row_order(each)) for each in (training, shuffled))
    np.testing.assert_array_equal(first.matrix, again.matrix)
    np.testing.assert_array_equal(first.outcome, again.outcome)
    np.testing.assert_array_equal(first.clusters, again.clusters)
    # Not an order by size, which would put like rows into like folds.
    assert abs(np.corrcoef(np.arange(200), first.outcome)[0, 1]) < 0.2


@pytest.mark.parametrize("learner", ["t", "x"])
def test_no_row_is_scored_by_a_model_that_saw_it(learner):
    x, arm, y, _ = world(200, 3)
    fitted = uplift.fit(learner, x, arm, y, base="linear")
    order = row_order(fitted.training)
    fold = ordered(fitted.training, order).folds()
    rows = order[fold == fold[np.flatnonzero(order == 17)[0]]]
    learned = fitted.training.take(np.setdiff1d(np.arange(200), rows))
    model = fit_model(learner, ordered(learned, row_order(learned)))
    np.testing.assert_allclose(fitted.out_of_fold[17], model.effect(x[[17]])[0], atol=1e-9)


def test_what_learners_predict_beforehand_did_not_see_the_row():
    x, arm, _, _ = world(300, 4)
    y = np.random.default_rng(0).normal(size=300)
    (pair,) = pairs(Training(x, (), arm, y, 2))
    mean, chance = pair.mean(), pair.probability()
    row, changed = 5, y.copy()
    changed[row] += 100.0
    (other,) = pairs(Training(x, (), arm, changed, 2))
    same = pair.fold == pair.fold[row]
    np.testing.assert_array_equal(other.mean()[same], mean[same])
    assert np.abs(other.mean() - mean)[~same].max() > 0
    np.testing.assert_array_equal(other.probability(), chance)
    assert learning_folds(4999) == 3
    assert learning_folds(5000) == 2


@pytest.mark.parametrize("base", ["boosted", "linear"])
@pytest.mark.parametrize("learner", LEARNERS)
def test_a_constant_outcome_has_no_effect(learner, base):
    x, arm, _, _ = world(120, 5)
    effect = uplift.fit(learner, x, arm, np.full(120, 7.0), base=base).effect(x)
    np.testing.assert_allclose(effect, 0, atol=1e-9)


@pytest.mark.parametrize("learner", LEARNERS)
def test_adding_a_constant_to_the_outcome_changes_no_effect(learner):
    x, arm, y, _ = world(200, 6)
    found, moved = (
        uplift.fit(learner, x, arm, outcome, base="linear", propensity=np.full(200, 0.5)).effect(x)
        for outcome in (y, y + 1000)
    )
    # The order of rows is by their content, so folds differ; no more than that does.
    np.testing.assert_allclose(found, moved, atol=0.3)


@pytest.mark.parametrize("learner", LEARNERS)
def test_binary_outcomes_rare_arms_and_negative_effects(learner):
    random = np.random.default_rng(7)
    x = random.integers(0, 2, (3000, 1)).astype(float)
    arm = (random.random(3000) < 0.15).astype(int)
    y = (random.random(3000) < 0.5 - 0.3 * arm * x[:, 0]).astype(float)
    low, high = uplift.fit(learner, x, arm, y).effect(np.array([[0.0], [1.0]]))[:, 0]
    assert low == pytest.approx(0, abs=0.12)
    assert high == pytest.approx(-0.3, abs=0.12)


@pytest.mark.parametrize("learner", ["x", "r", "dr", "ct"])
def test_known_and_estimated_propensities_lead_to_the_same_effect(learner):
    random = np.random.default_rng(8)
    x = random.integers(0, 2, (3000, 1)).astype(float)
    chance = np.where(x[:, 0] > 0, 0.75, 0.25)
    arm = (random.random(3000) < chance).astype(int)
    y = 3 * x[:, 0] + arm * (1 + x[:, 0]) + random.normal(size=3000)
    for known in (None, chance):
        effect = uplift.fit(learner, x, arm, y, propensity=known, base="linear").effect(np.array([0.0, 1.0]))
        np.testing.assert_allclose(effect[:, 0], [1, 2], atol=0.6 if learner == "ct" else 0.2)


@pytest.mark.parametrize("learner", LEARNERS)
def test_unseen_categories_missing_values_and_three_unbalanced_arms(learner):
    random = np.random.default_rng(10)
    group = random.choice(["p", "q"], 1500)
    arm = random.choice(3, 1500, p=[0.6, 0.3, 0.1])
    y = np.array([0.0, 1.0, -2.0])[arm] * (group == "p") + 0.1 * random.normal(size=1500)
    frame = pd.DataFrame({"group": group, "x": np.where(random.random(1500) < 0.2, np.nan, 1.0)})
    fitted = uplift.fit(learner, frame, arm, y, base="linear")
    effect = fitted.effect(pd.DataFrame({"group": ["p", "q", "new", None], "x": [1.0, np.nan, 1.0, np.nan]}))
    assert effect.shape == (4, 2)
    assert np.isfinite(effect).all()
    np.testing.assert_allclose(effect[:2], [[1, -2], [0, 0]], atol=0.12 if learner != "ct" else 0.45)
    assert fitted.baseline(frame.iloc[:1])[0] == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("learner", ["s", "dr"])
def test_one_arm_or_few_rows_are_refused_in_words(learner):
    x, arm, y, _ = world(60, 11)
    with pytest.raises(Problem, match="All rows are in the control arm"):
        uplift.fit(learner, x, np.zeros(60), y)
    with pytest.raises(Problem, match="arm 1 has only 4 rows; a model needs at least 10"):
        uplift.fit(learner, x, (np.arange(60) < 4).astype(int), y)
    with pytest.raises(DoesNotApply, match="no standard error for one person"):
        uplift.fit(learner, x, arm, y, base="linear").std_error(x)


def test_a_propensity_of_0_or_1_everywhere_is_refused():
    x, arm, y, _ = world(60, 12)
    for learner in ("r", "ct"):
        with pytest.raises(Problem, match="0 or 1 in every row"):
            uplift.fit(learner, x, arm, y, propensity=arm.astype(float))
        # In some rows: these say nothing of the difference and are left out.
        some = np.where(np.arange(60) < 6, arm, 0.5)
        assert np.isfinite(uplift.fit(learner, x, arm, y, propensity=some).effect(x)).all()


def test_class_transformation_is_the_transformed_outcome_by_hand():
    random = np.random.default_rng(13)
    x = np.repeat([0.0, 1.0], 200)
    arm = random.permutation(np.arange(400) % 2)
    y = (random.random(400) < 0.3 + 0.4 * arm * x).astype(float)
    fitted = uplift.fit("ct", x, arm, y, propensity=np.full(400, 0.5), base="linear")
    target = (y - y.mean()) * (arm - 0.5) / 0.25
    wanted = [target[x == 0].mean(), target[x == 1].mean()]
    np.testing.assert_allclose(fitted.effect(np.array([0.0, 1.0]))[:, 0], wanted, atol=0.02)
    # But for the constant that is 2 Z - 1: Z marks the treated with the outcome and controls without.
    z = np.where(arm == 1, y, 1 - y)
    lean = (1 - 2 * y.mean()) * (2 * arm - 1)
    np.testing.assert_allclose(target, 2 * z - 1 + lean, atol=1e-12)
