"""The same seed gives the same simulated estimate here and in DoWhy, to ten digits."""

import numpy as np
import pytest

from causal_core import estimation, refutation
from causal_core.refutation.draws import DRAWS
from causal_core.refutation.simulation import simulate_drawn
from tests.refutation.dowhy_peer import MODULES, dummy_outcome, ready

SEEDS = (3, 11)
METHODS = ("linear_regression", "ipw")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("refuter", [*MODULES, "dummy_outcome"])
def test_equal_to_dowhy(world, refuter, method):
    design = world(250)
    ours = refutation.simulate(refuter, method, design, "ATE", SEEDS)
    assert ours.shape == (2, 1)
    for seed, value in zip(SEEDS, ours[:, 0], strict=True):
        if refuter == "dummy_outcome":
            theirs = dummy_outcome(method, design, seed)
        else:
            (theirs,) = ready(refuter, method, design)(np.random.RandomState(seed), 1)
        assert value == pytest.approx(theirs, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(("method", "target"), [("linear_regression", "ATE"), ("ipw", "ATT"), ("ipw", "ATC")])
@pytest.mark.parametrize("refuter", list(MODULES))
def test_equal_to_dowhy_drawing_on_from_one_state(world, refuter, method, target):
    """DoWhy draws all simulations from one generator; given that generator, ours are the same, one by one."""
    design = world(200)
    theirs = ready(refuter, method, design, target)(np.random.RandomState(5), 6)
    state = np.random.RandomState(5)
    ours = simulate_drawn(method, design, target, (DRAWS[refuter](design, state) for _ in range(6)))
    assert ours[:, 0] == pytest.approx(theirs, rel=1e-10, abs=1e-12)


def test_equal_to_dowhy_where_probabilities_are_clipped(make):
    random = np.random.default_rng(8)
    x = random.normal(size=2000)
    arm = (random.uniform(size=2000) < 1 / (1 + np.exp(-5 * x))).astype(int)
    design = make(x + arm + random.normal(size=2000), arm, x)
    assert "raised" in " ".join(estimation.estimate("ipw", design)[0].notes)
    for target in ("ATE", "ATT", "ATC"):
        theirs = ready("random_common_cause", "ipw", design, target)(np.random.RandomState(5), 3)
        state = np.random.RandomState(5)
        drawn = (DRAWS["random_common_cause"](design, state) for _ in range(3))
        assert simulate_drawn("ipw", design, target, drawn)[:, 0] == pytest.approx(theirs, rel=1e-10)


def test_trap_1_a_placebo_after_ipw_is_clean(world):
    design = world(800, effect=3.0)
    found = refutation.simulate("placebo_treatment", "ipw", design, "ATE", range(40))[:, 0]
    assert abs(found.mean()) < 0.1
    assert refutation.simulate("placebo_treatment", "ipw", design, "ATE", range(40))[:, 0] == pytest.approx(
        found, abs=0
    )
