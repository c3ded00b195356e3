"""Simulated power against formulas in worlds where these hold, and errors against their promised rate."""

import numpy as np
import pytest

from causal_core.experiment.analysis import autoc, average_effects
from causal_core.experiment.design import Arms
from causal_core.experiment.pool import pool_of
from causal_core.experiment.power import proportion_interval
from causal_core.experiment.setting import Setting
from causal_core.experiment.simulation import joined, simulate
from causal_core.experiment.world import Asked, imposed, outcomes, shifted
from causal_core.problem import DoesNotApply, Problem
from causal_core.uplift.toc import rate


def people(rows=2000, binary=False, homes=0, between=0.6):
    """A pool whose outcome two covariates predict, or of households that are alike."""
    random = np.random.default_rng(8)
    covariates = random.normal(size=(rows, 3))
    outcome = covariates[:, 0] + random.normal(size=rows)
    clusters = None
    if homes:
        clusters = np.arange(rows) % homes
        outcome = between * random.normal(size=homes)[clusters] + random.normal(size=rows)
    if binary:
        outcome = (outcome > 0.5).astype(float)
    return pool_of(outcome, np.zeros(rows, int), np.ones(rows), covariates, clusters)[0]


def setting(pool, size, arms="ab", adjust=False, **how):
    drawn = Arms.of(arms, **how)
    count = len(drawn.labels) - 1
    return Setting(
        "average", size, pool, drawn, shifted(pool, size, count), shifted(pool, 0.0, count), adjust
    )


def agrees(plan, people_, runs=400):
    found = simulate(plan, people_, runs, (1,), effect=True)
    inside = []
    for count, power in zip(found.found, plan.formula(people_), strict=True):
        low, high = proportion_interval(int(count), runs, 0.999)
        inside.append(low <= power <= high)
    return all(inside)


@pytest.mark.parametrize(
    ("pool", "how"),
    [
        ({}, {}),
        ({}, {"adjust": True}),
        ({}, {"shares": {"a": 0.8, "b": 0.2}}),
        ({"binary": True}, {}),
        ({}, {"arms": "abcd", "allocation": "more_control"}),
        ({}, {"arms": "abc", "correction": "bonferroni", "adjust": True}),
    ],
)
def test_simulated_power_agrees_with_the_formula(pool, how):
    plan = setting(people(**pool), 0.12 if pool else 0.3, **how)
    numbers = plan.numbers()
    assert len(numbers) == 8
    for count in (numbers[1], numbers[4]):
        assert agrees(plan, count)


def test_covariates_save_the_share_of_people_that_they_explain():
    pool = people()
    plain, adjusted = setting(pool, 0.3).numbers()[4], setting(pool, 0.3, adjust=True).numbers()[4]
    assert adjusted / plain == pytest.approx(0.5, abs=0.06)


def test_whole_clusters_take_as_many_more_people_as_their_design_effect_says():
    pool = people(homes=100)
    clustered, alone = setting(pool, 0.4), setting(people(), 0.4)
    # 20 to a household, intraclass correlation 0.36 / 1.36 less what 100 of them happen to share.
    inside = float(np.var([pool.outcome[pool.group == g].mean() for g in range(100)]))
    effect = inside * 20 / pool.variance
    ratio = clustered.spread[0] ** 2 / pool.variance / (alone.spread[0] ** 2 / alone.pool.variance)
    assert ratio == pytest.approx(effect, rel=0.12)
    assert agrees(clustered, clustered.numbers()[4])


@pytest.mark.parametrize(
    ("pool", "how"),
    [({}, {"adjust": True}), ({"binary": True}, {"arms": "abc"}), ({"homes": 100}, {})],
)
def test_what_is_not_there_is_found_in_five_of_a_hundred(pool, how):
    plan = setting(people(**pool), 0.15, **how)
    found = simulate(plan, max(plan.numbers()[2], 400), 600, (2,), effect=False)
    low, high = proportion_interval(found.any, 600, 0.999)
    assert low <= 0.05 <= high


def test_cells_do_not_depend_on_how_they_are_cut_or_which_worker_draws_them():
    plan = setting(people(), 0.3)
    parts = [simulate(plan, 200, 40, (3, part), effect=True) for part in (0, 1)]
    again = [simulate(plan, 200, 40, (3, part), effect=True) for part in (1, 0)]
    assert joined(parts)[0].found.tolist() == joined(again)[0].found.tolist()
    assert joined(parts)[0].runs == 80


