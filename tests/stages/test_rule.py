"""Rules over stages find the known optimum, and their values are those of the world."""

import numpy as np
import pandas as pd
import pytest

from causal_core.engine.inline import run_inline
from causal_core.graph import CausalGraph
from causal_core.problem import Problem
from causal_core.stages.plan import stages_asked, stages_plan
from causal_core.stages.rule import learned_regime
from causal_core.stages.tasks import prepared
from causal_core.stages.value import contributions
from causal_core.stages.words import finding, optimism, verdict
from causal_core.uplift.arrays import interval, mean_and_error
from tests.stages.worlds import chain, invest, study_of, true_value

CHAIN = (
    {"treatment": "t1", "covariates": ()},
    {"treatment": "t2", "covariates": "on1"},
    {"treatment": "t3", "covariates": "on2"},
)


def solved(frame, folder, **parts):
    return run_inline(stages_plan(*study_of(frame, folder, **parts)))


def by_name(found):
    return {each.arms or each.name: each for each in found.regimes}


@pytest.fixture(scope="module")
def invested(tmp_path_factory):
    return solved(invest(4000, 1), tmp_path_factory.mktemp("invest"))


def test_a_first_step_that_pays_only_through_the_second_is_taken(invested):
    """Closed form: E[x] - .6 + .9 = .8 for the best rule; see the world's docstring."""
    found = invested
    assert found.rule.steps[0].round(6).tolist() == [[0, 1, 0]]
    assert found.first.learned.tolist() == [1] * 4000
    # Where the state was reached (.9), the second step; else not.
    np.testing.assert_allclose(found.rule.steps[1][1, :2], [0.1, 0.9], atol=0.03)
    assert found.rule.ci[0] < 0.8 < found.rule.ci[1]
    # Judged as the only decision, the first step never pays.
    assert by_name(found)["first_only"].steps[0][0, 0] > 0.3
    assert found.reference.arms == ("1", "1")
    assert finding(found.reference.gain_of_rule) == "gain"
    assert "Deciding by person at each stage gains" in verdict(found)
    assert "tend to be too good. On other rows it is worth 0." in optimism(found)


def test_every_regime_has_its_closed_form(invested):
    truth = {
        ("0", "0"): 0.5,
        ("0", "1"): 0.5 - 0.8,
        ("1", "0"): 0.5 - 0.6,
        ("1", "1"): 0.5 - 0.6 + 0.8,
        "logged": 0.5 - 0.3,
        "q_learning": 0.8,
        "tree": 0.8,
    }
    found = by_name(invested)
    for name, value in truth.items():
        assert abs(found[name].value - value) < 4 * found[name].std_error, name
    none = found["0", "0"]
    assert none.name == "none"
    assert found["q_learning"].gain_vs_none.value == pytest.approx(found["q_learning"].value - none.value)
    assert none.gain_vs_none.std_error == 0
    assert found["q_learning"].gain_of_rule.value == 0
    assert found["1", "1"].effective_sample_size < found["1", "0"].effective_sample_size < 1100
    assert not none.warnings


def test_the_readable_rule_asks_for_the_state(invested):
    rules = invested.trees[1].describe()
    assert "state" in rules
    assert invested.trees[0].describe() == "Always: 1"
    assert invested.readable.gain_of_rule.value == pytest.approx(0, abs=0.02)


def test_boosted_models_find_it_too(tmp_path):
    found = solved(invest(2500, 2), tmp_path, base="boosted")
    assert found.first.learned.mean() > 0.99
    assert found.rule.ci[0] < 0.8 < found.rule.ci[1]


def test_three_stages(tmp_path):
    """Push; push on when the first push worked, else not; then take the last step when both did: 1.86."""
    found = solved(chain(6000, 1), tmp_path, stages=CHAIN)
    assert found.rule.steps[0][0, 1] == pytest.approx(1)
    assert found.rule.steps[1][1, 1] == pytest.approx(0.9, abs=0.03)
    assert abs(found.rule.value - (0.9 * (0.9 * 3 - 0.3) - 0.3)) < 3 * found.rule.std_error
    everybody = by_name(found)["1", "1", "1"]
    assert abs(everybody.value - (0.81 * 3 - 0.19 - 0.6)) < 3 * everybody.std_error
    assert len(found.regimes) == 2 + 8 + 2
    assert len(found.trees) == 3


