"""What is wrong with stages is said in words, with the column and the remedy."""

import numpy as np
import pytest

from causal_core.engine.inline import run_inline
from causal_core.problem import DoesNotApply, Problem
from causal_core.stages.plan import stages_plan
from causal_core.stages.words import assumptions
from tests.stages.worlds import STAGES, invest, study_of


def solve(frame, folder, **parts):
    return run_inline(stages_plan(*study_of(frame, folder, **parts)))


def refused(match, folder, frame=None, **parts):
    with pytest.raises(Problem, match=match) as caught:
        solve(invest(400, 1) if frame is None else frame, folder, **parts)
    return caught.value


def test_no_stages_is_no_question(tmp_path):
    study, table = study_of(invest(100, 1), tmp_path)
    from dataclasses import replace

    bare = study.replace(policy=replace(study.policy, stages=()))
    with pytest.raises(DoesNotApply, match="names no stages"):
        stages_plan(bare, table)


@pytest.mark.parametrize(
    ("stages", "said"),
    [
        (STAGES[:1], "names 1 stage; a rule over stages needs 2 to 6"),
        (({"covariates": ("x",)}, STAGES[1]), "Stage 1 names no treatment"),
        (({**STAGES[0], "covariate": "x"}, STAGES[1]), "Stage 1 has the key covariate"),
        ((STAGES[0], {"treatment": "first"}), "first is the treatment of stage 2 and also the treatment of"),
        ((STAGES[0], {"treatment": "second", "covariates": "x"}), "x is a covariate of stage 2 and also"),
        ((STAGES[0], {"treatment": "second", "covariates": "y"}), "y is a covariate of stage 2 and also the"),
        ((STAGES[0], {"treatment": "secnd"}), "secnd is not a column of the table. Did you mean second"),
        ((STAGES[0], {**STAGES[1], "within": "town"}), "differ within town, which is no covariate"),
        ((STAGES[0], {**STAGES[1], "control": ("0", "1")}), "Stage 2 names several controls"),
        ((STAGES[0], {**STAGES[1], "control": "7"}), '"7" is not a level of the treatment "second"'),
    ],
)
def test_stages_that_are_not_described_as_they_must_be(stages, said, tmp_path):
    refused(said, tmp_path, stages=stages)


def test_a_stage_without_variation(tmp_path):
    refused('Stage 2: The treatment "second" has the single value', tmp_path, invest(400, 1).assign(second=1))
    frame = invest(400, 1)
    frame["y"] = frame["y"].mask(frame["second"] == 1)
    refused("Stage 2: second has a single value in the rows in use", tmp_path, frame)


def test_an_arm_with_too_few_rows(tmp_path):
    frame = invest(400, 1)
    frame.loc[:11, "second"] = 2
    problem = refused("Stage 2: second = 2 has only 12 rows", tmp_path, frame)
    assert "Merge it" in problem.remedy


def test_too_few_rows_at_all(tmp_path):
    refused("Only 39 rows have y and first", tmp_path, invest(39, 1))


def test_costs_that_fit_no_arm_or_row(tmp_path):
    refused("There is no arm 5 at any stage", tmp_path, cost={"5": 1.0})
    refused("paid per unit of another column", tmp_path, cost={"1": 1.0}, paid_per={"1": "y"})
    frame = invest(400, 1).assign(price=1.0, words="a")
    frame.loc[3, "price"] = np.nan
    refused("The cost of 1 is missing in 1 rows", tmp_path, frame, cost={"1": "price"})
    refused("The cost column words holds text", tmp_path, frame, cost={"1": "words"})


def test_a_sequence_that_hardly_anybody_had_is_left_to_nobody(tmp_path):
    frame = invest(1500, 1)
    gone = np.flatnonzero((frame["first"] == 0) & (frame["second"] == 1))
    found = solve(frame.drop(index=gone[4:]), tmp_path)
    assert found.rare == ("first = 0, then second = 1 (4 rows)",)
    assert ("0", "1") not in {each.arms for each in found.regimes}
    study, table = study_of(frame, tmp_path)
    from causal_core.stages.plan import stages_asked

    said = " ".join(assumptions(found, stages_asked(study, table)[0]))
    assert "Too few people to learn from, so no rule gives it: first = 0, then second = 1 (4 rows)." in said


def test_few_rows_behind_a_rule_are_warned_about(tmp_path):
    found = solve(invest(300, 1), tmp_path)
    warned = [each for each in found.regimes if each.effective_sample_size < 100]
    assert warned
    assert all("the effective sample size is" in each.warnings[0] for each in warned)


def test_the_same_label_at_two_stages_costs_the_same_and_that_is_said(tmp_path):
    study, table = study_of(invest(400, 1), tmp_path, cost={"1": 0.25})
    found = run_inline(stages_plan(study, table))
    from causal_core.stages.plan import stages_asked

    said = " ".join(assumptions(found, stages_asked(study, table)[0]))
    assert "cost a person: 1 0.25. 1 costs the same at every stage." in said
