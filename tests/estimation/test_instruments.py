from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation


@pytest.fixture
def encouraged(make):
    """Encouragement moves 60 % of the people; the hidden u drives treatment and outcome; the effect is 2."""

    def draw(n=2000, strength=0.6, seed=0, covariates=0):
        random = np.random.default_rng(seed)
        z = random.integers(0, 2, n)
        u = random.normal(size=n)
        x = random.normal(size=(n, covariates))
        arm = np.where(random.uniform(size=n) < strength, z, u > 0).astype(int)
        return make(2 * arm + 3 * u + x.sum(axis=1) + random.normal(size=n), arm, x), z

    return draw


def test_wald_is_a_ratio_of_differences(encouraged):
    design, z = encouraged()
    (found,) = estimation.estimate_iv("wald", design, z)
    y, t = design.outcome, design.arm
    expected = (y[z == 1].mean() - y[z == 0].mean()) / (t[z == 1].mean() - t[z == 0].mean())
    assert found.value == pytest.approx(expected, rel=1e-10)
    assert (found.estimand, found.strategy) == ("LATE", "iv")
    assert found.ci[0] < 2 < found.ci[1]
    (line,) = estimation.estimate("linear_regression", design)
    assert line.value > 3


def test_trap_3_coding_and_several_instruments(encouraged):
    """An instrument coded 1 and 2 is the same one, and several are fitted with an intercept."""
    design, z = encouraged()
    assert estimation.estimate_iv("wald", design, z + 1)[0].value == pytest.approx(
        estimation.estimate_iv("wald", design, z)[0].value
    )
    second = np.random.default_rng(1).normal(5, 1, 2000)
    (found,) = estimation.estimate_iv("two_stage_least_squares", design, np.column_stack([z + 10, second]))
    assert found.value == pytest.approx(2, abs=3 * found.std_error)


def test_two_stages_by_hand(encouraged):
    design, z = encouraged(covariates=2)
    y, t = design.outcome, design.arm
    first = np.column_stack([np.ones(2000), design.covariates, z])
    fitted = first @ np.linalg.lstsq(first, t, rcond=None)[0]
    second = np.column_stack([fitted, np.ones(2000), design.covariates])
    (found,) = estimation.estimate_iv("two_stage_least_squares", design, z)
    assert found.value == pytest.approx(np.linalg.lstsq(second, y, rcond=None)[0][0], rel=1e-9)
    assert found.estimand == "linear coefficient"
    inverse = np.linalg.inv(second.T @ second)
    actual = np.column_stack([t, np.ones(2000), design.covariates])
    rest = y - actual @ np.linalg.lstsq(second, y, rcond=None)[0]
    covariance = inverse @ (second.T * rest**2) @ second @ inverse * 2000 / (2000 - 4)
    assert found.std_error == pytest.approx(np.sqrt(covariance[0, 0]), rel=1e-9)


def test_a_weak_instrument_has_an_open_or_split_interval(encouraged):
    shapes = set()
    for seed in range(20):
        design, z = encouraged(200, strength=0.05, seed=seed)
        (found,) = estimation.estimate_iv("wald", design, z)
        if found.ci == (None, None):
            shapes.add("whole line")
        elif isinstance(found.ci[0], tuple):
            shapes.add("two parts")
            assert found.ci[0][0] is None
            assert found.ci[1][1] is None
            assert found.ci[0][1] < found.ci[1][0]
        if any("weak" in note for note in found.notes):
            shapes.add("weak")
    assert shapes == {"whole line", "two parts", "weak"}


def test_anderson_rubin_covers_with_a_weak_instrument(encouraged):
    held = 0
    for seed in range(250):
        design, z = encouraged(150, strength=0.15, seed=seed)
        (found,) = estimation.estimate_iv("wald", design, z)
        parts = found.ci if isinstance(found.ci[0], tuple) else (found.ci,)
        held += any((low is None or low <= 2) and (high is None or high >= 2) for low, high in parts)
    # Fewer than 226 or more than 247 of 250 happen in 1 of 1,000 trials each at 95 %.
    assert 226 <= held <= 247


def test_what_does_not_apply_is_said(encouraged, world):
    design, z = encouraged(covariates=1)
    assert "covariates" in estimation.estimate_iv("wald", design, z)[0].error
    assert (
        "does not vary" in estimation.estimate_iv("two_stage_least_squares", design, np.ones(2000))[0].error
    )
    three = world(300, 3)
    assert (
        "2 arms need" in estimation.estimate_iv("two_stage_least_squares", three, np.arange(300.0))[1].error
    )
    assert "instrument" in estimation.estimate("wald", design)[0].error


def test_frontdoor(make):
    random = np.random.default_rng(0)
    u = random.normal(size=20_000)
    arm = (u + random.normal(size=20_000) > 0).astype(int)
    mediator = 1.5 * arm + random.normal(size=20_000)
    design = make(2 * mediator + 3 * u + random.normal(size=20_000), arm, np.empty((20_000, 0)))
    (found,) = estimation.estimate_frontdoor(design, mediator)
    assert found.value == pytest.approx(3.0, abs=3 * found.std_error)
    assert 0.02 < found.std_error < 0.1
    assert (found.estimand, found.strategy) == ("ATE", "frontdoor")
    assert "ATE" in estimation.estimate_frontdoor(design, mediator, "ATT")[0].error
    # The contrast is not squared (trap 2): the other way round is the negative.
    (back,) = estimation.estimate_frontdoor(replace(design, arm=1 - arm), mediator)
    assert back.value == pytest.approx(-found.value)
    # Two mediators that share the effect are both used (trap 13).
    pair = np.column_stack([mediator / 2, mediator / 2 + 0.1 * random.normal(size=20_000)])
    (both,) = estimation.estimate_frontdoor(design, pair)
    assert both.value == pytest.approx(3.0, abs=0.15)
