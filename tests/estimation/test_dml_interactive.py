"""Cross-fitted AIPW against its formula, with nuisances of another library, and in worlds of known truth."""

from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import interval, standard_error
from causal_core.estimation.nuisances import FOLDS, cross_fit, folds_of
from causal_core.estimation.sample import prepare

TRUTH = {"ATE": 1.0, "ATT": 1.2685, "ATC": 0.7302}


def one(design, target="ATE", method="dml_interactive", **options):
    (found,) = estimation.estimate(method, design, target, **options)
    assert found.error is None, found.error
    return found


def fitted_elsewhere(design):
    """Outcome under each arm and probability of the arm, cross-fitted by statsmodels in the same folds."""
    import statsmodels.api as sm

    folds = folds_of(prepare(design))
    x = sm.add_constant(design.covariates)
    outcome, e = np.empty((design.rows_used, 2)), np.empty(design.rows_used)
    for fold in range(FOLDS):
        out = folds == fold
        for b in (0, 1):
            rows = ~out & (design.arm == b)
            outcome[out, b] = sm.OLS(design.outcome[rows], x[rows]).fit().predict(x[out])
        e[out] = sm.Logit(design.arm[~out], x[~out]).fit(disp=0, tol=1e-12).predict(x[out])
    return outcome, e


@pytest.mark.parametrize("target", ["ATE", "ATT"])
def test_equal_to_the_scores_of_chernozhukov(world, target):
    """Their equations 5.3 (ATE) and 5.4 (ATT), as in DoubleML's interactive regression model."""
    design = world(400, nuisances="linear")
    (m0, m1), e = fitted_elsewhere(design)[0].T, fitted_elsewhere(design)[1]
    y, t, n = design.outcome, design.arm, 400
    if target == "ATE":
        score = m1 - m0 + t * (y - m1) / e - (1 - t) * (y - m0) / (1 - e)
        value, influence = score.mean(), score - score.mean()
    else:
        share = t.mean()
        score = (t * (y - m0) - e * (1 - t) * (y - m0) / (1 - e)) / share
        value = score.mean()
        influence = score - t * value / share
    found = one(design, target)
    assert found.value == pytest.approx(value, abs=1e-8)
    assert found.std_error == pytest.approx(np.sqrt((influence**2).sum()) / n, rel=1e-6)
    assert "least squares" in found.notes[0]


def test_the_partially_linear_model_takes_linear_nuisances_too(world):
    import statsmodels.api as sm

    design = world(400, nuisances="linear")
    folds, x = folds_of(prepare(design)), sm.add_constant(design.covariates)
    outcome, e = np.empty(400), fitted_elsewhere(design)[1]
    for fold in range(FOLDS):
        out = folds == fold
        outcome[out] = sm.OLS(design.outcome[~out], x[~out]).fit().predict(x[out])
    rest = design.arm - e
    found = one(design, method="dml")
    assert found.value == pytest.approx(rest @ (design.outcome - outcome) / (rest @ rest), abs=1e-8)
    assert "Linear nuisances" in found.notes[0]
    assert one(replace(design, nuisances="boosted"), method="dml").value != found.value


def test_binary_outcomes_have_logistic_nuisances(world):
    design = world(500, 3, nuisances="linear")
    binary = replace(design, outcome=(design.outcome > 0).astype(float))
    for found in estimation.estimate("dml_interactive", binary):
        assert "logistic regression, logistic" in found.notes[0]
        assert 0 < found.risks.means[0] < found.risks.means[1] < 1


@pytest.mark.parametrize("nuisances", ["boosted", "linear"])
def test_several_arms_and_targets(world, nuisances):
    design = world(3000, 3, seed=5, nuisances=nuisances)
    x = design.covariates
    for target in ("ATE", "ATT", "ATC"):
        for a, found in enumerate(estimation.estimate("dml_interactive", design, target), start=1):
            rows = {"ATE": design.arm >= 0, "ATT": design.arm == a, "ATC": design.arm == 0}[target]
            truth = (1 + x[rows, 0] if a == 1 else 2 - x[rows, 1]).mean()
            assert found.value == pytest.approx(truth, abs=3.5 * found.std_error)
            assert found.estimand == target


