from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from causal_core.problem import DoesNotApply
from causal_core.refutation.randomisation import comparison, draw, observed, p_value, randomisation_draws


def trial(make, seed, n=40, effect=0.0, share=0.5, **options):
    random = np.random.default_rng(seed)
    arm = random.permutation(np.arange(n) < round(share * n)).astype(int)
    outcome = random.exponential(size=n) + effect * arm
    return make(outcome, arm, np.empty((n, 0)), randomised=True, **options)


def p_of(design, seed=0, draws=199):
    return p_value(randomisation_draws(design, seed, 0, draws)[0])


def test_p_is_uniform_when_there_is_no_effect(make):
    found = np.array([p_of(trial(make, seed), seed) for seed in range(200)])
    assert stats.kstest(found, "uniform").pvalue > 0.01
    assert (found <= 0.05).sum() <= stats.binom.ppf(0.995, 200, 0.05)


def test_p_is_uniform_for_whole_clusters_where_rows_would_not_be(make):
    clusters = np.repeat(np.arange(12), 8)
    by_cluster, by_row = [], []
    for seed in range(120):
        random = np.random.default_rng(seed)
        arm = random.permutation(np.arange(12) % 2)[clusters]
        outcome = random.normal(size=12)[clusters] + 0.3 * random.normal(size=96)
        design = make(outcome, arm, np.empty((96, 0)), randomised=True, clusters=clusters)
        by_cluster.append(p_of(design, seed))
        by_row.append(p_of(replace(design, clusters=None), seed))
    assert stats.kstest(by_cluster, "uniform").pvalue > 0.01
    assert np.mean(np.array(by_row) <= 0.05) > 0.3


def test_p_is_uniform_with_known_probabilities_that_differ(make):
    found = []
    for seed in range(200):
        random = np.random.default_rng(seed)
        strength = random.uniform(size=60)
        e = 0.2 + 0.6 * strength
        arm = (random.uniform(size=60) < e).astype(int)
        outcome = 3 * strength + random.normal(size=60)
        design = make(outcome, arm, np.empty((60, 0)), propensity=np.column_stack([1 - e, e]))
        found.append(p_of(design, seed))
    assert stats.kstest(found, "uniform").pvalue > 0.01


def test_all_assignments_of_a_small_trial_give_the_exact_p(make):
    design = trial(make, 3, n=8, effect=2.0)
    from itertools import combinations

    made = comparison(design, 1)
    every = np.zeros((70, 8))
    for row, chosen in enumerate(combinations(range(8), 4)):
        every[row, list(chosen)] = 1
    from causal_core.refutation.randomisation import statistics

    exact = np.mean(np.abs(statistics(made, every)) >= abs(observed(made)) - 1e-9)
    assert p_of(design, draws=3000) == pytest.approx(exact, abs=0.02)


def test_the_statistic_is_welch_s(make):
    design = trial(make, 1, n=50, effect=1.0, share=0.3)
    treated, control = design.outcome[design.arm == 1], design.outcome[design.arm == 0]
    expected = stats.ttest_ind(treated, control, equal_var=False).statistic
    assert observed(comparison(design, 1)) == pytest.approx(expected)


def test_an_effect_is_found_and_p_is_never_zero(make):
    assert p_of(trial(make, 0, effect=5.0)) == 1 / 200


def test_clusters_and_blocks_keep_their_shape(make, world):
    random = np.random.default_rng(0)
    whole = world(60, clusters=np.arange(60) // 6, randomised=True)
    whole = replace(whole, arm=(np.arange(60) // 6 % 2).astype(np.int64))
    made = comparison(whole, 1)
    assert made.treated.shape == (10,)
    assert (draw(made, random, 20).sum(axis=1) == 5).all()
    assert "whole clusters" in made.how
    within = comparison(world(60, clusters=np.arange(60) // 6, randomised=True), 1)
    drawn = draw(within, random, 5)
    for block in range(10):
        inside = within.blocks == block
        assert (drawn[:, inside].sum(axis=1) == within.treated[inside].sum()).all()


def test_draws_may_be_split_among_calls_and_arms_are_apart(world):
    design = world(90, 3, randomised=True)
    whole = randomisation_draws(design, 7, 0, 150)
    parts = [randomisation_draws(design, 7, start, count) for start, count in ((0, 50), (50, 100))]
    assert whole.shape == (2, 151)
    assert np.array_equal(whole[:, 1:], np.column_stack([part[:, 1:] for part in parts]))
    assert np.array_equal(whole[:, 0], parts[1][:, 0])


def test_without_a_known_assignment_there_is_no_p(world):
    with pytest.raises(DoesNotApply, match="how treatment was assigned is not known"):
        randomisation_draws(world(40), 0, 0, 50)


def test_probabilities_that_cannot_be_are_refused(world):
    design = world(40, clusters=np.arange(40) // 4)
    design = replace(design, arm=(np.arange(40) // 4 % 2).astype(np.int64))
    e = np.linspace(0.2, 0.8, 40)
    with pytest.raises(DoesNotApply, match="differs within one"):
        comparison(replace(design, propensity=np.column_stack([1 - e, e])), 1)
    e = np.where(design.arm == 1, 0.0, 0.5)
    with pytest.raises(DoesNotApply, match="cannot be"):
        comparison(replace(design, clusters=None, propensity=np.column_stack([1 - e, e])), 1)


def test_without_scatter_there_is_no_p(make):
    design = make(np.zeros(10), np.arange(10) % 2, np.empty((10, 0)), randomised=True)
    assert p_of(design) is None
