"""Base learners: linear ones are exact where the world is linear, scikit-learn's come by name or instance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.bases import least_squares, regress
from causal_core.uplift.catalogue import BASES
from causal_core.uplift.trees import boost

LEARNERS = ("s", "t", "x", "r", "dr", "ct")


def linear_world(rows, seed, noise):
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, 2))
    arm = (random.random(rows) < 1 / (1 + np.exp(-x[:, 0]))).astype(int)
    effect = 1 + 2 * x[:, 0] - x[:, 1]
    return x, arm, 3 * x[:, 1] + arm * effect + noise * random.normal(size=rows), effect


@pytest.mark.parametrize("learner", ["s", "t", "x", "dr"])
def test_a_linear_base_recovers_a_linear_effect_exactly(learner):
    x, arm, y, effect = linear_world(400, 0, 0.0)
    found = uplift.fit(learner, x, arm, y, base="linear").effect(x)[:, 0]
    np.testing.assert_allclose(found, effect, atol=1e-5)


@pytest.mark.parametrize(
    ("learner", "bound"), [("s", 0.15), ("t", 0.15), ("x", 0.2), ("r", 0.25), ("dr", 0.2)]
)
def test_a_linear_base_recovers_a_linear_effect_up_to_noise(learner, bound):
    x, arm, y, effect = linear_world(3000, 1, 1.0)
    fitted = uplift.fit(learner, x, arm, y, base="linear")
    assert np.sqrt(np.mean((fitted.effect(x)[:, 0] - effect) ** 2)) < bound
    # A linear effect: the middle of two people has the middle of their effects.
    ends, middle = fitted.effect(x[:2])[:, 0], fitted.effect(x[:2].mean(axis=0)[None])[0, 0]
    # The X-learner weighs two such lines by the propensity.
    assert middle == pytest.approx(ends.mean(), abs=1e-4 if learner == "x" else 1e-9)


def test_trees_for_noisy_targets_stay_small_unless_larger_ones_predict_better():
    random = np.random.default_rng(14)
    x = random.normal(size=(3000, 4))
    noise = random.normal(size=3000)
    for signal, leaves in ((x[:, 0], 8), (3 * np.sign(x[:, 0] * x[:, 1]) * np.abs(x[:, 2]), 31)):
        booster = boost(x, signal + 3 * noise * (leaves == 8) + noise, noisy=True).booster
        assert booster is not None
        assert booster.params["num_leaves"] == leaves


def test_least_squares_is_that_of_the_textbook():
    random = np.random.default_rng(2)
    x, weights = random.normal(size=(200, 3)), random.uniform(0.5, 2, 200)
    y = 1 + x @ [1.0, -2.0, 0.0] + 1e-3 * random.normal(size=200)
    design = np.column_stack([np.ones(200), x]) * np.sqrt(weights)[:, None]
    exact = np.linalg.lstsq(design, y * np.sqrt(weights), rcond=None)[0]
    np.testing.assert_allclose(least_squares(x, y, weights), exact, atol=1e-5)
    # Twice the same column, and more columns than rows, still have one answer.
    twice = least_squares(np.column_stack([x, x]), y)
    np.testing.assert_allclose(twice[1:4], twice[4:], atol=1e-6)
    wide = least_squares(random.normal(size=(20, 60)), random.normal(size=20))
    assert np.abs(wide).max() < 3


def test_noise_is_shrunk_where_rows_are_few():
    random = np.random.default_rng(3)
    x, y = random.normal(size=(40, 30)), random.normal(size=40)
    design = np.column_stack([np.ones(40), x])
    plain = np.linalg.lstsq(design, y, rcond=None)[0]
    assert np.linalg.norm(least_squares(x, y)[1:]) < 0.5 * np.linalg.norm(plain[1:])


@pytest.mark.parametrize("base", [name for name in BASES if name != "boosted"])
def test_named_bases_find_the_effect_with_gaps_and_categories(base):
    random = np.random.default_rng(4)
    group = random.choice(["p", "q"], 300)
    frame = pd.DataFrame({"group": group, "x": np.where(random.random(300) < 0.2, np.nan, 1.0)})
    arm = random.permutation(np.arange(300) % 2)
    y = arm * np.where(group == "p", 2.0, -1.0) + 0.1 * random.normal(size=300)
    first, again = (uplift.fit("t", frame, arm, y, base=base).effect(frame)[:, 0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first[group == "p"].mean() == pytest.approx(2, abs=0.15)
    assert first[group == "q"].mean() == pytest.approx(-1, abs=0.15)


@pytest.mark.parametrize("learner", LEARNERS)
def test_any_regressor_can_be_the_base(learner):
    x, arm, y, effect = linear_world(500, 5, 0.1)
    base = make_pipeline(PolynomialFeatures(2), Ridge(1e-3))
    fitted = uplift.fit(learner, x, arm, y, base=base)
    error = np.sqrt(np.mean((fitted.effect(x)[:, 0] - effect) ** 2))
    assert error < {"ct": 2.0, "r": 0.6}.get(learner, 0.15)
    # The instance given stays as it was.
    assert not hasattr(base[-1], "coef_")


def test_an_open_random_state_gets_the_seed():
    x, arm, y, _ = linear_world(120, 6, 0.1)
    base = make_pipeline(RandomForestRegressor(5))
    first, again, other = (uplift.fit("t", x, arm, y, base=base, seed=seed).effect(x) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_weights_reach_the_last_step_of_a_pipeline():
    x, y = np.repeat([0.0, 1.0], 20)[:, None], np.arange(40.0)
    weights = np.where(np.arange(40) % 20 < 10, 1.0, 0.0)
    for base in (Ridge(1e-9), make_pipeline(PolynomialFeatures(1), Ridge(1e-9)), GradientBoostingRegressor()):
        found = regress(base, x, y, weights=weights).predict(np.array([[0.0], [1.0]]))
        np.testing.assert_allclose(found, [4.5, 24.5], atol=0.1)


def test_what_cannot_be_a_base_is_refused_in_words():
    x, arm, y, _ = linear_world(60, 7, 0.1)
    with pytest.raises(Problem, match=r"no base learner 'forest'.*boosted, linear, random_forest"):
        uplift.fit("t", x, arm, y, base="forest")
    with pytest.raises(Problem, match="name or a scikit-learn regressor, not float"):
        uplift.fit("t", x, arm, y, base=1.0)
    with pytest.raises(Problem, match="LogisticRegression is a classifier"):
        uplift.fit("t", x, arm, y, base=LogisticRegression())
    with pytest.raises(Problem, match=r"R-learner weighs rows, and the base learner KNeighborsRegressor"):
        uplift.fit("r", x, arm, y, base=KNeighborsRegressor())
    with pytest.raises(Problem, match=r"R-learner weighs rows"):
        uplift.fit("r", x, arm, y, base="nearest_neighbours")
    with pytest.raises(Problem, match="cannot clone the base learner Odd"):
        uplift.fit("t", x, arm, y, base=Odd())
    with pytest.raises(Problem, match="Vague did not predict one finite number a row"):
        uplift.fit("t", x, arm, y, base=Vague()).effect(x)


class Odd:
    def fit(self, _x, _y):
        return self

    def predict(self, x):
        return x


class Vague(Lasso):
    def predict(self, X):
        return np.full(len(X), np.nan)
