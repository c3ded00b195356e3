"""Known truths: bias and coverage in generated worlds, seeded."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.sample import prepare

RUNS = 250
# Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do once in 1,000 trials.
LEAST, MOST = 226, 247
# E[x0 | arm] in the two-arm world, from 2,000,000 rows.
TRUTH = {"ATE": 1.0, "ATT": 1.2685, "ATC": 0.7302}


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize(
    "method", ["regression_adjustment", "ipw", "aipw", "ipw_regression_adjustment", "matching"]
)
def test_intervals_cover(world, method, target):
    held = 0
    rows = 600 if method == "ipw" else 300
    for seed in range(RUNS):
        design = world(rows, seed=seed)
        found = RUN[method](prepare(design), 1, target, True)
        error = found.std_error if found.influence is None else standard_error(found.influence, design)
        low, high = interval(found.value, error, found.freedom)
        held += low <= TRUTH[target] <= high
    assert LEAST <= held <= MOST


def test_treating_estimated_scores_as_known_covers_nearly_always(world):
    """The sandwich matters: without the score's part the interval is far too wide."""
    ratio = []
    for seed in range(20):
        sample = prepare(world(300, seed=seed))
        full = standard_error(RUN["ipw"](sample, 1, "ATE", True).influence, sample.design)
        known = replace(sample.design, propensity=sample.scores.probability)
        ratio.append(full / standard_error(RUN["ipw"](prepare(known), 1, "ATE", True).influence, known))
    assert np.mean(ratio) < 0.85


def test_three_arms_average_over_all_rows(world):
    design = world(20_000, 3, seed=5)
    for method in ("regression_adjustment", "ipw", "aipw", "matching", "stratification"):
        found = estimation.estimate(method, design)
        assert [each.contrast for each in found] == [("a", "b"), ("a", "c")]
        assert found[0].value == pytest.approx(1.0, abs=0.12), method
        assert found[1].value == pytest.approx(2.0, abs=0.12), method


def test_linear_regression_is_not_the_average_effect(make):
    """Effects of 0 and 4, treatment nearly certain where it is 4: the coefficient leans to 0."""
    random = np.random.default_rng(0)
    rare = np.repeat([0, 1], 20_000)
    arm = (random.uniform(size=40_000) < np.where(rare, 0.95, 0.5)).astype(int)
    design = make(arm * 4 * rare + random.normal(size=40_000), arm, rare)
    (line,) = estimation.estimate("linear_regression", design)
    (adjusted,) = estimation.estimate("regression_adjustment", design)
    weight = 0.95 * 0.05 / (0.95 * 0.05 + 0.25)
    assert line.value == pytest.approx(4 * weight, abs=0.1)
    assert line.estimand == "variance-weighted"
    assert adjusted.value == pytest.approx(2.0, abs=0.1)


def test_clusters_widen_the_interval(make):
    random = np.random.default_rng(2)
    groups = np.repeat(np.arange(60), 20)
    arm = np.repeat(random.permutation(np.arange(60) % 2), 20)
    outcome = arm + np.repeat(random.normal(size=60), 20) + random.normal(size=1200)
    plain = make(outcome, arm, random.normal(size=1200), randomised=True)
    clustered = replace(plain, clusters=groups)
    for method in (
        "difference_in_means",
        "linear_regression",
        "ipw",
        "aipw",
        "regression_adjustment",
        "matching",
    ):
        narrow, wide = (estimation.estimate(method, design)[0] for design in (plain, clustered))
        assert wide.std_error > 2 * narrow.std_error, method
        assert wide.value == pytest.approx(narrow.value)


def test_dml_removes_nonlinear_confounding(make):
    random = np.random.default_rng(4)
    x = random.normal(size=(4000, 3))
    drive = np.sin(2 * x[:, 0])
    arm = (random.uniform(size=4000) < 1 / (1 + np.exp(-1.5 * drive))).astype(int)
    design = make(arm + 2 * drive + random.normal(size=4000), arm, x)
    (found,) = estimation.estimate("dml", design)
    (line,) = estimation.estimate("linear_regression", design)
    assert abs(found.value - 1) < 3 * found.std_error + 0.05
    assert abs(line.value - 1) > 0.2


def test_known_probabilities_are_never_clipped(make):
    random = np.random.default_rng(6)
    e = np.where(random.uniform(size=50_000) < 0.5, 0.002, 0.3)
    arm = (random.uniform(size=50_000) < e).astype(int)
    outcome = arm * np.where(e < 0.1, 5.0, 1.0) + random.normal(size=50_000) * 0.1
    design = make(outcome, arm, e, propensity=np.column_stack([1 - e, e]), randomised=True)
    (found,) = estimation.estimate("ipw", design)
    assert found.value == pytest.approx(3.0, abs=3 * found.std_error)
    assert not any("raised" in note for note in found.notes)
    (plain,) = estimation.estimate("difference_in_means", design)
    assert plain.estimand == "association"


def test_matching_twenty_thousand_rows_is_quick(world):
    from time import process_time

    design = world(20_000)
    start = process_time()
    (found,) = estimation.estimate("matching", design)
    assert process_time() - start < 4
    assert found.value == pytest.approx(1.0, abs=0.1)
