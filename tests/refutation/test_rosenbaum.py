from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

from causal_core import estimation
from causal_core.problem import DoesNotApply
from causal_core.refutation.pairs import match_pairs
from causal_core.refutation.rosenbaum import (
    _ranks,
    largest_gamma,
    mcnemar_bound,
    rosenbaum,
    signed_rank_bound,
)

EXPOSED = "38 23 41 18 37 36 23 62 31 34 24 14 21 17 16 20 15 10 45 39 22 35 49 48 44 35 43 39 34 13 73 25 27"
CONTROL = "16 18 18 24 19 11 10 15 16 18 18 13 19 10 16 16 24 13 9 14 21 19 7 18 19 12 11 22 25 16 13 11 13"
LEAD = np.array(EXPOSED.split(), dtype=float) - np.array(CONTROL.split(), dtype=float)
"""Lead in the blood of 33 pairs of children (Morton et al. 1982)."""


@pytest.mark.parametrize(
    ("gamma", "published"), [(2, 0.0018), (3, 0.0136), (4, 0.0388), (4.25, 0.0468), (5, 0.0740)]
)
def test_lead_in_children_as_published(gamma, published):
    """Rosenbaum (2002), table 4.1."""
    assert _ranks(np.abs(LEAD))[LEAD > 0].sum() == 527
    assert round(signed_rank_bound(LEAD, gamma), 4) == published


