"""What is said when a method cannot answer, or gives something else than was asked for."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN, point
from causal_core.problem import Problem

ALL = list(RUN)
FAST = [name for name in RUN if not name.startswith("dml")]


def test_every_method_answers_or_says_why(world):
    for method in estimation.METHODS:
        for found in estimation.estimate(method, world(200, 3), "ATT"):
            assert (found.value is None) == (found.error is not None)
            assert found.contrast[0] == "a"
            assert set(found.to_dict()) >= {
                "method", "strategy", "target", "estimand", "contrast",
                "value", "std_error", "ci", "rows_used", "rows_dropped",
            }  # fmt: skip
            assert ("error" in found.to_dict()) == (found.value is None)


def test_to_dict_of_open_and_disjoint_intervals(world):
    found = estimation.estimate("linear_regression", world(100))[0]
    assert replace(found, ci=(None, 2.0)).to_dict()["ci"] == [None, 2.0]
    assert replace(found, ci=((None, 1.0), (2.0, None))).to_dict()["ci"] == [[None, 1.0], [2.0, None]]


def test_unknown_names_are_refused(world):
    with pytest.raises(Problem, match="no method magic"):
        estimation.estimate("magic", world(50))
    with pytest.raises(Problem, match="no target LATE"):
        estimation.estimate("ipw", world(50), "LATE")


@pytest.mark.parametrize("method", FAST)
def test_unidentified_effects_are_associations(world, method):
    (found,) = estimation.estimate(method, world(200), adjusted=False)
    assert (found.estimand, found.strategy) == ("association", "none")
    assert any("association" in note for note in found.notes)


@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_names_of_difference_in_means(world, make, target):
    design = world(200)
    bare = make(design.outcome, design.arm, np.empty((200, 0)))

    def name(design, **options):
        return estimation.estimate("difference_in_means", design, target, **options)[0].estimand

    assert name(design) == "association"
    assert name(bare) == target
    assert name(bare, adjusted=False) == "association"
    assert name(replace(design, randomised=True)) == target


@pytest.mark.parametrize("method", ["linear_regression", "dml"])
@pytest.mark.parametrize("target", ["ATT", "ATC"])
def test_linear_models_say_they_cannot_give_the_target(world, method, target):
    (found,) = estimation.estimate(method, world(200), target)
    assert found.estimand == "variance-weighted"
    assert any(target in note for note in found.notes)
    (random,) = estimation.estimate(method, world(200, randomised=True), target)
    assert random.estimand == target


def test_missing_values_are_refused_by_name(world):
    design = world(50)
    outcome = design.outcome.copy()
    outcome[3] = np.nan
    assert "pain" in estimation.estimate("ipw", replace(design, outcome=outcome))[0].error
    covariates = design.covariates.copy()
    covariates[3, 1] = np.inf
    assert "x1" in estimation.estimate("ipw", replace(design, covariates=covariates))[0].error


@pytest.mark.parametrize("method", FAST)
def test_a_constant_outcome_is_refused(world, method):
    design = world(100)
    (found,) = estimation.estimate(method, replace(design, outcome=np.full(100, 3.0)))
    assert found.value is None
    assert found.error.startswith("The outcome pain is 3 in every row in use.")


NEEDS_SEVERAL = {
    "regression_adjustment",
    "entropy_balancing",
    "aipw",
    "ipw_regression_adjustment",
    "dml",
    "dml_interactive",
}
"""Methods that cannot learn anything from an arm of one or two rows."""


@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("rows", [1, 2])
def test_a_tiny_arm(world, method, rows):
    design = world(100)
    arm = np.zeros(100, dtype=np.int64)
    arm[[10, 50][:rows]] = 1
    (found,) = estimation.estimate(method, replace(design, arm=arm))
    refused = method in NEEDS_SEVERAL or (method, rows) == ("stratification", 1)
    assert (found.value is None) == (found.error is not None) == refused
    if rows == 1 and not refused:
        assert found.std_error is None
        assert found.ci is None
        assert any("single row" in note for note in found.notes)
    elif not refused:
        assert np.isfinite(found.std_error)


def test_an_empty_arm(world):
    (found,) = estimation.estimate("ipw", replace(world(50), arm=np.zeros(50, dtype=np.int64)))
    assert "No row in use has drug = b" in found.error


@pytest.mark.parametrize("method", ["ipw", "aipw", "ipw_regression_adjustment", "stratification"])
def test_perfect_separation(make, method):
    x = np.linspace(-1, 1, 200)
    design = make(x, x > 0, x)
    (found,) = estimation.estimate(method, design)
    assert found.value is None
    assert ("No stratum" if method == "stratification" else "There is no overlap: for 50 %") in found.error


def test_treatment_among_the_covariates(make):
    arm = np.arange(40) % 2
    design = make(np.arange(40.0), arm, np.column_stack([arm * 3.0 + 1, np.arange(40) ** 2]))
    assert "determine" in estimation.estimate("linear_regression", design)[0].error


def test_overlap_is_judged_for_the_target(make):
    """A group never treated: the ATE lacks overlap there, the ATT does not care."""
    random = np.random.default_rng(0)
    never = np.arange(1000) % 4 != 0
    arm = np.where(never, 0, random.integers(0, 2, 1000))
    outcome = arm * 2.0 + 5 * never + random.normal(size=1000)
    design = make(outcome, arm, never)
    assert "overlap" in estimation.estimate("ipw", design, "ATE")[0].error
    (found,) = estimation.estimate("ipw", design, "ATT")
    assert found.value == pytest.approx(2.0, abs=0.3)


def test_clipping_is_counted(make):
    random = np.random.default_rng(8)
    x = random.normal(size=3000)
    arm = (random.uniform(size=3000) < 1 / (1 + np.exp(-5 * x))).astype(int)
    arm[np.argsort(x)[:2]] = 1
    (found,) = estimation.estimate("ipw", make(x + arm, arm, x))
    assert "2 rows of arm b had an estimated probability below 1 %" in " ".join(found.notes)
    assert "all but rule out arm b" in " ".join(found.notes)
    assert "effective sample" in " ".join(found.notes)


@pytest.mark.parametrize("method", ["linear_regression", "regression_adjustment", "ipw", "aipw"])
def test_more_covariates_than_rows(make, method):
    random = np.random.default_rng(0)
    design = make(random.normal(size=30), np.arange(30) % 2, random.normal(size=(30, 60)))
    (found,) = estimation.estimate(method, design)
    assert "coefficients" in found.error
    assert "fewer covariates" in found.error
    assert "too few" in estimation.estimate("matching", design)[0].error


@pytest.mark.parametrize("method", FAST)
def test_redundant_columns_change_nothing(world, make, method):
    design = world(300)
    x = design.covariates
    more = np.column_stack([x, x[:, 0], 2 * x[:, 0] - x[:, 1], np.full(300, 4.0), 1e9 * x[:, 1] + 1e12])
    assert point(method, make(design.outcome, design.arm, more))[0] == pytest.approx(
        point(method, design)[0], abs=1e-5
    )


def test_names_of_any_kind(world):
    design = replace(
        world(100),
        covariate_names=("propensity_score", 'a b"<$x$'),
        covariate_sources=("propensity_score", 'a b"<$x$'),
        treatment_name="y",
        outcome_name="t",
        arms=("no; never", "yes\n"),
    )
    for method in ("linear_regression", "ipw", "stratification"):
        (found,) = estimation.estimate(method, design)
        assert found.through == "dowhy"
        assert found.value == pytest.approx(point(method, world(100))[0])


def test_weights_that_cannot_be(world):
    (found,) = estimation.estimate("ipw", world(50, weights=np.full(50, -1.0)))
    assert "weights" in found.error


def test_importing_estimation_stays_light():
    import subprocess
    import sys

    code = (
        "import sys, causal_core.estimation, causal_core.refutation, causal_core.estimation.average;"
        "import causal_core.charts.forest, causal_core.charts.simulations, causal_core.charts.balance;"
        "print([m for m in ('scipy', 'dowhy', 'sklearn', 'statsmodels', 'lightgbm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
