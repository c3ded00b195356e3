from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm

from causal_core import estimation, refutation
from causal_core.engine.progress import listening
from causal_core.estimation.average import RUN, point
from causal_core.problem import Problem
from causal_core.refutation.draws import DRAWS

SIMULATED = [name for name, about in refutation.REFUTERS.items() if about.simulated]
SCATTER = list(DRAWS)


def change(refuter, design, seed):
    return DRAWS[refuter](design, np.random.RandomState(seed)).of(design)


@pytest.mark.parametrize("method", [name for name in RUN if not name.startswith("dml")])
@pytest.mark.parametrize("refuter", SIMULATED)
def test_every_refuter_with_every_method(world, refuter, method):
    found = refutation.simulate(refuter, method, world(150, 3), "ATT", [0, 1])
    assert found.shape == ((2, 2, len(refutation.STRENGTHS)) if refuter.startswith("unob") else (2, 2))
    # The strongest hidden confounders leave no weights that balance them in 150 rows.
    assert np.isfinite(found[..., :5] if method == "entropy_balancing" else found).all()


@pytest.mark.parametrize("refuter", SIMULATED)
def test_seeds_may_be_split_among_calls(world, refuter):
    design = world(120)
    whole = refutation.simulate(refuter, "ipw", design, "ATE", range(4))
    parts = [refutation.simulate(refuter, "ipw", design, "ATE", seeds) for seeds in ([0], [1, 2], [3])]
    assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("refuter", SCATTER)
def test_the_design_is_left_as_it_was(world, refuter):
    design = world(60, weights=np.linspace(1, 2, 60), clusters=np.arange(60) // 3)
    before = [
        np.array(getattr(design, name)) for name in ("outcome", "arm", "covariates", "weights", "clusters")
    ]
    changed = change(refuter, design, 0)
    for name, value in zip(("outcome", "arm", "covariates", "weights", "clusters"), before, strict=True):
        assert np.array_equal(getattr(design, name), value)
        assert len(getattr(changed, name)) == changed.rows_used


def test_placebo_moves_whole_clusters_when_they_were_treated_whole(world):
    design = world(60, clusters=np.arange(60) // 6)
    whole = replace(design, arm=(np.arange(60) // 6 % 2).astype(np.int64))
    for seed in range(5):
        changed = change("placebo_treatment", whole, seed)
        assert all(len(set(changed.arm[changed.clusters == g])) == 1 for g in range(10))
        assert changed.arm.sum() == 30
    within = change("placebo_treatment", design, 0)
    for g in range(10):
        inside = design.clusters == g
        assert sorted(within.arm[inside]) == sorted(design.arm[inside])


def test_bootstrap_and_subset_keep_clusters_whole(world):
    design = world(60, clusters=np.repeat([7, 3, 9, 1, 5], 12))
    drawn = change("bootstrap", design, 1)
    assert drawn.rows_used == 60
    assert list(drawn.clusters) == list(np.repeat(np.arange(5), 12))
    assert all(len(set(design.clusters[drawn.rows[drawn.clusters == g]])) == 1 for g in range(5))
    subset = change("data_subset", design, 1)
    assert subset.rows_used == 48
    assert len(set(subset.clusters)) == 4


def test_known_probabilities_move_with_the_treatment(world):
    e = np.linspace(0.1, 0.9, 60)
    design = world(60, propensity=np.column_stack([1 - e, e]), arms=("a", "b"))
    changed = change("placebo_treatment", design, 0)
    pairs = sorted(zip(design.arm, design.propensity[:, 1], strict=True))
    assert sorted(zip(changed.arm, changed.propensity[:, 1], strict=True)) == pairs


def test_hidden_confounder_is_the_omitted_variable_formula(world):
    """Exact in the sample: Cinelli & Hazlett (2020), and the same for any noise."""
    design = world(200)
    model = sm.OLS(design.outcome, sm.add_constant(np.column_stack([design.arm, design.covariates]))).fit()
    strengths = np.array(refutation.STRENGTHS)
    bias = model.bse[1] * np.sqrt(model.df_resid * strengths * strengths / (1 - strengths))
    expected = model.params[1] - np.sign(model.params[1]) * bias
    for row in refutation.simulate("unobserved_common_cause", "linear_regression", design, "ATE", [0, 1]):
        assert row[0] == pytest.approx(expected, abs=1e-9)


def test_trap_9_the_grid_does_not_accumulate(world):
    found = refutation.simulate("unobserved_common_cause", "ipw", world(300), "ATE", [0])[0, 0]
    # Without strength the made-up confounder is noise, as in the random common cause.
    assert found[0] == pytest.approx(point("ipw", world(300))[0], abs=0.05)
    assert all(later <= before for before, later in pairwise(found))


def test_what_cannot_be_simulated_is_said(world):
    with pytest.raises(Problem, match="no refuter luck"):
        refutation.simulate("luck", "ipw", world(50), "ATE", [0])
    with pytest.raises(Problem, match="Wald ratio does not"):
        refutation.simulate("bootstrap", "wald", world(50), "ATE", [0])
    flat = replace(world(50), outcome=np.ones(50))
    with pytest.raises(Problem, match="nothing unexplained"):
        refutation.simulate("unobserved_common_cause", "linear_regression", flat, "ATE", [0])


@pytest.mark.parametrize("refuter", ["bootstrap", "unobserved_common_cause"])
def test_each_simulation_is_reported(world, refuter):
    seen = []
    with listening(lambda done, total: seen.append((done, total))):
        refutation.simulate(refuter, "linear_regression", world(60), "ATE", range(3))
        refutation.simulate(refuter, "two_stage_least_squares", world(60), "ATE", range(2), np.arange(60.0))
    whole = [(0, 3), (1, 3), (2, 3)]
    assert seen == (whole if refuter.startswith("unob") else [*whole, (0, 2), (1, 2)])


def test_draws_on_which_the_method_fails_are_nan(make):
    arm = np.zeros(30, dtype=int)
    arm[4] = 1
    design = make(np.arange(30.0), arm, np.empty((30, 0)), randomised=True)
    found = refutation.simulate("bootstrap", "difference_in_means", design, "ATE", range(20))
    assert 0 < np.isnan(found).sum() < 20
    (original,) = estimation.estimate("difference_in_means", design)
    judged = refutation.judge("bootstrap", original, found[:, 0])
    assert "could not answer" in judged.seen
    assert judged.verdict != "pass"
