import numpy as np
import pytest

from causal_core import estimation, refutation
from causal_core.problem import Problem

SCATTER = [
    name
    for name, about in refutation.REFUTERS.items()
    if about.simulated and name != "unobserved_common_cause"
]


@pytest.fixture
def iv_world(make):
    def draw(n=600, seed=0, **options):
        random = np.random.default_rng(seed)
        hidden, instrument = random.normal(size=n), random.integers(0, 2, n).astype(float)
        arm = (instrument + hidden + random.normal(size=n) > 0.5).astype(int)
        outcome = 2 * arm + 2 * hidden + random.normal(size=n)
        return make(outcome, arm, np.empty((n, 0)), **options), instrument

    return draw


@pytest.fixture
def frontdoor_world(make):
    def draw(n=600, seed=0):
        random = np.random.default_rng(seed)
        hidden = random.normal(size=n)
        arm = (hidden + random.normal(size=n) > 0).astype(int)
        mediator = arm + random.normal(size=n)
        return make(2 * mediator + 2 * hidden + random.normal(size=n), arm, np.empty((n, 0))), mediator

    return draw


@pytest.mark.parametrize(
    ("method", "refuter"),
    [
        *(("two_stage_least_squares", refuter) for refuter in SCATTER),
        *(("wald", refuter) for refuter in SCATTER if refuter != "random_common_cause"),
    ],
)
def test_instruments_can_be_tried(iv_world, method, refuter):
    design, instrument = iv_world()
    found = refutation.simulate(refuter, method, design, "ATE", range(30), instrument)
    estimate = estimation.estimate_iv(method, design, instrument)[0]
    centre = 0.0 if refuter in {"placebo_treatment", "dummy_outcome"} else estimate.value
    assert found.shape == (30, 1)
    assert abs(found.mean() - centre) < 0.6 * estimate.std_error
    assert len(np.unique(found)) == 30


@pytest.mark.parametrize("refuter", SCATTER)
def test_front_doors_can_be_tried(frontdoor_world, refuter):
    design, mediator = frontdoor_world()
    found = refutation.simulate(refuter, "frontdoor", design, "ATE", range(30), mediator)
    estimate = estimation.estimate_frontdoor(design, mediator)[0]
    centre = 0.0 if refuter in {"placebo_treatment", "dummy_outcome"} else estimate.value
    assert abs(found.mean() - centre) < 0.6 * estimate.std_error


def test_a_placebo_takes_the_instrument_along(iv_world):
    design, instrument = iv_world()
    found = refutation.simulate("placebo_treatment", "wald", design, "ATE", range(30), instrument)
    error = estimation.estimate_iv("wald", design, instrument)[0].std_error
    # Had the instrument stayed behind, the ratio would be one of two noises, with a scatter without bound.
    assert found.std() < 2 * error


def test_a_covariate_more_is_no_instrument_more(iv_world):
    design, instrument = iv_world()
    found = refutation.simulate(
        "random_common_cause", "two_stage_least_squares", design, "ATE", [0], instrument
    )
    plain = estimation.estimate_iv("two_stage_least_squares", design, instrument)[0].value
    assert found[0, 0] != plain
    assert found[0, 0] == pytest.approx(plain, abs=0.1)


def test_seeds_may_be_split_among_calls(iv_world):
    design, instrument = iv_world(clusters=np.arange(600) // 3)
    for refuter in SCATTER:
        whole = refutation.simulate(refuter, "two_stage_least_squares", design, "ATE", range(4), instrument)
        parts = [
            refutation.simulate(refuter, "two_stage_least_squares", design, "ATE", seeds, instrument)
            for seeds in ([0], [1, 2], [3])
        ]
        assert np.array_equal(np.concatenate(parts), whole)


def test_what_cannot_be_estimated_cannot_be_tried(iv_world):
    design, instrument = iv_world()
    with pytest.raises(Problem, match="does not vary"):
        refutation.simulate("bootstrap", "wald", design, "ATE", [0], np.ones_like(instrument))


def test_a_made_up_confounder_says_nothing_about_an_instrument(iv_world):
    design, instrument = iv_world()
    estimate = estimation.estimate_iv("wald", design, instrument)[0]
    simulations = refutation.simulate("unobserved_common_cause", "wald", design, "ATE", [0], instrument)
    found = refutation.judge("unobserved_common_cause", estimate, simulations[:, 0])
    assert found.verdict == "unclear"
    assert "allows for hidden causes" in found.error


def test_a_random_covariate_says_nothing_about_a_difference_in_means(make):
    random = np.random.default_rng(0)
    arm = random.integers(0, 2, 100)
    design = make(arm + random.normal(size=100), arm, np.empty((100, 0)), randomised=True)
    estimate = estimation.estimate("difference_in_means", design)[0]
    simulations = refutation.simulate("random_common_cause", "difference_in_means", design, "ATE", [0, 1])
    found = refutation.judge("random_common_cause", estimate, simulations[:, 0])
    assert found.verdict == "unclear"
    assert "uses no covariates" in found.error
