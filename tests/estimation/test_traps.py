"""Tables on which DoWhy is wrong or fails without a word, and the answer here from the same table."""

import logging
import warnings

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from causal_core import estimation
from causal_core.data.encoding import build_design
from causal_core.problem import Problem


def of_dowhy(frame, covariates, method, **options):
    """What DoWhy's estimator says on this very frame, which it may write into."""
    from dowhy.causal_estimators import linear_regression_estimator as linear
    from dowhy.causal_estimators import propensity_score_weighting_estimator as weighting
    from dowhy.causal_identifier import EstimandType, identify_effect_auto

    kinds = {"ipw": weighting.PropensityScoreWeightingEstimator, "linear": linear.LinearRegressionEstimator}
    edges = [("t", "y"), *((name, to) for name in covariates for to in ("t", "y"))]
    logging.getLogger("dowhy").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = EstimandType.NONPARAMETRIC_ATE
        estimand = identify_effect_auto(nx.DiGraph(edges), ["t"], ["y"], ["t", "y", *covariates], wanted)
        estimand.set_identifier_method("backdoor")
        made = kinds[method](estimand, **options).fit(frame, effect_modifier_names=[])
        return made.estimate_effect(frame, control_value=0, treatment_value=1, target_units="ate").value


def of_ours(frame, covariates, method, control=0, types=None):
    (found,) = estimation.estimate(method, build_design(frame, "t", control, "y", covariates, types))
    return found


def right(found, truth):
    return abs(found.value - truth) < 3 * found.std_error and found.std_error < 0.3


def confounded(n=3000, seed=0):
    """The effect is 2."""
    random = np.random.default_rng(seed)
    x = random.normal(size=n)
    t = (random.uniform(size=n) < 1 / (1 + np.exp(-x))).astype(int)
    return pd.DataFrame({"t": t, "y": 2 * t + x + random.normal(size=n), "x": x}), random


def test_trap_1_scores_written_into_the_table_answer_the_next_question():
    frame, random = confounded()
    used = frame.copy()
    of_dowhy(used, ["x"], "ipw")
    assert set(used) > {"t", "y", "x"}
    placebo = random.permutation(frame["t"])
    used["t"] = placebo
    assert abs(of_dowhy(used, ["x"], "ipw")) > 0.3
    before = frame.copy()
    assert right(of_ours(frame, ["x"], "ipw"), 2)
    pd.testing.assert_frame_equal(frame, before)
    assert right(of_ours(frame.assign(t=placebo), ["x"], "ipw"), 0)


def test_trap_1_a_column_that_is_called_as_dowhys_own_is_a_column():
    frame, random = confounded()
    named = frame.rename(columns={"x": "propensity_score"})
    found = of_ours(named, ["propensity_score"], "ipw")
    assert found.value == pytest.approx(of_ours(frame, ["x"], "ipw").value)
    # DoWhy takes a stray column of that name for its own scores.
    stray = frame.assign(propensity_score=random.uniform(0.3, 0.7, len(frame)))
    assert abs(of_dowhy(stray, ["x"], "ipw") - 2) > 0.3


@pytest.mark.parametrize("method", ["linear_regression", "ipw", "matching", "stratification", "aipw"])
def test_trap_6_rows_without_an_outcome_are_left_out_and_counted(method):
    frame, random = confounded()
    frame["y"] = frame["y"].mask(random.uniform(size=len(frame)) < 0.3)
    wrong = of_dowhy(frame.copy(), ["x"], "ipw", weighting_scheme="ips_weight")
    assert not abs(wrong - 2) < 0.4
    found = of_ours(frame, ["x"], method)
    assert right(found, 2)
    assert found.rows_dropped == frame["y"].isna().sum() > 800
    assert found.rows_used + found.rows_dropped == 3000


@pytest.mark.parametrize("column", ["t", "x"])
def test_trap_6_gaps_in_treatment_and_confounders_are_left_out_and_counted(column):
    frame, random = confounded()
    frame[column] = frame[column].astype(float).mask(random.uniform(size=len(frame)) < 0.2)
    with pytest.raises(Exception, match=r"(?i)nan|missing|finite"):
        of_dowhy(frame.copy(), ["x"], "ipw")
    found = of_ours(frame, ["x"], "ipw")
    assert right(found, 2)
    assert found.rows_dropped == frame[column].isna().sum()


def test_trap_7_a_category_in_whole_numbers_is_one_once_it_is_typed():
    random = np.random.default_rng(0)
    code = random.integers(1, 5, 5000)
    t = (random.uniform(size=5000) < np.array([0.2, 0.8, 0.2, 0.8])[code - 1]).astype(int)
    y = 2 * t + np.array([0.0, 5, 0, 5])[code - 1] + random.normal(size=5000)
    frame = pd.DataFrame({"t": t, "y": y, "region": code})
    assert of_dowhy(frame.copy(), ["region"], "linear") > 3
    for method in ("linear_regression", "ipw", "aipw", "matching", "standardisation"):
        assert right(of_ours(frame, ["region"], method, types={"region": "category"}), 2)


