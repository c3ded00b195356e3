from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from causal_core.charts.repeat import repeated_intervals
from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine import state_folder
from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.options import Data, EstimateOptions, Question
from causal_core.study.run import open_data
from causal_core.study.steps import inputs
from causal_core.study.study import Study
from causal_core.validation.repeat import Repetitions, exact_interval, repeat_part, sum_up
from causal_core.validation.repeat_plan import repeat_plan, usual_method
from causal_core.validation.repeat_words import (
    bias_sentence,
    coverage_sentence,
    failures_sentence,
    headline_words,
    power_sentence,
    verdict_of,
    world_sentence,
)

EDGES = [("x", "t"), ("x", "y"), ("t", "y")]


def study_of(frame, **question):
    table = write_table(arrow_of(frame), state_folder("tables"))
    asked = Question(treatment="t", outcome="y", **question)
    return Study(Data(path="x.csv"), CausalGraph(EDGES), asked), table


@pytest.fixture(scope="module")
def gaussian():
    """A linear world with normal noise: what linear regression is made for."""
    random = np.random.default_rng(3)
    x = random.normal(size=500)
    t = (random.uniform(size=500) < 1 / (1 + np.exp(-x))).astype(int)
    return study_of(pd.DataFrame({"x": x, "t": t, "y": 1.5 * x + 2 * t + random.normal(size=500)}))


@pytest.fixture(scope="module")
def curved():
    """Outcome and assignment follow the square of x: a straight line adjusts for the wrong thing."""
    random = np.random.default_rng(3)
    x = random.normal(size=2000)
    t = (random.uniform(size=2000) < 1 / (1 + np.exp(1 - x**2))).astype(int)
    return study_of(pd.DataFrame({"x": x, "t": t, "y": x**2 + t + 0.5 * random.normal(size=2000)}))


def of(found, method):
    return next(each for each in found.results if each.method == method)


def test_linear_regression_covers_in_a_linear_world_and_no_adjustment_does_not(gaussian):
    found = run_inline(repeat_plan(*gaussian, ("linear_regression", "difference_in_means"), repetitions=300))
    right, wrong = found.results
    low, high = right.coverage
    assert low < 0.95 < high
    assert abs(right.bias) < 3 * right.bias_error
    assert right.spread == pytest.approx(right.typical_error, rel=0.12)
    assert right.truth == pytest.approx(2, abs=0.3)
    assert verdict_of(right) == "good"
    assert "which agrees with 95 %" in coverage_sentence(right)
    assert "no more than the chance in 300 repetitions" in bias_sentence(right)
    assert not wrong.own_truth
    assert wrong.bias > 0.8
    assert wrong.coverage[1] < 0.2
    assert "misses the truth too often, because its estimates are off target" in headline_words(wrong)
    assert "held against the target's effect" in bias_sentence(wrong, "kg")


def test_a_straight_line_is_biased_in_a_curved_world_and_matching_is_not(curved):
    found = run_inline(repeat_plan(*curved, ("regression_adjustment", "matching"), "boosted", repetitions=60))
    line, matching = of(found, "regression_adjustment"), of(found, "matching")
    assert line.bias > 5 * line.spread
    assert line.covered == 0
    assert verdict_of(line) == "bad"
    assert "more rows would not remove it" in bias_sentence(line)
    assert abs(matching.bias) < 0.25 * abs(line.bias)


def test_any_split_of_the_work_gives_the_same_digits(gaussian):
    given = inputs(*gaussian)
    whole = repeat_part(given, ("ipw", "matching"), "linear", (3, 4, 5))[0]
    parts = [repeat_part(given, ("ipw", "matching"), "linear", (number,))[0] for number in (3, 4, 5)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert len(set(whole[:, 0, 0, 0])) == 3


def test_clusters_are_repeated_whole_so_that_clustered_errors_cover():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(80), 8)
    t = random.integers(0, 2, 80)[groups]
    y = t + random.normal(size=80)[groups] + random.normal(size=640)
    frame = pd.DataFrame({"x": random.normal(size=640), "t": t, "y": y, "g": groups})
    study, table = study_of(frame, randomised=True, clusters="g")
    found = run_inline(repeat_plan(study, table, ("difference_in_means",), repetitions=200))
    (mine,) = found.results
    low, high = mine.coverage
    assert low < 0.95 < high
    assert mine.spread == pytest.approx(mine.typical_error, rel=0.2)
    assert found.alike == pytest.approx(0.5, abs=0.15)
    assert "Clusters are drawn whole" in world_sentence(found)
    careless = run_inline(
        repeat_plan(
            study.replace(question=replace(study.question, clusters=None)),
            *(table, ("difference_in_means",), "linear", 60),
        )
    ).results[0]
    assert mine.width > 1.5 * careless.width


