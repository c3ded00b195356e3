import json

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.engine.progress import listening
from causal_core.policy import PolicyTree, tree_fit
from causal_core.problem import DoesNotApply, Problem


def corners(random, rows, columns=10):
    """Uniform columns and an effect of plus or minus a half by the corner of the first two."""
    x = random.uniform(size=(rows, columns))
    return x, 0.5 * np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5)


@pytest.mark.parametrize("rows", [5_000, 20_000])
def test_an_exclusive_or_is_found(rows):
    random = np.random.default_rng(rows)
    x, effect = corners(random, rows)
    scores = np.column_stack([np.zeros(rows), effect]) + random.normal(size=(rows, 2))
    tree = policy.fit_tree(x, scores)
    new, truth = corners(random, 50_000)
    assert (tree.assign(new) * truth).mean() >= 0.24
    assert tree.cuts == 1270
    one = policy.fit_tree(x, scores, depth=1)
    assert abs((one.assign(new) * truth).mean()) < 0.02


def test_three_questions_find_what_two_cannot():
    random = np.random.default_rng(1)
    x = random.uniform(size=(4_000, 4))
    effect = np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5) * np.sign(x[:, 2] - 0.5)
    scores = np.column_stack([np.zeros(4_000), effect]) + random.normal(size=(4_000, 2))
    tree = policy.fit_tree(x, scores, depth=3)
    assert (tree.assign(x) == (effect > 0)).mean() > 0.95
    assert (tree.root.depth, tree.bins, tree.asked) == (3, 48, 3)
    assert policy.fit_tree(x, scores, depth=2).score < 0.2


def test_one_best_action_for_all_is_a_leaf():
    tree = policy.fit_tree(np.arange(10.0), np.tile([0.0, 1.0], (10, 1)))
    assert tree.describe() == "Always: action 1"
    assert tree.assign(np.arange(3.0)).tolist() == [1, 1, 1]
    assert policy.fit_tree(np.arange(4.0), np.ones((4, 1))).describe() == "Always: action 0"


def test_a_leaf_holds_at_least_so_many_rows():
    x = np.repeat(np.arange(50.0), 2)
    scores = np.column_stack([np.zeros(100), np.where(x < 2, 1.0, -1.0)])
    assert policy.fit_tree(x, scores, depth=1).describe().startswith("If x0 ≤ 1: action 1")
    tree = policy.fit_tree(x, scores, depth=1, smallest_leaf=6)
    assert tree.describe().startswith("If x0 ≤ 2: action 1")
    # Treating six gains 4 - 2; ten, less than nobody.
    assert tree.score == pytest.approx(0.02)
    assert policy.fit_tree(x, scores, depth=1, smallest_leaf=10).describe() == "Always: action 0"


def test_questions_that_change_nothing_are_not_asked():
    x = np.column_stack([np.repeat([0.0, 1.0], 50), np.tile([0.0, 1.0], 50)])
    treated = np.where(x[:, 0] > 0, 1.0, -1.0)
    tree = policy.fit_tree(x, np.column_stack([np.zeros(100), treated]), depth=3)
    assert tree.describe() == "If x0 is 0: action 0\nIf x0 is 1: action 1"


def test_the_depth_is_chosen_by_cross_validation():
    random = np.random.default_rng(2)
    x, effect = corners(random, 3_000, 2)
    noise = random.normal(size=(3_000, 2))
    tree = policy.fit_tree(x, np.column_stack([np.zeros(3_000), effect]) + noise, depth=0)
    assert (tree.asked, tree.root.depth) == (2, 2)
    assert [each.depth for each in tree.depths] == [0, 1, 2, 3]
    assert [each.depth for each in tree.depths if each.chosen] == [2]
    by_depth = {each.depth: each for each in tree.depths}
    assert by_depth[2].value == pytest.approx(0.24, abs=0.06)
    assert by_depth[1].behind > 4 * by_depth[1].behind_error > 0
    assert tree.how("EUR").startswith(
        "Cross-validation chose at most 2 questions in a row, the highest gain. Gain per person over the "
        "control on folds left out in EUR, by questions in a row: 0: "
    )
    assert tree.how().endswith(
        "No tree with at most 2 questions in a row over 254 cut points and leaves of at least 30 of 3,000 "
        "rows scores higher there."
    )
    # One action for everybody where the effect is the same for all.
    same = policy.fit_tree(x, np.column_stack([np.zeros(3_000), np.ones(3_000)]) + noise, cross_validate=True)
    assert same.describe() == "Always: action 1"
    assert same.depths[0].value == pytest.approx(1, abs=0.1)
    assert (same.depths[0].chosen, same.asked) == (True, 0)
    assert same.how().startswith("Cross-validation chose no question, the highest gain. ")
    assert same.how().endswith("The action of the highest score on 3,000 rows, for everybody.")


def test_folds_keep_clusters_whole():
    # A column that tells the cluster, and clusters whose common part is noise: within clusters it predicts
    # the scores, across clusters it does not.
    random = np.random.default_rng(3)
    cluster = np.repeat(np.arange(20), 20)
    x = random.permutation(20)[cluster].astype(float)
    scores = np.column_stack([np.zeros(400), random.normal(size=20)[cluster]])
    alone = policy.fit_tree(x, scores, cross_validate=True)
    whole = policy.fit_tree(x, scores, cross_validate=True, clusters=cluster)
    assert alone.depths[3].value > 0.3
    assert whole.depths[3].value < 0.15
    assert whole.depths[3].std_error > 2 * alone.depths[3].std_error


