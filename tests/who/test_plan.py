import json
from dataclasses import replace

import numpy as np
import pytest

from causal_core.engine.inline import run_inline
from causal_core.problem import Problem
from causal_core.who.plan import groups_plan, person_plan, who_key, who_plan
from causal_core.who.tasks import first_date
from tests.who.worlds import evaluated, study_of, trial


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def found(folder):
    study, table = study_of(trial(arms=3, clusters=True), folder, clusters="house")
    evaluation = evaluated(study, table)
    return study, table, evaluation, run_inline(who_plan(study, table, evaluation, "t", "1"))


def test_the_halves_are_those_of_the_evaluation_and_no_learning_row_is_judged(found):
    _, table, evaluation, who = found
    assert np.array_equal(who.judged.rows, evaluation.held_out.rows)
    # The learner fitted again is the one that was judged.
    assert np.array_equal(who.judged.predicted, evaluation.held_out.predicted["t"][:, 0])
    assert not set(who.learning) & set(who.judged.rows)
    assert len(who.learning) + len(who.judged.rows) == table.rows == who.total_rows
    scores = evaluation.held_out.scores
    assert np.array_equal(who.judged.effects, scores[:, 1] - scores[:, 0])
    assert np.isfinite(who.out_of_fold).all()
    houses = np.arange(1200) // 3
    assert not set(houses[who.learning]) & set(houses[who.judged.rows])


def test_effects_of_every_column_and_the_explanation(found):
    _, _, _, who = found
    assert who.effects[0].column in {"age", "plan"}
    by_name = {each.column: each for each in who.effects}
    assert [level.name for level in by_name["flag"].levels] == ["no", "yes"]
    assert {level.name for level in by_name["plan"].levels} == {"basic", "plus", "pro"}
    assert by_name["gap"].levels[0].kind == "missing"
    assert by_name["since"].curve.day_zero == "2020-01-01"
    assert by_name["age"].clusters
    assert all(len(each.curve.grid) <= 200 for each in who.effects if each.curve)
    assert who.why.fidelity > 0.8
    assert json.dumps(who.to_dict())


def test_the_tree_finds_who_gains(found):
    study, table, evaluation, who = found
    (groups,) = run_inline(groups_plan(study, table, evaluation, who, 2, 0.1))
    assert groups.sentence.startswith("The groups differ")
    assert "age >" in groups.groups[0].rule
    assert groups.groups[0].effect.clusters is not None
    assert sum(group.rows for group in groups.groups) == len(who.judged.rows)
    assert json.dumps(groups.to_dict())


def test_a_person_is_explained_by_the_copy(found):
    study, table, _, who = found
    row = int(who.judged.rows[3])
    (person,) = run_inline(person_plan(study, table, who, row))
    assert {column for column, _, _ in person.parts} == {"age", "plan", "gap", "flag", "since"}
    values = {column: text for column, text, _ in person.parts}
    cells = table.frame(rows=[row]).iloc[0]
    assert values["plan"] == cells["plan"]
    assert values["flag"] == ("yes" if cells["flag"] else "no")
    assert values["since"] == str(cells["since"].date())
    assert person.base + sum(part for _, _, part in person.parts) == pytest.approx(person.copied)


def test_a_costly_learner_is_fitted_on_halves_for_rows_that_no_fit_has_seen(found):
    study, table, evaluation, _ = found
    answers = replace(evaluation.held_out, predicted={"auto": evaluation.held_out.predicted["t"]})
    plan = who_plan(study, table, replace(evaluation, held_out=answers), "auto", "1")
    assert [call.arguments.get("fold") for call in plan.tasks] == [None, 0, 1]


def test_another_arm_another_learner_and_other_options_have_other_keys(found):
    study, table, _, _ = found
    keys = {
        who_key(study, table, "t", "1"),
        who_key(study, table, "t", "2"),
        who_key(study, table, "s", "1"),
        who_key(study.replace(seed=2), table, "t", "1"),
        who_key(study.replace(uplift=replace(study.uplift, features=("age", "plan"))), table, "t", "1"),
    }
    assert len(keys) == 5
    more = study.replace(uplift=replace(study.uplift, learners=("s", "t")))
    assert who_key(more, table, "t", "1") == who_key(study, table, "t", "1")


def test_what_is_not_there_is_said(found):
    study, table, evaluation, _ = found
    with pytest.raises(Problem, match="no predictions of the learner 's'"):
        who_plan(study, table, evaluation, "s", "1")
    with pytest.raises(Problem, match="no arm 9"):
        who_plan(study, table, evaluation, "t", "9")


def test_sequential_folds_leave_only_rows_the_learner_did_not_see(folder):
    study, table = study_of(trial(600), folder, evaluation="sequential")
    evaluation = evaluated(study, table)
    who = run_inline(who_plan(study, table, evaluation, "t", "1"))
    assert not set(who.learning) & set(who.judged.rows)
    assert set(who.judged.rows) <= set(evaluation.held_out.rows)
    assert len(who.judged.rows) > 100


def test_the_first_date_of_text_and_of_dates():
    import pyarrow as pa

    texts = pa.chunked_array([pa.array(["2021-03-04", None, "2020-12-31"], pa.large_string())])
    assert first_date(texts) == "2020-12-31"
    assert first_date(texts.cast(pa.date32())) == "2020-12-31"
