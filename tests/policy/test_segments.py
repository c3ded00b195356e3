import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.policy.economics import Economics
from causal_core.policy.segments import FEWEST_ROWS, Grouping, by_segment, groupings, telling
from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error
from causal_core.uplift.result import HeldOut


@pytest.fixture
def rows():
    random = np.random.default_rng(0)
    early = random.integers(0, 2, 400).astype(np.float64)
    predicted = np.column_stack([2 * early, np.ones(400)])
    scores = np.hstack([np.zeros((400, 1)), predicted]) + random.normal(size=(400, 3))
    flat = np.zeros(400)
    held_out = HeldOut(
        np.arange(400), ("none", "a", "b"), {"s": predicted}, {"s": flat}, scores, scores,
        flat.astype(int), flat, np.full((400, 3), 1 / 3), None, 800,
    )  # fmt: skip
    return early, held_out


def each_gets(arms, actions):
    return np.eye(actions)[arms]


def test_a_segment_s_gain_is_the_mean_of_its_scores(rows):
    early, held_out = rows
    economics = Economics.of(held_out, "s", benefit=10.0, costs={"a": 3.0, "b": 1.0})
    policy = each_gets(np.where(early == 1, 1, 0), 3)
    low, high = by_segment(economics, policy, Grouping.of(pd.Series(early), "early"))
    assert (low.label, high.label) == ("0", "1")
    assert low.arm_shares == (("none", 1.0), ("a", 0.0), ("b", 0.0))
    assert (low.treated, high.treated) == (0.0, 1.0)
    assert low.gain.value == low.predicted == 0
    inside = early == 1
    value, error = mean_and_error(10 * (held_out.scores[inside, 1] - held_out.scores[inside, 0]) - 3)
    assert (high.gain.value, high.gain.std_error) == (pytest.approx(value), pytest.approx(error))
    assert high.predicted == pytest.approx(17)
    assert low.rows + high.rows == 400


def test_segments_add_up_to_the_policy_s_gain(rows):
    _, held_out = rows
    economics = Economics.of(held_out, "s")
    policy = np.random.default_rng(1).dirichlet(np.ones(3), 400)
    grouping = Grouping.of(pd.Series(np.random.default_rng(2).normal(size=400)), "x")
    found = by_segment(economics, policy, grouping)
    whole = ((policy * economics.reward).sum(axis=1) - economics.reward[:, 0]).mean()
    assert sum(each.share * each.gain.value for each in found) == pytest.approx(whole)
    assert [each.rows for each in found] == [100] * 4


def test_few_rows_and_single_clusters_have_no_gain(rows):
    early, held_out = rows
    few = pd.Series(np.where(np.arange(400) < FEWEST_ROWS - 1, "few", "many"))
    policy = each_gets(np.ones(400, dtype=int), 3)
    economics = Economics.of(held_out, "s")
    by_label = {each.label: each for each in by_segment(economics, policy, Grouping.of(few, "g"))}
    assert by_label["few"].gain is None
    assert by_label["many"].gain is not None
    clustered = dataclasses.replace(held_out, clusters=(early == 1).astype(np.int64))
    one, other = by_segment(Economics.of(clustered, "s"), policy, Grouping.of(pd.Series(early), "early"))
    assert one.gain is None
    assert other.gain is None


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([3, 1, 2, np.nan] * 5, ("1", "2", "3", "(missing)")),
        ([0.0] * 80 + list(range(1, 21)), ("0", "1 or more")),
        ([9.0] * 80 + list(range(-20, 0)), ("up to −1", "9")),
        ([True, False], ("0", "1")),
        (["b", "a", "b", None], ("b", "a", "(missing)")),
        (list("aabbccddeeffgghhijk"), (*"abcdefgh", "(others)")),
        (list("aabbccddeeffgghhi"), tuple("abcdefghi")),
    ],
)
def test_groups_of_a_column(values, labels):
    grouping = Grouping.of(pd.Series(values), "x")
    assert grouping.labels == labels
    assert set(grouping.codes) <= set(range(len(labels)))


def test_quartiles_are_of_about_equal_size_and_in_order():
    numbers = np.random.default_rng(0).normal(size=1001)
    grouping = Grouping.of(pd.Series(numbers), "x")
    assert np.bincount(grouping.codes).tolist() == [251, 250, 250, 250]
    assert numbers[grouping.codes == 0].max() < numbers[grouping.codes == 1].min()


def test_the_columns_in_which_the_treated_differ_come_first():
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {"noise": random.normal(size=4000), "flat": 1.0, "level": random.choice(["p", "q"], 4000)}
    )
    frame["age"] = random.normal(size=4000)
    treated = (frame["age"] + random.normal(size=4000) > 0).to_numpy() & (frame["level"] == "q").to_numpy()
    policy = each_gets(treated.astype(int), 2)
    found = telling(groupings(frame), policy)
    assert [each.column for each, _ in found] == ["level", "age", "noise"]
    inside, others = frame["age"][treated], frame["age"][~treated]
    assert found[1][1] == pytest.approx((inside.mean() - others.mean()) / frame["age"].std(ddof=0))
    assert found[0][1] == pytest.approx(
        (1 - (frame["level"][~treated] == "q").mean()) / (frame["level"] == "q").std(ddof=0)
    )
    assert all(
        difference == 0 for _, difference in telling(groupings(frame), each_gets(np.ones(4000, int), 2))
    )


def test_a_policy_of_other_rows_is_refused(rows):
    early, held_out = rows
    with pytest.raises(Problem, match="do not fit"):
        by_segment(Economics.of(held_out, "s"), np.zeros((399, 3)), Grouping.of(pd.Series(early), "early"))
