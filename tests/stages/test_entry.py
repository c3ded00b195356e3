"""A rule over stages among a study's policies."""

import json
import math

import numpy as np
import pytest

from causal_core.engine.inline import run_inline
from causal_core.stages.plan import stages_plan
from causal_core.study.check import check_file, check_names
from causal_core.study.options import PolicyOptions, UpliftOptions
from causal_core.study.report import report
from causal_core.study.study import Study
from tests.stages.worlds import STAGES, invest, study_of

STUDY = """
version = 1
[data]
path = "data.csv"
[data.types]
second = "category"
[graph]
text = "dag { x -> y; first -> y; first -> state; state -> y; second -> y; state -> second }"
[question]
treatment = "first"
outcome = "y"
randomised = true
[uplift]
learners = ["t"]
base = "linear"
[policy]
policies = ["treat_all", "q_learning"]
benefit = 10.0
stages = [{ treatment = "first", covariates = ["x"] }, { treatment = "second", covariates = ["state"] }]
[policy.cost]
"1" = 4.0
"more" = 2.0
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    frame = invest(2000, 3)
    frame["second"] = np.where(frame["second"] == 1, "more", "no")
    frame.to_csv(folder / "data.csv", index=False)
    (folder / "study.toml").write_text(STUDY)
    return Study.load(folder / "study.toml").run(steps=["policy"])


def test_a_study_file_with_stages_gives_an_entry_with_the_same_keys(results):
    assert not results.failures
    first, staged = results.to_dict()["policy"]
    assert staged["policy"] == "q_learning"
    assert list(staged) == list(first)
    json.dumps(staged, allow_nan=False)
    # The first at 4, then the second at 2 for the .9 who reached the state, bring 10 * .8 - 5.8 = 2.2,
    # the second alone for the .1 who reach it 5 + 10 * .1 - .2 = 5.8.
    assert staged["ci"][0] < 5.8 < staged["ci"][1]
    assert staged["cost"] == pytest.approx(0.2, abs=0.06)
    outcome, spending = staged["outcome"], staged["spending"]
    assert 10 * outcome["value"] - spending["value"] == pytest.approx(staged["gain_vs_none"]["value"])
    assert spending["value"] == pytest.approx(0.2, abs=0.1)


def test_a_cost_of_a_later_stage_does_not_hinder_the_first(results):
    first = results.to_dict()["policy"][0]
    assert first["policy"] == "treat_all"
    assert first["cost"] == 4.0


def test_the_entry_says_what_the_plan_of_stages_says(results):
    study, table = results.study, results.opened.table
    found = run_inline(stages_plan(study, table))
    entry = results.valued.policies[1]
    assert (entry.value, entry.ci) == (found.rule.value, found.rule.ci)
    assert entry.gain_vs_all == found.reference.gain_of_rule
    assert entry.all_arm == "0, then no"
    assert entry.arm_shares == (("0", 1.0), ("1", 0.0))


def test_a_rule_that_cannot_be_is_refused_in_words_and_the_others_stand(tmp_path):
    from causal_core.study.steps import policy_plan, uplift_plan

    study, table = study_of(invest(600, 1), tmp_path, stages=STAGES[:1], policies=("treat_all", "q_learning"))
    study = study.replace(uplift=UpliftOptions(learners=("t",), base="linear"))
    evaluation = run_inline(uplift_plan(study, table))
    valued = run_inline(policy_plan(study, table, evaluation))
    assert valued.policies[0].policy == "treat_all"
    assert "names 1 stage" in valued.policies[1].error


def test_without_a_control_at_every_stage_the_gain_over_nobody_is_unknown(tmp_path):
    from causal_core.stages.entry import policy_entry

    frame = invest(1500, 1)
    frame = frame[(frame["first"] == 1) | (frame["second"] == 1)].reset_index(drop=True)
    study, table = study_of(frame, tmp_path)
    found = run_inline(stages_plan(study, table))
    entry = policy_entry(found)
    assert found.rule.gain_vs_none is None
    assert math.isnan(entry.gain_vs_none.value)
    assert entry.to_dict()["gain_vs_none"]["value"] is None


def test_a_check_names_faults_of_the_stages(tmp_path):
    study, _ = study_of(invest(100, 1), tmp_path, stages=STAGES[:1])
    assert "[policy] stages: The study names 1 stage" in str(check_names(study)[0])
    study = study.replace(policy=PolicyOptions(policies=("q_learning",)))
    assert "[policy] stages: The study names no stages" in str(check_names(study)[0])
    assert not check_names(study.replace(policy=PolicyOptions()))


def test_stages_survive_the_study_file(tmp_path):
    study = Study.from_text(STUDY, tmp_path)
    assert Study.from_text(study.to_text()).policy == study.policy


def test_the_report_says_what_the_rule_is_worth(results):
    text = report(results)
    assert "What first, and what then?" in text
    assert "The rule for each stage is worth" in text
    assert "Over giving everybody 0, then no it gains" in text


def test_a_check_knows_the_arms_of_later_stages(tmp_path):
    invest(400, 3).assign(second=lambda frame: frame["second"].map({0: "no", 1: "more"})).to_csv(
        tmp_path / "data.csv", index=False
    )
    file = tmp_path / "study.toml"
    file.write_text(STUDY)
    assert check_file(file)[0] == ()
    file.write_text(STUDY.replace('"more" = 2.0', '"mroe" = 2.0'))
    assert "There is no arm mroe to give a cost to" in str(check_file(file)[0][0])