def test_the_same_seed_gives_the_same_tree():
    random = np.random.default_rng(4)
    x, effect = corners(random, 400, 2)
    # Few values, so that there is little to search.
    x = x.round(1)
    scores = np.column_stack([np.zeros(400), effect]) + random.normal(size=(400, 2))
    first, second = (policy.fit_tree(x, scores, cross_validate=True, seed=7) for _ in range(2))
    assert first.to_dict() == second.to_dict()
    assert first.depths != policy.fit_tree(x, scores, cross_validate=True, seed=8).depths


def test_as_json_and_back():
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "age": np.where(random.random(300) < 0.1, np.nan, random.integers(20, 60, 300)),
            "region": pd.Categorical(random.choice(["north", "south", "east"], 300)),
            "member": random.random(300) < 0.5,
        }
    )
    wanted = (frame["age"] > 40) & (frame["region"] != "east") & frame["member"]
    scores = np.column_stack([np.zeros(300), np.where(wanted, 1.0, -1.0)])
    tree = policy.fit_tree(frame, scores, depth=3, actions=("none", "call"))
    plain = json.loads(json.dumps(tree.to_dict()))
    back = PolicyTree.from_dict(plain)
    np.testing.assert_array_equal(back.assign(frame), wanted)
    assert back.to_dict() == plain
    assert back.describe() == tree.describe()
    assert plain["columns"][1] == {"name": "region", "levels": ["east", "north", "south"]}
    assert plain["actions"] == ["none", "call"]
    with pytest.raises(Problem, match="This is not a policy tree: 'columns'"):
        PolicyTree.from_dict({})
    with pytest.raises(Problem, match="This is not a policy tree"):
        PolicyTree.from_dict({**plain, "columns": plain["columns"][:1]})


def test_wide_tables_are_refused_in_words(monkeypatch):
    random = np.random.default_rng(6)
    x = random.normal(size=(200, 100))
    scores = random.normal(size=(200, 2))
    with pytest.raises(DoesNotApply, match=r"3 over 100 columns and 200 rows .* Choose depth 2, or give"):
        policy.fit_tree(x, scores, depth=3)
    monkeypatch.setattr(tree_fit, "LONGEST", 0.0)
    tree = policy.fit_tree(x[:, :3], scores, cross_validate=True)
    assert [each.depth for each in tree.depths] == [0, 1, 2]
    assert tree.note in tree.how()
    assert tree.note.startswith("An exact tree of depth 3 over 3 columns and 200 rows would take")


def test_deep_trees_that_would_take_long_have_coarser_cuts_and_say_so(monkeypatch):
    random = np.random.default_rng(7)
    x = random.normal(size=(200, 3))
    monkeypatch.setitem(tree_fit.GOOD, 3, 0.1)
    tree = policy.fit_tree(x, random.normal(size=(200, 3)), depth=3, smallest_leaf=10)
    assert (tree.bins, tree.cuts) == (32, 3 * 31)


def test_says_how_far_it_is():
    heard = []
    random = np.random.default_rng(8)
    x = random.normal(size=(100, 2)).round()
    with listening(lambda done, total: heard.append(done / total)):
        policy.fit_tree(x, random.normal(size=(100, 2)), cross_validate=True)
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(1)


def test_refusals():
    with pytest.raises(Problem, match=r"depth 1, 2 or 3, not 4\. Choose 1 to 3, or 0"):
        policy.fit_tree(np.ones(4), np.ones((4, 2)), depth=4)
    with pytest.raises(Problem, match="shape"):
        policy.fit_tree(np.ones(4), np.ones((3, 2)))
    with pytest.raises(Problem, match="Scores are missing in 1 rows"):
        policy.fit_tree(np.ones(2), [[1, np.nan], [0, 1]])
    with pytest.raises(Problem, match="3 names for 2 actions"):
        policy.fit_tree(np.ones(4), np.ones((4, 2)), actions=("a", "b", "c"))
    with pytest.raises(Problem, match="A leaf cannot hold at least 0 rows"):
        policy.fit_tree(np.ones(4), np.ones((4, 2)), smallest_leaf=0)
    with pytest.raises(Problem, match="With 12 rows the depth cannot be chosen"):
        policy.fit_tree(np.ones(12), np.ones((12, 2)), depth=0)
    with pytest.raises(Problem, match="With 2 clusters the depth"):
        policy.fit_tree(np.ones(30), np.ones((30, 2)), depth=0, clusters=np.arange(30) % 2)


def test_a_row_of_weight_two_counts_as_two_rows():
    random = np.random.default_rng(9)
    x = random.integers(0, 6, (80, 2)).astype(float)
    scores = random.normal(size=(80, 3))
    weights = random.integers(1, 3, 80)
    twice = np.repeat(np.arange(80), weights)
    weighted = policy.fit_tree(x, scores, smallest_leaf=1, weights=weights)
    repeated = policy.fit_tree(x[twice], scores[twice], smallest_leaf=1)
    assert weighted.root == repeated.root
    assert weighted.score == pytest.approx(repeated.score)
    chosen = policy.fit_tree(x, scores, depth=0, weights=weights, seed=1)
    assert max(each.value for each in chosen.depths) == pytest.approx(
        next(each.value for each in chosen.depths if each.behind == 0)
    )
    for one, other in zip(
        weighted.leaves(x, scores, weights=weights), repeated.leaves(x[twice], scores[twice]), strict=True
    ):
        assert (one.action, one.share) == (other.action, pytest.approx(other.share))
        assert one.gain is None or one.gain.value == pytest.approx(other.gain.value)
    with pytest.raises(Problem, match="Sampling weights must be 0 or more"):
        policy.fit_tree(x, scores, weights=-weights)
