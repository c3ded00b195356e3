import dataclasses
import io
import json

import numpy as np
import pandas as pd
import pytest

from causal_core.bandit import replay_words, words
from causal_core.bandit.exported import log_csv, settings_json
from causal_core.bandit.plan import bandit_plan, log_plan, parts_of, replay_plan
from causal_core.bandit.tables import replay_rows, table_rows
from causal_core.bandit.whole import act
from causal_core.charts.bandit import (
    arm_shares,
    experiment_lengths,
    exploring_curves,
    regret_curves,
    replay_values,
)
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.problem import DoesNotApply, Problem
from causal_core.study import steps
from causal_core.study.check import check_names
from causal_core.study.options import BanditOptions, Data, PolicyOptions, Question, UpliftOptions
from causal_core.study.report import report
from causal_core.study.run import _asked
from causal_core.study.study import Study

ALL = (
    "thompson",
    "linucb",
    "epsilon_greedy",
    "epsilon_decreasing",
    "experiment",
    "ab_test",
    "fixed_policy",
    "uniform",
)
GRAPH = CausalGraph(edges=[("x", "y"), ("kind", "y"), ("arm", "y")])


def frame(arms=3, rows=1500):
    random = np.random.default_rng(2)
    x, kind = random.normal(size=rows), random.integers(0, 3, rows)
    chance = np.where(x > 0, 0.7, 0.4)
    drawn = random.random(rows)
    arm = (drawn < chance).astype(int) if arms == 2 else random.integers(0, arms, rows)
    outcome = x + (arm == 1) * (2 * x + (kind == 1)) + (arm == 2) * (kind == 2) + random.normal(size=rows)
    found = pd.DataFrame(
        {"x": x, "kind": np.array(list("klm"))[kind], "arm": np.array(list("abc"))[arm], "y": outcome}
    )
    found.loc[::17, "x"] = np.nan
    found["e"], found["used"] = chance, (random.random(rows) < 0.5) * (arm == 1)
    return found


