import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.policy.tree_leaves import share_words
from causal_core.policy.tree_node import Node, Split, number_words, pruned
from causal_core.policy.tree_words import conditions
from causal_core.problem import Problem


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
    assert sorted(tree.describe().splitlines()) == [
        "If age > 30: nothing",
        "If age ≤ 30 (or missing) and region is north: call",
        "If age ≤ 30 (or missing) and region is not north: letter",
    ]


def test_several_levels_share_an_answer():
    region = np.repeat(list("abcdefghij"), 10)
    helped = np.isin(region, ["a", "d", "g", "j"])
    scores = np.column_stack([np.zeros(100), np.where(helped, 1.0, -1.0)])
    tree = policy.fit_tree(pd.DataFrame({"region": region}), scores, depth=1)
    assert tree.describe().splitlines()[0] == "If region is a, d, g or j: action 1"
    new = pd.DataFrame({"region": ["d", "b", "unheard of", None]})
    assert tree.assign(new).tolist() == [1, 0, 0, 0]
    short = Split(0, "region", None, tuple("abcdef"), tuple(range(6))).words(low=False, short=True)
    assert short == "region is not one of 6 levels"


def test_yes_and_no():
    member = np.tile([True, False], 20)
    scores = np.column_stack([np.zeros(40), np.where(member, 1.0, -1.0)])
    tree = policy.fit_tree(pd.DataFrame({"member": member}), scores)
    assert tree.describe() == "If member is no: action 0\nIf member is yes: action 1"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([31.2468, 33.7159], "x0 ≤ 32"),
        ([31.0, 34.0], "x0 ≤ 32"),
        ([0.123456, 0.123467], "x0 ≤ 0.12346"),
        ([12_000.0, 19_000.0], "x0 ≤ 16,000"),
        ([30.0, 40.0], "x0 ≤ 30"),
        ([-7.31, -2.2], "x0 ≤ −5"),
        ([0.1, 0.30000000000000004], "x0 ≤ 0.2"),
        ([-0.5, 0.4], "x0 ≤ 0"),
    ],
)
def test_thresholds_have_as_few_digits_as_part_the_rows_alike(values, said):
    x = np.concatenate([np.repeat(values, 20), np.repeat(values[1] + 1, 5)])
    wanted = x > values[0]
    tree = policy.fit_tree(x, np.column_stack([np.zeros(45), np.where(wanted, 1.0, -1.0)]), depth=1)
    assert tree.describe().startswith(f"If {said}: action 0")
    np.testing.assert_array_equal(tree.assign(x), wanted)


def test_a_column_asked_twice_is_said_once():
    def asked(*answers):
        return conditions(tuple((Split(0, "age", cut, gaps=True), low) for cut, low in answers))

    assert asked((50.0, True), (30.0, True)) == ("age ≤ 30 (or missing)",)
    assert asked((30.0, False), (50.0, False)) == ("age > 50",)
    assert asked((50.0, True), (30.0, False)) == ("30 < age ≤ 50",)

    def regions(*answers):
        return conditions(
            tuple(
                (Split(0, "region", None, tuple(levels), tuple(range(len(levels))), gaps=True), low)
                for levels, low in answers
            )
        )

    assert regions(("abc", True), ("a", False)) == ("region is b or c",)
    assert regions(("a", False), ("b", False)) == ("region is not a or b (or missing)",)
    assert regions(("ab", True), ("bc", True)) == ("region is b",)
    assert regions(("ab", True), ("ab", False)) == ("region has no level that fits",)


def test_answers_that_give_the_same_are_one():
    split = Split(0, "age", 3.0)
    same = Node(0, split, Node(1), Node(0, split, Node(1), Node(1)))
    assert pruned(same) == Node(1)
    other = Node(0, split, Node(0), Node(0, split, Node(1), Node(1)))
    assert pruned(other) == Node(0, split, Node(0), Node(1))


def world():
    random = np.random.default_rng(0)
    x = random.integers(0, 2, (600, 2)).astype(float)
    effects = np.column_stack([np.zeros(600), x[:, 0] - 0.5, 2 * x[:, 0] * x[:, 1] - 1])
    return x, effects + random.normal(size=(600, 3))


def test_what_each_leaf_gains():
    x, scores = world()
    tree = policy.fit_tree(x[:300], scores[:300], actions=("none", "letter", "call"))
    found = tree.leaves(x[300:], scores[300:])
    assert [leaf.action for leaf in found] == ["none", "letter", "call"]
    assert sum(leaf.rows for leaf in found) == 300
    assert sum(leaf.share for leaf in found) == pytest.approx(1)
    call = found[-1]
    inside = (x[300:] == 1).all(axis=1)
    differences = (scores[300:, 2] - scores[300:, 0])[inside]
    assert call.rule == ("x0 is 1", "x1 is 1")
    assert call.rows == inside.sum()
    assert call.gain.value == pytest.approx(differences.mean())
    assert call.gain.std_error == pytest.approx(differences.std(ddof=1) / np.sqrt(len(differences)))
    assert call.runner_up == "letter"
    assert call.lead.value == pytest.approx((scores[300:, 2] - scores[300:, 1])[inside].mean())
    assert (found[0].gain.value, found[0].runner_up) == (0, "letter")
    # The gains, by share, are the gain of the policy.
    chosen = scores[300 + np.arange(300), tree.assign(x[300:])]
    total = sum(leaf.share * leaf.gain.value for leaf in found)
    assert total == pytest.approx((chosen - scores[300:, 0]).mean())


def test_a_rule_sheet_with_gains():
    x, scores = world()
    tree = policy.fit_tree(x[:300], scores[:300], actions=("none", "letter", "call"))
    lines = tree.describe(x[300:], scores[300:], "EUR").splitlines()
    assert lines[0].startswith("If x0 is 0: none (50 % of people; letter instead would bring −0.37")
    assert lines[2].startswith("If x0 is 1 and x1 is 1: call (25 % of people, gain ")
    assert " EUR (" in lines[2]
    few = tree.describe(x[300:320], scores[300:320]).splitlines()
    assert any("too few to tell the gain" in line for line in few)


def test_gains_by_cluster():
    x, scores = world()
    tree = policy.fit_tree(x, scores)
    twice = np.repeat(np.arange(600), 2)
    doubled = tree.leaves(x[twice], scores[twice], twice)
    for leaf, one in zip(doubled, tree.leaves(x, scores), strict=True):
        assert leaf.rows == 2 * one.rows
        assert leaf.gain.std_error == pytest.approx(one.gain.std_error)


def test_scores_of_other_actions_are_refused():
    x, scores = world()
    with pytest.raises(Problem, match="The scores are of 2 actions, the tree's are 3"):
        policy.fit_tree(x, scores).leaves(x, scores[:, :2])


def test_numbers_and_shares_as_people_say_them():
    assert [number_words(value) for value in (2004.0, -1.5, 1234567.0)] == ["2004", "−1.5", "1,234,567"]
    assert [share_words(share) for share in (0.0, 0.004, 0.25)] == ["0 %", "under 1 %", "25 %"]
