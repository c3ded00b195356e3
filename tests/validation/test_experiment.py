from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.study.options import Data, EstimateOptions, Question
from causal_core.study.run import open_data
from causal_core.study.steps import inputs
from causal_core.study.study import Study
from causal_core.validation.evidence import experiment_plan
from causal_core.validation.experiment import Comparison, Samples, Side, judge, usual_threshold
from causal_core.validation.experiment_run import combine, compare, compare_methods, stack

GRAPH = CausalGraph(edges=[("a", "t"), ("a", "y"), ("b", "t"), ("b", "y"), ("t", "y")])
SAMPLES = Samples("sample", ("trial",), ("survey",))
BIAS = -0.5


def frame(seed, treated=120, controls=150, survey=600, own=0, bias=BIAS):
    """A trial, and survey rows with other covariates; a hidden cause lifts the survey's outcomes by -bias."""
    random = np.random.default_rng(seed)
    n = treated + controls + survey + own
    sample = np.repeat(["trial", "survey"], [treated + controls, survey + own])
    t = np.repeat([1, 0, 0, 1], [treated, controls, survey, own])
    a = random.normal(size=n) + 0.6 * (sample == "survey")
    b = random.normal(size=n) - 0.3 * (sample == "survey")
    lift = np.where((sample == "survey") & (t == 0), -bias, 0)
    y = a + 0.5 * b + t * (1 + 0.5 * a) + lift + random.normal(size=n)
    return pd.DataFrame({"sample": sample, "t": t, "a": a, "b": b, "y": y, "block": np.arange(n) // 3})


@pytest.fixture
def start(tmp_path):
    def made(table, target="ATT", **question):
        stored = write_table(arrow_of(table), tmp_path)
        asked = Question(treatment="t", outcome="y", target=target, **question)
        study = Study(Data(path="t.csv"), GRAPH, asked, estimate=EstimateOptions(methods=("ipw", "aipw")))
        return inputs(study, stored), study, stored

    return made


def test_the_shared_treated_cancel_in_a_plain_comparison(start):
    table = frame(1)
    given, _, _ = start(table)
    found = compare(stack(given, SAMPLES), "difference_in_means", "1")
    trial = table[(table["sample"] == "trial") & (table["t"] == 0)]["y"]
    survey = table[table["sample"] == "survey"]["y"]
    # Observational minus experimental is the difference of the two groups of controls, and nothing else.
    assert found.difference == pytest.approx(trial.mean() - survey.mean())
    variance = trial.var() / len(trial) + survey.var() / len(survey)
    assert found.std_error == pytest.approx(np.sqrt(variance))
    assert found.shared == 120
    assert found.observational.estimand == "association"
    assert found.trial.estimand == "ATT"
    assert found.apart_error > 1.3 * found.std_error


def test_an_arm_the_observational_rows_lack_comes_from_the_trial_and_sets_the_target(start):
    given, _, _ = start(frame(1), target="ATE")
    stacked = stack(given, SAMPLES)
    assert stacked.shared_arms == ("1",)
    assert stacked.target == "ATT"
    assert "averaged over them (ATT)" in stacked.notes[0]


def test_complete_samples_share_no_row(start):
    given, _, _ = start(frame(1, own=200), target="ATE")
    stacked = stack(given, SAMPLES)
    found = compare(stacked, "aipw", "1")
    assert stacked.shared_arms == ()
    assert stacked.target == "ATE"
    assert found.shared == 0
    assert found.std_error == pytest.approx(found.apart_error)
    assert found.observational.arm_rows == 200


def test_the_interval_of_the_difference_covers(start):
    methods, runs = ("ipw", "regression_adjustment", "matching"), 200
    held = dict.fromkeys(methods, 0)
    for seed in range(runs):
        stacked = stack(start(frame(seed, 60, 80, 250))[0], SAMPLES)
        for method in methods:
            low, high = compare(stacked, method, "1").ci
            held[method] += low <= BIAS <= high
    # The exact 99.9 % binomial band around .95 of 200 runs.
    assert all(177 <= count <= 198 for count in held.values()), held


def test_the_standard_error_agrees_with_the_bootstrap(start):
    given, _, _ = start(frame(3))
    stacked = stack(given, SAMPLES)
    found = compare(stacked, "aipw", "1")
    random = np.random.default_rng(0)
    groups = [np.arange(120), np.arange(120, 270), np.arange(270, 870)]
    differences = []
    for _ in range(200):
        drawn = np.concatenate([random.choice(group, len(group)) for group in groups])
        trial = stacked.trial.at(drawn[:270])
        place = np.empty(870, dtype=np.int64)
        place[stacked.observational.rows] = np.arange(stacked.observational.rows_used)
        other = stacked.observational.at(place[np.concatenate([drawn[:120], drawn[270:]])])
        sides = [replace(design, rows=np.arange(design.rows_used)) for design in (trial, other)]
        differences.append(
            compare(replace(stacked, trial=sides[0], observational=sides[1]), "aipw", "1").difference
        )
    assert found.std_error == pytest.approx(np.std(differences), rel=0.15)


def test_clusters_that_cross_the_samples_count_whole(start):
    given, _, _ = start(frame(2), clusters="block")
    stacked = stack(given, SAMPLES)
    alone = compare(replace(stacked, clusters=None), "difference_in_means", "1")
    found = compare(stacked, "difference_in_means", "1")
    assert found.difference == alone.difference
    assert found.std_error != pytest.approx(alone.std_error, rel=1e-6)
    assert found.std_error == pytest.approx(alone.std_error, rel=0.3)


def test_the_trial_may_have_its_own_assignment_column(start):
    table = frame(4)
    table["assigned"] = table["t"]
    table["t"] = table["t"].astype(float)
    table.loc[(table["sample"] == "trial") & (table["t"] == 0), "t"] = np.nan
    given, _, _ = start(table)
    assert "There is no row of 0" in compare(stack(given, SAMPLES), "ipw", "1").error
    found = compare(stack(given, replace(SAMPLES, assignment="assigned")), "ipw", "1")
    assert found.trial.control_rows == 150
    assert found.observational.control_rows == 600


def test_adjusting_the_trial_makes_it_more_precise(start):
    given, _, _ = start(frame(5))
    plain = compare(stack(given, SAMPLES), "ipw", "1")
    samples = replace(SAMPLES, trial_method="regression_adjustment")
    adjusted = compare(stack(given, samples), "ipw", "1", trial_method="regression_adjustment")
    assert adjusted.trial.std_error < plain.trial.std_error


def test_values_that_mark_both_samples_or_none_are_refused(start):
    given, study, stored = start(frame(1))
    with pytest.raises(Problem, match="cannot mark"):
        stack(given, Samples("sample", ("trial",), ("trial",)))
    with pytest.raises(Problem, match="No row has sample = diary"):
        stack(given, Samples("sample", ("trial",), ("diary",)))
    with pytest.raises(Problem, match="a has 870 values"):
        stack(given, Samples("a", ("trial",), ("survey",)))
    with pytest.raises(Problem, match="marks the observational rows"):
        experiment_plan(study, stored, Samples("sample", ("trial",), ()))


def test_a_method_that_does_not_adjust_says_so(start):
    given, _, _ = start(frame(1))
    found = compare(stack(given, SAMPLES), "wald", "1")
    assert "does not adjust" in found.error
    assert found.trial is not None


def test_the_plan_compares_the_studys_methods_and_the_plain_difference(start):
    given, study, stored = start(frame(1))
    plan = experiment_plan(study, stored, SAMPLES)
    parts = [compare_methods(**call.arguments) for call in plan.tasks]
    found = combine(given, SAMPLES, parts)
    assert [each.method for each in found.comparisons] == ["difference_in_means", "ipw", "aipw"]
    assert found.covariates == ("a", "b")
    assert plan.key == experiment_plan(study, stored, SAMPLES).key
    assert (
        plan.key != experiment_plan(study, stored, replace(SAMPLES, trial_method="regression_adjustment")).key
    )


def sides(trial, other, ci):
    made = [Side(sum(each) / 2, 1.0, each, 10, 10, "ATT") for each in (trial, other)]
    return Comparison("ipw", ("0", "1"), made[0], made[1], sum(ci) / 2, 1.0, ci)


@pytest.mark.parametrize(
    ("trial", "other", "ci", "threshold", "answer"),
    [
        ((1.0, 3.0), (-3.0, -1.0), (-1.0, 1.0), 5.0, "yes"),
        ((1.0, 3.0), (2.0, 4.0), (0.5, 1.5), 0.4, "yes"),
        ((1.0, 3.0), (2.0, 4.0), (0.5, 1.5), 1.0, "some"),
        ((1.0, 3.0), (2.0, 4.0), (-0.5, 0.7), 1.0, "no"),
        ((1.0, 3.0), (2.0, 4.0), (0.1, 0.7), 1.0, "no"),
        ((1.0, 3.0), (2.0, 4.0), (-0.5, 1.5), 1.0, "unclear"),
        ((1.0, 3.0), (2.0, 4.0), (-0.5, 1.5), 0.0, "unclear"),
    ],
)
def test_the_answer_follows_the_interval_of_the_difference(trial, other, ci, threshold, answer):
    assert judge(sides(trial, other, ci), threshold).answer == answer


def test_the_usual_threshold_is_half_the_experimental_effect():
    assert usual_threshold(sides((-3.0, -1.0), (1.0, 2.0), (0.0, 1.0))) == 1.0


def test_the_published_comparison_of_dehejia_and_wahba():
    study = Study.load(demo("lalonde").study)
    samples = Samples("sample", ("experiment",), ("survey",), "assigned")
    stacked = stack(inputs(study, open_data(study).table), samples)
    plain, adjusted = (compare(stacked, name, "1") for name in ("difference_in_means", "linear_regression"))
    # Dehejia & Wahba (1999), tables 2 and 3: 1,794 in the experiment; -8,498 and, adjusted, 699.
    assert plain.trial.value == pytest.approx(1794.3, abs=0.1)
    assert plain.observational.value == pytest.approx(-8497.5, abs=0.1)
    assert adjusted.observational.value == pytest.approx(699.1, abs=0.1)
    assert plain.shared == adjusted.shared == 185
    assert judge(plain, usual_threshold(plain)).answer == "yes"
    assert judge(adjusted, usual_threshold(adjusted)).answer == "some"


def test_several_arms_are_compared_one_by_one(start):
    table = frame(6)
    arms = np.where(table["t"] == 1, np.arange(len(table)) % 2 + 1, 0)
    given, _, _ = start(table.assign(t=arms))
    stacked = stack(given, SAMPLES)
    assert stacked.shared_arms == ("1", "2")
    found = compare_methods(given, SAMPLES, ("aipw",))
    assert [each.contrast for each in found] == [("0", "1"), ("0", "2")]
    assert all(each.shared == 120 and each.error == "" for each in found)
    assert found[0].trial.arm_rows == 60


def test_a_survey_of_the_treated_shares_the_controls(start):
    table = frame(7, survey=0, own=500)
    given, _, _ = start(table, target="ATE")
    stacked = stack(given, SAMPLES)
    assert stacked.shared_arms == ("0",)
    assert stacked.target == "ATC"
    assert compare(stacked, "ipw", "1").shared == 150


def test_an_arm_that_only_the_survey_has_is_said_to_lack_an_experiment(start):
    table = frame(8, own=200)
    late = (table["sample"] == "survey") & (table["t"] == 1) & (table.index % 2 == 0)
    given, _, _ = start(table.assign(t=np.where(late, 2, table["t"])))
    one, two = compare_methods(given, SAMPLES, ("ipw",))
    assert one.difference is not None
    assert two.error.startswith("The trial gives no estimate: There is no row of 2")


def test_rows_with_missing_covariates_are_left_out_and_said(start):
    table = frame(9)
    table.loc[::50, "a"] = np.nan
    given, _, _ = start(table)
    stacked = stack(replace(given, missing="imputation"), SAMPLES)
    assert "only rows with every needed value" in stacked.notes[0]
    found = compare(stacked, "ipw", "1")
    # The trial's comparison of means needs no covariate, so it keeps its rows.
    assert found.trial.arm_rows == 120
    assert found.observational.arm_rows < 120
