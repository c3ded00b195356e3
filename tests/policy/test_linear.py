import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.policy.learning import _WAYS, choose, learn_policy
from causal_core.policy.linear import Compared, LinearPolicy
from causal_core.problem import Problem


def world(rows, seed, actions=2, effect=True):
    """Rows whose best action follows a line in a, b and the region; scores are the means with noise."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(random.normal(size=(rows, 5)), columns=list("abcde"))
    frame["region"] = pd.Categorical(random.choice(["north", "south", "west"], rows))
    mean = np.zeros((rows, actions))
    if effect:
        mean[:, 1] = 0.5 * (frame.a - 0.7 * frame.b + 0.6 * (frame.region == "north") - 0.2)
    if effect and actions > 2:
        mean[:, 2] = 0.5 * (0.5 * frame.d - frame.a)
    frame.loc[random.random(rows) < 0.1, "c"] = np.nan
    frame.loc[random.random(rows) < 0.05, "region"] = np.nan
    return frame, mean, mean + 2 * random.normal(size=(rows, actions))


def reached(found, frame, mean):
    """The value of a policy as a part of the oracle's, both above the best single action's."""
    picked = mean[np.arange(len(mean)), found.assign(frame)].mean()
    alone = mean.mean(axis=0).max()
    return (picked - alone) / (mean.max(axis=1).mean() - alone)


@pytest.mark.parametrize(
    ("actions", "kind", "least"), [(2, "linear", 0.93), (3, "linear", 0.9), (3, "boosted", 0.8)]
)
def test_a_known_linear_rule_is_found(actions, kind, least):
    frame, _, scores = world(2000, 1, actions)
    new, mean, _ = world(20_000, 2, actions)
    found = learn_policy(frame, scores, kind, seed=0)
    assert reached(found, new, mean) >= least
    again = learn_policy(frame, scores, kind, seed=0)
    assert np.array_equal(again.assign(new), found.assign(new))
    assert found.chosen.gain > 0
    assert found.chosen in found.compared


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_without_effects_most_often_everybody_gets_the_same(kind):
    alone = 0
    for seed in range(5):
        frame, _, scores = world(250, seed, effect=False)
        found = learn_policy(frame, scores, kind, actions=("none", "mail"))
        if found.chosen.method == "constant":
            alone += 1
            assert len(set(found.assign(frame).tolist())) == 1
    assert alone >= 3


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_a_weight_counts_as_so_many_rows(kind):
    frame, _, scores = world(400, 6)
    twice = np.repeat(np.arange(400), np.where(np.arange(400) < 100, 2, 1))
    weights = np.where(np.arange(400) < 100, 2.0, 1.0)
    heavy = learn_policy(frame, scores, kind, weights=weights, clusters=np.arange(400))
    more = learn_policy(frame.iloc[twice].reset_index(drop=True), scores[twice], kind, clusters=twice)
    assert heavy.compared[0].value == pytest.approx(more.compared[0].value, rel=0.2, abs=0.02)
    assert (heavy.assign(frame) == more.assign(frame)).mean() > 0.85
    flat = learn_policy(frame, scores, kind, weights=np.full(400, 7.0))
    plain = learn_policy(frame, scores, kind)
    assert np.array_equal(flat.assign(frame), plain.assign(frame))
    assert flat.score == pytest.approx(plain.score)


def test_the_rule_is_said_in_words():
    frame, _, scores = world(1500, 3)
    words = learn_policy(frame, scores, actions=("arm = none", "arm = mail")).describe().splitlines()
    assert words[0].startswith("Points for arm = mail: start at ")
    assert "+10 for each 0.994 of a above 0.0128" in words[0]
    assert "where region is north" in words[0]
    assert words[-1] == "Above 0 points: arm = mail. Otherwise: arm = none."
    same = learn_policy(frame, np.tile([0.0, 1.0], (1500, 1)), actions=("none", "mail"))
    assert same.describe().startswith("Always: mail\nNo weighing")
    assert set(same.assign(frame)) == {1}


def test_points_decide_and_new_categories_count_for_nothing():
    frame, _, scores = world(1000, 4, 3)
    found = learn_policy(frame, scores)
    assert isinstance(found, LinearPolicy)
    points = found.points(frame)
    assert np.array_equal(points.argmax(axis=1), found.assign(frame))
    assert not points[:, 0].any()
    assert np.abs(found.weights[1:]).max() == pytest.approx(10)
    odd = frame.head(3).astype({"region": object})
    gone = odd.copy()
    odd["region"], gone["region"] = "nowhere", None
    assert np.array_equal(found.points(odd), found.points(gone))


@pytest.mark.parametrize("way", ["classification", "ascent"])
def test_gradients_are_those_of_the_value(way):
    """At the end of a search no small step of any weight makes the penalised value better."""
    random = np.random.default_rng(0)
    design = random.normal(size=(300, 3))
    rewards = np.column_stack([np.zeros(300), design[:, 0], -design[:, 1]]) + random.normal(size=(300, 3))
    weights = _WAYS[way](design, rewards, np.ones(300), 0.1)

    def loss(at):
        linear = at[0] + design @ at[1:]
        chance = np.exp(linear - linear.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        spread = (rewards - rewards.mean(axis=1, keepdims=True)).std()
        if way == "ascent":
            value = -(chance * (rewards - rewards.mean(axis=1, keepdims=True))).sum() / spread / 300
        else:
            cost = (rewards - rewards.min(axis=1, keepdims=True)) / spread
            value = -(cost * np.log(chance)).sum() / 300
        return value + 0.05 * (at[1:] ** 2).sum() + 5e-7 * (at[0] ** 2).sum()

    for place in np.ndindex(weights.shape):
        step = np.zeros_like(weights)
        step[place] = 1e-3
        slope = (loss(weights + step) - loss(weights - step)) / 2e-3
        assert abs(slope) < 2e-3


def test_two_actions_are_weighted_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    random = np.random.default_rng(5)
    design = random.normal(size=(400, 3))
    rewards = np.column_stack([np.zeros(400), design @ [1, -1, 0.5] + random.normal(size=400)])
    ours = _WAYS["classification"](design, rewards, np.ones(400), 0.01)
    ahead = rewards[:, 1] - rewards[:, 0]
    spread = (rewards - rewards.mean(axis=1, keepdims=True)).std()
    # The penalty of each of our two weight vectors holds half of their difference's.
    theirs = LogisticRegression(C=2 / (0.01 * 400), max_iter=2000, tol=1e-10).fit(
        design, ahead > 0, sample_weight=np.abs(ahead) / spread
    )
    assert ours[1:, 1] - ours[1:, 0] == pytest.approx(theirs.coef_[0], rel=2e-2, abs=1e-2)


def test_what_is_not_clearly_better_is_not_chosen():
    tried = (
        Compared("constant", 0, 1.0, 0, 0),
        Compared("regression", 0, 1.1, 0.1, 0.1),
        Compared("ascent", 0.1, 1.05, 0.05, 0.01),
    )
    assert choose(tried).method == "constant"
    clear = (*tried[:1], dataclasses.replace(tried[1], std_error=0.05))
    assert choose(clear).method == "regression"


def test_refusals():
    frame, _, scores = world(100, 0)
    with pytest.raises(Problem, match="no class of policies"):
        learn_policy(frame, scores, "neural")
    with pytest.raises(Problem, match="shape"):
        learn_policy(frame, scores[:50])
    with pytest.raises(Problem, match="missing in 1 rows"):
        learn_policy(frame, np.where(np.arange(100)[:, None] == 3, np.nan, scores))
    with pytest.raises(Problem, match="too few"):
        learn_policy(frame.head(20), scores[:20])
    with pytest.raises(Problem, match="at most 6"):
        learn_policy(frame, np.zeros((100, 7)), "boosted")
