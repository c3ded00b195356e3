"""The short cuts give what estimating each changed design in full gives, or step aside."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from causal_core import refutation
from causal_core.problem import Problem
from causal_core.refutation.draws import DRAWS, Draw
from causal_core.refutation.fast_path import fast_path
from causal_core.refutation.fast_weighting import fit
from causal_core.refutation.simulation import draw_from, simulate_drawn

FAST = refutation.QUICK
TARGETS = ("ATE", "ATT", "ATC")


def draws(refuter, design, count=4):
    random = np.random.RandomState()
    return [draw_from(refuter, design, random, seed) for seed in range(count)]


def compare(method, design, target, drawn):
    """Both ways agree; how many of the draws took the short cut."""
    full = simulate_drawn(method, design, target, drawn, fast=False)
    assert simulate_drawn(method, design, target, drawn) == pytest.approx(
        full, rel=1e-10, abs=1e-11, nan_ok=True
    )
    short = fast_path(method, design, target)
    return 0 if short is None else sum(short(draw) is not None for draw in drawn)


@pytest.mark.parametrize("kind", ["plain", "weights", "treated in clusters", "clusters and weights"])
@pytest.mark.parametrize("method", FAST)
@pytest.mark.parametrize("refuter", list(DRAWS))
def test_short_cuts_are_taken_and_equal(world, refuter, method, kind):
    random = np.random.default_rng(3)
    design = world(240)
    if "weights" in kind:
        # Some rows weigh nothing.
        design = replace(design, weights=np.maximum(random.exponential(size=240) - 0.1, 0))
    if "clusters" in kind:
        design = replace(design, clusters=random.integers(0, 40, 240))
    if "treated in" in kind:
        design = replace(design, arm=(design.clusters % 3 == 0).astype(np.int64))
    for target in TARGETS:
        assert compare(method, design, target, draws(refuter, design)) == 4


@pytest.mark.parametrize("refuter", list(DRAWS))
def test_several_arms(world, refuter):
    design = world(300, 3, weights=np.linspace(0.5, 2, 300))
    assert compare("linear_regression", design, "ATE", draws(refuter, design)) == 4
    assert compare("ipw", design, "ATE", draws(refuter, design, 2)) == 0


@pytest.mark.parametrize("method", FAST)
@pytest.mark.parametrize("refuter", list(DRAWS))
@pytest.mark.parametrize("seed", range(4))
def test_rough_designs(make, refuter, method, seed):
    """Few rows, rare categories, heavy tails, arms that all but separate: equal, or left to the full way."""
    random = np.random.default_rng(seed)
    n = int(random.integers(14, 90))
    x = np.column_stack(
        [
            random.normal(size=n) ** 3 * 1e3 + 1e4,
            random.uniform(size=(n, 1)) < [0.06, 0.5],
            random.integers(0, 3, n),
            random.standard_cauchy(n),
        ]
    )
    chance = 1 / (1 + np.exp(-1.5 * (x[:, 2] + x[:, 3] - 1.5)))
    arm = (random.uniform(size=n) < chance).astype(int)
    design = make(x[:, 2] + x[:, 4] + arm + random.normal(size=n), arm, x)
    # Where the original rows have no answer, there is nothing to try.
    with suppress(Problem):
        compare(method, design, TARGETS[seed % 3], draws(refuter, design))


@pytest.mark.parametrize("method", FAST)
def test_redundant_or_nearly_constant_columns_are_estimated_in_full(world, make, method):
    design = world(120)
    x = design.covariates
    for last in (x[:, 0] - x[:, 1], np.ones(120), 1e9 + 1e-3 * x[:, 0] ** 2):
        whole = make(design.outcome, design.arm, np.column_stack([x, last]))
        assert fast_path(method, whole, "ATE") is None
        for refuter in ("bootstrap", "random_common_cause"):
            compare(method, whole, "ATE", draws(refuter, whole, 2))


@pytest.mark.parametrize("method", FAST)
def test_a_category_that_is_lost_on_the_way(world, make, method):
    """A level of two rows is in some samples and not in others; where it is not, the short cut is left."""
    design = world(150)
    rare = np.isin(np.arange(150), np.flatnonzero(design.arm == 0)[:2])
    whole = make(design.outcome, design.arm, np.column_stack([design.covariates, rare]))
    for refuter in ("bootstrap", "data_subset"):
        compare(method, whole, "ATT", draws(refuter, whole, 12))
    kept = [draw for draw in draws("bootstrap", whole, 40) if not rare[draw.rows].any()]
    assert kept
    assert compare(method, whole, "ATE", kept) == 0


@pytest.mark.parametrize("method", FAST)
def test_an_arm_that_is_lost_has_no_effect(make, method):
    arm = (np.arange(40) < 3).astype(int)
    design = make(np.sin(np.arange(40.0)), arm, np.cos(np.arange(40.0)))
    lost = Draw(np.arange(3, 40))
    assert np.isnan(simulate_drawn(method, design, "ATE", [lost])).all()


def test_a_row_that_decides_the_scale(world, make):
    """Without the one huge value the column's spread is rounding in the units of the original rows."""
    design = world(200)
    x = design.covariates.copy()
    x[7, 0] = 1e9
    outcome = design.outcome.copy()
    for huge in (0.0, 1e12):
        outcome[7] += huge
        whole = make(outcome, design.arm, x)
        for refuter in ("bootstrap", "data_subset"):
            for method in ("linear_regression", "regression_adjustment"):
                compare(method, whole, "ATE", draws(refuter, whole, 6))


