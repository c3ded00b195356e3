import dataclasses
import json
import math
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.calibration import calibration
from causal_core.uplift.evaluation import gather
from causal_core.uplift.segments import segments
from tests.uplift.worlds import confounded, trial


def evaluated(units, learners=("s",), seed=0):
    parts = [uplift.learn(units, learner, seed) for learner in learners]
    parts += [uplift.score_fold(units, fold, seed=seed) for fold in range(5)]
    return uplift.evaluate(units, parts, seed)


def test_a_trial_with_differing_effects():
    units = trial(2000, 0)
    evaluation = evaluated(units, ("s", "t", "causal_forest"))
    for result in evaluation.results:
        assert result.contrast == ("none", "low")
        assert result.source == "randomised"
        assert result.autoc.ci[0] > 0.4
        assert result.sentence.startswith("Effects differ, and the ranking finds those who gain more")
        assert result.rows_used == (1000, 1000)
        assert 50 < len(result.curve) <= 200
        assert result.curve[0] == (0, 0)
        assert result.random == ((0, 0), result.curve[-1])
        assert result.qini == pytest.approx(result.auuc - result.curve[-1][1] / 2, abs=0.03)
        assert result.qini == pytest.approx(result.rate_qini.value, abs=0.05)
        top, bottom = result.segments[0], result.segments[-1]
        assert (len(result.segments), top.rows) == (5, 200)
        assert top.effect > 0.8
        assert bottom.effect < -0.8
        assert {trait.column for trait in top.traits[:2]} == {"a", "region"}
        assert result.calibration.slope == pytest.approx(1, abs=0.4)
    held = evaluation.held_out
    assert set(held.predicted) == {"s", "t", "causal_forest"}
    assert set(held.std_error) == {"causal_forest"}
    assert held.std_error["causal_forest"].shape == (1000, 1)
    assert held.scores.shape == (1000, 2)
    assert held.rows.min() >= 1000
    np.testing.assert_array_equal(held.outcome, units.outcome[held.rows - 1000])


def test_a_learner_that_does_not_apply_says_so_beside_the_others():
    units = trial(400, 0, clusters=True)
    few = dataclasses.replace(units, clusters=np.arange(400) % 20)
    s, forest = evaluated(few, ("s", "causal_forest")).results
    assert s.error is None
    assert "draws whole clusters" in forest.error
    assert forest.qini is None
    assert forest.to_dict()["error"] == forest.error


def test_results_json_keys():
    result = evaluated(trial(400, 1)).results[0]
    entry = result.to_dict()
    assert list(entry)[:6] == ["learner", "contrast", "qini", "auuc", "autoc", "curve"]
    assert entry["calibration"]["slope"] == result.calibration.slope
    assert list(entry["autoc"]) == ["value", "std_error", "ci"]
    assert entry["contrast"] == ["none", "low"]
    assert entry["curve"][0] == [0.0, 0.0]
    json.dumps(entry, allow_nan=False)


def test_a_world_without_differences_is_mostly_seen_as_such():
    found = [
        evaluated(trial(400, seed, heterogeneous=False), ("s",), seed).results[0].sentence
        for seed in range(12)
    ]
    assert sum(text.startswith("No detectable heterogeneity") for text in found) >= 10


def test_confounded_worlds_are_judged_by_scores():
    world = confounded(3000, 2, columns=6)
    frame = pd.DataFrame(world.features, columns=list("abcdef"))
    units = uplift.Units(frame, world.arm, world.outcome, ("0", "1"))
    result = evaluated(units).results[0]
    assert result.source == "scores"
    assert result.average == pytest.approx(world.effect.mean(), abs=0.2)
    assert result.curve[-1][1] == pytest.approx(result.average)
    assert result.autoc.ci[0] > 0
    assert result.qini == pytest.approx(result.rate_qini.value, abs=0.01)
    # A probability that varies is known but not constant, so arms still do not compare directly.
    known = np.column_stack([1 - world.propensity, world.propensity])
    randomised = dataclasses.replace(units, randomised=True, propensity=known)
    assert not randomised.constant_probability
    assert dataclasses.replace(randomised, propensity=np.full((3000, 2), 0.5)).constant_probability