def test_it_finds_effects_that_no_line_describes(make):
    random = np.random.default_rng(4)
    x = random.normal(size=(4000, 3))
    drive = np.sin(2 * x[:, 0])
    arm = (random.uniform(size=4000) < 1 / (1 + np.exp(-1.5 * drive))).astype(int)
    outcome = arm * (1 + drive) + 2 * drive + random.normal(size=4000)
    design = make(outcome, arm, x)
    treated = (1 + drive[arm == 1]).mean()
    assert one(design).value == pytest.approx((1 + drive).mean(), abs=0.15)
    assert one(design, "ATT").value == pytest.approx(treated, abs=0.15)
    assert abs(one(replace(design, nuisances="linear")).value - 1) > 0.15


def test_clusters_stay_whole_and_widen_the_interval(make):
    random = np.random.default_rng(2)
    groups = np.repeat(np.arange(80), 20)
    arm = np.repeat(random.permutation(np.arange(80) % 2), 20)
    outcome = arm + np.repeat(random.normal(size=80), 20) + random.normal(size=1600)
    plain = make(outcome, arm, random.normal(size=1600), randomised=True, nuisances="linear")
    clustered = replace(plain, clusters=groups)
    folds = folds_of(prepare(clustered))
    assert all(len(np.unique(folds[groups == group])) == 1 for group in range(80))
    assert one(clustered).std_error > 2 * one(plain).std_error


def test_known_probabilities_are_used_as_they_are(world):
    e = np.full(300, 0.5)
    e[:3] = 1e-4
    arm = np.where(np.arange(300) < 3, 0, np.arange(300) % 2)
    design = replace(world(300, nuisances="linear"), arm=arm, propensity=np.column_stack([1 - e, e]))
    fit = cross_fit(prepare(design), (0, 1))
    assert np.array_equal(fit.scores.probability[:, 1], e)
    assert "treatment" not in one(design).notes[0]
    assert not any("raised" in note for note in one(design).notes)


def test_weights_are_carried_through(world):
    """Rows of weight zero might as well not be there, but for the folds."""
    design = world(2000, nuisances="linear")
    times = np.where(np.arange(2000) % 2 == 0, 1.0, 0.0)
    part = replace(
        design,
        outcome=design.outcome[::2],
        arm=design.arm[::2],
        covariates=design.covariates[::2],
        rows=np.arange(1000),
    )
    weighted = replace(design, weights=times)
    assert one(weighted).value == pytest.approx(one(part).value, abs=0.02)
    assert one(weighted).std_error == pytest.approx(one(part).std_error, rel=0.05)


def test_seeds_and_too_few_rows(world):
    design = world(300)
    assert one(design, seed=1).value == one(design, seed=1).value
    assert one(design, seed=1).value != one(design, seed=2).value
    assert "at least 100 rows" in estimation.estimate("dml_interactive", world(60))[0].error
    few = replace(design, clusters=np.arange(300) % 3)
    assert "clusters are too few" in estimation.estimate("dml_interactive", few)[0].error


def test_nuisances_may_be_named_in_the_call(world):
    design = world(300)
    said = one(design, nuisances="linear")
    assert said.value == one(replace(design, nuisances="linear")).value
    (found,) = estimation.estimate("dml", design, nuisances="magic")
    assert "no nuisances magic" in found.error


def test_without_covariates_it_is_near_the_difference_in_means(make):
    random = np.random.default_rng(0)
    arm = np.arange(400) % 2
    design = make(arm + random.normal(size=400), arm, np.empty((400, 0)), randomised=True)
    plain = one(design, method="difference_in_means")
    assert one(design).value == pytest.approx(plain.value, abs=0.01)
    assert one(design).std_error == pytest.approx(plain.std_error, rel=0.02)


@pytest.mark.parametrize("target", ["ATE", "ATT"])
def test_intervals_cover(world, target):
    held = 0
    for seed in range(250):
        design = world(400, seed=seed, nuisances="linear")
        found = RUN["dml_interactive"](prepare(design), 1, target, True)
        low, high = interval(found.value, standard_error(found.influence, design), None)
        held += low <= TRUTH[target] <= high
    # Of 250 intervals that cover with probability .95, fewer than 226 or more than 247 do in 1 of 1,000.
    assert 226 <= held <= 247
