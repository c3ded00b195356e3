"""The audit of the credit demo, whose ways have known effects."""

import numpy as np
import pandas as pd
import pytest

from causal_core.audit.answer import answered
from causal_core.audit.flips import Flips
from causal_core.audit.opening import open_box
from causal_core.audit.people import PREDICTION
from causal_core.audit.plan import audit_plan, box_key, box_plan
from causal_core.audit.protected import Protected, decomposition, groups_of
from causal_core.audit.source import ColumnSource, FileSource
from causal_core.audit.tasks import ask_halves, combine, open_model
from causal_core.audit.use import Use, contrasts_of
from causal_core.data.demos import demo
from causal_core.study.run import open_data
from causal_core.study.study import Study
from causal_core.what_if.plan import asked_of
from causal_core.what_if.tasks import fit_model

INPUTS = ("origin", "district", "job_security", "income", "savings")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        study = Study.load(demo("credit").study)
        return asked_of(study, open_data(study).table)


@pytest.fixture(scope="module")
def world(asked):
    return fit_model(asked)


@pytest.fixture(scope="module")
def box(asked, world):
    return open_box(asked, world, ColumnSource("risk_score", INPUTS), "default")


def test_the_stand_in_is_faithful(box):
    assert box.explained > 0.999
    assert not box.chance
    assert "linear" in box.words


def test_ways_from_origin_have_their_stated_effects(world, box):
    question, _ = Protected.of(world, box, groups_of(world, "origin", "native", "migrant"))
    found = decomposition(question, answered(question.numbers(world, box), []))
    steps = {step: number.value for step, number in found.steps}
    assert steps[PREDICTION] == pytest.approx(3, abs=0.01)
    assert steps["district"] == pytest.approx(7, abs=0.3)
    assert steps["job_security"] == pytest.approx(1.825, abs=0.3)
    assert steps["income"] == pytest.approx(1.65, abs=0.3)
    assert found.direct.value - found.indirect.value == pytest.approx(13.475, abs=0.4)
    assert found.difference.value == pytest.approx(14.88, abs=0.02)


def test_the_district_is_a_proxy_and_income_is_not(world, box):
    question = Use("default", contrasts_of(world, INPUTS, "default"))
    parts = [ask_halves(world, box, (question,), tuple(range(10)))]
    (found,) = combine(world, box, (question,), parts)
    verdicts = {each.contrast.node: each.verdict for each in found}
    assert verdicts["district"] == "proxy"
    assert verdicts["income"] == verdicts["savings"] == verdicts["job_security"] == "moves both"
    assert verdicts["origin"] == "moves both"
    assert found[0].contrast.node == "district"


def test_the_share_of_other_decisions_is_that_of_the_truth(world, box):
    truth = pd.read_parquet(demo("credit").truth_path)
    real = ((truth["score: native"] >= 50) != (truth["score: migrant"] >= 50)).mean()
    question = Flips(groups_of(world, "origin", "native", "migrant"), 50.0)
    parts = [ask_halves(world, box, (question,), tuple(range(10)))]
    (found,) = combine(world, box, (question,), parts)
    assert found.share.low < real < found.share.high
    # An eighth wider than what 40 refits give, as ten settle its width less.
    assert found.share.high - found.share.low < 0.06 * (1 + 4.84 / 40)
    would = np.where(found.rows.other, truth["score: native"], truth["score: migrant"])
    assert np.abs(found.rows.would - would).mean() < 0.5


def test_plans_are_kept_by_what_they_ask(asked, world, box):
    source = ColumnSource("risk_score", INPUTS)
    plan = box_plan(asked, world, source, "default")
    assert plan.key == box_plan(asked, world, source, "default").key
    assert plan.key != box_plan(asked, world, ColumnSource("risk_score", INPUTS[1:]), "default").key
    assert box_key(asked, FileSource("onnx", b"a"), "default") != box_key(
        asked, FileSource("onnx", b"b"), "default"
    )
    assert open_model(**plan.tasks[0].arguments).words == box.words
    question = Flips(groups_of(world, "origin", "native", "migrant"), 50.0)
    asking = audit_plan(plan.key, world, box, (question,), refits=7)
    assert [len(call.arguments["draws"]) for call in asking.tasks] == [5, 2]
    assert asking.key != audit_plan(plan.key, world, box, (question,)).key
    assert asking.key != audit_plan(plan.key, world, box, (Flips(question.groups, 49.0),), 7).key
