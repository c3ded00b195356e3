from dataclasses import replace

import numpy as np
import pytest

from causal_core import estimation
from causal_core.estimation.frontdoor import frontdoor
from causal_core.estimation.sample import prepare


@pytest.fixture
def hidden(make):
    """A hidden u drives treatment and outcome, x the treatment, the mediator and the outcome.

    The mediator's effect is 2 + 1.5 t, that of the treatment on the mediator 1 + 0.5 x; so the effect is the
    mean of (2 + 1.5 T)(1 + 0.5 x).
    """

    def draw(n, seed=0, confounded=True, **options):
        random = np.random.default_rng(seed)
        x, u = random.normal(size=n), random.normal(size=n)
        arm = (u + 0.7 * x + random.normal(size=n) > 0).astype(int)
        m = (1 + 0.5 * x) * arm + x + random.normal(size=n)
        y = (2 + 1.5 * arm) * m + 3 * u + x + random.normal(size=n)
        return make(y, arm, x if confounded else np.empty((n, 0)), **options), m, x

    return draw


@pytest.fixture
def plain(make):
    """As in the textbook: no covariate, no interaction; the effect is 3."""

    def draw(n, seed=0):
        random = np.random.default_rng(seed)
        u = random.normal(size=n)
        arm = (u + random.normal(size=n) > 0).astype(int)
        m = 1.5 * arm + random.normal(size=n)
        return make(2 * m + 3 * u + random.normal(size=n), arm, np.empty((n, 0))), m

    return draw


def truth_of(design, x):
    return float(np.mean((2 + 1.5 * design.arm) * (1 + 0.5 * x)))


def test_the_mean_over_the_arms_is_taken_under_interaction(hidden):
    design, m, x = hidden(40_000)
    (found,) = estimation.estimate_frontdoor(design, m)
    assert found.value == pytest.approx(truth_of(design, x), abs=4 * found.std_error)
    assert (found.estimand, found.strategy) == ("ATE", "frontdoor")
    (without,) = estimation.estimate_frontdoor(hidden(40_000, confounded=False)[0], m)
    assert abs(without.value - truth_of(design, x)) > 10 * without.std_error


def test_intervals_cover(hidden, plain):
    """250 runs each: fewer than 226 or more than 247 happen in 1 of 1,000 trials each at 95 %."""
    large, _, x = hidden(2_000_000, 10**6)
    truth = truth_of(large, x)
    held = [0, 0]
    for seed in range(250):
        design, m, _ = hidden(400, seed)
        answer = frontdoor(prepare(design), 1, m)
        held[0] += abs(answer.value - truth) < 1.96 * np.sqrt(np.sum(answer.influence**2)) / 400
        design, m = plain(400, seed)
        answer = frontdoor(prepare(design), 1, m)
        held[1] += abs(answer.value - 3) < 1.96 * np.sqrt(np.sum(answer.influence**2)) / 400
    for each in held:
        assert 226 <= each <= 247


def test_trap_2_the_contrast_is_not_squared(plain):
    """The other way round is the negative; a squared contrast would be the same number."""
    design, m = plain(4000)
    (found,) = estimation.estimate_frontdoor(design, m)
    (back,) = estimation.estimate_frontdoor(replace(design, arm=1 - design.arm), m)
    assert back.value == pytest.approx(-found.value)
    assert back.std_error == pytest.approx(found.std_error)


def test_trap_13_two_mediators_are_both_used(plain, make):
    design, m = plain(20_000)
    random = np.random.default_rng(4)
    second = -design.arm + random.normal(size=20_000)
    (both,) = estimation.estimate_frontdoor(
        replace(design, outcome=design.outcome + 2 * second), np.column_stack([m, second])
    )
    assert both.value == pytest.approx(3.0 - 2.0, abs=4 * both.std_error)
    # Cut in two, a mediator is still the same one.
    halves = np.column_stack([m / 2, m / 2 + 0.1 * random.normal(size=20_000)])
    assert estimation.estimate_frontdoor(design, halves)[0].value == pytest.approx(3.0, abs=0.15)


def test_the_formula_on_a_table(make):
    """Pearl 2009, table 3.1: 0.4525 less 0.4975, exactly."""
    cells = [(0, 0, 1900, 190), (1, 0, 100, 90), (0, 1, 100, 5), (1, 1, 1900, 1615)]
    arm = np.concatenate([np.full(n, t) for t, _, n, _ in cells])
    tar = np.concatenate([np.full(n, m) for _, m, n, _ in cells])
    ill = np.concatenate([np.arange(n) < k for *_, n, k in cells]).astype(float)
    (found,) = estimation.estimate_frontdoor(make(ill, arm, np.empty((4000, 0))), tar)
    assert found.value == pytest.approx(-0.045, abs=1e-12)
    assert found.baseline == pytest.approx(0.4975, abs=1e-12)


def test_several_arms(make):
    random = np.random.default_rng(2)
    u = random.normal(size=9000)
    arm = np.digitize(u + random.normal(size=9000), [-0.7, 0.7])
    m = np.array([0.0, 1.0, 3.0])[arm] + random.normal(size=9000)
    found = estimation.estimate_frontdoor(make(2 * m + u, arm, np.empty((9000, 0))), m)
    for truth, each in zip((2.0, 6.0), found, strict=True):
        assert each.value == pytest.approx(truth, abs=4 * each.std_error)


def test_what_cannot_be_told_is_said(plain):
    design, m = plain(500)
    assert "ATE" in estimation.estimate_frontdoor(design, m, "ATT")[0].error
    stuck = np.where(design.arm == 0, 0.0, m)
    assert "In arm a a mediator does not vary" in estimation.estimate_frontdoor(design, stuck)[0].error
