import itertools

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.problem import Problem


def test_an_exclusive_or_is_found():
    random = np.random.default_rng(0)
    x = random.normal(size=(20_000, 5))
    effect = 0.5 * np.sign(x[:, 1] * x[:, 3])
    scores = np.column_stack([np.zeros(20_000), effect]) + random.normal(size=(20_000, 2))
    tree = policy.fit_tree(x, scores)
    new = random.normal(size=(20_000, 5))
    gain = (tree.assign(new) * 0.5 * np.sign(new[:, 1] * new[:, 3])).mean()
    assert gain >= 0.24
    assert policy.fit_tree(x, scores, depth=1).score < 0.05


def brute(x, scores, depth):
    best = scores.sum(axis=0).max()
    if depth == 0 or len(x) == 0:
        return best
    for column in range(x.shape[1]):
        for cut in np.unique(x[:, column])[:-1]:
            left = x[:, column] <= cut
            best = max(
                best, brute(x[left], scores[left], depth - 1) + brute(x[~left], scores[~left], depth - 1)
            )
    return best


@pytest.mark.parametrize(("seed", "depth"), list(itertools.product(range(6), (1, 2))))
def test_equals_an_exhaustive_search(seed, depth):
    random = np.random.default_rng(seed)
    x = random.integers(0, 5, (40, 3)).astype(float)
    scores = random.normal(size=(40, 3))
    tree = policy.fit_tree(x, scores, depth)
    assert tree.score * 40 == pytest.approx(brute(x, scores, depth))
    assert scores[np.arange(40), tree.assign(x)].mean() == pytest.approx(tree.score)


def test_rules_in_words_with_categories_and_missing_values():
    frame = pd.DataFrame(
        {"age": [20.0, 30, np.nan, 40] * 6, "region": (["north"] * 4 + ["south"] * 4 + ["east"] * 4) * 2}
    )
    young = (~(frame["age"] > 30)).to_numpy()
    north = (frame["region"] == "north").to_numpy()
    wanted = np.where(young & north, 2, np.where(young, 1, 0))
    tree = policy.fit_tree(frame, np.eye(3)[wanted], actions=("nothing", "letter", "call"))
    assert tree.score == 1
    np.testing.assert_array_equal(tree.assign(frame), wanted)
    lines = set(tree.describe().splitlines())
    assert len(lines) >= 3
    assert any("region is north" in line and line.endswith(": call") for line in lines)
    assert (
        policy.fit_tree(frame[["region"]], np.eye(3)[wanted], depth=1)
        .describe()
        .splitlines()[0]
        .startswith("If region is")
    )


def test_one_best_action_for_all_is_a_leaf():
    tree = policy.fit_tree(np.arange(10.0), np.tile([0.0, 1.0], (10, 1)))
    assert tree.describe() == "Always: action 1"
    assert tree.assign(np.arange(3.0)).tolist() == [1, 1, 1]


def test_refusals():
    with pytest.raises(Problem, match="depth 1 or 2, not 3"):
        policy.fit_tree(np.ones(4), np.ones((4, 2)), depth=3)
    with pytest.raises(Problem, match="shape"):
        policy.fit_tree(np.ones(4), np.ones((3, 2)))
    with pytest.raises(Problem, match="Scores are missing in 1 rows"):
        policy.fit_tree(np.ones(2), [[1, np.nan], [0, 1]])
