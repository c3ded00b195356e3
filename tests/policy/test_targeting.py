import json

import numpy as np
import pandas as pd
import pytest

from causal_core import policy, uplift
from causal_core.policy.targeting import inclusion
from causal_core.problem import Problem
from causal_core.uplift import HeldOut


def held_out(predicted, scores, clusters=None, arms=("none", "a", "b"), total=None):
    predicted, scores = np.asarray(predicted, dtype=float), np.asarray(scores, dtype=float)
    rows = len(scores)
    return HeldOut(
        rows=np.arange(rows),
        arms=arms[: scores.shape[1]],
        predicted={"s": predicted},
        baseline={"s": np.zeros(rows)},
        scores=scores,
        outcome_model=scores,
        arm=np.zeros(rows, dtype=int),
        outcome=scores[:, 0],
        propensity=np.full(scores.shape, 1 / scores.shape[1]),
        clusters=clusters,
        total_rows=total or 2 * rows,
    )


TWO = held_out([[3], [2], [1], [-1]], [[1, 5], [2, 3], [0, 2], [4, 1]])


def test_treat_all_and_none_by_hand():
    economics = policy.Economics.of(TWO, "s", benefit=2, costs={"a": 1.0})
    none, (everybody,) = policy.treat_none(economics), policy.treat_all(economics)
    assert (none.value, none.gain_vs_none.value, none.treated_share, none.cost) == (3.5, 0, 0, 0)
    # Differences of rewards, 2 y - cost, are 7, 1, 3, -7.
    assert (everybody.policy, everybody.value, everybody.cost) == ("treat_all", 4.5, 1)
    assert everybody.gain_vs_none.value == 1
    assert everybody.gain_vs_none.std_error == pytest.approx(np.std([7, 1, 3, -7], ddof=1) / 2)
    assert none.gain_vs_all.value == -1
    assert everybody.gain_vs_all.std_error == 0


def test_top_share_by_hand_and_its_json():
    economics = policy.Economics.of(TWO, "s")
    found = policy.top_share(economics, 0.5)
    assert found.value == (5 + 3 + 0 + 4) / 4
    assert found.gain_vs_none.value == 5 / 4
    assert found.gain_vs_all.value == pytest.approx((12 - 11) / 4)
    assert found.arm_shares == (("none", 0.5), ("a", 0.5))
    entry = found.to_dict()
    names = ["policy", "value", "std_error", "ci", "gain_vs_none", "gain_vs_all", "treated_share", "cost"]
    assert list(entry)[:11] == [*names, "gain_vs_current", "outcome", "spending"]
    assert list(entry["gain_vs_none"]) == ["value", "std_error", "ci"]
    json.dumps(entry, allow_nan=False)
    with pytest.raises(Problem, match="between 0 and 1"):
        policy.top_share(economics, 1.2)


def test_best_arm_takes_costs_into_account():
    three = held_out([[3, 1], [1, 2], [0.5, -1], [-2, -3]], [[0, 3, 1], [0, 1, 2], [0, 1, 1], [0, -2, -2]])
    free = policy.best_arm(policy.Economics.of(three, "s"))
    assert free.arm_shares == (("none", 0.25), ("a", 0.5), ("b", 0.25))
    assert free.value == (3 + 2 + 1 + 0) / 4
    costs = {"a": np.array([0, 0, 1.0, 0]), "b": 1.5}
    costly = policy.best_arm(policy.Economics.of(three, "s", costs=costs))
    assert costly.arm_shares == (("none", 0.5), ("a", 0.5), ("b", 0))
    assert costly.value == (3 + 1 + 0 + 0) / 4
    names = [result.policy for result in policy.treat_all(policy.Economics.of(three, "s"))]
    assert names == ["treat_all: a", "treat_all: b"]
    assert free.all_arm == "a"


def test_sentences_say_what_was_found():
    random = np.random.default_rng(0)
    tau = random.normal(size=(2000, 1))
    rows = held_out(tau, np.hstack([np.zeros((2000, 1)), tau]) + 0.1 * random.normal(size=(2000, 2)))
    economics = policy.Economics.of(rows, "s", costs={"a": 0.5})
    text = policy.best_arm(economics).sentence
    assert text.startswith("30 % of people are treated, at a mean cost of 0.151 a person. It gains")
    assert "over treating nobody" in text
    assert policy.treat_none(economics).sentence.startswith("Nobody is treated. It gains")
    everybody = policy.treat_all(economics)[0].sentence
    assert "It loses 0.5" in everybody
    assert "-" not in everybody
    nothing = policy.Economics.of(held_out(tau, random.normal(size=(2000, 2))), "s")
    assert "No clear difference from treating nobody" in policy.top_share(nothing, 0.2).sentence


def test_ties_at_the_limit_are_treated_with_equal_probability():
    np.testing.assert_allclose(inclusion(np.array([1.0, 2, 1, 3, 1]), 0.6), [1 / 3, 1, 1 / 3, 1, 1 / 3])
    np.testing.assert_allclose(inclusion(np.ones(4), 0.25), 0.25)
    np.testing.assert_allclose(inclusion(np.arange(4.0), 0), 0)