def responders(rows, seed):
    """Those who did not respond to the first are decided about again; the others keep what they have."""
    random = np.random.default_rng(seed)
    call = random.random(rows) < 0.5
    young = random.random(rows) < 0.5
    responded = random.random(rows) < np.where(call, 0.6, 0.4)
    again = random.random(rows) < 0.5
    second = np.where(responded, None, np.where(again, "discount", np.where(call, "call again", "letter")))
    helped = (second == "discount") * (2.0 * young - 0.5)
    y = 3.0 * responded + helped - 0.2 * call + random.normal(0, 1, rows)
    first = np.where(call, "call", "mail")
    columns = {"young": young.astype(int), "first": first, "responded": responded.astype(int)}
    return pd.DataFrame(columns | {"second": second, "y": y})


SMART = (
    {"treatment": "first", "covariates": ("young",), "control": "mail"},
    {"treatment": "second", "covariates": ("responded",), "control": "letter"},
)


def test_people_without_a_second_decision_keep_their_outcome(tmp_path):
    """Call, and a discount for the young who did not respond: 1.8 + .4 * (.5 * 1.5) - .2 = 1.9."""
    found = solved(responders(6000, 3), tmp_path, stages=SMART)
    assert found.rule.ci[0] < 1.9 < found.rule.ci[1]
    assert found.stages[1].decided == pytest.approx(0.5, abs=0.03)
    # After a call 60 % have no second decision, half of the others are young.
    np.testing.assert_allclose(found.rule.steps[1][1, 3], 0.6, atol=0.03)
    names = set(by_name(found))
    assert ("call", "call again") in names
    assert ("mail", "letter") in names
    # Nobody got "call again" after a mail, or a letter after a call: no rule does.
    assert ("mail", "call again") not in names
    assert ("call", "letter") not in names
    call_again = found.stages[1].arms.index("call again")
    assert found.rule.steps[1][0, call_again] == 0
    assert by_name(found)["mail", "letter"].name == "none"


def test_options_that_differ_by_response_are_noticed(tmp_path):
    """Responders stop or go on, the others get a discount or nothing: chances differ by response."""
    random = np.random.default_rng(5)
    first = random.integers(0, 2, 4000)
    responded = random.integers(0, 2, 4000)
    coin = random.random(4000) < 0.5
    second = np.where(responded, np.where(coin, "stop", "go on"), np.where(coin, "discount", "nothing"))
    y = responded + 1.0 * (second == "discount") + 0.5 * (second == "go on") + random.normal(0, 1, 4000)
    frame = pd.DataFrame({"first": first, "responded": responded, "second": second, "y": y})
    stages = ({"treatment": "first", "covariates": ()}, {"treatment": "second", "covariates": "responded"})
    found = solved(frame, tmp_path, stages=stages)
    assert found.stages[1].within == ("responded",)
    assert found.rule.ci[0] < 0.5 + 0.5 + 0.25 < found.rule.ci[1]
    assert found.rule.effective_sample_size == pytest.approx(2000 / 4, rel=0.15)
    # No single second arm can be given to everybody.
    assert {each.name for each in found.regimes} == {"q_learning", "tree", "first_only", "logged"}


def test_costs_are_taken_off_at_every_stage_and_decide(tmp_path):
    frame = invest(4000, 1)
    cheap = solved(frame, tmp_path)
    dear = solved(frame, tmp_path, cost={"1": 0.4}, benefit=2.0)
    # At .4 a step both bring 2 * (.5 - .6 + .9) - .4 - .9 * .4 = .84, the second alone 1 + .1 * 1.6 = 1.16.
    assert dear.rule.steps[0][0, 0] == pytest.approx(1)
    assert dear.rule.ci[0] < 1.16 < dear.rule.ci[1]
    assert dear.rule.cost == pytest.approx(0.04, abs=0.01)
    both = by_name(dear)["1", "1"]
    assert both.cost == pytest.approx(0.8)
    assert both.value == pytest.approx(2 * by_name(cheap)["1", "1"].value - 0.8)
    assert both.treated_share == 1


def test_less_can_be_better(tmp_path):
    found = solved(invest(3000, 4), tmp_path, benefit=-1.0)
    assert found.rule.steps[0][0, 0] + found.rule.steps[0][0, 1] == pytest.approx(1)
    # The least outcome: the first step (-.6), and the second where it harms (.1): -(.5 - .6 - .1) = .2, or
    # without the first the second harms in .9: -(.5 - .9) = .4.
    assert found.rule.ci[0] < 0.4 < found.rule.ci[1]