def test_trap_7_the_profile_hints_at_codes(tmp_path):
    from causal_core.data.frames import from_frame
    from causal_core.data.profile import profile

    frame = pd.DataFrame({"region": np.arange(400) % 4 + 1, "y": np.linspace(0, 1, 400)})
    assert profile(from_frame(frame, tmp_path)).column("region").coded


@pytest.mark.parametrize("method", ["ipw", "aipw", "stratification", "matching"])
def test_trap_8_unscaled_confounders(method):
    random = np.random.default_rng(1)
    income, age = random.normal(50_000, 15_000, 5000), random.normal(40, 10, 5000)
    score = (income - 50_000) / 15_000 + (age - 40) / 10
    t = (random.uniform(size=5000) < 1 / (1 + np.exp(-score))).astype(int)
    y = 2 * t + 2 * score + random.normal(size=5000)
    frame = pd.DataFrame({"t": t, "y": y, "income": income * 1e9, "age": age})
    assert abs(of_dowhy(frame.copy(), ["income", "age"], "ipw") - 2) > 0.4
    found = of_ours(frame, ["income", "age"], method)
    # Strata leave some confounding inside them, and say that their interval is approximate.
    assert abs(found.value - 2) < (0.35 if method == "stratification" else 4 * found.std_error)


def test_trap_8_rare_treatment_is_not_clipped_to_five_per_cent():
    random = np.random.default_rng(2)
    x = random.normal(size=20_000)
    t = (random.uniform(size=20_000) < 0.04 * np.exp(0.8 * x) / 1.4).astype(int)
    frame = pd.DataFrame({"t": t, "y": 2 * t + 3 * x + random.normal(size=20_000), "x": x})
    assert abs(of_dowhy(frame.copy(), ["x"], "ipw") - 2) > 0.4
    assert right(of_ours(frame, ["x"], "ipw"), 2)


@pytest.mark.parametrize(
    ("off", "on"), [(1, 2), ("no", "yes"), ("placebo 🙂", "<b>drug</b>"), (False, True), (10.5, -3.0)]
)
@pytest.mark.parametrize("method", ["linear_regression", "matching", "ipw", "stratification", "aipw"])
def test_trap_14_a_treatment_in_any_words(method, off, on):
    frame, _ = confounded()
    named = frame.assign(t=np.where(frame["t"] == 1, on, off))
    found = of_ours(named, ["x"], method, control=off)
    assert found.contrast == (str(off).removesuffix(".0"), str(on).removesuffix(".0"))
    assert found.value == pytest.approx(of_ours(frame, ["x"], method).value)


def test_trap_14_dowhy_takes_1_and_2_for_something_else():
    frame, _ = confounded()
    with pytest.raises(Exception, match=r".") as failed:
        of_dowhy(frame.assign(t=frame["t"] + 1), ["x"], "ipw")
    assert not isinstance(failed.value, Problem)
    with pytest.raises(Exception, match=r".") as failed:
        of_dowhy(frame.assign(t=np.where(frame["t"] == 1, "yes", "no")), ["x"], "ipw")
    assert not isinstance(failed.value, Problem)


@pytest.mark.parametrize("method", ["matching", "ipw", "aipw", "linear_regression"])
def test_trap_14_true_and_false_outcomes_several_arms_and_any_index(method):
    frame, random = confounded()
    same = of_ours(frame.assign(y=(frame["y"] > 1).astype(float)), ["x"], method)
    truth = frame.assign(y=frame["y"] > 1)
    filtered = pd.concat([truth, truth])[lambda rows: np.arange(len(rows)) >= len(truth)]
    assert filtered.index[0] == 0
    assert of_ours(filtered.set_index(filtered.index * 7 + 3), ["x"], method).value == pytest.approx(
        same.value
    )
    arms = frame.assign(t=np.where(random.uniform(size=3000) < 0.3, "c", np.where(frame["t"] == 1, "b", "a")))
    found = estimation.estimate(method, build_design(arms, "t", "a", "y", ["x"]))
    assert [each.contrast for each in found] == [("a", "b"), ("a", "c")]
    assert all(each.error is None for each in found)


def test_trap_14_a_treatment_of_a_single_value_or_too_many_is_named():
    frame, _ = confounded(50)
    with pytest.raises(Problem, match='single value "1"'):
        build_design(frame.assign(t=1), "t", 1, "y", ["x"])
    with pytest.raises(Problem, match="different values"):
        build_design(frame.assign(t=frame["x"]), "t", 0, "y", [])
