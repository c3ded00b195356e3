"""Each estimator against arithmetic that can be checked by hand or an independent library."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import estimation
from causal_core.estimation.average import RUN, point
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.sample import prepare

FAST = [name for name in RUN if not name.startswith("dml")]


def one(method, design, target="ATE", **options):
    (found,) = estimation.estimate(method, design, target, **options)
    assert found.error is None, found.error
    return found


def answer(method, design, target="ATE", a=1):
    sample = prepare(design)
    found = RUN[method](sample, a, target, True)
    error = found.std_error if found.influence is None else standard_error(found.influence, design)
    return found.value, error


def test_difference_in_means_is_welch(make):
    design = make([1, 2, 3, 4, 10, 12, 17.0], [0, 0, 0, 0, 1, 1, 1], np.empty((7, 0)), randomised=True)
    found = one("difference_in_means", design)
    assert found.value == pytest.approx(13 - 2.5, abs=1e-12)
    assert found.baseline == pytest.approx(2.5)
    assert found.std_error == pytest.approx(np.sqrt(np.var([1, 2, 3, 4], ddof=1) / 4 + 13 / 3), rel=1e-12)
    from scipy.stats import ttest_ind

    welch = ttest_ind([10, 12, 17], [1, 2, 3, 4], equal_var=False).confidence_interval()
    assert found.ci == pytest.approx((welch.low, welch.high), rel=1e-9)
    assert found.estimand == "ATE"


@pytest.mark.parametrize("weighted", [False, True])
def test_linear_regression_equals_statsmodels_hc3(world, weighted):
    import statsmodels.api as sm

    weights = np.random.default_rng(3).uniform(0.5, 2, 300) if weighted else None
    design = world(300, 3, weights=weights)
    features = sm.add_constant(
        np.column_stack([design.arm == 1, design.arm == 2, design.covariates]).astype(float)
    )
    model = sm.WLS(design.outcome, features, weights=1.0 if weights is None else weights).fit(cov_type="HC3")
    for a, found in enumerate(estimation.estimate("linear_regression", design), start=1):
        assert found.value == pytest.approx(model.params[a], rel=1e-10)
        assert found.std_error == pytest.approx(model.bse[a], rel=1e-9)


def test_linear_regression_by_cluster_equals_statsmodels(world):
    import statsmodels.api as sm

    design = world(300, clusters=np.arange(300) % 40)
    features = sm.add_constant(np.column_stack([design.arm, design.covariates]))
    model = sm.OLS(design.outcome, features).fit()
    sample = prepare(design)
    found = RUN["linear_regression"](sample, 1, "ATE", True)
    # HC3 residuals summed by cluster; with leverage undone that is statsmodels' CR0.
    leverage = np.einsum("ij,ij->i", features @ np.linalg.inv(features.T @ features), features)
    robust = model.get_robustcov_results("cluster", groups=design.clusters, use_correction=False)
    mine = standard_error(found.influence * (1 - leverage), design) * np.sqrt(39 / 40)
    assert mine == pytest.approx(robust.bse[1], rel=1e-9)


def test_regression_adjustment_is_the_regression_with_interactions(world):
    import statsmodels.api as sm

    design = world(400)
    for target, rows in (("ATE", slice(None)), ("ATT", design.arm == 1), ("ATC", design.arm == 0)):
        x = design.covariates - design.covariates[rows].mean(axis=0)
        features = sm.add_constant(np.column_stack([design.arm, x, x * design.arm[:, None]]))
        assert point("regression_adjustment", design, target)[0] == pytest.approx(
            sm.OLS(design.outcome, features).fit().params[1], rel=1e-10
        )


def test_ipw_on_cells_equals_the_cell_means(make):
    # One binary covariate: the logistic model is saturated, so weighting is standardisation by hand.
    cell = np.repeat([0, 1], [10, 20])
    arm = np.array([1] * 3 + [0] * 7 + [1] * 15 + [0] * 5)
    outcome = np.random.default_rng(0).normal(size=30) + 2 * cell
    design = make(outcome, arm, cell)
    gap = [
        outcome[(cell == c) & (arm == 1)].mean() - outcome[(cell == c) & (arm == 0)].mean() for c in (0, 1)
    ]
    expected = {"ATE": (10 * gap[0] + 20 * gap[1]) / 30, "ATT": (3 * gap[0] + 15 * gap[1]) / 18}
    expected["ATC"] = (7 * gap[0] + 5 * gap[1]) / 12
    for target, value in expected.items():
        for method in ("ipw", "aipw", "ipw_regression_adjustment", "regression_adjustment", "matching"):
            assert point(method, design, target)[0] == pytest.approx(value, abs=1e-9), (method, target)


def test_ipw_error_is_the_stacked_sandwich(world):
    """The errors equal the numerical sandwich of all estimating equations together."""
    design = world(150)
    y, t = design.outcome, design.arm
    x = np.column_stack([np.ones(150), design.covariates])

    def moments(theta):
        e = 1 / (1 + np.exp(-x @ theta[2:]))
        weights = t / e, (1 - t) / (1 - e)
        parts = [weights[0] * (y - theta[0]), weights[1] * (y - theta[1])]
        return np.column_stack([*parts, x * (t - e)[:, None]])

    sample = prepare(design)
    e = sample.scores.probability[:, 1]
    theta = np.concatenate(
        [
            [np.average(y, weights=t / e), np.average(y, weights=(1 - t) / (1 - e))],
            np.linalg.lstsq(x, np.log(e / (1 - e)), rcond=None)[0],
        ]
    )
    bread = np.empty((5, 5))
    for j in range(5):
        step = np.zeros(5)
        step[j] = 1e-6
        bread[:, j] = (moments(theta + step).mean(axis=0) - moments(theta - step).mean(axis=0)) / 2e-6
    inverse = np.linalg.inv(bread)
    covariance = inverse @ (moments(theta).T @ moments(theta) / 150) @ inverse.T / 150
    plain = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    value, error = answer("ipw", design)
    assert value == pytest.approx(theta[0] - theta[1], abs=1e-9)
    # Ours adds the HC3-like factor for heavy rows: never smaller, and close.
    assert plain <= error <= 1.05 * plain


def test_stratification_with_known_scores_by_hand(make):
    arm = np.tile([0, 1, 0, 1], 25)
    known = np.repeat([0.4, 0.6], 50)
    outcome = arm * 2 + 10 * (known > 0.5) + np.tile([0.0, 0, 1, 1], 25)
    design = make(outcome, arm, known, propensity=np.column_stack([1 - known, known]))
    assert point("stratification", design, "ATE")[0] == pytest.approx(2)


def test_matching_by_hand(make):
    # Nearest: treated 0 -> 0.1 and 1 -> 1.2; controls 0.1 -> 0, 1.2 -> 1, 3 -> 1. Too few to correct bias.
    design = make([5, 7, 1, 2, 4.0], [1, 1, 0, 0, 0], [0, 1, 0.1, 1.2, 3])
    assert point("matching", design, "ATT")[0] == pytest.approx(((5 - 1) + (7 - 2)) / 2)
    assert point("matching", design, "ATE")[0] == pytest.approx((4 + 5 + (5 - 1) + (7 - 2) + (7 - 4)) / 5)


def test_matching_without_bias_is_exact_on_cells_with_abadie_imbens_errors(make):
    # Exact matches: the error is that of a difference within cells, by conditional variances.
    outcome = np.array([1, 3, 5, 9, 2, 4.0])
    design = make(outcome, [0, 0, 1, 1, 1, 0], [0, 0, 0, 0, 1, 1])
    value, error = answer("matching", design, "ATT")
    gaps = np.array([5 - 2, 9 - 2, 2 - 4.0])
    assert value == pytest.approx(gaps.mean())
    # Two controls serve 1 time each (half of two rows), the third once; only the cell of two has a variance.
    served = (1**2 - 2 * 0.5**2) * 2 * 2.0
    single = (1 - 1) * 0
    assert error == pytest.approx(np.sqrt((np.sum((gaps - gaps.mean()) ** 2) + served + single) / 9))


@pytest.mark.parametrize("method", FAST)
@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
def test_unit_weights_change_nothing(world, method, target):
    design = world(200, 3)
    plain = answer(method, design, target, a=2)
    assert answer(method, replace(design, weights=np.full(200, 7.0)), target, a=2) == pytest.approx(
        plain, rel=1e-9
    )


@pytest.mark.parametrize(
    "method", ["linear_regression", "ipw", "aipw", "regression_adjustment", "difference_in_means"]
)
def test_whole_weights_equal_repeated_rows(world, method):
    design = world(120)
    times = np.arange(120) % 3 + 1
    repeated = np.repeat(np.arange(120), times)
    longer = replace(
        design,
        outcome=design.outcome[repeated],
        arm=design.arm[repeated],
        covariates=design.covariates[repeated],
    )
    weighted = replace(design, weights=times.astype(float))
    assert point(method, weighted, "ATT") == pytest.approx(point(method, longer, "ATT"), abs=1e-7)


@pytest.mark.parametrize("method", list(RUN))
def test_a_cluster_a_row_is_no_cluster(world, method):
    design = world(250)
    plain, clustered = (
        one(method, shape) for shape in (design, replace(design, clusters=np.arange(250)[::-1].copy()))
    )
    if not method.startswith("dml"):
        assert clustered.value == pytest.approx(plain.value, rel=1e-9)
        assert clustered.std_error == pytest.approx(plain.std_error, rel=0.12)
    assert clustered.ci[0] < clustered.value < clustered.ci[1]


@settings(max_examples=15, deadline=None, derandomize=True)
@given(scale=st.floats(1e-6, 1e9), shift=st.floats(-1e9, 1e9), unit=st.floats(0.001, 1000))
@pytest.mark.parametrize("method", FAST)
def test_units_do_not_matter(method, scale, shift, unit):
    random = np.random.default_rng(1)
    x = random.normal(size=(80, 2))
    arm = (random.uniform(size=80) < 1 / (1 + np.exp(-x[:, 0]))).astype(np.int64)
    outcome = x[:, 0] + arm + random.normal(size=80)
    from causal_core.data.design import Design

    def value(outcome, x):
        names = ("p", "q")
        design = Design(outcome, arm, ("0", "1"), x, names, names, "t", "y", np.arange(80))
        return point(method, design, "ATE")[0]

    # A shift costs digits of the covariate itself, and more is not asked of the estimate.
    moved = np.column_stack([x[:, 0] * scale + shift * scale / 1e5, x[:, 1]])
    assert value(outcome * unit, moved) == pytest.approx(value(outcome, x) * unit, rel=1e-4, abs=1e-4 * unit)


@pytest.mark.parametrize("method", FAST)
def test_relabelling_two_arms_turns_the_sign(world, method):
    design = world(300)
    turned = replace(design, arm=1 - design.arm)
    # Strata are cut by rank from below, so turning the arms moves the borders by a row.
    near = 0.05 if method == "stratification" else 1e-8
    assert point(method, turned, "ATE") == pytest.approx(-point(method, design, "ATE"), abs=near)
    assert point(method, turned, "ATT") == pytest.approx(-point(method, design, "ATC"), abs=near)


def test_an_empty_third_contrast_does_not_move_the_att(world):
    """The ATT of an arm uses its own rows and the controls' when outcomes are regressed."""
    design = world(400, 3)
    pair = design.arm != 2
    two = replace(
        design,
        outcome=design.outcome[pair],
        arm=design.arm[pair],
        arms=design.arms[:2],
        covariates=design.covariates[pair],
    )
    assert point("regression_adjustment", design, "ATT")[0] == pytest.approx(
        point("regression_adjustment", two, "ATT")[0]
    )


def test_interval_is_students_t_with_few_degrees_of_freedom():
    assert interval(0, 1, 5) == pytest.approx((-2.570581836, 2.570581836), abs=1e-8)
    assert interval(1, 2, None) == pytest.approx((1 - 3.919927969, 1 + 3.919927969), abs=1e-8)


def test_dml_follows_its_seed(world):
    design = world(300)
    assert one("dml", design, seed=1).value == one("dml", design, seed=1).value
    assert one("dml", design, seed=1).value != one("dml", design, seed=2).value
