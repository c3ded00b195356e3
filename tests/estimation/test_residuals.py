import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.diagnostic import het_breuschpagan, linear_reset

from causal_core.data.design import Design
from causal_core.estimation.residuals import residuals
from causal_core.estimation.terms import with_squares
from causal_core.problem import Problem
from causal_core.study.diagnosis_words import residual_sentences


def world(seed=0, n=600, bend=0.0, uneven=0.0):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    arm = (random.random(n) < 0.5).astype(int)
    y = x[:, 0] - x[:, 1] + bend * x[:, 0] ** 2 + arm + np.exp(uneven * x[:, 0]) * random.normal(size=n)
    return x, arm, y


def test_the_tests_are_those_of_statsmodels(make):
    x, arm, y = world(1, bend=0.1, uneven=0.2)
    found = residuals(make(y, arm, x))
    for b in (0, 1):
        inside = arm == b
        fit = sm.OLS(y[inside], sm.add_constant(x[inside])).fit()
        line = fit.fittedvalues
        _, p_value, _, _ = het_breuschpagan(
            fit.resid, np.column_stack([np.ones(inside.sum()), line, line**2])
        )
        assert found.arms[b].uneven_p == pytest.approx(p_value, rel=1e-6)
        reset = linear_reset(fit, power=3, use_f=False, cov_type="HC3")
        assert found.arms[b].bend_p == pytest.approx(float(reset.pvalue), rel=1e-5)
        assert found.arms[b].rows == inside.sum()


def test_the_missing_square_is_named_and_gone_once_it_enters(make):
    x, arm, y = world(5, bend=0.5)
    design = make(y, arm, x)
    found = residuals(design)
    assert found.bent[0][0] == "x0"
    assert found.bent[0][1] < 1e-6
    assert found.bent[1][1] > 0.05
    assert "The square of a covariate is missing: x0 (p < 0.001" in " ".join(residual_sentences(found))
    curved = residuals(with_squares(design, ["x0"]))
    assert [name for name, _, _ in curved.bent] == ["x1"]
    assert "No bend was found" in residual_sentences(curved)[0]


def test_the_missing_square_is_tested_as_in_a_regression_with_it(make):
    x, _, y = world(3, bend=0.1)
    arm = np.repeat([0, 1], 300)
    found = {name: share for name, _, share in residuals(make(y, arm, x)).bent}
    inside = np.column_stack([np.ones(600), x, arm, arm[:, None] * x])
    square = x[:, 0] ** 2
    plain = sm.OLS(y, inside).fit()
    more = sm.OLS(y, np.column_stack([inside, square])).fit()
    assert found["x0"] == pytest.approx(1 - more.ssr / plain.ssr)


def test_uneven_scatter_is_said_with_its_size(make):
    x, arm, y = world(4, uneven=0.5)
    words = " ".join(residual_sentences(residuals(make(y, arm, x))))
    assert "The scatter is uneven: arm a: standard deviation" in words
    assert "No bend" in words


def test_a_straight_even_world_is_found_so(make):
    x, arm, y = world(6)
    words = residual_sentences(residuals(make(y, arm, x, clusters=np.arange(600) // 2)))
    assert words[0].startswith("No bend was found")
    assert words[1].startswith("No unevenness")
    assert "in clusters" in words[2]


def test_the_tests_hold_their_level(make):
    # The exact 99.9 % binomial band around .05 of 200 runs.
    uneven = bend = square = 0
    for seed in range(200):
        x, arm, y = world(seed, n=300)
        found = residuals(make(y, arm, x))
        uneven += found.arms[0].uneven_p <= 0.05
        bend += found.arms[0].bend_p <= 0.05
        square += found.bent[0][1] <= 0.05
    assert all(2 <= count <= 22 for count in (uneven, bend, square)), (uneven, bend, square)


def test_a_binary_outcome_is_uneven_by_nature(make):
    x, arm, y = world(7)
    found = residuals(make((y > 0) * 1.0, arm, x))
    assert found.binary
    assert found.outside > 0
    assert "uneven by nature" in residual_sentences(found)[-1]


def test_points_are_few_and_follow_the_fit(make):
    x, arm, y = world(8, n=20_000, bend=0.3)
    arms = residuals(make(y, arm, x)).arms
    assert all(len(each.fitted) == 50 and len(each.smooth) <= 40 for each in arms)
    assert list(arms[0].fitted) == sorted(arms[0].fitted)
    assert np.mean(arms[0].residual) == pytest.approx(0, abs=1e-3)
    near = np.interp([point for point, _ in arms[0].smooth], arms[0].fitted, arms[0].residual)
    assert np.abs(near - [value for _, value in arms[0].smooth]).mean() < 0.1


def test_weights_enter_the_fit(make):
    x, arm, y = world(9)
    weights = np.random.default_rng(0).uniform(0.2, 3, 600)
    found = residuals(make(y, arm, x, weights=weights)).arms[1]
    inside = arm == 1
    fit = sm.WLS(y[inside], sm.add_constant(x[inside]), weights=weights[inside]).fit()
    order = np.argsort(fit.fittedvalues)
    assert found.fitted[0] == pytest.approx(fit.fittedvalues[order][: len(order) // 17 + 1].mean(), rel=0.05)
    assert sum(found.residual) == pytest.approx(
        sum(part.mean() for part in np.array_split(fit.resid[order], len(found.fitted)))
    )


def test_no_covariates_and_constant_outcomes_give_no_tests(make):
    found = residuals(make(np.arange(40.0) % 7, np.arange(40) % 2, np.empty((40, 0))))
    assert found.arms[0].uneven_p is None
    assert found.arms[0].smooth == ()
    flat = residuals(make(np.ones(40), np.arange(40) % 2, np.arange(40.0)))
    assert flat.arms[1].bend_p is None


def test_two_fitted_outcomes_have_no_test_of_a_bend(make):
    x = np.arange(60) % 2
    found = residuals(make(np.arange(60.0) % 7 + x, np.arange(60) // 2 % 2, x)).arms[0]
    assert found.bend_p is None
    assert [value for _, value in found.smooth] == pytest.approx([0] * len(found.smooth), abs=1e-5)


def test_too_many_covariates_are_refused(make):
    random = np.random.default_rng(0)
    design: Design = make(random.normal(size=20), np.arange(20) % 2, random.normal(size=(20, 15)))
    with pytest.raises(Problem, match="cannot be fitted"):
        residuals(design)
