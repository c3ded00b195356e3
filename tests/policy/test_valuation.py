import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from causal_core import policy, uplift
from causal_core.policy.path import Path
from causal_core.policy.ranking import Limit, Ranking
from causal_core.policy.result import compare
from causal_core.policy.valuation import current, value_of
from causal_core.problem import Problem
from causal_core.uplift import HeldOut


def held_out(predicted, scores, arm=None, outcome=None, **more):
    predicted, scores = np.asarray(predicted, dtype=float), np.asarray(scores, dtype=float)
    rows = len(scores)
    return HeldOut(
        rows=np.arange(rows),
        arms=("none", "a", "b")[: scores.shape[1]],
        predicted={"s": predicted},
        baseline={"s": np.zeros(rows)},
        scores=scores,
        outcome_model=np.zeros(scores.shape),
        arm=np.zeros(rows, dtype=int) if arm is None else np.asarray(arm),
        outcome=scores[:, 0] if outcome is None else np.asarray(outcome, dtype=float),
        propensity=more.pop("propensity", np.full(scores.shape, 1 / scores.shape[1])),
        clusters=more.pop("clusters", None),
        total_rows=2 * rows,
        **more,
    )


def trial(random, rows=400, level=0.0, spread=1.0, clusters=None, **more):
    """A trial of even chances whose effect is level + spread x, predicted exactly."""
    x, arm = random.normal(size=rows), random.integers(0, 2, rows)
    if clusters:
        x = np.repeat(random.normal(size=rows // clusters), clusters)
    codes = np.arange(rows) // clusters if clusters else None
    outcome = random.normal(size=rows) + arm * (level + spread * x)
    scores = np.column_stack([2 * (arm == 0) * outcome, 2 * (arm == 1) * outcome])
    if clusters is None:
        model = np.column_stack([np.zeros(rows), level + spread * x])
        weight = (outcome - model[np.arange(rows), arm]) * 2
        scores = model + np.column_stack([weight * (arm == 0), weight * (arm == 1)])
    return held_out((level + spread * x)[:, None], scores, arm, outcome, clusters=codes, **more)


TWO = held_out([[3], [2], [1], [-1]], [[1, 5], [2, 3], [0, 2], [4, 1]], [0, 1, 1, 0], [1, 3, 2, 4])


def test_what_was_done_is_worth_what_it_brought():
    economics = policy.Economics.of(TWO, "s", benefit=2, costs={"a": 1.0})
    found = current(economics)
    net = np.array([2, 5, 3, 8])
    assert (found.policy, found.value, found.learner) == ("current", net.mean(), "")
    assert found.std_error == pytest.approx(net.std(ddof=1) / 2)
    assert (found.cost, found.treated_share) == (0.5, 0.5)
    assert (found.gain_vs_current.value, found.gain_vs_current.std_error) == (0, 0)
    assert found.outcome.value == 2.5 - 7 / 4
    assert found.effective_sample_size == 4
    none = policy.treat_none(economics)
    assert found.gain_vs_none.value == pytest.approx(-none.gain_vs_current.value) == 4.5 - 3.5
    everybody = policy.treat_all(economics)[0]
    paired = 2 * TWO.scores[:, 1] - 1 - net
    assert everybody.gain_vs_current.value == pytest.approx(paired.mean())
    assert everybody.gain_vs_current.std_error == pytest.approx(paired.std(ddof=1) / 2)


def test_a_cost_paid_later_enters_what_was_done_by_its_scores():
    units = policy.economics.PaidUnits("used", np.array([2.0, 0, 4, 1]), np.array([0.5, 0.5, 0.5, 0.5]))
    economics = policy.Economics.of(TWO, "s", costs={"a": 3.0}, paid={"a": units})
    found = current(economics)
    assert found.cost == pytest.approx(np.mean([6, 0, 12, 3]) / 2)
    assert found.value == pytest.approx(2.5 - found.cost)


def test_the_change_of_outcome_and_of_spending_are_in_their_own_units():
    economics = policy.Economics.of(TWO, "s", benefit=10, costs={"a": 2.0, "none": 0.5})
    found = policy.top_share(economics, 0.5)
    assert found.outcome.value == (4 + 1) / 4
    assert found.spending.value == (1.5 + 1.5) / 4
    # As many are treated in any sample, so what is spent on them does not vary.
    assert found.spending.std_error == pytest.approx(0, abs=1e-12)
    assert found.gain_vs_none.value == pytest.approx(10 * found.outcome.value - found.spending.value)


def test_weights_of_the_log_tell_how_much_evidence_there_is():
    economics = policy.Economics.of(TWO, "s")
    found = policy.treat_all(economics)[0]
    assert found.effective_sample_size == 2
    assert found.warnings[0] == "The effective sample size is only 2: the value rests on few rows."
    np.testing.assert_allclose(found.influence.mean(), found.value)
    assert found.policy_matrix.tolist() == [[0, 1]] * 4
    entry = found.to_dict()
    assert {"gain_vs_current", "outcome", "spending", "effective_sample_size", "warnings"} < set(entry)
    json.dumps(entry, allow_nan=False)


def test_a_policy_that_treats_hardly_anybody_says_so():
    predicted = np.full((1000, 1), -1.0)
    rows = held_out(predicted, np.zeros((1000, 2)), np.arange(1000) % 2)
    nobody = policy.best_arm(policy.Economics.of(rows, "s"))
    assert nobody.warnings == (
        "It treats none of the 1,000 judged rows, so its gain over treating nobody is 0 here. Among "
        "others it may treat up to 0.3 %.",
    )
    assert policy.treat_none(policy.Economics.of(rows, "s")).warnings == ()
    # A share of 0 leaves nobody among others either.
    assert policy.top_share(policy.Economics.of(rows, "s"), 0.0).warnings == ()
    predicted[:3] = 1
    few = policy.best_arm(policy.Economics.of(rows, "s")).warnings
    assert few == ("It treats only 3 of the 1,000 judged rows: its gains rest on very few people.",)


def test_policies_are_compared_on_the_same_rows():
    economics = policy.Economics.of(TWO, "s")
    everybody, best = policy.treat_all(economics)[0], policy.best_arm(economics)
    gain = compare(best, everybody)
    assert (gain.value, gain.std_error) == (best.gain_vs_all.value, best.gain_vs_all.std_error)
    assert compare(best, best).std_error == 0
    other = policy.top_share(policy.Economics.of(trial(np.random.default_rng(0)), "s"), 0.2)
    with pytest.raises(Problem, match=r"best_arm was valued on 4 rows and top_share on 400"):
        compare(best, other)


def test_a_sequential_value_is_that_of_the_procedure():
    sequential = replace(TWO, evaluation="sequential", fold=np.array([1, 2, 3, 4]))
    economics = policy.Economics.of(sequential, "s")
    assert policy.best_arm(economics).of == "procedure"
    assert "averages several policies" in policy.best_arm(economics).whose
    assert policy.treat_none(economics).of == "policy"
    assert policy.best_arm(policy.Economics.of(TWO, "s")).of == "policy"


@pytest.mark.parametrize("clusters", [None, 4])
def test_a_share_treated_has_the_error_of_a_limit_that_moves(clusters):
    """With effects of about 3 an interval that takes the rows treated as fixed would be far too wide."""
    random = np.random.default_rng(2)
    truth = 0.3 * 3 + np.exp(-(0.5244005**2) / 2) / np.sqrt(2 * np.pi)
    covered, fixed = 0, 0
    for _ in range(300):
        economics = policy.Economics.of(trial(random, level=3.0, clusters=clusters), "s")
        found = policy.top_share(economics, 0.3)
        treated = Ranking.of(economics.priority).reach(0.3).included
        plain = policy.Gain.of(treated * economics.gains, economics.held_out.clusters)
        covered += found.gain_vs_none.ci[0] <= truth <= found.gain_vs_none.ci[1]
        fixed += plain.ci[0] <= truth <= plain.ci[1]
    assert 273 <= covered <= 295
    assert fixed >= (299 if clusters is None else 290)


def test_a_limit_in_money_shifts_by_what_the_last_money_brought():
    values = np.array([[0.0, 4, 9], [0, 2, 3], [0, 1, 1], [0, 5, 6]])
    # The last steps are the first row's from a to b for 2, and the second row's from none to a for 1.
    limit = Limit(
        np.array([3.0, 0, 0, 1]), np.array([0, 1]), np.array([1, 0]), np.array([2, 1]), np.array([2.0, 1])
    )
    np.testing.assert_allclose(limit.shift(values), (1 - np.array([3.0, 0, 0, 1])) * 7 / 3)
    economics = policy.Economics.of(held_out(np.zeros((4, 2)), values), "s", costs={"a": 1.0, "b": 3.0})
    chosen = np.eye(3)[[2, 0, 0, 1]]
    found = value_of(economics, "budget", chosen, reached=limit)
    assert found.value == value_of(economics, "budget", chosen).value == pytest.approx((9 - 3 + 5 - 1) / 4)
    assert found.spending.std_error == pytest.approx(0, abs=1e-12)


def test_sampling_weights_count_rows_as_people():
    """A row of weight 2 is worth two rows of weight 1."""
    random = np.random.default_rng(5)
    once = trial(random, rows=60, level=1.0)
    weight = random.integers(1, 4, 60).astype(float)
    taken = np.repeat(np.arange(60), weight.astype(int))
    many = held_out(once.predicted["s"][taken], once.scores[taken], once.arm[taken], once.outcome[taken])
    weighted = replace(once, weights=weight / weight.mean())
    for make in (policy.best_arm, current, lambda e: policy.treat_all(e)[0]):
        one, other = (make(policy.Economics.of(each, "s")) for each in (weighted, many))
        for name in ("gain_vs_none", "gain_vs_current", "outcome"):
            assert getattr(one, name).value == pytest.approx(getattr(other, name).value)
        assert (one.value, one.treated_share) == pytest.approx((other.value, other.treated_share))
    reached = Ranking.of(once.predicted["s"][:, 0], weights=weighted.weights).reach(0.37)
    again = Ranking.of(many.predicted["s"][:, 0]).reach(0.37)
    np.testing.assert_allclose(reached.included[taken], again.included)
    assert reached.share == pytest.approx(0.37)


def test_weights_of_the_rows_reach_the_values_of_policies():
    random = np.random.default_rng(7)
    x, arm, weights = random.normal(size=(600, 1)), random.integers(0, 2, 600), random.integers(0, 4, 600)
    outcome = arm * x[:, 0] + random.normal(size=600)
    frame = pd.DataFrame(x, columns=["x"])
    units = uplift.Units(frame, arm, outcome, ("0", "1"), randomised=True, weights=weights.astype(float))
    parts = [uplift.learn(units, "t", base="linear"), *(uplift.score_fold(units, fold) for fold in range(5))]
    rows = uplift.evaluate(units, parts).held_out
    np.testing.assert_allclose(rows.weights, weights[rows.rows] / weights[rows.rows].mean())
    found = policy.top_share(policy.Economics.of(rows, "t"), 0.3)
    assert found.treated_share == pytest.approx(0.3)
    assert found.value == pytest.approx(np.average(found.influence, weights=weights[rows.rows]))
    nobody = replace(units, weights=np.zeros(600))
    with pytest.raises(Problem, match="stand for nobody"):
        uplift.evaluate(nobody, parts)


def test_the_steps_at_a_budgets_limit_start_where_the_last_step_ended():
    rewards = np.array([[0.0, 2, 3], [0, 1.5, 1.6], [0, 0.2, 0.1]])
    price = np.array([0.0, 1, 3]) * np.ones((3, 1))
    path = Path.of(rewards, price)
    chosen, limit = path.reach(2 / 3)
    assert chosen.tolist() == [[0, 1, 0], [0, 1, 0], [1, 0, 0]]
    steps = sorted(zip(limit.rows.tolist(), limit.before.tolist(), limit.after.tolist(), strict=True))
    assert steps == [(0, 0, 1), (0, 1, 2), (1, 0, 1), (1, 1, 2), (2, 0, 1)]
    assert limit.spent.tolist() == [1, 1, 0]
    assert path.reach(3.0)[1] is None


@pytest.mark.parametrize("arms", [2, 3])
def test_a_budget_has_the_error_of_a_limit_that_moves(arms):
    """Costs differ by person, so that who is reached differs; effects of about 3 a person."""
    random = np.random.default_rng(6)

    def draw(rows):
        x, cost = random.normal(size=rows), random.uniform(0.5, 2, rows)
        effect = np.column_stack([np.zeros(rows), 3 + x, 4 + x + 0.5 * random.normal(size=rows)])[:, :arms]
        return effect, np.column_stack([np.zeros(rows), cost, 2 * cost])[:, :arms]

    effect, price = draw(400_000)
    chosen = policy.allocate(effect, price, 0.4 * len(effect)).assigned
    truth = effect[np.arange(len(effect)), chosen].mean() - 0.4
    covered = 0
    for _ in range(200):
        effect, price = draw(400)
        arm = random.integers(0, arms, 400)
        noise = random.normal(size=400)
        scores = effect + arms * noise[:, None] * (arm[:, None] == np.arange(arms))
        rows = held_out(effect[:, 1:], scores, arm, effect[np.arange(400), arm] + noise)
        costs = {label: price[:, place] for place, label in enumerate(rows.arms)}
        found = policy.within_budget(policy.Economics.of(rows, "s", costs=costs), 0.4 * 800)
        covered += found.gain_vs_none.ci[0] <= truth <= found.gain_vs_none.ci[1]
        assert found.spending.std_error < 0.01
    assert 181 <= covered <= 198
