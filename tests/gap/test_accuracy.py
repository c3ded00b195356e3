import numpy as np
import pytest
from scipy.stats import spearmanr

from causal_core.gap.accuracy import auc, measure, rank_correlation
from causal_core.problem import Problem


def test_auc_is_the_share_of_pairs_in_the_right_order_ties_counted_half():
    random = np.random.default_rng(1)
    score, bad = random.integers(0, 6, 80).astype(float), random.integers(0, 2, 80)
    pairs = [(a > b) + 0.5 * (a == b) for a in score[bad == 1] for b in score[bad == 0]]
    assert auc(score, bad.astype(float)).value == pytest.approx(np.mean(pairs), abs=1e-15)


def test_delongs_error_is_that_of_its_definition():
    random = np.random.default_rng(2)
    score, bad = random.normal(size=60).round(1), np.arange(60) % 3 == 0
    ill, well = score[bad], score[~bad]
    right = (ill[:, None] > well) + 0.5 * (ill[:, None] == well)
    variance = right.mean(axis=1).var(ddof=1) / len(ill) + right.mean(axis=0).var(ddof=1) / len(well)
    assert auc(score, bad.astype(float)).std_error == pytest.approx(np.sqrt(variance), rel=1e-12)


def test_rows_repeated_in_clusters_carry_no_more_than_the_rows_themselves():
    random = np.random.default_rng(3)
    score, bad = random.normal(size=200), random.integers(0, 2, 200).astype(float)
    once = auc(score, bad)
    four = auc(np.repeat(score, 4), np.repeat(bad, 4), np.repeat(np.arange(200), 4))
    assert four.value == pytest.approx(once.value)
    assert four.std_error == pytest.approx(once.std_error, rel=0.02)
    apart = rank_correlation(np.repeat(score, 4), np.repeat(score + 2 * bad, 4), np.repeat(np.arange(200), 4))
    assert apart.std_error == pytest.approx(rank_correlation(score, score + 2 * bad).std_error, rel=0.15)


def test_the_intervals_cover():
    random = np.random.default_rng(4)
    inside = [0, 0]
    for run in range(150):
        risk = random.normal(size=120)
        other = risk + random.normal(size=120)
        # Of a sum of two standard normals the AUC is 5/6, the rank correlation 6/pi asin(rho/2).
        low, high = auc(risk, (other > 0).astype(float)).ci
        inside[0] += low <= 5 / 6 <= high
        if run < 25:
            low, high = rank_correlation(risk, other).ci
            inside[1] += low <= 6 / np.pi * np.arcsin(np.sqrt(0.5) / 2) <= high
    assert inside[0] >= 135
    assert inside[1] >= 20


def test_the_rank_correlation_is_spearmans():
    random = np.random.default_rng(5)
    risk, outcome = random.integers(0, 9, 300).astype(float), random.normal(size=300)
    found = measure(outcome, risk, good=1)
    assert found.measure == "spearman"
    assert found.value == pytest.approx(spearmanr(risk, -outcome).statistic, abs=1e-12)


def test_the_bad_outcome_is_the_low_one_when_more_is_better():
    outcome, risk = np.array([3.0, 3, 7, 7]), np.array([2.0, 3, 1, 0])
    assert measure(outcome, risk, good=1).value == 1
    assert measure(outcome, risk, good=-1).value == 0


def test_a_constant_score_predicts_by_chance_and_a_constant_outcome_is_refused():
    outcome = np.arange(40) % 2.0
    assert measure(outcome, np.ones(40), good=1).value == 0.5
    assert rank_correlation(np.ones(40), np.arange(40.0)).value == 0
    with pytest.raises(Problem, match="All outcomes are alike"):
        measure(np.ones(40), np.arange(40.0), good=1)