def test_three_arms_in_clusters():
    units = trial(1500, 3, arms=3, clusters=True)
    evaluation = evaluated(units)
    low, high = evaluation.results
    assert (low.contrast, high.contrast) == (("none", "low"), ("none", "high"))
    assert high.autoc.value > 1.3 * low.autoc.value
    held = evaluation.held_out
    learning, _ = units.halves(0)
    assert not set(units.clusters[learning]) & set(held.clusters)


def test_the_order_and_place_of_tasks_do_not_matter():
    units = trial(400, 5)
    parts = [uplift.score_fold(units, fold, seed=2) for fold in (4, 1, 0, 3, 2)] + [
        uplift.learn(units, "t", 2)
    ]
    first = uplift.evaluate(units, parts, 2)
    sent = pickle.dumps((units, parts[::-1]))
    second = uplift.evaluate(*pickle.loads(sent), 2)  # noqa: S301 - our own bytes, as the engine sends them
    assert first.results == second.results
    np.testing.assert_array_equal(first.held_out.scores, second.held_out.scores)
    with pytest.raises(Problem, match="4 of 5 folds"):
        uplift.evaluate(units, parts[1:], 2)


def test_learning_scores_can_be_had_too():
    units = trial(400, 6)
    learning, _ = units.halves(0)
    scores = gather([uplift.score_fold(units, fold, part="learning") for fold in range(5)])
    assert scores.scores.shape == (len(learning), 2)


def test_segments_by_hand():
    features = pd.DataFrame({"age": [1.0, 2, 3, 4], "sex": ["f", "f", "m", "m"], "same": [1, 1, 1, 1]})
    top, bottom = segments(np.array([4.0, 3, 2, 1]), np.array([10.0, 20, 1, 3]), features, groups=2)
    assert (top.group, top.rows, top.share, top.predicted, top.effect) == (1, 2, 0.5, 3.5, 15)
    assert top.std_error == pytest.approx(5)
    assert bottom.effect == 2
    sex, age, same = top.traits
    assert (sex.column, sex.level, sex.mean, sex.others, sex.difference) == ("sex", "f", 1, 0, 2)
    assert age.difference == pytest.approx(-2 / np.std([1, 2, 3, 4]))
    assert same.difference == 0


def test_equal_predictions_stay_in_one_segment():
    features = pd.DataFrame({"a": range(6)})
    (only,) = segments(np.ones(6), np.arange(6.0), features)
    assert (only.group, only.share, only.traits) == (1, 1, ())
    found = segments(np.array([3.0, 2, 2, 2, 2, 1]), np.arange(6.0), features, groups=3)
    assert [segment.rows for segment in found] == [1, 4, 1]


def test_calibration_is_least_squares_with_hc3_errors():
    random = np.random.default_rng(0)
    predicted = random.normal(size=200)
    effects = 0.5 + 2 * predicted + random.normal(size=200) * (1 + predicted**2)
    found = calibration(predicted, effects)
    import statsmodels.api as sm

    fitted = sm.OLS(effects, sm.add_constant(predicted)).fit(cov_type="HC3")
    assert found.slope == pytest.approx(fitted.params[1])
    assert found.std_error == pytest.approx(fitted.bse[1])
    assert calibration(np.full(9, 0.1), effects[:9]) is None


def test_missing_outcomes_are_refused():
    with pytest.raises(Problem, match="outcome is missing in 1 rows"):
        uplift.Units(pd.DataFrame({"a": [1, 2]}), np.array([0, 1]), np.array([1, math.nan]), ("0", "1"))


def test_importing_the_room_stays_light():
    heavy = ["lightgbm", "sklearn", "scipy.stats", "statsmodels", "dowhy"]
    code = (
        f"import sys, causal_core.uplift, causal_core.policy; print([m for m in {heavy} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