def test_probabilities_below_the_floor(make):
    random = np.random.default_rng(8)
    x = random.normal(size=800)
    arm = (random.uniform(size=800) < 1 / (1 + np.exp(-4 * x))).astype(int)
    design = make(x + arm + random.normal(size=800), arm, x)
    short = fast_path("ipw", design, "ATE")
    probability = fit(short.rows.x, short.rows.treated, short.rows.weight, short.start)[1]
    assert (probability < 0.01 * arm.mean()).any()
    for method in ("ipw", "aipw"):
        for target in TARGETS:
            # So many rows lie below the floor that overlap is looked at in full, or so few that it is not.
            compare(method, design, target, draws("bootstrap", design, 6))
    mild = make(design.outcome, (random.uniform(size=800) < 1 / (1 + np.exp(-2.5 * x))).astype(int), x)
    assert compare("ipw", mild, "ATE", draws("bootstrap", mild, 6)) == 6


def test_known_probabilities_are_not_fitted(world):
    e = np.linspace(0.1, 0.9, 100)
    design = world(100, propensity=np.column_stack([1 - e, e]))
    assert fast_path("ipw", design, "ATE") is None
    assert compare("linear_regression", design, "ATE", draws("placebo_treatment", design)) == 4


def test_a_perfect_separation_is_not_fitted():
    x = np.column_stack([np.ones(50), np.linspace(-1.7, 1.7, 50)])
    assert fit(x, (x[:, 1] > 0).astype(float), np.ones(50), np.zeros(2)) is None


def test_a_perfect_fit_and_a_constant_outcome(world, make):
    design = world(80)
    exact = design.covariates @ [1.0, 2.0] + 3 * design.arm
    for outcome in (exact, np.full(80, 5.0)):
        whole = make(outcome, design.arm, design.covariates)
        for method in FAST:
            compare(method, whole, "ATE", draws("bootstrap", whole, 3))


@pytest.mark.parametrize("method", FAST)
@pytest.mark.parametrize("refuter", list(DRAWS))
def test_digits_do_not_depend_on_how_seeds_are_split(world, refuter, method):
    design = world(120)
    whole = refutation.simulate(refuter, method, design, "ATE", range(5))
    parts = [refutation.simulate(refuter, method, design, "ATE", seeds) for seeds in ([0], [1, 2, 3], [4])]
    assert np.array_equal(np.concatenate(parts), whole)


def test_methods_without_a_short_cut_have_none(world):
    for method in ("matching", "stratification", "difference_in_means", "dml"):
        assert fast_path(method, world(60), "ATE") is None
