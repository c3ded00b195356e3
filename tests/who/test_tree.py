import numpy as np
import pandas as pd
import pytest

from causal_core.problem import Problem
from causal_core.who.groups import honest_groups
from causal_core.who.split import Split, short_number
from causal_core.who.tree import grow, leaf_of, leaves
from tests.who.worlds import columns_of, held_out


def planted(rows, seed):
    """A step of the effect at 0.3 of x, and one between the plans basic and the others."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.uniform(size=rows), "noise": random.normal(size=rows)})
    frame["plan"] = pd.Categorical(random.choice(["basic", "plus", "pro"], rows))
    return frame, 1.0 * (frame["x"] > 0.3).to_numpy() + 3.0 * (frame["plan"] != "basic").to_numpy(), random


def test_the_planted_splits_are_found_and_said():
    frame, effect, random = planted(4000, 1)
    columns = columns_of(frame)
    root = grow(columns, effect + random.normal(size=4000) * 0.5, 2, 0.05)
    held = honest_groups(root, columns, held_out(effect), 2, 0.05)
    assert [group.letter for group in held.groups] == ["A", "B", "C", "D"]
    assert root.split.words(low=True) == "plan is basic"
    assert root.split.words(low=False) == "plan is plus or pro"
    rules = [group.rule for group in held.groups]
    assert rules[0].startswith("plan is plus or pro and x > 0.")
    assert rules[3].startswith("plan is basic and x ≤ 0.")
    assert root.low.split.threshold == pytest.approx(0.3, abs=0.02)
    # Leaf means of the held-out scores, which are the effects themselves here.
    place = leaf_of(root, columns.matrix)
    for group in held.groups:
        assert group.effect.value == pytest.approx(effect[place == group.place].mean())
        assert group.rows == (place == group.place).sum()
    assert sum(group.share for group in held.groups) == pytest.approx(1)
    assert held.sentence.startswith("The groups differ: the effect is 4")


@pytest.mark.parametrize("clustered", [False, True])
def test_intervals_of_leaves_cover_where_the_learning_half_does_not(clustered):
    """Split on noisy predictions of one half; the other half's leaf means cover the truth."""
    covered, told, optimistic = 0, 0, 0
    # The truth of a leaf is its mean effect over many people.
    many, many_effect, _ = planted(4000, 7)
    many = columns_of(many).matrix
    for seed in range(120):
        frame, effect, random = planted(600, seed)
        groups = np.arange(300) // 3 if clustered else None
        shock = random.normal(size=200)[np.arange(600) // 3] if clustered else 0.0
        scores = effect + shock + random.normal(size=600) * 3
        columns = columns_of(frame)
        learn, hold = columns.take(np.arange(300)), columns.take(np.arange(300, 600))
        # The worst case: the tree is grown on the scores, and so fits their noise.
        root = grow(learn, scores[:300], 2, 0.1)
        places = leaf_of(root, many)
        for group in honest_groups(root, hold, held_out(scores[300:], clusters=groups), 2, 0.1).groups:
            if group.effect is None:
                continue
            truth = many_effect[places == group.place].mean()
            told += 1
            covered += group.effect.ci[0] <= truth <= group.effect.ci[1]
            optimistic += group.predicted > truth if group.letter == "A" else 0
    assert 0.925 <= covered / told <= 0.97
    assert optimistic / 120 > 0.6


def test_missing_values_go_where_they_fit_and_it_is_said():
    frame, _, random = planted(2000, 3)
    effect = np.where(frame["x"] > 0.5, 1.0, 0.0)
    gone = random.uniform(size=2000) < 0.2
    frame.loc[gone, "x"] = np.nan
    effect[gone] = 1.0
    root = grow(columns_of(frame), effect, 1, 0.05)
    assert (root.split.column, root.split.missing_low) == ("x", False)
    assert root.split.words(low=False).endswith(" or missing")
    assert "missing" not in root.split.words(low=True)
    low = root.split.is_low(columns_of(frame).matrix)
    assert not low[gone].any()
    assert root.low.predicted < 0.05
    assert root.high.predicted > 0.95


def test_levels_never_seen_go_with_the_larger_side_and_missing_ones_without_gaps_too():
    split = Split(
        "plan", 0, None, ("a",), ("b",), codes=(0,), known=(0, 1), others_low=True, missing_low=True
    )
    assert split.is_low(np.array([[0.0], [1.0], [5.0], [np.nan]])).tolist() == [True, False, True, True]


def test_two_valued_columns_and_dates_are_said_as_their_values():
    frame = pd.DataFrame({"flag": [0.0, 1.0] * 50, "kind": [3.0, 7.0] * 50, "day": np.arange(100.0)})
    columns = columns_of(frame, booleans=["flag"], day_zero={"day": "2020-01-01"})
    root = grow(columns, frame["flag"].to_numpy(), 1, 0.1)
    assert root.split.words(low=False) == "flag is yes"
    assert root.split.words(low=True) == "flag is no"
    root = grow(columns_of(frame[["kind"]]), frame["flag"].to_numpy(), 1, 0.1)
    assert root.split.words(low=True) == "kind is 3"
    dates = columns_of(frame[["day"]], day_zero={"day": "2020-01-01"})
    root = grow(dates, (frame["day"] > 40).to_numpy() * 1.0, 1, 0.1)
    # Quantiles of a hundred days: 2020-02-10 is day 40.
    assert root.split.words(low=True) == "day ≤ 2020-02-10"


def test_equal_predictions_make_one_group_and_few_rows_tell_no_effect():
    frame, effect, _ = planted(200, 1)
    columns = columns_of(frame)
    root = grow(columns, np.full(200, 0.5), 3, 0.05)
    found = honest_groups(root, columns, held_out(effect), 3, 0.05)
    assert [group.rule for group in found.groups] == [""]
    assert "One group" in found.sentence
    root = grow(columns, effect, 1, 0.1)
    few = honest_groups(root, columns.take(np.arange(60)), held_out(effect[:60]), 1, 0.1)
    assert any(group.effect is None for group in few.groups)
    assert "fewer than 30 held-out rows" in few.sentence


def test_no_difference_is_said_plainly():
    frame, _, random = planted(2000, 5)
    noise = random.normal(size=2000)
    columns = columns_of(frame)
    root = grow(columns, frame["x"].to_numpy(), 1, 0.1)
    assert honest_groups(root, columns, held_out(noise), 1, 0.1).sentence.startswith(
        "No detectable difference between the groups"
    )


def test_later_cuts_take_the_place_of_wider_ones():
    frame = pd.DataFrame({"x": np.arange(800.0)})
    effect = np.digitize(frame["x"], [200, 400, 600]).astype(float)
    columns = columns_of(frame)
    root = grow(columns, effect, 2, 0.1)
    rules = [group.rule for group in honest_groups(root, columns, held_out(effect), 2, 0.1).groups]
    assert [rule.count("≤") + rule.count(">") for rule in rules] == [1, 2, 2, 1]
    assert len(leaves(root)) == 4


@pytest.mark.parametrize(("depth", "smallest"), [(0, 0.1), (4, 0.1), (2, 0.5), (2, 0.0)])
def test_depth_and_smallest_leaf_are_checked(depth, smallest):
    frame, effect, _ = planted(100, 1)
    with pytest.raises(Problem):
        grow(columns_of(frame), effect, depth, smallest)


@pytest.mark.parametrize(
    ("low", "high", "short"),
    [(23.4174, 23.9, 23.7), (45, 46, 45.5), (0.1, 9, 5), (0.30012, 0.30019, 0.30016)],
)
def test_a_threshold_is_short_and_lies_between_the_values(low, high, short):
    found = short_number(low, high)
    assert low <= found < high
    assert len(f"{found:g}") <= len(f"{short:g}")
