import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from causal_core.cli import main
from causal_core.data.demos import demo
from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.engine.inline import run_inline
from causal_core.gap import words
from causal_core.gap.chosen import chosen, gap_entry
from causal_core.gap.plan import gap_plan, score_columns
from causal_core.gap.result import Alone
from causal_core.gap.truth import true_outcomes
from causal_core.graph import CausalGraph
from causal_core.policy.result import Gain
from causal_core.problem import DoesNotApply
from causal_core.study.options import Data, GapOptions, PolicyOptions, Question, UpliftOptions
from causal_core.study.run import _asked as asked_steps
from causal_core.study.steps import uplift_plan
from causal_core.study.study import Study

GRAPH = CausalGraph(edges=[("early", "y"), ("calm", "y"), ("arm", "y"), ("arm", "after"), ("y", "after")])


def frame(rows=600, binary=False):
    random = np.random.default_rng(6)
    early, calm = random.normal(size=rows), random.normal(size=rows)
    arm = random.permutation(np.arange(rows) % 2)
    outcome = early + arm * early + 0.5 * random.normal(size=rows)
    table = pd.DataFrame({"early": early, "calm": calm, "arm": arm, "y": outcome, "after": outcome})
    table["score"] = np.where(np.arange(rows) % 10 == 0, np.nan, -early)
    if binary:
        table["y"] = (outcome > 0).astype(int)
    return table


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
        yield tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def learned(home):
    """A study, its table and its uplift step."""
    table = write_table(arrow_of(frame()), home)
    study = Study(
        Data(path="table.csv", row_is="a customer"),
        GRAPH,
        Question(treatment="arm", outcome="y", randomised=True, unit="points"),
        uplift=UpliftOptions(learners=("t",)),
    )
    return study, table, run_inline(uplift_plan(study, table))


def compared(learned, policy=(), **gap):
    study, table, evaluation = learned
    study = study.replace(gap=GapOptions(**gap), policy=PolicyOptions(**dict(policy)))
    return study, run_inline(gap_plan(study, table, evaluation))


def test_a_model_of_risk_is_never_learned_from_rows_it_ranks(learned):
    study, gap = compared(learned)
    assert gap.rows_learned == gap.rows == 300
    assert gap.accuracy.measure == "spearman"
    # Risk falls with `early`, the effect rises with it.
    assert gap.accuracy.ci[0] > 0.5
    assert gap.targeting.risk.ci[1] < 0 < gap.targeting.uplift.ci[0]
    found = chosen(study, gap)
    assert found.verdict == "uplift"
    assert "Ranking by effect gains more: with 20 % treated" in words.verdict_sentence(study, found)
    assert "ranking by risk instead of effect costs" in words.total_sentence(study, gap, found)
    assert "those who respond come last" in words.accuracy_sentence(gap)


def test_the_key_knows_what_matters_and_no_more(learned):
    study, table, evaluation = learned

    def key(policy=(), **gap):
        changed = study.replace(gap=GapOptions(**gap), policy=PolicyOptions(**dict(policy)))
        return gap_plan(changed, table, evaluation).key

    assert key() == key(share=0.4) == key(effect=1.0) == key(budget=5.0) == key({"people": 7})
    different = [key(), key(score="score"), key({"benefit": -1.0}), key({"cost": {"1": 2.0}})]
    different += [key(score="score", high_is_risky=False), key(score="early"), key(arm="1")]
    assert len(set(different)) == len(different)


def test_a_score_with_gaps_drops_rows_and_says_so(learned):
    _, gap = compared(learned, score="score")
    assert gap.rows + gap.rows_missing == 300
    assert gap.rows_missing > 0
    assert f"{gap.rows_missing} held-out rows were left out" in words.rows_sentence(gap)
    assert "Assignment was random" in words.ground_sentence(learned[0], gap)
    observed = learned[0].replace(question=dataclasses.replace(learned[0].question, randomised=False))
    assert "people of equal score, which the graph does not hold" in words.ground_sentence(observed, gap)
    _, turned = compared(learned, score="score", high_is_risky=False)
    assert turned.accuracy.value == pytest.approx(-gap.accuracy.value)


def test_a_budget_of_money_is_for_all_rows(learned):
    study, gap = compared(learned, {"benefit": 10.0, "cost": {"1": 2.0}, "unit": "EUR"}, budget=240.0)
    found = chosen(study, gap)
    assert (found.money, found.budget) == (True, 0.4)
    assert found.risk.cost == pytest.approx(0.4)
    assert found.risk.share == pytest.approx(0.2)
    assert "with 0.4 EUR to spend per customer" in words.verdict_sentence(study, found)
    assert "treats 20 %" in words.spending_sentence(study, found)
    assert gap.curve("worth", money=True).money


def test_an_undetectable_difference_is_said_so(learned):
    study, gap = compared(learned, score="early", share=0.95)
    found = chosen(study, gap)
    assert found.verdict == "unclear"
    assert "These data cannot tell the two rankings apart" in words.verdict_sentence(study, found)
    assert words.total_sentence(study, gap, found) == ""
    everybody = dataclasses.replace(study, gap=dataclasses.replace(study.gap, share=1.0))
    assert "both rankings treat the same people" in words.verdict_sentence(everybody, chosen(everybody, gap))


def test_a_score_that_ranks_effects_better_than_the_learner_wins(learned):
    study, gap = compared(learned, score="early", share=0.3)
    found = dataclasses.replace(chosen(study, gap), difference=Gain(-1.0, 0.1, (-1.2, -0.8)))
    assert found.verdict == "risk"
    assert "1.00 points (0.80 to 1.20) more per customer than ranking by effect" in words.verdict_sentence(
        study, found
    )
    assert "ranking by effect instead of the score early costs 10,000 points" in words.total_sentence(
        study, gap, found
    )


