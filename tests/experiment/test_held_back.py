import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core.engine.inline import run_inline
from causal_core.policy.export_plan import export_plan
from causal_core.problem import Problem
from causal_core.study.experiment_options import HeldBackOptions
from causal_core.study.results import Results
from causal_core.study.run import open_data
from causal_core.study.steps import uplift_plan
from causal_core.study.study import Study
from causal_core.uplift.units import Units
from causal_core.vault.by_hand import open_locked
from causal_core.vault.lock import Lock
from causal_core.vault.plan import answer_of, asked_policy, opening_plan
from causal_core.vault.question import (
    asked_words,
    broken_seal,
    lock,
    record,
    release,
    write_down,
)
from causal_core.vault.report import locked_parts
from causal_core.vault.valuation import Worth, score_locked, value_locked

LOCKED = lock(HeldBackOptions(), Lock(0.2), 1000, "abc")
ASKED = ("Does it pay?", "top_share", "gain_vs_none", 0.5)


def test_a_question_changes_on_the_record_only():
    written = write_down(LOCKED, *ASKED, "2026-01-01")
    assert asked_words(written, "EUR") == (
        "“Does it pay?” Policy: top_share. Looked at: gain over treating nobody, a person. Success: the 95 % "
        "interval lies above 0.5 EUR."
    )
    assert write_down(written, *ASKED, "2026-01-02") == written
    other = write_down(written, "Does it pay?", "tree", "value", 0.0, "2026-01-02")
    assert (other.policy, other.written) == ("tree", "2026-01-02")
    assert other.changes[0].startswith(
        "2026-01-02: changed; before it read: “Does it pay?” Policy: top_share."
    )
    assert not broken_seal(other)
    assert broken_seal(dataclasses.replace(other, at_least=-1.0))
    assert broken_seal(dataclasses.replace(other, changes=()))
    assert not broken_seal(LOCKED)


def test_it_answers_once():
    written = write_down(LOCKED, *ASKED, "2026-01-01")
    answered = record(written, {"value": 1.0, "share": 0.2}, "2026-02-01")
    with pytest.raises(Problem, match="opened on 2026-02-01: it answers once"):
        record(answered, {"value": 2.0}, "2026-02-02")
    with pytest.raises(Problem, match="can no longer be changed"):
        write_down(answered, "Another?", "tree", "value", 0.0, "2026-02-02")
    with pytest.raises(Problem, match="what has been seen cannot be unseen"):
        lock(answered, Lock(0.3), 1000, "abc")
    free = release(answered)
    assert (free.share, free.opened) == (None, "2026-02-01")
    assert not broken_seal(free)
    with pytest.raises(Problem, match="or were"):
        lock(free, Lock(0.3), 1000, "abc")


def test_what_is_missing_is_said():
    with pytest.raises(Problem, match="No rows are locked away"):
        write_down(HeldBackOptions(), *ASKED, "now")
    with pytest.raises(Problem, match="The question is empty"):
        write_down(LOCKED, " ", "tree", "value", 0.0, "now")
    with pytest.raises(Problem, match="There is no measure luck"):
        write_down(LOCKED, "Does it pay?", "tree", "luck", 0.0, "now")
    with pytest.raises(Problem, match="has not been opened"):
        release(LOCKED)


def noise(random, rows, clusters):
    """A trial in which the treatment does nothing, households alike where there are any."""
    homes = rows // 4 if clusters else rows
    home = np.arange(rows) % homes
    features = pd.DataFrame(random.normal(size=(rows, 3)), columns=pd.Index(["a", "b", "c"]))
    arm = random.permutation(np.arange(homes) % 2)[home]
    outcome = features["a"].to_numpy() + random.normal(size=rows) + clusters * random.normal(size=homes)[home]
    return Units(features, arm, outcome, ("0", "1"), randomised=True, clusters=home if clusters else None)


def part_of(units, rows):
    clusters = None if units.clusters is None else np.unique(units.clusters[rows], return_inverse=True)[1]
    return Units(
        units.features.iloc[rows].reset_index(drop=True),
        units.arm[rows],
        units.outcome[rows],
        units.arms,
        True,
        clusters=clusters,
    )


@pytest.mark.parametrize("clusters", [0, 1])
def test_the_best_of_fifty_noise_policies_is_covered_on_the_locked_part(clusters):
    inside = bias = 0.0
    repetitions = 70
    for repetition in range(repetitions):
        random = np.random.default_rng([3, repetition])
        units = noise(random, 800, clusters)
        away = np.isin(np.arange(800) % 200, random.permutation(200)[:80])
        seen, locked = part_of(units, np.flatnonzero(~away)), part_of(units, np.flatnonzero(away))
        lines = random.normal(size=(50, 3))
        # Without any model: outcomes weighted by the known chance of each arm.
        scores = 2 * (2 * seen.arm - 1) * seen.outcome
        gains = [float(((seen.features @ line > 0) * scores).mean()) for line in lines]
        chosen = (locked.features @ lines[int(np.argmax(gains))] > 0).to_numpy().astype(int)
        worth = Worth(1.0, np.zeros((len(chosen), 2)))
        found = value_locked(locked, score_locked(locked, 1, "linear"), worth, chosen, 1).gain_vs_none
        inside += found.ci[0] <= 0 <= found.ci[1]
        bias += max(gains) - found.value
    assert 0.88 <= inside / repetitions <= 1.0
    # The same choice valued where it was made would have promised something.
    assert bias / repetitions > 0.05