def test_regression_without_covariates_is_the_difference_in_means():
    random = np.random.default_rng(1)
    arm = random.integers(0, 3, 300)
    outcome = arm + random.normal(size=300)
    plain = average_effects(outcome, arm, 3, None, None)
    as_clusters = average_effects(outcome, arm, 3, None, np.arange(300))
    assert as_clusters.value == pytest.approx(plain.value)
    assert as_clusters.std_error == pytest.approx(plain.std_error, rel=0.02)


@pytest.mark.parametrize("ties", [False, True])
def test_the_error_of_an_autoc_is_that_of_half_samples(ties):
    random = np.random.default_rng(2)
    priority = random.normal(size=3000)
    if ties:
        priority = np.round(priority)
    scores = 2 * priority + random.normal(size=3000)
    place = np.unique(-priority, return_inverse=True)[1]
    found, known = autoc(scores, place, None), rate(scores, priority)
    assert found.value[0] == pytest.approx(known.value, abs=1e-9)
    assert found.std_error[0] == pytest.approx(known.std_error, rel=0.15)


@pytest.mark.parametrize("binary", [False, True])
def test_imposed_effects_have_exactly_the_size(binary):
    pool = people(binary=binary)
    random = np.random.default_rng(4)
    predicted = 0.05 + 0.1 * pool.covariates[:, [2]]
    chance = np.full(len(pool.outcome), pool.mean)
    treated = (predicted[:, [0]] > np.quantile(predicted, 0.8)).astype(float)
    asked = Asked(treated, constant=-0.01)
    effects = imposed(pool, predicted, chance, asked, 0.03)
    assert asked.value(pool, effects) == pytest.approx(0.03, abs=1e-4)
    rows = np.repeat(np.arange(len(pool.outcome)), 100)
    drawn = outcomes(pool, effects, rows, np.ones(len(rows), int), random)
    base = pool.outcome[rows]
    assert float((treated[rows, 0] * (drawn - base)).mean()) - 0.01 == pytest.approx(0.03, abs=4e-3)
    assert set(np.unique(drawn)) <= {0.0, 1.0} or not binary
    with pytest.raises(Problem, match="do not differ between people"):
        imposed(pool, predicted * 0 + 0.1, chance, Asked(treated - treated.mean()), 0.03)


def test_a_binary_outcome_bounds_the_size():
    pool = people(binary=True)
    assert pool.weight @ shifted(pool, 0.2, 1)[:, 0] == pytest.approx(0.2)
    assert pool.weight @ shifted(pool, -0.2, 1)[:, 0] == pytest.approx(-0.2)
    with pytest.raises(DoesNotApply, match=r"A size of 0\.9 cannot be had: the outcome is 0 or 1, with mean"):
        shifted(pool, 0.9, 1)


def test_too_small_a_size_is_told_by_formula_and_refused():
    with pytest.raises(Problem, match=r"By the formula it takes about [0-9,]+ people"):
        setting(people(), 0.001).numbers()


def test_people_to_draw_from():
    arm = np.arange(400) % 2
    outcome = arm + np.random.default_rng(1).normal(size=400)
    covariates = np.zeros((400, 1))
    pool, rows = pool_of(outcome, arm, np.full(400, 0.5), covariates)
    assert (arm[rows] == 0).all()
    assert pool.covariates.shape[1] == 0
    with pytest.raises(DoesNotApply, match="the same for everybody"):
        pool_of(arm * 1.0, arm, np.full(400, 0.5), covariates)
    with pytest.raises(Problem, match="Only 10 rows are without treatment"):
        pool_of(outcome[:20], arm[:20], np.full(20, 0.5), covariates[:20])
    mixed = np.arange(400) // 20
    whole, rows = pool_of(outcome, arm, np.full(400, 0.5), covariates, mixed)
    assert len(rows) == 400
    assert abs(whole.outcome[arm == 1].mean() - whole.outcome[arm == 0].mean()) < 1e-9
    coin = (outcome > 0.5).astype(float)
    flipped, _ = pool_of(coin, arm, np.full(400, 0.5), covariates, mixed)
    assert set(flipped.outcome) == {0.0, 1.0}
    assert abs(flipped.outcome[arm == 1].mean() - flipped.outcome[arm == 0].mean()) < 0.01
    with pytest.raises(Problem, match="Only 4 clusters"):
        pool_of(outcome, arm, np.full(400, 0.5), covariates, np.arange(400) // 100)