def test_what_may_be_a_score(learned):
    study, table, evaluation = learned
    assert score_columns(study, table) == ("early", "calm", "score")
    late = study.replace(data=dataclasses.replace(study.data, measured={"score": "after"}))
    assert score_columns(late, table) == ("early", "calm")
    with pytest.raises(DoesNotApply, match="measured after the treatment"):
        gap_plan(late.replace(gap=GapOptions(score="score")), table, evaluation)
    worthless = study.replace(policy=PolicyOptions(benefit=0.0))
    with pytest.raises(DoesNotApply, match="At a benefit of 0"):
        gap_plan(worthless, table, evaluation)


def test_results_json_holds_no_person_and_nothing_that_json_cannot(learned):
    study, gap = compared(learned)
    entry = gap_entry(study, gap)
    text = json.dumps(entry, allow_nan=False)
    assert len(text) < 60_000
    assert {"verdict", "comparison", "accuracy", "autoc", "harmed", "helped", "kinds", "curves"} <= set(entry)
    assert max(len(curve["budget"]) for curve in entry["curves"]) <= 200


def test_a_run_compares_only_where_it_is_asked_to(home, tmp_path, capsys):
    frame(binary=True).to_csv(tmp_path / "data.csv", index=False)
    text = (
        '[data]\npath = "data.csv"\n[graph]\ntext = "early -> y; calm -> y; arm -> y; arm -> after"\n'
        '[question]\ntreatment = "arm"\noutcome = "y"\nrandomised = true\n[uplift]\nlearners = ["t"]\n'
    )
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    assert "gap" not in asked_steps(Study.load(path), None)
    assert asked_steps(Study.load(path), ["gap"]) == ["uplift", "gap"]
    path.write_text(text + '[gap]\nscore = "score"\nshare = 0.5\n', encoding="utf-8")
    study = Study.load(path)
    assert study.gap == GapOptions(score="score", share=0.5)
    assert Study.from_text(study.to_text()) == study
    assert asked_steps(study, None)[-3:] == ["uplift", "gap", "policy"]
    out = tmp_path / "out"
    assert main(["run", str(path), "--out", str(out), "--steps", "gap"]) == 0
    entry = json.loads((out / "results.json").read_text(encoding="utf-8"))["gap"]
    assert (entry["risk"], entry["accuracy"]["measure"]) == ("score", "auc")
    assert entry["comparison"]["risk"]["share"] == pytest.approx(0.5)
    assert "Does ranking by risk find those who respond?" in (out / "report.html").read_text(encoding="utf-8")
    path.write_text(text + '[gap]\nscore = "scroe"\nlearner = "x"\n', encoding="utf-8")
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert "[gap] score: scroe is not a column of the table. Did you mean score?" in said
    assert "[gap] learner: x is not among the learners" in said


def test_the_truth_is_known_of_a_made_world_only(tmp_path):
    offers = demo("retention_offers").folder / "data.csv"
    arms = ("nothing", "discount", "personal message", "premium feature")
    found = true_outcomes(offers, "kept", arms)
    table = pd.read_csv(offers)
    assert set(found) == set(arms)
    for arm in arms:
        mine = (table["offer"] == arm).to_numpy()
        assert (found[arm][mine] == table["kept"][mine]).all()
    assert true_outcomes(offers, "age", arms) is None
    changed = tmp_path / "data.csv"
    changed.write_bytes(offers.read_bytes().replace(b"basic", b"basis", 1))
    assert true_outcomes(changed, "kept", arms) is None
    assert true_outcomes(Path("nowhere.csv"), "kept", arms) is None


def test_the_choice_of_arm_is_said_in_every_verdict_and_the_order_alone_beside_it(learned):
    study, gap = compared(learned, share=0.3)
    found = dataclasses.replace(chosen(study, gap), alone=Alone("c", Gain(0.5, 0.1, (0.3, 0.7))))
    also = "; ranking by effect also chooses the arm for each person, which a risk score cannot."
    for ends in ((0.8, 1.2), (-1.2, -0.8), (-0.2, 0.2)):
        verdict = dataclasses.replace(found, difference=Gain(sum(ends) / 2, 0.1, ends))
        assert words.verdict_sentence(study, verdict).endswith(also)
    assert words.alone_sentence(study, found) == (
        "With c for both, the order alone, by effect less by risk, is worth 0.50 points (0.30 to 0.70) per "
        "customer."
    )
    assert "ranking by risk with c for all instead of effect with each person's arm costs" in (
        words.total_sentence(study, gap, found)
    )
    unclear = dataclasses.replace(found, alone=Alone("c", Gain(0.1, 0.1, (-0.1, 0.3))))
    assert words.alone_sentence(study, unclear).endswith("per customer, and the interval holds zero.")
    nothing = Gain(0.0, 0.0, (0.0, 0.0))
    alike = dataclasses.replace(found, alone=Alone("c", nothing))
    assert words.alone_sentence(study, alike).endswith("gain the same: all of it is the choice of arm.")
    assert words.alone_sentence(study, dataclasses.replace(alike, difference=nothing)) == ""
    assert words.alone_sentence(study, chosen(study, gap)) == ""


def test_costs_paid_by_the_outcome_are_compared_and_by_other_columns_not(learned):
    _, gap = compared(learned, policy={"benefit": 2.0, "cost": {"1": 0.5}}.items())
    assert gap.people.priced
    study, table, evaluation = learned
    study = study.replace(policy=PolicyOptions(cost={"1": 0.5}, paid_per={"1": "after"}))
    with pytest.raises(DoesNotApply, match="A cost is paid by after"):
        gap_plan(study, table, evaluation)
