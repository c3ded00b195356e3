import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from causal_core.cli import main
from causal_core.data.demos import demo
from causal_core.problem import DoesNotApply
from causal_core.study import Study
from causal_core.study.check import check_file
from causal_core.study.dose import dose_methods, is_dose_study
from causal_core.study.options import EstimateOptions
from causal_core.study.run import open_data
from causal_core.study.steps import estimate_plan, refute_plan, uplift_plan

TOML = """
version = 1
seed = 3
[data]
path = "data.csv"
[graph]
text = "dag {{ x -> t; x -> y; t -> y }}"
[question]
treatment = "t"
control = {control}
outcome = "y"
unit = "points"
{more}
[estimate]
nuisances = "linear"
{methods}
[validate]
checks = ["specification_curve", "repeat"]
[refute]
simulations = 2
"""


@pytest.fixture
def study_file(tmp_path):
    """Call with parts of the study: the path of a study of a dose whose slope is 0.5."""

    def written(control=10, more="", methods="", rows=300):
        random = np.random.default_rng(1)
        x = random.normal(size=rows)
        t = 10 + x + 2 * random.normal(size=rows)
        y = 0.5 * t + x + 0.5 * random.normal(size=rows)
        frame = pd.DataFrame({"x": x, "t": t, "y": y, "p": 0.5})
        frame.loc[:4, "x"] = np.nan
        frame.to_csv(tmp_path / "data.csv", index=False)
        path = tmp_path / "study.toml"
        path.write_text(TOML.format(control=control, more=more, methods=methods))
        return path

    return written


def test_the_command_line_answers_for_a_dose_and_says_where_arms_are_needed(study_file, tmp_path, capsys):
    assert main(["run", str(study_file()), "--out", str(tmp_path / "out")]) == 0
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    assert found["headline"] == "dose_response"
    methods = {each["method"] for each in found["estimates"]}
    assert methods == {"dose_response", "dose_response_dr", "linear_regression"}
    for each in found["estimates"]:
        assert "error" not in each
        assert each["contrast"][0] == "10"
        truth = 0.5 * (float(each["contrast"][1]) - 10)
        assert each["value"] == pytest.approx(truth, abs=0.35)
        assert each["ci"][0] < each["value"] < each["ci"][1]
        assert (each["rows_used"], each["rows_dropped"]) == (295, 5)
    curve = found["dose_response"]["responses"][0]
    assert len(curve["doses"]) <= 100
    assert curve["slope"]["value"] == pytest.approx(0.5, abs=0.05)
    assert curve["level"]["low_all"][40] < curve["level"]["low"][40] < curve["level"]["estimate"][40]
    for key in ("refutations", "uplift", "policy"):
        assert all("a dose has none" in each["error"] for each in found[key])
        assert all("Cut the dose into a few levels" in each["error"] for each in found[key])
    assert "failures" not in found
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Moving t from 10 to" in page
    assert "Doubly robust dose-response curve" in page
    assert "nothing is said beyond" in page
    assert "This page compares arms" not in page
    assert "Other analyses compare arms, and a dose has none" in page


def test_methods_that_compare_arms_say_why_they_cannot_and_the_other_way_round(study_file):
    results = Study.load(study_file(methods='methods = ["ipw", "linear_regression"]')).run(["estimate"])
    refused = results.estimated.of("ipw")
    assert {each.value for each in refused} == {None}
    assert "compares arms, and the treatment t is a dose" in refused[0].error
    assert "Dose-response curve" in refused[0].error
    assert results.estimated.headline == "linear_regression"
    nhefs = Study.load(demo("nhefs").study).replace(estimate=EstimateOptions(methods=("dose_response",)))
    (estimate,) = nhefs.run(["estimate"]).estimated.estimates
    assert "needs a dose" in estimate.error


def test_a_study_that_names_no_methods_gets_those_for_a_dose():
    assert dose_methods(EstimateOptions()) == ("dose_response", "dose_response_dr", "linear_regression")
    assert dose_methods(EstimateOptions(methods=("linear_regression",))) == ("linear_regression",)


def test_plans_of_steps_that_need_arms_refuse_at_once(study_file):
    study = Study.load(study_file())
    table = open_data(study).table
    assert is_dose_study(study, table)
    assert not is_dose_study(study.replace(question=dataclasses.replace(study.question, treatment="")), table)
    estimated = study.run(["estimate"]).estimated
    with pytest.raises(DoesNotApply, match="refuters compare arms"):
        refute_plan(study, table, estimated)
    with pytest.raises(DoesNotApply, match="Who responds is learned by comparing arms"):
        uplift_plan(study, table)
    assert estimate_plan(study, table).title == "Estimating the curve of the dose"