@pytest.mark.parametrize("clustered", [False, True])
def test_the_slider_gives_what_top_share_gives(clustered):
    random = np.random.default_rng(1)
    predicted = np.round(random.normal(size=(333, 2)), 1)
    scores = np.hstack([np.zeros((333, 1)), predicted]) + random.normal(size=(333, 3))
    rows = held_out(predicted, scores, np.arange(333) // 3 if clustered else None)
    costs = {"a": 0.3, "b": random.random(333)}
    curve = policy.value_curve(policy.Economics.of(rows, "s", 2.0, costs))
    economics = policy.Economics.of(rows, "s", 2.0, costs)
    for share in (0, 0.01, 0.2, 0.5, 0.77, 1):
        exact = policy.top_share(economics, share)
        gain = curve.at(share)
        assert gain.value == pytest.approx(exact.gain_vs_none.value, abs=1e-12)
        assert gain.std_error == pytest.approx(exact.gain_vs_none.std_error, abs=1e-12)
        assert np.interp(share, curve.share, curve.cost) == pytest.approx(exact.cost)
    assert curve.gain[0] == 0
    assert curve.planned_share == pytest.approx((economics.priority > 0).mean())
    assert (curve.lower <= curve.gain).all()
    assert (curve.gain <= curve.upper).all()


def test_a_budget_is_for_everybody_and_held_out_rows_get_their_part():
    rows = held_out([[3.0], [2], [1], [-1]], [[0, 3.0], [0, 2], [0, 1], [0, -1]], total=8)
    found = policy.within_budget(policy.Economics.of(rows, "s", costs={"a": 1.0}), budget=4.0)
    assert found.policy == "budget"
    assert (found.treated_share, found.cost) == (0.5, 0.5)
    assert found.gain_vs_none.value == (3 + 2 - 2) / 4


def test_a_tree_is_valued_like_any_policy():
    features = pd.DataFrame({"x": [0.0, 0, 1, 1]})
    tree = policy.fit_tree(features, [[0, -1], [0, -1], [0, 2], [0, 2]], depth=1)
    found = policy.by_tree(policy.Economics.of(TWO, "s"), tree, features)
    assert (found.policy, found.value) == ("tree", (1 + 2 + 2 + 1) / 4)


def test_unknown_learners_arms_and_costs_are_named():
    with pytest.raises(Problem, match=r"learner 'x' \(there are: s\)"):
        policy.Economics.of(TWO, "x")
    with pytest.raises(Problem, match="no arm b"):
        policy.Economics.of(TWO, "s", costs={"b": 1})
    with pytest.raises(Problem, match="cost of arm a is missing in 1 rows"):
        policy.Economics.of(TWO, "s", costs={"a": np.array([1, 2, np.nan, 4])})
    with pytest.raises(Problem, match="costs of arm a are 3, for 4 rows"):
        policy.Economics.of(TWO, "s", costs={"a": np.ones(3)})


def test_held_out_values_cover_the_truth():
    """Predictions fixed beforehand, scores of a randomised trial: about 95 % of intervals hold the gain."""
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(300):
        x = random.random(400)
        arm = random.integers(0, 2, 400)
        outcome = arm * (x - 0.4) + random.normal(size=400)
        scores = np.column_stack([2 * (arm == 0) * outcome, 2 * (arm == 1) * outcome])
        rows = held_out((x - 0.4)[:, None], scores)
        # Treated are x > 0.4: gain (0.6^2) / 2.
        ci = policy.best_arm(policy.Economics.of(rows, "s")).gain_vs_none.ci
        covered += ci[0] <= 0.18 <= ci[1]
    assert 273 <= covered <= 295


def test_from_a_trial_to_a_decision():
    random = np.random.default_rng(4)
    x = random.normal(size=(800, 2))
    arm = random.integers(0, 2, 800)
    outcome = arm * x[:, 0] + 0.5 * random.normal(size=800)
    units = uplift.Units(pd.DataFrame(x, columns=["a", "b"]), arm, outcome, ("0", "1"), randomised=True)
    parts = [uplift.learn(units, "t"), *(uplift.score_fold(units, fold) for fold in range(5))]
    rows = uplift.evaluate(units, parts).held_out
    found = policy.best_arm(policy.Economics.of(rows, "t"))
    assert found.gain_vs_none.value == pytest.approx(0.4, abs=0.12)
    assert found.gain_vs_all.ci[0] > 0


def test_a_threshold_treats_those_predicted_to_gain_more():
    economics = policy.Economics.of(TWO, "s", costs={"a": 0.5})
    found = policy.threshold(economics, 1.0)
    # Net predictions are 2.5, 1.5, 0.5 and -1.5.
    assert (found.policy, found.treated_share) == ("threshold", 0.5)
    assert policy.threshold(economics, -2.0).treated_share == 1
    assert policy.threshold(economics, 0.0).treated_share == policy.best_arm(economics).treated_share
    with pytest.raises(Problem, match="threshold is nan"):
        policy.threshold(economics, float("nan"))
