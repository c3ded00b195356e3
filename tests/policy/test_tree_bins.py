import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import policy
from causal_core.policy.tree_bins import MOST_LEVELS, columns_of, fewest_digits
from causal_core.study.options import PolicyOptions
from causal_core.study.rules import LearningRows, find_tree
from causal_core.uplift.features import Encoder

FINITE = st.floats(-1e12, 1e12).filter(lambda value: value == 0 or abs(value) > 1e-12)


def digits(number):
    return len(repr(number).split("e")[0].replace("-", "").replace(".", "").strip("0"))


@settings(derandomize=True, deadline=None)
@given(FINITE, FINITE)
def test_a_threshold_parts_what_it_must_with_few_digits(one, other):
    low, high = min(one, other), max(one, other)
    if low == high:
        return
    found = fewest_digits(low, high)
    assert low <= found < high
    assert digits(found) <= digits(low)


def columns(frame, advantage, bins=16):
    encoder = Encoder.of(frame)
    return columns_of(encoder, encoder.matrix(frame), np.asarray(advantage, dtype=float), bins)


def test_numbers_are_cut_at_quantiles_that_are_values():
    random = np.random.default_rng(0)
    x = random.exponential(size=1_000)
    (column,) = columns(pd.DataFrame({"x": x}), np.zeros(1_000))
    assert (column.size, column.count) == (15, 16)
    assert set(column.cuts) <= set(x)
    # The parts hold equally many rows, give or take one.
    assert set(np.bincount(column.bins).tolist()) <= {62, 63}
    for cut in range(15):
        np.testing.assert_array_equal(column.is_low(cut), column.split(cut).is_low(x[:, None]))


def test_a_heavy_value_takes_several_quantiles():
    x = np.concatenate([np.zeros(900), np.arange(1, 101)])
    (column,) = columns(pd.DataFrame({"x": x}), np.zeros(1_000))
    assert column.cuts[0] == 0
    assert column.size < 15
    assert column.split(0).threshold == 0


def test_columns_that_cannot_be_cut_are_left_out():
    frame = pd.DataFrame(
        {"same": np.ones(10), "gone": np.full(10, np.nan), "text": ["a"] * 10, "none": [None] * 10}
    )
    assert columns(frame.astype({"none": object}), np.zeros(10)) == ()
    tree = policy.fit_tree(frame.astype({"none": object}), np.tile([1.0, 0.0], (10, 1)), depth=3)
    assert tree.describe() == "Always: action 0"


def test_rare_levels_are_never_asked_for():
    names = [f"level {number:02}" for number in range(30)]
    region = np.repeat(names, np.arange(30, 0, -1))
    scores = np.column_stack([np.zeros(len(region)), np.where(region >= "level 15", 1.0, -1.0)])
    frame = pd.DataFrame({"region": region})
    (column,) = columns(frame, scores[:, 1])
    assert len(column.levels) == MOST_LEVELS
    assert column.count == MOST_LEVELS + 1
    tree = policy.fit_tree(frame, scores, depth=1, smallest_leaf=1)
    asked = tree.root.split
    # The levels without gain are asked for, so that the rare ones are with those that gain.
    assert asked.levels == tuple(names[:15])
    assert tree.score * len(region) == (region >= "level 15").sum()
    assert tree.assign(pd.DataFrame({"region": ["level 29", "new", None]})).tolist() == [1, 1, 1]


def test_a_missing_category_can_be_with_either_group():
    region = pd.Series(["a", "b", "c", "d", None] * 20, dtype=object)
    for helped in (["a", "b"], ["a", "b", None]):
        inside = region.isin(helped) | (region.isna() & (None in helped))
        scores = np.column_stack([np.zeros(100), np.where(inside, 1.0, -1.0)])
        tree = policy.fit_tree(pd.DataFrame({"region": region}), scores, depth=1)
        np.testing.assert_array_equal(tree.assign(pd.DataFrame({"region": region})) == 1, inside)


@pytest.mark.parametrize(("depth", "asked"), [(0, 1), (1, 1)])
def test_a_study_asks_for_a_depth_or_leaves_it_to_cross_validation(depth, asked):
    random = np.random.default_rng(1)
    x = random.integers(0, 4, 200).astype(float)
    frame = pd.DataFrame({"x": x})
    rewards = np.column_stack([np.zeros(200), np.where(x > 1, 1.0, -1.0)])
    rows = LearningRows(frame, rewards, None, frame, ("t = 0", "t = 1"), seed=3)
    tree = find_tree(PolicyOptions(depth=depth), rows)
    assert (tree.asked, bool(tree.depths)) == (asked, depth == 0)
    assert tree.describe().splitlines()[1] == "If x > 1: t = 1"