def test_costs_paid_once_and_by_what_happens():
    scores = np.array([[1.0, 2.0], [3.0, 5.0]])
    cost = np.array([[0.0, 0.5], [0.0, 0.5]])
    assert Worth(2.0, cost).rewards(scores).tolist() == [[2.0, 3.5], [6.0, 9.5]]
    assert Worth(2.0, cost, {1: scores}).rewards(scores).tolist() == [[2.0, 3.0], [6.0, 7.5]]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A study with locked rows, its open part, what was learned there and its policy."""
    folder = tmp_path_factory.mktemp("study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        random = np.random.default_rng(2)
        x = random.normal(size=1500)
        t = random.integers(0, 2, 1500)
        frame = pd.DataFrame({"x": x, "t": t, "y": x + t * (1 + x) + random.normal(size=1500)})
        frame.to_csv(folder / "data.csv", index=False)
        (folder / "study.toml").write_text(
            '[data]\npath = "data.csv"\n[graph]\ntext = "x -> y; t -> y"\n[question]\ntreatment = "t"\n'
            'outcome = "y"\nrandomised = true\n[uplift]\nlearners = ["t"]\nbase = "linear"\n'
            "[policy]\nshare = 0.5\n[policy.cost]\n1 = 0.2\n",
            encoding="utf-8",
        )
        study = Study.load(folder / "study.toml")
        locked = lock(study.held_back, Lock(0.3), 1500, "another file's")
        study = study.replace(held_back=write_down(locked, *ASKED, "2026-01-01"))
        table = open_data(study).table
        evaluation = run_inline(uplift_plan(study, table))
        yield study, table, evaluation, run_inline(export_plan(study, table, evaluation, "top_share"))


def test_the_locked_part_answers_with_the_policy_of_the_open_part(opened):
    study, table, evaluation, policy = opened
    assert table.rows == 1050
    (found,) = run_inline(opening_plan(study, table, study.data_path, evaluation, policy))
    assert found.locked.rows == 450
    assert found.locked.treated_share == pytest.approx(0.5, abs=0.08)
    # Half of all, those of x above 0, gain 1 + E[x | x > 0] less the cost.
    truth = 0.5 * (1 + np.sqrt(2 / np.pi) - 0.2)
    low, high = found.locked.gain_vs_none.ci
    assert low < truth < high
    assert not found.same_data
    # Half the rows were treated by lot, at a mean gain of 1 less the cost.
    low, high = found.locked.gain_vs_current.ci
    assert low < truth - 0.5 * 0.8 < high
    answer = answer_of(study, found)
    assert answer["success"] is (answer["low"] > 0.5)
    answered = study.replace(held_back=record(study.held_back, answer, "2026-02-01"))
    assert Study.from_text(answered.to_text()).held_back == answered.held_back
    with pytest.raises(Problem, match="no longer unseen"):
        opening_plan(answered, table, study.data_path, evaluation, policy)


def test_it_opens_from_python_and_its_report_says_so(opened):
    study, _, _, _ = opened
    assert "nothing before" not in " ".join(locked_parts(Results(study, open_data(study))))
    answered = open_locked(study, "2026-03-01")
    assert answered.held_back.answer["rows"] == 450
    said = " ".join(locked_parts(Results(answered, open_data(study))))
    assert "on 450 rows that nothing before had seen" in said
    assert "opened on 2026-03-01 and is used" in said
    assert "is not the one that rows were locked in" in said
    with pytest.raises(Problem, match="no longer unseen"):
        open_locked(answered, "2026-03-02")
    assert list(locked_parts(Results(study.replace(held_back=HeldBackOptions()), open_data(study)))) == []


def test_treating_everybody_names_its_arm_where_there_are_several(opened):
    study, table, evaluation, _ = opened
    everybody = study.replace(held_back=dataclasses.replace(study.held_back, policy="treat_all"))
    assert asked_policy(everybody, table, evaluation) == "treat_all"
    assert asked_policy(study, table, evaluation) == "top_share"
    held_out = evaluation.held_out
    third = dataclasses.replace(
        held_out,
        arms=("0", "1", "2"),
        predicted={"t": np.column_stack([held_out.predicted["t"], held_out.predicted["t"] + 1])},
        scores=np.column_stack([held_out.scores, held_out.scores[:, 1] + 1]),
    )
    wider = dataclasses.replace(evaluation, held_out=third)
    assert asked_policy(everybody, table, wider) == "treat_all: 2"


def test_nothing_is_opened_without_a_question(opened):
    study, table, evaluation, policy = opened
    bare = study.replace(held_back=LOCKED)
    with pytest.raises(Problem, match="No question is written down"):
        opening_plan(bare, table, study.data_path, evaluation, policy)
    with pytest.raises(Problem, match="No rows are locked away"):
        opening_plan(study.replace(held_back=HeldBackOptions()), table, study.data_path, evaluation, policy)
