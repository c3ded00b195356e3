from dataclasses import replace

import numpy as np
import pytest

from causal_core.data.design import Design
from causal_core.problem import Problem
from causal_core.validation.world_fit import FIT_ROWS, fit_world


def design_of(outcome, arm, x, k=2, **options):
    x = np.asarray(x, dtype=float).reshape(len(outcome), -1)
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    arms = tuple("abcdef"[:k])
    rows = np.arange(len(outcome))
    return Design(
        np.asarray(outcome, dtype=float), np.asarray(arm), arms, x, names, names, "t", "y", rows, **options
    )


def confounded(n=600, seed=0, k=2, **options):
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 2))
    lines = np.column_stack([np.zeros(n), x[:, 0], -x[:, 1]][:k])
    e = np.exp(lines) / np.exp(lines).sum(axis=1, keepdims=True)
    arm = (random.uniform(size=(n, 1)) > e.cumsum(axis=1)).sum(axis=1)
    y = x.sum(axis=1) + (arm == 1) * (1 + x[:, 0]) + (arm == 2) * 2 + random.normal(size=n)
    return design_of(y, arm, x, k, **options)


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_the_truth_is_what_ever_larger_studies_come_to(kind):
    world = fit_world(confounded(k=3, weights=np.linspace(1, 3, 600)), kind)
    big = world.draw(400_000, np.random.default_rng(1))
    # Each drawn row stands for a row of the population: the effect there is known without its outcome.
    effect = (world.mean[:, 2] - world.mean[:, 0])[big.rows]
    for target, inside in (("ATE", big.arm >= 0), ("ATT", big.arm == 2), ("ATC", big.arm == 0)):
        weight = big.weights * inside
        assert world.truth(2, target, "ATE") == pytest.approx(weight @ effect / weight.sum(), abs=0.01)
    noise = big.outcome - world.mean[big.rows, big.arm]
    assert abs(noise.mean()) < 0.01
    shares = np.bincount(big.arm) / len(big.arm)
    assert shares == pytest.approx(world.probability.mean(axis=0), abs=0.005)


def test_the_truth_of_other_estimands_follows_their_weights():
    world = fit_world(confounded())
    e, effect = world.probability[:, 1], world.mean[:, 1] - world.mean[:, 0]
    overlap = e * (1 - e)
    assert world.truth(1, "variance-weighted", "ATE") == pytest.approx(overlap @ effect / overlap.sum())
    assert world.truth(1, "overlap-weighted", "ATE") == pytest.approx(overlap @ effect / overlap.sum())
    assert world.truth(1, "trimmed", "ATE") is not None
    assert world.truth(1, "association", "ATE") is None
    assert fit_world(confounded(k=3)).truth(1, "variance-weighted", "ATE") is None


def test_a_linear_world_has_the_regressions_of_its_rows():
    design = confounded()
    world = fit_world(design)
    for a in range(2):
        mine = design.arm == a
        columns = np.column_stack([np.ones(600), design.covariates])
        beta = np.linalg.lstsq(columns[mine], design.outcome[mine], rcond=None)[0]
        assert world.mean[:, a] == pytest.approx(columns @ beta)
        residual = design.outcome[mine] - columns[mine] @ beta
        assert world.pools[a].std() ** 2 * (mine.sum() - 3) == pytest.approx(
            (residual**2).sum() * 1.0, rel=1e-9
        )


def test_a_binary_outcome_is_drawn_with_its_mean():
    design = confounded(2000)
    world = fit_world(replace(design, outcome=(design.outcome > 1).astype(float)))
    assert world.binary
    drawn = world.draw(100_000, np.random.default_rng(0))
    assert set(np.unique(drawn.outcome)) == {0.0, 1.0}
    assert drawn.outcome.mean() == pytest.approx(world.mean[drawn.rows, drawn.arm].mean(), abs=0.01)


def test_assignment_is_the_known_the_random_or_the_fitted():
    design = confounded()
    known = np.tile([0.3, 0.7], (600, 1))
    assert fit_world(replace(design, propensity=known)).probability[0].tolist() == [0.3, 0.7]
    share = np.mean(design.arm == 1)
    assert fit_world(replace(design, randomised=True)).probability[:, 1] == pytest.approx(share)
    fitted = fit_world(design).probability[:, 1]
    assert np.corrcoef(fitted, design.covariates[:, 0])[0, 1] > 0.9


@pytest.mark.parametrize("binary", [False, True])
def test_clusters_stay_whole_and_as_alike_as_they_were(binary):
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(400), 10)
    arm = random.integers(0, 2, 400)[groups]
    shared = np.sqrt(0.4) * random.normal(size=400)[groups] + np.sqrt(0.6) * random.normal(size=4000)
    outcome = arm * 0.3 + shared
    if binary:
        outcome = (outcome > 0).astype(float)
    design = design_of(outcome, arm, np.empty((4000, 0)), clusters=groups, randomised=True)
    world = fit_world(design)
    assert world.whole
    assert world.alike == pytest.approx(0.4, abs=0.1)
    drawn = world.draw(4000, np.random.default_rng(5))
    assert np.bincount(drawn.clusters).tolist() == [10] * 400
    assert all(len(set(drawn.arm[drawn.clusters == group])) == 1 for group in range(50))
    again = fit_world(drawn)
    assert again.alike == pytest.approx(world.alike, abs=0.1)


def test_a_large_study_lends_a_part_of_its_rows():
    world = fit_world(confounded(FIT_ROWS + 5000))
    assert world.design.rows_used == FIT_ROWS
    groups = np.repeat(np.arange(2500), 10)
    clustered = fit_world(confounded(25_000, clusters=groups))
    assert clustered.design.rows_used == FIT_ROWS
    assert set(np.bincount(clustered.design.clusters)) <= {0, 10}


def test_too_few_rows_are_said():
    arm = np.r_[np.zeros(50, dtype=int), np.ones(10, dtype=int)]
    with pytest.raises(Problem, match="Arm b has only 10 rows"):
        fit_world(design_of(np.arange(60.0), arm, np.arange(60.0)))
    wide = np.random.default_rng(0).normal(size=(60, 40))
    with pytest.raises(Problem, match="for a regression with 41 coefficients"):
        fit_world(design_of(np.arange(60.0), np.arange(60) % 2, wide))