def test_several_arms_and_a_target_are_carried_through():
    study = Study.load(demo("premium").study)
    study = study.replace(question=replace(study.question, target="ATT"))
    table = open_data(study).table
    found = run_inline(repeat_plan(study, table, ("ipw",), repetitions=20))
    assert [each.contrast[1] for each in found.results] == list(
        dict.fromkeys(each.contrast[1] for each in found.results)
    )
    assert len(found.results) == 2
    assert {each.estimand for each in found.results} == {"ATT"}
    assert (found.rows, found.study_rows) == (5000, 8000)
    assert "5,000 rows, your study 8,000: its intervals are about 1.3 times as wide" in world_sentence(found)


def test_what_cannot_be_repeated_is_said(gaussian):
    study, table = gaussian
    with pytest.raises(Problem, match="one to 3 methods, not 0"):
        repeat_plan(study, table, ())
    with pytest.raises(Problem, match="Wald ratio does not adjust"):
        repeat_plan(study, table, ("wald",))
    hidden = study.replace(graph=CausalGraph(EDGES, bidirected=[("t", "y")]))
    with pytest.raises(DoesNotApply, match="do not identify the effect") as found:
        repeat_plan(hidden, table, ("ipw",))
    # No set is valid here, so none can be chosen.
    assert found.value.remedy == "No set of them does: see on Identify what would help."


def test_a_method_that_cannot_answer_says_why(gaussian):
    table = gaussian[1]
    frame = table.frame(["x", "t", "y"], rows=np.arange(80))
    few, small = study_of(frame)
    found = run_inline(repeat_plan(few, small, ("dml", "ipw"), repetitions=3))
    assert [each.method for each in found.results] == ["ipw"]
    assert "at least 100 rows" in found.refused[0][2]


def test_the_method_that_is_repeated_first_is_the_one_that_speaks(gaussian):
    study, _ = gaussian
    assert usual_method(study) == "aipw"
    mine = EstimateOptions(methods=("dml", "matching", "ipw"), headline="matching")
    assert usual_method(study.replace(estimate=mine)) == "matching"
    trial = study.replace(question=replace(study.question, randomised=True))
    assert usual_method(trial) == "difference_in_means"
    assert usual_method(study.replace(estimate=EstimateOptions(methods=("wald",)))) is None


@pytest.mark.parametrize(("successes", "trials"), [(0, 20), (20, 20), (187, 200), (1, 7)])
def test_the_interval_of_a_share_is_exact(successes, trials):
    theirs = binomtest(successes, trials).proportion_ci(method="exact")
    assert exact_interval(successes, trials) == pytest.approx((theirs.low, theirs.high))


def made(rows, truth=1.0, **parts):
    summed = sum_up(np.array(rows, dtype=float), truth)
    return Repetitions("ipw", ("0", "1"), "ATE", truth, True, **{**summed, **parts})


def test_the_sums_and_their_sentences():
    inf, nan = np.inf, np.nan
    found = made([[1, 0, 2, 0.5], [2, 1.5, 2.5, 0.3], [0, -inf, 4, 0.4], [3, nan, nan, nan], [nan] * 4])
    assert (found.failed, found.covered, found.with_interval, found.excluding) == (1, 2, 3, 1)
    assert (found.bias, found.width) == (0.5, 1.5)
    assert found.typical_error == pytest.approx(0.4)
    assert failures_sentence(found) == "1 of 5 repetitions gave no estimate and are left out."
    assert "With 40 rows 33 % of them exclude zero" in power_sentence(found, 40)
    assert found.wrong_side == 0
    backwards = made([[-2, -3, -1, 0.5], [1, 0.5, 2, 0.5]])
    assert "2 of 2" not in power_sentence(backwards, 40)
    assert "100 % of them exclude zero (16 % to 100 %), 1 of 2 on the wrong side of it." in power_sentence(
        backwards, 40
    )
    null = made([[-2, -3, -1, 0.5], [1, -0.5, 2, 0.5]], truth=0.0)
    assert power_sentence(null, 40).endswith("although there is no effect: false alarms.")
    bare = made([[1, nan, nan, nan], [2, nan, nan, nan]])
    assert verdict_of(bare) == "unclear"
    assert (coverage_sentence(bare), power_sentence(bare, 40)) == ("", "")


def test_the_picture_marks_intervals_that_miss_by_shape_and_colour():
    found = made([[1, 0.5, 2, 0.5], [3, 2, 4, 0.3], [0, -np.inf, 4, 0.4], [2, 1.5, 2.5, 0.3]])
    figure = repeated_intervals(found, "kg")
    marks = {trace.name: trace for trace in figure.data if trace.name}
    holds, misses = marks["interval holds the truth (2)"], marks["interval misses the truth (2)"]
    assert list(misses.y) == [2, 3]
    assert list(misses.x) == [2, 3]
    assert holds.marker.symbol != misses.marker.symbol
    assert holds.marker.color != misses.marker.color
    assert figure.layout.xaxis.title.text == "Estimated effect (kg)"
    many = repeated_intervals(made([[value, value - 1, value + 1, 0.5] for value in np.linspace(0, 2, 700)]))
    assert sum(len(trace.x) for trace in many.data if trace.name) == 200