def test_another_reference_moves_the_contrasts_and_zero_out_of_range_the_median(study_file):
    first = Study.load(study_file(control=9)).run(["estimate"]).estimated
    assert {each.contrast[0] for each in first.estimates} == {"9"}
    zero = Study.load(study_file(control=0)).run(["estimate"]).estimated
    assert zero.dose.doses.reference == zero.dose.doses.quartiles[1]
    assert "0 lies outside the doses" in zero.dose.doses.note
    assert len(zero.of("dose_response")) == 2
    curves = [each.of("dose_response").estimates for each in (first.dose, zero.dose)]
    spans = [found[-1].value - found[0].value for found in curves]
    assert spans[0] == pytest.approx(spans[1], rel=1e-9)


@pytest.mark.parametrize(
    ("control", "more", "words"),
    [
        (500, "", 'control: "500" is no dose of "t"'),
        ('"none"', "", 'control: "none" is no dose of "t"'),
        (10, 'propensity = "p"', "a dose has a density, not a probability"),
    ],
)
def test_a_question_that_does_not_fit_a_dose_is_a_problem(study_file, control, more, words, capsys):
    problems, _ = check_file(study_file(control=control, more=more))
    assert [words in str(problem) for problem in problems] == [True]
    assert main(["check", str(study_file(control=control, more=more))]) == 2


def test_a_target_that_a_dose_cannot_have_is_renamed(study_file):
    results = Study.load(study_file(more='target = "ATT"', methods='methods = ["dose_response"]'))
    first = results.run(["estimate"]).estimated.estimates[0]
    assert (first.target, first.estimand) == ("ATT", "ATE")
    assert "no treated and no controls" in first.notes[0]


def test_a_set_that_does_not_identify_makes_an_association(study_file):
    study = Study.load(study_file(more="adjust_for = []"))
    found = study.run(["estimate"]).estimated
    assert {(each.estimand, each.strategy) for each in found.estimates} == {("association", "none")}
    assert found.of("linear_regression")[-1].value > 0.5 * (float(found.estimates[-1].contrast[1]) - 10)


def test_interactions_and_squares_enter_the_curve(study_file):
    study = Study.load(study_file(methods='methods = ["dose_response"]'))
    plain = study.run(["estimate"]).estimated
    options = dataclasses.replace(study.estimate, interactions=("x",), squares=("x",))
    more = study.replace(estimate=options).run(["estimate"]).estimated
    assert more.estimates[0].value == pytest.approx(plain.estimates[0].value, abs=0.2)
    assert more.estimates[0].value != plain.estimates[0].value


def test_smoking_intensity_and_weight_gain():
    study = Study.load(demo("nhefs").study)
    question = dataclasses.replace(study.question, treatment="smokeintensity", control=20)
    options = EstimateOptions(methods=("dose_response", "linear_regression"))
    found = study.replace(question=question, estimate=options).run(["estimate"]).estimated
    assert found.rows_used == 1566
    curve = found.dose.of("dose_response")
    assert curve.slope.ci[0] < 0 < curve.slope.ci[1]
    assert curve.bend > 0.05
    assert {each.contrast for each in curve.estimates} == {("20", "10"), ("20", "30")}


def test_a_dose_that_most_people_lack_is_compared_with_the_end_of_its_range(study_file):
    path = study_file(control=0)
    frame = pd.read_csv(path.with_name("data.csv"))
    frame["t"] = np.where(frame.index % 5 == 0, frame["t"].clip(lower=1), 0)
    frame.to_csv(path.with_name("data.csv"), index=False)
    found = Study.load(path).run(["estimate"])
    assert not found.failures
    assert {each.contrast[0] for each in found.estimated.estimates} == {"0"}
    assert len(found.estimated.of(found.estimated.headline)) == 1
    assert {each.method for each in found.estimated.dose.responses} == set(dose_methods(EstimateOptions()))
    frame["t"] = np.where(frame.index % 240 == 0, frame.index / 7, 0)
    frame.loc[:20, "t"] = np.nan
    more = pd.concat([frame] * 30, ignore_index=True)
    more.loc[range(30), "t"] = np.arange(30) / 3
    more.to_csv(path.with_name("data.csv"), index=False)
    problems, _ = check_file(path)
    assert "98 % of the rows have the same" in problems[0].message
    assert not Study.load(path).run(["estimate"]).failures
