import math

import numpy as np
import pytest

from causal_core.problem import Problem
from causal_core.uplift.arrays import mean_and_error
from causal_core.who.region import Axis, Region, region_of
from causal_core.who.regression import robust_fit
from causal_core.who.subgroup import looks_sentence, quantile, sentence, subgroup
from tests.who.worlds import held_out

X, PLAN, DAY = Axis("x"), Axis("plan", ("basic", "plus", "pro")), Axis("day", day_zero="2020-01-01")


def test_a_box_holds_its_edges_and_no_missing_value():
    box = region_of({"box": [{"x": [2, 0], "y": [1, 3]}], "lasso": []}, X, Axis("y"))
    assert box.corners == ((0.0, 1.0), (2.0, 3.0))
    x = np.array([0.0, 2.0, 2.1, 1.0, np.nan, 1.0])
    y = np.array([1.0, 3.0, 2.0, 0.9, 2.0, np.nan])
    assert box.contains(x, y).tolist() == [True, True, False, False, False, False]
    assert box.words() == "x from 0 to 2 and y from 1 to 3"


def test_a_lasso_holds_what_is_within_also_when_it_is_not_convex():
    # A U: the notch between its arms is outside.
    xs, ys = [0, 3, 3, 2, 2, 1, 1, 0], [0, 0, 3, 3, 1, 1, 3, 3]
    lasso = region_of({"lasso": [{"x": xs, "y": ys}]}, X, Axis("y"))
    x, y = np.array([0.5, 1.5, 1.5, 2.5, 3.5, -1.0]), np.array([2.0, 2.0, 0.5, 2.0, 1.0, 0.5])
    assert lasso.contains(x, y).tolist() == [True, False, True, True, False, False]
    assert lasso.words() == "a drawn shape within x from 0 to 3 and y from 0 to 3"


def test_a_lasso_agrees_with_half_planes_for_random_triangles():
    random = np.random.default_rng(1)
    points = random.uniform(size=(2000, 2))
    for _ in range(20):
        a, b, c = corners = random.uniform(size=(3, 2))
        sides = [
            (q[0] - p[0]) * (points[:, 1] - p[1]) - (q[1] - p[1]) * (points[:, 0] - p[0])
            for p, q in ((a, b), (b, c), (c, a))
        ]
        exact = np.all(np.array(sides) > 0, axis=0) | np.all(np.array(sides) < 0, axis=0)
        region = Region(X, Axis("y"), "lasso", tuple(map(tuple, corners.tolist())))
        assert (region.contains(points[:, 0], points[:, 1]) == exact).all()


def test_a_level_is_inside_where_the_middle_of_its_strip_is():
    box = region_of({"box": [{"x": [0.6, 2.4], "y": [-1, 1]}]}, PLAN, X)
    codes = np.array([0.0, 1.0, 2.0, np.nan])
    assert box.contains(codes, np.zeros(4)).tolist() == [False, True, True, False]
    assert box.words() == "plan is plus or pro and x from −1 to 1"
    none = region_of({"box": [{"x": [0.2, 0.4], "y": [0, 40]}]}, PLAN, DAY)
    assert none.words() == "plan is none of its levels and day from 2020-01-01 to 2020-02-10"


@pytest.mark.parametrize(
    "drawn",
    [
        {"box": [{"x": [1], "y": [2]}]},
        {"box": [{"x": ["a", "b"], "y": [1, 2]}]},
        {"lasso": [{"x": [1, 2], "y": [1, 2]}]},
        {"box": [{"x": [float("nan"), 1], "y": [1, 2]}]},
        {"box": ["no"]},
    ],
)
def test_what_is_no_region_is_refused(drawn):
    with pytest.raises(Problem, match="What was drawn is no region"):
        region_of(drawn, X, PLAN)


def test_nothing_drawn_is_no_region():
    assert region_of({"points": [1], "box": [], "lasso": []}, X, PLAN) is None


def scores(rows=400, seed=1):
    random = np.random.default_rng(seed)
    return random.normal(size=rows), random.uniform(size=rows) < 0.3


@pytest.mark.parametrize("clustered", [False, True])
def test_the_effect_is_the_mean_of_the_scores_inside_and_its_difference_from_the_rest(clustered):
    effects, inside = scores()
    clusters = np.arange(400) // 4 if clustered else None
    found = subgroup(held_out(effects, clusters=clusters), inside)
    mine = None if clusters is None else clusters[inside]
    value, error = mean_and_error(effects[inside], mine)
    assert (found.effect.value, found.effect.std_error) == (value, error)
    assert (found.rows, found.share) == (inside.sum(), inside.mean())
    assert found.rest.value == pytest.approx(effects[~inside].mean())
    assert found.difference == pytest.approx(value - effects[~inside].mean())
    if clustered:
        # A regression on being inside, with the jackknife's errors by cluster, says nearly the same.
        slope, covariance = robust_fit(np.column_stack([np.ones(400), inside]), effects, clusters)
        assert (found.difference, (found.ci[1] - found.ci[0]) / 2 / 1.959963984540054) == pytest.approx(
            (slope[1], math.sqrt(covariance[1, 1])), rel=5e-3
        )
    assert found.wide == found.effect.ci
    assert found.exploratory == ""


def test_more_looks_make_wider_intervals():
    effects, inside = scores()
    one, five = (subgroup(held_out(effects), inside, looks=looks) for looks in (1, 5))
    assert quantile(1) == pytest.approx(1.959963984540054)
    assert quantile(5) == pytest.approx(2.575829303548901)
    width = five.wide_difference[1] - five.wide_difference[0]
    assert width == pytest.approx((one.ci[1] - one.ci[0]) * 2.575829303548901 / 1.959963984540054)
    assert (five.ci, five.effect) == (one.ci, one.effect)
    assert "Of twenty groups that are like everybody else, one seems to differ" in looks_sentence(5)
    assert looks_sentence(1) == "This is the first group tried on these rows."


def test_too_few_rows_or_one_cluster_are_refused_in_words():
    effects, _ = scores()
    few = subgroup(held_out(effects), np.arange(400) < 29)
    assert few.effect is None
    assert sentence(few).startswith("Only 29 held-out rows are in this region")
    one = subgroup(held_out(effects, clusters=np.arange(400) // 100), np.arange(400) < 50)
    assert "of one cluster" in one.refusal
    most = subgroup(held_out(effects), np.arange(400) < 390)
    assert most.rest is None
    assert sentence(most).endswith("too few rows are outside to compare with.")


def test_the_sentence_says_whether_the_group_differs():
    effects, inside = scores()
    assert "No detectable difference" in sentence(subgroup(held_out(effects), inside))
    assert "It is larger here" in sentence(subgroup(held_out(effects + 2 * inside), inside), "EUR")
    assert "It is smaller here" in sentence(subgroup(held_out(effects - 2 * inside), inside))


def test_intervals_of_a_region_chosen_elsewhere_cover():
    covered = 0
    for seed in range(400):
        effects, inside = scores(120, seed)
        ci = subgroup(held_out(effects), inside).ci if inside.sum() >= 30 else (-1, 1)
        covered += ci[0] <= 0 <= ci[1]
    assert 0.92 <= covered / 400 <= 0.98
