import dataclasses
import json

import numpy as np
import pandas as pd
import pytest

from causal_core.data.frames import arrow_of
from causal_core.data.profile import profile
from causal_core.data.table import write_table
from causal_core.engine.inline import run_inline
from causal_core.experiment import tasks
from causal_core.experiment.plan import (
    autoc_plan,
    average_plan,
    gain_plan,
    planned_policy,
    usual_size,
)
from causal_core.experiment.prepare import ranking_setting, wanted_of_size
from causal_core.experiment.result import weeks
from causal_core.experiment.simulation import simulate
from causal_core.graph import CausalGraph
from causal_core.plain import to_plain
from causal_core.problem import DoesNotApply, Problem
from causal_core.study.experiment_options import ExperimentOptions
from causal_core.study.options import Data, PolicyOptions, Question, UpliftOptions
from causal_core.study.steps import inputs, uplift_plan
from causal_core.study.study import Study
from causal_core.study.worth import economics_of

GRAPH = CausalGraph(edges=[("x", "y"), ("z", "y"), ("arm", "y")])


def frame(rows=1600, arms=2, dose=False):
    random = np.random.default_rng(9)
    x, z = random.normal(size=rows), random.normal(size=rows)
    arm = random.permutation(np.arange(rows) % arms)
    outcome = 1.5 * x + (arm > 0) * z + random.normal(size=rows)
    table = pd.DataFrame({"x": x, "z": z, "arm": np.array(list("abcd"))[arm], "y": outcome})
    if dose:
        table["arm"] = random.normal(size=rows)
    return table


@pytest.fixture(scope="module", autouse=True)
def few_runs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks, "RUNS", 80)
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        table = write_table(arrow_of(frame()), tmp_path_factory.mktemp("tables"))
        study = Study(
            Data(path="table.csv"),
            GRAPH,
            Question(treatment="arm", outcome="y", control="a", randomised=True),
            uplift=UpliftOptions(learners=("t",), base="linear"),
            policy=PolicyOptions(share=0.5, benefit=2.0, cost={"b": 0.5}),
        )
        yield study, table, run_inline(uplift_plan(study, table))


def with_options(study, **options):
    return study.replace(experiment=ExperimentOptions(**options))


def test_an_average_effect_takes_the_people_the_formula_says(made):
    study, table, _ = made
    planned = run_inline(average_plan(study, table, ("a", "b"), 0.4))
    only = planned.comparisons[0]
    assert (only.arm, planned.adjusted, planned.binary) == ("b", 2, False)
    assert planned.explained == pytest.approx(1.5**2 / (1.5**2 + 1), abs=0.05)
    needed = planned.needed(0.8)
    assert needed.low < needed.people < needed.high
    assert needed.people == pytest.approx(only.formula_needed(0.8), rel=0.2)
    assert planned.needed(0.9).people > needed.people
    assert planned.detectable(needed.people, 0.8).size == pytest.approx(0.4, rel=1e-2)
    assert planned.detectable(4 * needed.people, 0.8).size == pytest.approx(0.2, rel=1e-2)
    assert planned.power_at(needed.people)[0] == pytest.approx(0.8, abs=5e-3)
    assert planned.false.ci[0] < 0.05 < planned.false.ci[1]
    people, power, low, high = planned.line(only, 1000)
    assert len(people) <= 200
    assert (low <= power).all()
    assert (power <= high).all()
    assert json.loads(json.dumps(to_plain(planned), allow_nan=False))["needed"]["80%"]["people"]


def test_arms_of_ones_own_and_more_of_the_control(made):
    study, table, _ = made
    wide = with_options(study, arms=3, allocation="more_control", adjust=False)
    planned = run_inline(average_plan(wide, table, ("a", "b"), 0.8))
    assert planned.labels == ("a", "b", "arm 2", "arm 3")
    assert planned.shares[0] == pytest.approx(3**0.5 * planned.shares[1])
    assert [each.arm for each in planned.comparisons] == ["b", "arm 2", "arm 3"]
    assert planned.adjusted == 0


def test_who_responds_takes_the_people_that_a_larger_simulation_finds(made):
    study, table, evaluation = made
    planned = run_inline(autoc_plan(study, table, evaluation, "t", 0.5))
    assert planned.learner == "t"
    needed = planned.needed(0.8).people
    wanted = wanted_of_size("autoc", 0.5, ("a", "b"))
    setting = ranking_setting(evaluation.held_out, "t", wanted, study.seed)
    found = simulate(setting, needed, 300, (77,), effect=True)
    assert found.found[0] / 300 == pytest.approx(0.8, abs=0.08)
    none = simulate(setting, needed, 600, (78,), effect=False)
    assert none.any / 600 == pytest.approx(0.05, abs=0.03)


@pytest.mark.parametrize("against", ["none", "all", "current"])
def test_a_policys_gain_over_each_alternative(made, against):
    study, table, evaluation = made
    asked = with_options(study, against=against)
    economics = economics_of(inputs(asked, table), asked.policy, evaluation.held_out)
    planned = run_inline(gain_plan(asked, table, economics, 0.6))
    assert (planned.policy, planned.against) == ("top_share", against)
    powers = [point.power for point in planned.comparisons[0].points]
    assert powers[0] < 0.6 < powers[-1]
    assert planned.comparisons[0].formula_needed(0.8) == pytest.approx(planned.needed(0.8).people, rel=0.3)


def test_the_same_digits_whoever_simulates(made):
    study, table, _ = made
    plan = average_plan(study, table, ("a", "b"), 0.4)
    assert run_inline(plan) == run_inline(plan)
    assert plan.key == average_plan(study, table, ("a", "b"), 0.4).key
    assert plan.key != average_plan(study, table, ("a", "b"), 0.5).key
    assert plan.key != average_plan(with_options(study, adjust=False), table, ("a", "b"), 0.4).key
    # How many join a week changes no simulation.
    assert plan.key == average_plan(with_options(study, per_week=7.0), table, ("a", "b"), 0.4).key


def test_what_cannot_be_planned_is_refused_in_words(made, tmp_path):
    study, table, evaluation = made
    with pytest.raises(Problem, match="what is not there is never found"):
        average_plan(study, table, ("a", "b"), 0.0)
    with pytest.raises(DoesNotApply, match="planned with the arms of the study"):
        autoc_plan(with_options(study, arms=3), table, evaluation, "t", 0.1)
    economics = economics_of(inputs(study, table), study.policy, evaluation.held_out)
    everybody = study.replace(policy=dataclasses.replace(study.policy, headline="treat_all"))
    assert planned_policy(everybody) == "treat_all"
    with pytest.raises(DoesNotApply, match="does what it is compared with"):
        gain_plan(everybody.replace(experiment=ExperimentOptions(against="all")), table, economics, 1.0)
    few = write_table(arrow_of(frame().head(4)), tmp_path)
    with pytest.raises(Problem, match="There are 6 arms for 4 rows"):
        average_plan(with_options(study, arms=5), few, ("a", "b"), 0.4)
    dose = write_table(arrow_of(frame(dose=True)), tmp_path)
    with pytest.raises(DoesNotApply, match='"arm" is a number with more than 20'):
        average_plan(study, dose, ("a", "b"), 0.4)


def test_a_usual_size_and_how_long_it_takes(made):
    study, table, _ = made
    assert usual_size(study, profile(table)) == pytest.approx(0.2 * np.std(frame()["y"]), rel=0.03)
    assert weeks(1000, 100) == 10
    assert weeks(1001, 100, 2) == 13
    with pytest.raises(Problem, match="Nobody joins"):
        weeks(10, 0)
