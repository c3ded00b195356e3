"""Covariates by their logarithm, in the design and in what the estimators make of it."""

import dataclasses

import numpy as np
import pytest

from causal_core.estimation.average import estimate
from causal_core.estimation.residuals import residuals
from causal_core.estimation.terms import interaction_places, with_logs, with_squares
from causal_core.problem import Problem

METHODS = ("linear_regression", "standardisation", "ipw", "aipw", "entropy_balancing", "matching")


@pytest.fixture
def incomes(make):
    """Call with a seed and rows: who earns more is treated more, and the outcome rises with log income.

    The effect is 1 for everybody.
    """

    def drawn(seed=0, rows=600):
        random = np.random.default_rng(seed)
        log = random.normal(size=rows)
        arm = (random.uniform(size=rows) < 1 / (1 + np.exp(-log))).astype(int)
        outcome = arm + 2 * log + 0.5 * random.normal(size=rows)
        age = random.normal(size=rows)
        return make(outcome, arm, np.column_stack([age, np.exp(10 + 1.5 * log)]))

    return drawn


def test_logarithms_stand_in_the_place_of_the_values(incomes):
    design = incomes()
    logs = with_logs(design, ("x1", "other", "x1"))
    assert logs.covariate_names == ("x0", "log(x1)")
    assert logs.covariate_sources == ("x0", "x1")
    assert np.array_equal(logs.covariates[:, 1], np.log(design.covariates[:, 1]))
    assert np.array_equal(logs.covariates[:, 0], design.covariates[:, 0])
    assert logs.covariates is not design.covariates
    assert with_logs(design, ("other",)) is design


@pytest.mark.parametrize("method", METHODS)
def test_the_estimate_is_the_one_with_the_logarithm_entered_by_hand(incomes, method):
    design = incomes(rows=300)
    by_hand = dataclasses.replace(
        design, covariates=np.column_stack([design.covariates[:, 0], np.log(design.covariates[:, 1])])
    )
    for one, other in zip(
        estimate(method, with_logs(design, ("x1",))), estimate(method, by_hand), strict=True
    ):
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.ci == pytest.approx(other.ci, abs=1e-12)


def test_the_square_of_a_column_in_logs_is_that_of_its_logarithm(incomes):
    design = dataclasses.replace(
        with_squares(with_logs(incomes(), ("x1",)), ("x0", "x1")), interactions=("x1",)
    )
    assert design.covariate_names == ("x0", "log(x1)", "x0²", "log(x1)²")
    assert design.covariate_sources == ("x0", "x1", "x0", "x1")
    assert np.array_equal(design.covariates[:, 3], design.covariates[:, 1] ** 2)
    assert interaction_places(design).tolist() == [1]


def test_a_missing_square_of_a_logarithm_is_found(incomes):
    design = with_logs(incomes(), ("x1",))
    curved = dataclasses.replace(design, outcome=design.outcome + (design.covariates[:, 1] - 10) ** 2)
    assert {name: p < 0.01 for name, p, _ in residuals(curved).bent}["log(x1)"]
    assert "log(x1)" not in {name for name, _, _ in residuals(with_squares(curved, ("x1",))).bent}


def test_zero_has_no_logarithm_and_a_category_neither(incomes):
    design = incomes()
    values = design.covariates.copy()
    values[:3, 1] = [0, -1, 0]
    with pytest.raises(Problem, match="x1 is 0 or less in 3 of 600 rows in use") as found:
        with_logs(dataclasses.replace(design, covariates=values), ("x1",))
    assert found.value.column == "x1"
    assert "out of the logs, or shift" in found.value.remedy
    colour = dataclasses.replace(design, covariate_names=("x0", "x1=red"))
    with pytest.raises(Problem, match="x1 is a category, and a category has no logarithm"):
        with_logs(colour, ("x1",))


def test_aipw_covers_the_truth_by_logarithms_and_misses_it_by_straight_lines(incomes):
    """Of 200 samples 95 % intervals cover 180 to 198 times with probability above 0.995."""
    covered = {"log": 0, "straight": 0}
    values = {"log": [], "straight": []}
    for seed in range(200):
        design = incomes(seed, 1500)
        for name, each in (("log", with_logs(design, ("x1",))), ("straight", design)):
            (found,) = estimate("aipw", each, compared=False)
            covered[name] += found.ci[0] <= 1 <= found.ci[1]
            values[name].append(found.value)
    assert 180 <= covered["log"] <= 198
    assert np.mean(values["log"]) == pytest.approx(1, abs=0.02)
    assert covered["straight"] < 100
    assert np.mean(values["straight"]) > 2