def test_the_gamma_of_the_published_example():
    gamma = largest_gamma(lambda gamma: signed_rank_bound(LEAD, gamma))
    assert 4.3 < gamma < 4.35
    assert signed_rank_bound(LEAD, gamma) == pytest.approx(0.05, abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("gamma", [1.0, 1.7, 3.0])
def test_the_bound_is_the_worst_of_all_biases(seed, gamma):
    """All assignments of seven pairs, each pair biased one way or the other as far as gamma allows."""
    differences = np.round(np.random.default_rng(seed).normal(0.5, 1, 7), 1)
    differences[0] = 0.0
    ranks = _ranks(np.abs(differences))
    seen = ranks[differences > 0].sum()
    signs = np.array(list(product([0, 1], repeat=7)))
    moving = differences != 0
    sums = signs[:, moving] @ ranks[moving]
    worst = 0.0
    for extremes in product([1 / (1 + gamma), gamma / (1 + gamma)], repeat=7):
        chance = np.where(signs == 1, extremes, 1 - np.array(extremes)).prod(axis=1)
        worst = max(worst, chance[sums >= seen - 1e-9].sum())
    assert signed_rank_bound(differences, gamma) == pytest.approx(worst, abs=1e-12)


def test_without_bias_it_is_the_usual_test():
    differences = np.random.default_rng(2).normal(0.3, 1, 25)
    usual = stats.wilcoxon(differences, alternative="greater", method="exact").pvalue
    assert signed_rank_bound(differences, 1.0) == pytest.approx(usual)
    assert mcnemar_bound(15, 20, 1.0) == pytest.approx(stats.binomtest(15, 20, alternative="greater").pvalue)
    assert mcnemar_bound(15, 20, 2.0) == pytest.approx(stats.binom.sf(14, 20, 2 / 3))
    assert mcnemar_bound(0, 0, 1.0) == 1.0
    assert signed_rank_bound(np.zeros(4), 1.0) == 1.0


def test_the_largest_gamma_is_bounded_on_both_sides():
    assert largest_gamma(lambda gamma: 0.2 * gamma) == 1.0
    assert largest_gamma(lambda gamma: 1e-9 * gamma) == 20.0
    assert largest_gamma(lambda gamma: 0.02 * gamma) == pytest.approx(2.5)


def brute_force(asking, answering, width):
    free, chosen = set(range(len(answering))), []
    for odds in asking:
        best = min(free, key=lambda j: (abs(answering[j] - odds), -answering[j]), default=None)
        if best is None or abs(answering[best] - odds) > width:
            chosen.append(-1)
            continue
        free.remove(best)
        chosen.append(best)
    return chosen


@pytest.mark.parametrize("seed", range(4))
def test_nearest_free_partners_are_those_of_a_plain_search(seed):
    from causal_core.refutation.pairs import _greedy

    random = np.random.default_rng(seed)
    asking, answering = -np.sort(-random.normal(size=60)), np.sort(random.normal(size=90))
    assert _greedy(asking, answering, 0.3).tolist() == brute_force(asking, answering, 0.3)


@pytest.mark.parametrize("flip", [False, True])
def test_pairs_use_a_row_once_and_are_alike(world, flip):
    design = world(400)
    if flip:
        design = replace(design, arm=1 - design.arm)
    made = match_pairs(design, 1)
    assert len(set(made.treated)) == len(made.treated) == len(set(made.control))
    assert (design.arm[made.treated] == 1).all()
    assert (design.arm[made.control] == 0).all()
    smaller = min(np.bincount(design.arm))
    assert len(made.treated) + made.unpaired == smaller
    gap = abs(design.covariates[made.treated].mean(axis=0) - design.covariates[made.control].mean(axis=0))
    raw = abs(
        design.covariates[design.arm == 1].mean(axis=0) - design.covariates[design.arm == 0].mean(axis=0)
    )
    assert (gap < 0.35 * raw).all()


def test_a_strong_effect_withstands_more_than_a_weak_one(world):
    gammas = []
    for effect in (0.5, 3.0):
        design = world(400, effect=effect)
        (estimate,) = estimation.estimate("matching", design)
        found = rosenbaum(design, estimate)
        gammas.append(found.gamma)
        assert found.higher
        assert found.test == "signed rank"
        assert np.all(np.diff(found.bounds) >= 0)
    assert gammas[1] > 2 * gammas[0] > 1


def test_a_binary_outcome_and_a_harmful_arm(world):
    design = world(600, effect=-2.0)
    design = replace(design, outcome=(design.outcome > 0).astype(float))
    (estimate,) = estimation.estimate("aipw", design)
    found = rosenbaum(design, estimate)
    assert found.test == "McNemar"
    assert not found.higher
    assert found.gamma > 1.2
    assert "from the same rows" in found.finding.done


def test_pairs_that_speak_against_the_estimate_decide_nothing(world):
    design = world(400, effect=3.0)
    (estimate,) = estimation.estimate("aipw", design)
    found = rosenbaum(design, replace(estimate, value=-1.0))
    assert found.finding.verdict == "unclear"
    assert "the pairs do not show that pain is lower under b" in found.finding.seen
    nothing = replace(design, outcome=np.random.default_rng(1).normal(size=400))
    found = rosenbaum(nothing, estimate)
    assert found.gamma == 1.0
    assert found.p_value > 0.05
    assert "nothing for a bias to undo" in found.finding.seen


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": np.ones(80)}, "sampling weights"),
        ({"clusters": np.arange(80) // 2}, "clusters"),
        ({"propensity": np.full((80, 2), 0.5)}, "probabilities of treatment are known"),
        ({"randomised": True}, "assignment was random"),
    ],
)
def test_where_pairs_do_not_apply_it_says_so(world, options, words):
    design = world(80, **options)
    (estimate,) = estimation.estimate("linear_regression", design)
    assert words in rosenbaum(design, estimate).finding.error


def test_without_covariates_there_is_nothing_to_match_on(make):
    design = make(np.arange(10.0), np.arange(10) % 2, np.empty((10, 0)))
    with pytest.raises(DoesNotApply, match="no covariates"):
        match_pairs(design, 1)


def test_pairs_of_many_rows_find_no_effect_where_there_is_none(make):
    """What is left between the two of a pair must not pass for an effect."""
    rejected = 0
    for seed in range(60):
        random = np.random.default_rng(seed)
        x = random.normal(size=(1500, 2))
        arm = (random.uniform(size=1500) < 1 / (1 + np.exp(1 - x @ [0.7, 0.4]))).astype(int)
        design = make(x.sum(axis=1) + random.normal(size=1500), arm, x)
        (estimate,) = estimation.estimate("regression_adjustment", design)
        rejected += rosenbaum(design, replace(estimate, value=1.0)).p_value <= 0.05
    assert rejected <= stats.binom.ppf(0.995, 60, 0.05)
