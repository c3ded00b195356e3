"""The same seed gives the same simulated estimate here and in DoWhy, to ten digits."""

import warnings

import numpy as np
import pytest

from causal_core import refutation
from causal_core.estimation.sample import prepare
from causal_core.estimation.through_dowhy import estimand_of, fitted, frame_of, quiet

SEEDS = (3, 11)


def theirs(refuter, method, design, seed, target="ATE"):
    from dowhy.causal_refuters import (
        refute_bootstrap,
        refute_data_subset,
        refute_dummy_outcome,
        refute_placebo_treatment,
        refute_random_common_cause,
    )
    from dowhy.causal_refuters.placebo_treatment_refuter import PlaceboType

    sample = prepare(design)
    with quiet():
        # A frame of its own for the estimate: the refuter must not see the columns that fitting adds.
        estimate = fitted(method, sample, frame_of(sample), target)
        estimand, frame = estimand_of(sample), frame_of(sample)
        options = {"num_simulations": 1, "random_state": np.random.RandomState(seed), "n_jobs": 1}
        if refuter == "placebo_treatment":
            found = refute_placebo_treatment(
                frame, estimand, estimate, ["t"], placebo_type=PlaceboType.PERMUTE, **options
            )
        elif refuter == "random_common_cause":
            found = refute_random_common_cause(frame, estimand, estimate, **options)
        elif refuter == "data_subset":
            found = refute_data_subset(frame, estimand, estimate, subset_fraction=0.8, **options)
        elif refuter == "bootstrap":
            # Without `required_variables=False` noise is added to the covariates (trap 18).
            found = refute_bootstrap(frame, estimand, estimate, required_variables=False, **options)
        else:
            np.random.seed(seed)  # noqa: NPY002 - this refuter draws from numpy's global generator
            found = refute_dummy_outcome(
                frame, estimand, estimate, "t", "y", required_variables=True, num_simulations=1
            )[0]
    return float(found.new_effect)


@pytest.mark.parametrize("method", ["linear_regression", "ipw"])
@pytest.mark.parametrize(
    "refuter", ["placebo_treatment", "random_common_cause", "data_subset", "bootstrap", "dummy_outcome"]
)
def test_equal_to_dowhy(world, refuter, method):
    design = world(250)
    ours = refutation.simulate(refuter, method, design, "ATE", SEEDS)
    assert ours.shape == (2, 1)
    for seed, value in zip(SEEDS, ours[:, 0], strict=True):
        assert value == pytest.approx(theirs(refuter, method, design, seed), abs=1e-9)


def test_trap_1_a_placebo_after_ipw_is_clean(world):
    design = world(800, effect=3.0)
    found = refutation.simulate("placebo_treatment", "ipw", design, "ATE", range(40))[:, 0]
    assert abs(found.mean()) < 0.1
    assert refutation.simulate("placebo_treatment", "ipw", design, "ATE", range(40))[:, 0] == pytest.approx(
        found, abs=0
    )


def test_trap_10_each_seed_draws_its_own(world):
    for refuter in ("data_subset", "bootstrap"):
        found = refutation.simulate(refuter, "linear_regression", world(100), "ATE", range(16))[:, 0]
        assert len(set(found)) == 16


def test_trap_18_the_bootstrap_adds_no_noise_to_covariates(make):
    random = np.random.default_rng(0)
    x = random.normal(size=1000)
    arm = (x + 0.5 * random.normal(size=1000) > 0).astype(int)
    design = make(arm + 5 * x + random.normal(size=1000), arm, x)
    found = refutation.simulate("bootstrap", "linear_regression", design, "ATE", range(50))[:, 0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        original = refutation.simulate("random_common_cause", "linear_regression", design, "ATE", [0])[0, 0]
    assert abs(found.mean() - original) < 0.5 * found.std()
