import numpy as np
import pandas as pd
import pytest

from causal_core import uplift
from causal_core.problem import Problem
from tests.uplift.worlds import confounded

# Root mean square errors on 20,000 rows are S .25, T .45, X .22, R .15, DR .15; these are for 2,000.
BOUNDS = {"s": 0.53, "t": 0.92, "x": 0.58, "r": 0.54, "dr": 0.60}


@pytest.mark.parametrize(("learner", "bound"), BOUNDS.items())
def test_effects_are_found_in_a_confounded_world(learner, bound):
    train, new = confounded(2000, 0, columns=8), confounded(1000, 1, columns=8)
    fitted = uplift.fit(learner, train.features, train.arm, train.outcome)
    effect = fitted.effect(new.features)
    assert effect.shape == (1000, 1)
    error = np.sqrt(np.mean((effect[:, 0] - new.effect) ** 2))
    assert error < bound


def test_the_same_seed_gives_the_same_digits():
    train = confounded(1000, 0, columns=6)
    for learner in ("s", "dr"):
        first = uplift.fit(learner, train.features, train.arm, train.outcome, seed=3).effect(
            train.features[:5]
        )
        again = uplift.fit(learner, train.features, train.arm, train.outcome, seed=3).effect(
            train.features[:5]
        )
        np.testing.assert_array_equal(first, again)


def test_several_arms_names_and_columns():
    random = np.random.default_rng(0)
    x = random.normal(size=1500)
    arm = random.permutation(np.arange(1500) % 3)
    outcome = x + np.array([0.0, 1.0, -2.0])[arm] + 0.1 * random.normal(size=1500)
    treatment = np.array(["none", "up", "down"])[arm]
    for learner in BOUNDS:
        fitted = uplift.fit(learner, pd.DataFrame({"x": x}), treatment, outcome, control="none")
        assert fitted.arms == ("none", "down", "up")
        np.testing.assert_allclose(fitted.effect(pd.DataFrame({"x": x})).mean(axis=0), [-2, 1], atol=0.05)
        assert fitted.baseline(pd.DataFrame({"x": [1.0]}))[0] == pytest.approx(1, abs=0.15)


def test_number_levels_are_sorted_as_numbers():
    random = np.random.default_rng(0)
    treatment = random.permutation(np.arange(90) % 3 * 5 + 5)
    fitted = uplift.fit("t", random.normal(size=90), treatment, random.normal(size=90), control=15)
    assert fitted.arms == ("15", "5", "10")


def test_categories_text_missing_values_and_odd_names_are_used_as_they_are():
    random = np.random.default_rng(1)
    group = random.choice(["p", "q"], 1200)
    frame = pd.DataFrame(
        {
            'we{ird} "na:me"': random.normal(size=1200),
            "text": group,
            "category": pd.Categorical(group),
            "truth": pd.array([None, True, False] * 400, dtype="boolean"),
            "when": pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(1200), unit="D"),
        }
    )
    frame.iloc[::7, 0] = np.nan
    arm = random.integers(0, 2, 1200)
    outcome = arm * (group == "p") + 0.1 * random.normal(size=1200)
    fitted = uplift.fit("dr", frame, arm, outcome)
    effect = fitted.effect(frame)[:, 0]
    assert effect[group == "p"].mean() == pytest.approx(1, abs=0.05)
    assert effect[group == "q"].mean() == pytest.approx(0, abs=0.05)
    new = frame.iloc[:2].assign(text=["never seen", None], category=[None, "p"])
    assert np.isfinite(fitted.effect(new)).all()
    # Columns are found by name, whatever their order.
    np.testing.assert_array_equal(fitted.effect(frame[frame.columns[::-1]])[:, 0], effect)
    with pytest.raises(Problem, match="column text is needed"):
        fitted.effect(frame.drop(columns="text"))


@pytest.mark.parametrize("learner", ["t", "x"])
def test_out_of_fold_effects_did_not_see_their_row(learner):
    random = np.random.default_rng(2)
    x = random.normal(size=(600, 3))
    arm = random.integers(0, 2, 600)
    outcome = 3 * random.normal(size=600)
    fitted = uplift.fit(learner, x, arm, outcome)
    # Pure noise: effects fitted to a row's own outcome follow it, out-of-fold ones cannot.
    own = np.corrcoef(fitted.effect(x)[:, 0], (2 * arm - 1) * outcome)[0, 1]
    out = np.corrcoef(fitted.out_of_fold[:, 0], (2 * arm - 1) * outcome)[0, 1]
    assert own > 0.3
    assert abs(out) < 0.15
    assert fitted.out_of_fold.shape == (600, 1)


def test_a_known_propensity_is_used():
    world = confounded(3000, 4, columns=6)
    fitted = uplift.fit("r", world.features, world.arm, world.outcome, propensity=world.propensity)
    error = np.sqrt(np.mean((fitted.effect(world.features)[:, 0] - world.effect) ** 2))
    assert error < 0.45
    with pytest.raises(Problem, match="probability 0"):
        uplift.fit("x", world.features, world.arm, world.outcome, propensity=np.zeros(3000))
    with pytest.raises(Problem, match="sum to 1"):
        uplift.fit("x", world.features, world.arm, world.outcome, propensity=np.full((3000, 2), 0.7))


def test_what_does_not_apply_is_said_in_words():
    x, arm, y = np.zeros((40, 1)), np.arange(40) % 2, np.arange(40.0)
    with pytest.raises(Problem, match="no learner 'q'"):
        uplift.fit("q", x, arm, y)
    with pytest.raises(Problem, match=r"control level 'none' does not occur .*levels: 0, 1"):
        uplift.fit("s", x, arm, y, control="none")
    with pytest.raises(Problem, match="outcome is missing in 1 of 40"):
        uplift.fit("s", x, arm, np.where(y == 3, np.nan, y))
    with pytest.raises(Problem, match="arm 1 has only 3 rows"):
        uplift.fit("s", x, (np.arange(40) < 3).astype(int), y)
    with pytest.raises(Problem, match="column x0 holds infinite values in 40 rows"):
        uplift.fit("s", x + np.inf, arm, y)
    with pytest.raises(Problem, match="at least one covariate"):
        uplift.fit("s", pd.DataFrame(index=range(40)), arm, y)


def test_small_samples_still_split():
    random = np.random.default_rng(5)
    x = np.repeat([0.0, 1.0], 40)
    arm = np.tile([0, 1], 40)
    fitted = uplift.fit("t", x, arm, 5 * x * arm + 0.1 * random.normal(size=80))
    low, high = fitted.effect(np.array([0.0, 1.0]))[:, 0]
    assert high - low > 4
