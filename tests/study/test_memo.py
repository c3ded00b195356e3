import dataclasses

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.graph import CausalGraph
from causal_core.policy.segments import groupings
from causal_core.study.memo import memo, table_note
from causal_core.study.memo_detail import Detail, detail
from causal_core.study.memo_html import memo_page
from causal_core.study.memo_tables import option_rows
from causal_core.study.options import Data, PolicyOptions, Question
from causal_core.study.results import Refused, Valued
from causal_core.study.steps import identification
from causal_core.study.study import Study
from causal_core.uplift.result import Evaluation, HeldOut

BAD = "<script>alert(1)</script> “x” 😀"


def study(arms=("0", "1"), randomised=True, unit="kg", **options):
    return Study(
        Data(path="t.csv", row_is="a customer"),
        CausalGraph(edges=[("t", "y"), ("x", "y")]),
        Question(treatment="t", outcome="y", unit=unit, randomised=randomised),
        policy=PolicyOptions(**options),
    )


def evaluated(effect=1.0, noise=0.5, arms=("0", "1"), rows=2000, propensity=None):
    """People of whom the second half gains `effect` from arm 1, the first half loses it."""
    random = np.random.default_rng(0)
    sign = np.repeat([-1.0, 1.0], rows // 2)
    effects = np.column_stack([sign * effect, *(np.full(rows, 0.2 * effect) for _ in arms[2:])])
    arm = random.integers(0, len(arms), rows)
    scores = np.hstack([np.zeros((rows, 1)), effects]) + noise * random.normal(size=(rows, len(arms)))
    chances = np.full((rows, len(arms)), 1 / len(arms)) if propensity is None else propensity
    held_out = HeldOut(
        np.arange(rows), arms, {"t": effects}, {"t": np.zeros(rows)}, scores, np.zeros_like(scores),
        arm, scores[np.arange(rows), arm], chances, None, 2 * rows,
    )  # fmt: skip
    return Evaluation((), held_out)


def valued(given, evaluation):
    options = given.policy
    worth = policy.Economics.of(evaluation.held_out, "t", options.benefit, options.cost)
    found = [policy.treat_none(worth), *policy.treat_all(worth), policy.top_share(worth, options.share)]
    return Valued(tuple(found), policy.value_curve(worth), "t", options.benefit)


def written(given, evaluation, **more):
    return memo(given, identification(given), evaluation, valued(given, evaluation), **more)


def test_a_clear_gain_is_recommended_with_its_totals():
    given = study(share=0.5, benefit=10.0, cost={"1": 2.0}, unit="kg", people=1000)
    given = given.replace(policy=dataclasses.replace(given.policy, unit="EUR"))
    found = written(given, evaluated())
    assert found.sound
    assert found.recommendation == "Treat the 50 % with the largest predicted benefit: 500 of 1,000 people."
    result = found.chosen.result
    assert result.gain_vs_none.value == pytest.approx(4, abs=0.3)
    assert result.outcome.value == pytest.approx(0.5, abs=0.03)
    assert found.gain == (
        "Against treating nobody this gains 3.95 EUR (3.48 to 4.41) per customer: a clear gain. For 1,000 "
        "people that is 3,950 EUR (3,480 to 4,410) in total, after costs of 1,000 EUR."
    )
    assert [fact.label for fact in found.facts] == [
        "Net gain, 1,000 people (EUR)",
        "Change in y",
        "Treated",
        "Cost (EUR)",
    ]
    assert found.facts[3].number == "1,000"
    assert found.facts[3].detail == "1 EUR per customer, 2 per treated customer"
    assert "in kg" in found.facts[1].detail
    assert found.against[0].startswith("Compared with treating everybody, it gains")
    assert "hold 4.1 % of 1,000 people out at random, 42 who" in found.next_steps[0]


def test_more_people_than_treatment_pays_for_and_more_than_there_are_places_for_are_told():
    given = study(share=0.3, cost={"1": 0.1}, paid_per={"1": "y"}, capacity={"1": 0.4})
    predicted = {"treat_none": 0.0, "treat_all": 9.0, "top_share": 0.5}
    whole = study(share=1.0, cost={"1": 0.2})
    found = written(whole, evaluated())
    pays = valued(whole, evaluated()).curve.planned_share
    assert 0 < pays < 0.99
    assert f"It treats 100 %, and is predicted to pay for {round(100 * pays)} % only." in found.against
    half = written(study(share=0.3, cost={"1": 0.2}), evaluated())
    assert not any("predicted to pay for" in each for each in half.against)
    crowded = written(given, evaluated(), predicted=predicted)
    assert "There are not places enough for “treat everybody”." in crowded.best
    assert "Best by predictions alone, learned on other rows: “treat the top 30 %”" in crowded.best
    assert crowded.facts[-1].label == "Cost"
    assert crowded.facts[-1].detail.startswith("95 %: ")


def test_nobody_treated_is_not_to_be_tried():
    found = written(study(share=0.0), evaluated())
    assert not any("by lot on more people" in each for each in found.next_steps)


def test_options_are_lettered_in_order_and_one_is_chosen():
    given = study(share=0.5)
    found = written(given, evaluated(), predicted={"treat_none": 0.0, "treat_all": 0.0, "top_share": 0.5})
    assert [(each.letter, each.name, each.chosen) for each in found.options] == [
        ("A", "treat nobody", False),
        ("B", "treat everybody", False),
        ("C", "treat the top 50 %", True),
    ]
    assert found.best == (
        "Best by predictions alone, learned on other rows: “treat the top 50 %”, predicted to gain 0.5 kg "
        "per customer; valued here, 0.495 kg (0.448 to 0.541). "
        "Highest of these 3 values: “treat the top 50 %”, clearly."
    )
    head, rows, numbers = option_rows(given, found)
    assert head[-1] == "Net gain, 10,000 people (kg)"
    assert all(len(row) == len(head) for row in rows)
    assert rows[2][:4] == ("C", "◆ Treat the top 50 %", "50 %", "0")
    assert numbers == (3, 4, 5, 6)
    assert "2,000 held-out rows" in table_note(found)
    assert "Treating nobody: t = 0 for everybody." in table_note(found)


def test_an_unclear_gain_is_not_recommended():
    given = study(share=0.5)
    found = written(given, evaluated(effect=0.0, noise=1.0))
    assert (found.sound, found.verdict) == (False, "unclear")
    assert found.recommendation == (
        "Treat nobody for now: “treat the 50 % with the largest predicted benefit” is not clearly better. "
        "Nothing here clearly beats it."
    )
    assert "no clear" in found.gain
    assert any("Try it by lot" in step for step in found.next_steps)


def test_a_loss_and_a_policy_that_everybody_treated_beats():
    lost = written(study(share=1.0, cost={"1": 1.0}), evaluated())
    assert lost.verdict == "loss"
    assert lost.recommendation == "Do not do this: “treat everybody” loses against treating nobody."
    beaten = written(study(share=0.1), Evaluation((), _all_gain()))
    assert beaten.recommendation == (
        "Treating everybody gains clearly more than this: “treat the 10 % with the largest predicted "
        "benefit”."
    )
    assert not beaten.sound
    assert not any("held out" in step or "at random" in step for step in beaten.next_steps)


def _all_gain():
    held_out = evaluated().held_out
    gained = np.ones_like(held_out.predicted["t"])
    scores = held_out.scores.copy()
    scores[:, 1] = scores[:, 0] + 1
    return dataclasses.replace(held_out, predicted={"t": gained}, scores=scores)


def test_treating_nobody_can_be_the_memo_s_policy():
    found = written(study(share=0.5, headline="treat_none"), evaluated())
    assert found.recommendation == "Treat nobody. Yet clearly better than that: “treat the top 50 %”."
    assert (found.gain, found.sound) == ("", False)


def test_several_arms_are_told_apart():
    given = study(share=1.0, headline="treat_all: b")
    evaluation = evaluated(arms=("0", "a", "b"))
    found = written(given, evaluation)
    assert found.recommendation == "Treat everybody with b: 10,000 of 10,000 people."
    assert found.options[3].name == "treat the top 100 %"
    top = written(given.replace(policy=dataclasses.replace(given.policy, headline=None)), evaluation)
    assert top.recommendation.startswith("Treat everybody, each with the arm predicted best for them: 10,000")
    assert top.facts[-1].detail == "of 10,000; 100 %: a 50 %, b 50 %"
    assert top.against[0].startswith("Compared with treating everybody with b, it gains")


def test_without_randomisation_what_was_done_is_compared_and_a_trial_advised():
    found = written(study(share=0.5, randomised=False), evaluated())
    assert found.against[1].startswith("Compared with how people are treated now, it gains")
    assert any("Nobody drew lots" in step for step in found.next_steps)


def test_arms_that_cannot_be_compared_get_no_recommendation():
    evaluation = evaluated()
    held_out = evaluation.held_out
    apart = np.where(held_out.arm[:, None] == 1, [[0.001, 0.999]], [[0.999, 0.001]])
    found = written(
        study(share=0.5, randomised=False),
        dataclasses.replace(evaluation, held_out=dataclasses.replace(held_out, propensity=apart)),
    )
    assert found.recommendation.startswith("No recommendation: the arms are hardly comparable")
    assert (found.sound, found.facts) == (False, ())
    assert found.gain.startswith("A gain would be what the models extend to people unlike any")


def test_a_long_unit_is_said_once_and_what_counts_as_better_is_said():
    found = written(study(share=0.5, unit="kg gained from 1971 to 1982"), evaluated())
    assert found.gain.endswith(
        "in total. Counted in kg gained from 1971 to 1982. More of y counts as better."
    )
    assert found.gain.count("kg") == 1
    assert found.facts[0].detail.endswith("; in kg gained from 1971 to 1982")
    less = written(study(share=0.5, benefit=-1.0), evaluated())
    assert less.gain.endswith("Less of y counts as better.")


def test_a_policy_without_a_value_is_named():
    given = study(headline="budget")
    evaluation = evaluated()
    values = valued(given, evaluation)
    refused = dataclasses.replace(
        values, policies=(*values.policies, Refused("budget", "No budget is given."))
    )
    found = memo(given, identification(given), evaluation, refused)
    assert found.recommendation == (
        "No recommendation: “within the budget” has no value here. No budget is given."
    )
    assert (found.chosen, found.facts) == (None, ())
    nothing = dataclasses.replace(values, policies=())
    found = memo(given, identification(given), evaluation, nothing)
    assert "It is not among the policies compared." in found.recommendation
    assert memo_page(given, found, nothing.curve)


def test_a_procedure_s_value_is_called_so():
    evaluation = evaluated()
    held_out = dataclasses.replace(evaluation.held_out, evaluation="sequential")
    found = written(study(share=0.5), dataclasses.replace(evaluation, held_out=held_out))
    assert any(sentence.startswith("The value of the procedure") for sentence in found.sure)
    assert found.sure[0] == (
        "Valued on 2,000 rows, fold by fold, each with what was learned on the folds before it."
    )
    assert any(
        sentence.startswith("The value of this very policy")
        for sentence in written(study(share=0.5), evaluated()).sure
    )


def test_the_page_is_self_contained_and_names_are_text():
    given = Study(
        Data(path=f"{BAD}.csv", row_is=f"a {BAD}"),
        CausalGraph(edges=[("t", BAD)]),
        Question(treatment="t", outcome=BAD, randomised=True, unit=BAD),
        policy=PolicyOptions(share=0.5, unit=BAD, cost={BAD: 0.1}),
    )
    evaluation = evaluated(arms=("0", BAD, "b"))
    values = valued(given, evaluation)
    found = memo(given, identification(given), evaluation, values)
    page = memo_page(given, found, values.curve)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'src="http' not in page
    assert "<h1>Whom should we treat, and what does it gain?</h1>" in page
    assert page.count("<figure>") == 3


def test_a_rule_of_several_stages_has_rows_of_its_own_and_is_told_elsewhere():
    given = study()
    evaluation = evaluated()
    values = valued(given, evaluation)
    staged = dataclasses.replace(values.policies[0], policy="q_learning", influence=np.empty(0))
    found = memo(
        given,
        identification(given),
        evaluation,
        dataclasses.replace(values, policies=(*values.policies, staged)),
    )
    assert "q_learning" not in {option.result.policy for option in found.options}
    assert len(found.options) == len(values.policies)


def test_the_page_shows_what_stands_behind_the_memo():
    given = study(share=0.5, randomised=False, benefit=10.0, cost={"1": 2.0}, budget=1000.0, people=400)
    evaluation = evaluated()
    held_out = evaluation.held_out
    model = np.column_stack([np.zeros(2000), held_out.predicted["t"]])
    left = held_out.outcome - model[np.arange(2000), held_out.arm]
    scores = model + np.eye(2)[held_out.arm] * 2 * left[:, None]
    evaluation = Evaluation((), dataclasses.replace(held_out, scores=scores, outcome_model=model))
    values = valued(given, evaluation)
    worth = policy.Economics.of(evaluation.held_out, "t", 10.0, {"1": 2.0})
    values = dataclasses.replace(values, policies=(*values.policies, policy.within_budget(worth, 1000.0)))
    found = memo(given, identification(given), evaluation, values)
    early = pd.DataFrame({"early": np.repeat(["no", "yes"], 1000), "noise": np.arange(2000) % 7})
    behind = detail(given, found, worth, groupings(early))
    assert [column for column, _ in behind.groups] == ["early", "noise"]
    assert behind.estimates[0].value == pytest.approx(found.chosen.result.value)
    assert behind.hidden.gain == pytest.approx(found.chosen.result.gain_vs_none.value)
    assert behind.budget == pytest.approx(100)
    page = memo_page(given, found, values.curve, behind)
    assert "Self-normalised (SNIPS)" in page
    assert "A hidden cause that changes the odds" in page
    assert "Budget for 400 people" in page
    assert page.count("<figure>") == 7
    nobody = dataclasses.replace(found, options=found.options[:1])
    assert detail(given, nobody, worth, groupings(early)) == Detail()


def test_a_top_share_that_is_refused_is_not_replaced_by_another_policy():
    given, known = study(share=0.5), evaluated()
    values = valued(given, known)
    refused = dataclasses.replace(
        values, policies=(*values.policies[:2], Refused("top_share", "The rules cannot be met together."))
    )
    found = memo(given, identification(given), known, refused)
    assert found.chosen is None
    assert found.recommendation == (
        "No recommendation: “treat the top share” has no value here. The rules cannot be met together."
    )


def test_costs_name_their_arm_unit_and_what_they_are_paid_for():
    given = study(benefit=100.0, cost={"1": 6.0}, paid_per={"1": "y"}, unit="kg")
    given = given.replace(policy=dataclasses.replace(given.policy, unit="EUR"))
    found = written(given, evaluated())
    assert "One unit of y is worth 100 EUR. Costs: t = 1: 6 EUR for each unit of y." in found.assumptions[2]
    free = written(study(), evaluated())
    assert "Nothing costs anything." in free.assumptions[2]