def made(folder, arms=3, question=(), policy=(), **bandit):
    table = write_table(arrow_of(frame(arms)), folder)
    asked = {"treatment": "arm", "outcome": "y", "control": "a", "randomised": True, **dict(question)}
    options = {"strategies": ALL, "rounds": 15, "per_round": 40, "seeds": 12, "experiment": 5, **bandit}
    study = Study(
        Data(path="table.csv", types={"arm": "category", "kind": "category"}, measured={"used": "after"}),
        GRAPH,
        Question(**asked),
        uplift=UpliftOptions(learners=("t",), base="linear"),
        policy=PolicyOptions(benefit=10.0, cost={"b": 1.0}, unit="EUR", **dict(policy)),
        bandit=BanditOptions(**options),
    )
    return study, table, run_inline(steps.uplift_plan(study, table))


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return made(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module")
def simulated(three):
    return run_inline(bandit_plan(*three))


def test_every_strategy_is_simulated_with_costs_and_categories(three, simulated):
    study = three[0]
    assert simulated.names == (*ALL, "best_fixed")
    assert simulated.arms == ("a", "b", "c")
    assert (simulated.people, simulated.rows, simulated.seeds) == (600, 750, 12)
    assert simulated.quantile == pytest.approx(2.200985160082949)
    assert len(parts_of(study)) == len(bandit_plan(*three).tasks) == 20
    each = simulated.amount(np.array([1.0, 2.0, 3.0, 4.0] * 3))
    # sd 1.1677, over the root of 12, times 2.201
    assert each.value == 2.5
    assert each.ci == pytest.approx((1.7580, 3.2420), abs=1e-4)
    assert simulated.regret("fixed_policy").value < simulated.regret("uniform").value
    more = simulated.more("linucb", "uniform")
    assert more.value == pytest.approx(simulated.regret("uniform").value - simulated.regret("linucb").value)
    entry = json.loads(json.dumps(simulated.to_dict()))
    assert [each["strategy"] for each in entry["strategies"]] == list(simulated.names)
    assert len(entry["strategies"][0]["curve"]) == 15


def test_the_same_digits_whatever_runs_with_it(three, simulated):
    study, table, evaluation = three
    alone = study.replace(bandit=dataclasses.replace(study.bandit, strategies=("linucb",)))
    again = run_inline(bandit_plan(alone, table, evaluation))
    np.testing.assert_array_equal(again.course("linucb").regret, simulated.course("linucb").regret)


def test_words_and_rows(three, simulated):
    study = three[0]
    found = words.answer(study, simulated)
    assert "the best of the strategies that go on learning," in found.sentence
    assert "over 600 people" in found.sentence
    assert "an experiment of 5 rounds and then committing to each person's best arm" in found.sentence
    assert "EUR" in found.sentence
    assert "policy learned from the data" in found.rest
    rows = table_rows(simulated)
    assert len(rows) == 9
    assert all(len(row) == 5 for row in rows)
    assert {row[0] for row in rows if row[3] == "–"} == {"Best single arm"}
    assert words.exploring_share(simulated, "uniform") == pytest.approx(2 / 3)
    assert words.exploring_share(simulated, "epsilon_greedy") == pytest.approx(0.1 * 2 / 3, rel=0.05)
    assert "Effects differ between people as far as these rows confirm" in words.scope_sentence(
        study, simulated
    )


def test_shorter_and_longer_experiments(three, simulated):
    tried = dict(simulated.by_length())
    assert list(tried) == [1, 2, 3, 5, 6, 8, 11, 15]
    # A longer experiment of the length chosen is the strategy itself; one that never ends gives any arm.
    assert tried[5] == simulated.regret("experiment")
    assert tried[15] == simulated.regret("uniform")
    best = min(tried, key=lambda rounds: tried[rounds].value)
    assert f"Of the lengths tried, {best} of 15 rounds cost least" in words.length_sentence(
        three[0], simulated
    )
    figure = experiment_lengths(simulated, "linucb", "EUR")
    assert list(figure.data[0].x) == list(tried)
    assert set(figure.data[1].y) == {simulated.regret("linucb").value}
    assert len(simulated.to_dict()["experiment_lengths"]) == 8
    bare = dataclasses.replace(simulated, lengths=None)
    assert words.length_sentence(three[0], bare) == ""


def test_a_difference_that_could_be_chance_is_said_to_be_none(three, simulated):
    study = three[0]
    course = simulated.course("experiment")
    twin = dataclasses.replace(course, strategy="linucb", reward=course.reward + np.tile([[-1], [1]], (6, 1)))
    close = dataclasses.replace(simulated, courses=(twin, course, simulated.course("best_fixed")))
    found = words.answer(study, close)
    assert found.verdict == "unclear"
    assert "LinUCB cannot be told from an experiment of 5 rounds" in found.sentence
    worse = dataclasses.replace(twin, reward=course.reward - 100)
    found = words.answer(study, dataclasses.replace(close, courses=(worse, *close.courses[1:])))
    assert found.verdict == "loss"
    assert "LinUCB loses 100 EUR (100 to 100) against an experiment" in found.sentence
    better = dataclasses.replace(course, strategy="linucb", reward=course.reward + 100)
    best = dataclasses.replace(course, strategy="fixed_policy", reward=course.reward + 150)
    found = words.answer(study, dataclasses.replace(close, courses=(better, *close.courses[1:])))
    assert found.verdict == "gain"
    found = words.answer(study, dataclasses.replace(close, courses=(better, best, *close.courses[1:])))
    assert found.verdict == "loss"
    assert "LinUCB gains 100 EUR (100 to 100) more than an experiment" in found.sentence
    assert "the policy learned from the data gains 50 EUR (50 to 50) more than that" in found.rest
    assert "made of its own predictions" in found.rest
    endless = changed(study, experiment=15)
    assert (
        "against an experiment that lasts all 15 rounds"
        in words.answer(endless, dataclasses.replace(close, courses=(worse, *close.courses[1:]))).sentence
    )
    none = dataclasses.replace(close, courses=close.courses[1:])
    assert words.answer(study, none).sentence == "No strategy that learns while it acts is chosen."


def test_pictures(three, simulated):
    for against in ("each", "single"):
        figure = regret_curves(simulated, against, "EUR", change=200)
        lines = [trace for trace in figure.data if trace.mode == "lines"]
        assert len(lines) == (9 if against == "each" else 8)
        assert all(len(line.x) == 16 and line.y[0] == 0 for line in lines)
        assert figure.layout.yaxis.title.text == "Cumulative regret (EUR)"
        assert figure.layout.annotations[0].text == "the experiment ends"
    dashes = [(trace.line.color, trace.line.dash) for trace in lines]
    assert len(set(dashes)) == len(dashes)
    assert len(exploring_curves(simulated).data) == 7
    stacked = arm_shares(simulated, "thompson")
    np.testing.assert_allclose(np.sum([trace.y for trace in stacked.data], axis=0), 1)


def test_the_log_is_replayed(three):
    study = three[0]
    replayed = run_inline(replay_plan(*three))
    assert [each.strategy for each in replayed.results] == list(ALL)
    assert replayed.rows == 750
    assert replayed.kept == pytest.approx(1, abs=0.1)
    assert "the log" in replay_words.replay_sentence(study, replayed)
    assert "Assignment was random; the chances are the arms' shares." in replay_words.rows_sentence(replayed)
    assert len(replay_rows(replayed)) == len(replay_values(replayed, "EUR").data) == 8
    assert json.dumps(replayed.to_dict())


def test_known_chances_that_differ_thin_the_log(tmp_path):
    study, table, evaluation = made(
        tmp_path,
        arms=2,
        question={"propensity": "e", "randomised": False, "adjust_for": ("x",)},
        strategies=("linucb",),
    )
    replayed = run_inline(replay_plan(study, table, evaluation))
    assert replayed.share == pytest.approx(0.3)
    assert replayed.kept == pytest.approx(0.6)
    said = replay_words.rows_sentence(replayed)
    assert "thinned at random to 60 % of its rows" in said
    assert "225 of 750 logged rows" in said
    assert "the column that the study names" in said


def test_one_run_is_written_down_with_its_chances(three):
    study, table, evaluation = three
    log = run_inline(log_plan(study, table, evaluation, "thompson"))[0]
    text = log_csv(study, table, log, ("x", "kind"))
    found = pd.read_csv(io.StringIO(text))
    assert len(found) == 600
    chances = found[[f"propensity of {arm}" for arm in "abc"]]
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert chances.min().min() >= 0.02 / 3 - 1e-12
    np.testing.assert_allclose(
        found["propensity"], [row[f"propensity of {row['arm']}"] for _, row in found.iterrows()]
    )
    np.testing.assert_allclose(found["reward"], 10 * found["y"] - (found["arm"] == "b"))
    assert found["round"].tolist() == np.repeat(np.arange(1, 16), 40).tolist()
    settings = json.loads(settings_json(study, run_inline(bandit_plan(*three))))
    assert settings["bandit"]["per_round"] == 40
    assert settings["cost"] == {"b": 1.0}
    assert settings["simulated"]["arms"] == ["a", "b", "c"]


def test_a_column_of_the_same_name_is_kept():
    from causal_core.bandit.log import RunLog

    one = np.zeros(1, dtype=np.int64)
    log = RunLog("linucb", ("a", "b"), one + 1, one, one, np.array([[0.5, 0.5]]), one * 1.0, one * 1.0, 1.0)
    found = log.frame(pd.DataFrame({"round": [7]}), "t", "y")
    assert found["round"].tolist() == [7]
    assert found["round_"].tolist() == [1]


def changed(study, **parts):
    return study.replace(bandit=dataclasses.replace(study.bandit, **parts))


def test_what_does_not_fit_is_refused_in_words(three):
    study, table, evaluation = three
    with pytest.raises(Problem, match="There is no strategy 'magic'"):
        bandit_plan(changed(study, strategies=("magic",)), table, evaluation)
    with pytest.raises(Problem, match="No strategy is chosen"):
        bandit_plan(changed(study, strategies=()), table, evaluation)
    with pytest.raises(Problem, match="over 1,000,000 people"):
        bandit_plan(changed(study, rounds=2000, per_round=1000), table, evaluation)
    with pytest.raises(Problem, match="too long to write"):
        log_plan(changed(study, rounds=200, per_round=1000), table, evaluation, "linucb")
    with pytest.raises(DoesNotApply, match="At a benefit of 0"):
        bandit_plan(study.replace(policy=PolicyOptions(benefit=0.0)), table, evaluation)
    observed = study.replace(question=dataclasses.replace(study.question, randomised=False))
    with pytest.raises(DoesNotApply, match="with which chance each person got their arm"):
        replay_plan(observed, table, evaluation)
    with pytest.raises(Problem, match="There is no arm z"):
        run_inline(bandit_plan(study.replace(policy=PolicyOptions(cost={"z": 1.0})), table, evaluation))


def test_a_run_does_it_where_the_study_says_anything_of_it(tmp_path):
    frame().to_csv(tmp_path / "data.csv", index=False)
    text = """version = 1
[data]
path = "data.csv"
types = {arm = "category", kind = "category"}
[graph]
text = "dag { x -> y; kind -> y; arm -> y }"
[question]
treatment = "arm"
control = "a"
outcome = "y"
randomised = true
[uplift]
learners = ["t"]
base = "linear"
"""
    study = Study.from_text(text, folder=tmp_path)
    assert "bandit" not in _asked(study, None)
    asked = Study.from_text(
        f"{text}[bandit]\nrounds = 5\nper_round = 20\nseeds = 3\nstrategies = ['linucb']\n", tmp_path
    )
    assert Study.from_text(asked.to_text(), tmp_path).bandit == asked.bandit
    assert check_names(asked) == ()
    (problem,) = check_names(changed(asked, strategies=("magic",)))
    assert str(problem).startswith("[bandit] strategies: magic is not known.")
    results = asked.run(["bandit"])
    entry = json.loads(json.dumps(results.to_dict()))["bandit"]
    assert [each["strategy"] for each in entry["strategies"]] == ["linucb", "best_fixed"]
    assert entry["replay"]["results"][0]["strategy"] == "linucb"
    page = report(results)
    assert "What if we learn while we act?" in page
    assert "On your own log, without a model of outcomes" in page
    observed = asked.replace(question=dataclasses.replace(asked.question, randomised=False))
    told = observed.run(["bandit"])
    assert "with which chance each person got their arm" in told.to_dict()["bandit"]["replay"]["error"]
    assert "with which chance each person got their arm" in report(told)
    nothing = asked.replace(policy=PolicyOptions(benefit=0.0)).run(["bandit"])
    assert "At a benefit of 0" in nothing.to_dict()["bandit"]["error"]


def test_costs_paid_by_a_column_measured_afterwards(tmp_path):
    study, table, evaluation = made(tmp_path, policy={"paid_per": {"b": "used"}}, strategies=("linucb",))
    found = act(study, table, evaluation, run_inline)
    assert found.simulated.names == ("linucb", "best_fixed")
    assert found.replay is not None
    dear = study.replace(policy=dataclasses.replace(study.policy, cost={"b": 1000.0}))
    dearest = act(dear, table, evaluation, run_inline)
    assert dearest.simulated.best_arm == "c"
    assert dearest.simulated.course("linucb").shares[:, -1, 1].max() < 0.2
    by_outcome = study.replace(policy=dataclasses.replace(study.policy, paid_per={"b": "y"}))
    with pytest.raises(Problem, match="it is negative in"):
        act(by_outcome, table, evaluation, run_inline)


def test_of_very_many_rows_some_make_the_world(three, monkeypatch):
    monkeypatch.setattr("causal_core.bandit.few.MOST_ROWS", 300)
    study, table, evaluation = three
    small = changed(study, strategies=("linucb", "fixed_policy"), start="data")
    assert act(small, table, evaluation, run_inline).simulated.rows == 300