def test_estimated_chances_by_the_graph(tmp_path):
    edges = [("x", "first"), ("x", "y"), ("first", "state"), ("first", "y"), ("state", "second")]
    graph = CausalGraph(edges=[*edges, ("state", "y"), ("second", "y")])
    found = solved(invest(5000, 6, confounded=True), tmp_path, graph=graph, question={"randomised": False})
    assert {stage.chances for stage in found.stages} == {"estimated"}
    assert abs(found.rule.value - 0.8) < 3.5 * found.rule.std_error
    assert found.rule.steps[0][0, 1] == pytest.approx(1)


def test_categories_gaps_and_clusters_are_carried_through(tmp_path):
    frame = invest(3000, 7)
    random = np.random.default_rng(7)
    frame["house"] = np.arange(3000) // 3
    frame["y"] += np.repeat(random.normal(0, 1, 1000), 3)
    frame["town"] = random.choice(["a", "b", "c"], 3000)
    frame["state"] = frame["state"].astype(float).mask(random.random(3000) < 0.1)
    frame.loc[:4, "y"] = np.nan
    frame.loc[5:9, "first"] = np.nan
    stages = (
        {"treatment": "first", "covariates": ("x", "town")},
        {"treatment": "second", "covariates": "state"},
    )
    plain = solved(frame, tmp_path, stages=stages)
    found = solved(frame, tmp_path, stages=stages, question={"clusters": "house"})
    assert found.dropped == (("y", 5), ("first", 5))
    assert found.rows_learned + found.rows_used == 2990
    houses = frame["house"].to_numpy()
    held = set(houses[found.first.rows[found.first.held_out]])
    assert not held & set(houses[found.first.rows[~found.first.held_out]])
    assert by_name(found)["logged"].std_error > 1.1 * by_name(plain)["logged"].std_error


def test_a_known_chance_and_sampling_weights_are_used_as_they_are(tmp_path):
    """The first drawn with chance .2 or .8 by x: its shares alone would be .5 for all."""
    random = np.random.default_rng(8)
    frame = invest(6000, 8)
    chance = np.where(frame["x"] == 1, 0.8, 0.2)
    first = random.random(6000) < chance
    state = random.random(6000) < np.where(first, 0.9, 0.1)
    second = random.random(6000) < 0.3
    frame["first"], frame["state"], frame["second"] = (each.astype(int) for each in (first, state, second))
    frame["y"] = frame["x"] - 0.6 * first + second * (2.0 * state - 1) + random.normal(0, 1, 6000)
    frame["chance"], frame["weight"] = chance, np.where(frame["x"] == 1, 3.0, 1.0)
    known = {"propensity": "chance", "weights": "weight"}
    found = solved(frame, tmp_path, question=known)
    assert [stage.chances for stage in found.stages] == ["known", "drawn"]
    # Three in four of those that the rows stand for have x = 1.
    assert abs(found.rule.value - (0.75 + 0.3)) < 3.5 * found.rule.std_error
    held = found.first.rows[found.first.held_out]
    seen = np.average(frame["y"].to_numpy()[held], weights=frame["weight"].to_numpy()[held])
    assert by_name(found)["logged"].value == pytest.approx(seen)


def test_a_chance_that_is_missing_is_named(tmp_path):
    frame = invest(400, 1).assign(chance=0.5)
    frame.loc[:2, "chance"] = np.nan
    with pytest.raises(Problem, match="The known probability chance is missing in 3 rows"):
        solved(frame, tmp_path, question={"propensity": "chance"})


def test_the_same_digits_again(invested, tmp_path):
    assert solved(invest(4000, 1), tmp_path).to_dict() == invested.to_dict()


@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_intervals_cover_the_rule_that_was_learned(effect, tmp_path):
    """Without an effect of the second stage its maximum is not smooth; held-out values do not mind."""
    covered = 0
    for run in range(80):
        study, table = study_of(invest(600, 100 + run, effect=effect), tmp_path)
        asked, _ = stages_asked(study, table)
        models, chances, _ = prepared(asked)
        regime = learned_regime(models)
        valued = contributions(models, chances, regime)
        low, high = interval(*mean_and_error(valued.by_row))
        covered += low <= true_value(models.history, regime, effect) <= high
    assert 71 <= covered <= 80
