import dataclasses

import numpy as np
import pytest

from causal_core.bandit.world import World, confirmed
from causal_core.uplift.result import HeldOut
from causal_core.uplift.scores import aipw


def handed(rows=20_000, effect=1.0, noise=0.0, binary=False, seed=0):
    """Held-out rows of a trial with three arms; the second has the effect x, the third none."""
    random = np.random.default_rng(seed)
    x, arm = random.normal(size=rows), random.integers(0, 3, rows)
    truth = np.column_stack([0.5 * x, 0.5 * x + effect * x + 0.2, 0.5 * x - 0.1])
    outcome = truth[np.arange(rows), arm] + random.normal(size=rows)
    if binary:
        truth = np.clip(0.5 + 0.1 * truth, 0, 1)
        outcome = (random.random(rows) < truth[np.arange(rows), arm]).astype(float)
    model = truth + noise * random.normal(size=truth.shape)
    chances = np.full(truth.shape, 1 / 3)
    held_out = HeldOut(
        rows=np.arange(rows),
        arms=("a", "b", "c"),
        predicted={"t": truth[:, 1:] - truth[:, :1]},
        baseline={"t": truth[:, 0]},
        scores=aipw(outcome, arm, model, chances),
        outcome_model=model,
        arm=arm,
        outcome=outcome,
        propensity=chances,
        clusters=None,
        total_rows=2 * rows,
    )
    return held_out, truth, x[:, None]


def world_of(held_out, x, effects=None, benefit=1.0):
    guess = held_out.predicted["t"] if effects is None else effects
    return World.of(held_out, x, guess, benefit, np.zeros((len(x), 3)))


def test_what_scores_confirm_is_what_the_world_holds():
    held_out, truth, x = handed()
    world = world_of(held_out, x)
    np.testing.assert_allclose(world.mean, truth, atol=0.12)
    assert world.spread == pytest.approx((1.0, 0.0), abs=0.03)
    assert world.worth[0] == pytest.approx(0.2, abs=0.03)
    np.testing.assert_array_equal(world.x[:, 0], 1)


def test_noise_of_a_model_is_no_gain_to_learn():
    held_out, _, x = handed(noise=1.0)
    random = np.random.default_rng(9)
    guesses = random.normal(size=(len(x), 2))
    world = world_of(held_out, x, effects=guesses)
    # Both predictions of the third arm are noise: its effect is the same for all, about -0.1.
    assert world.spread[1] < 0.05
    assert (world.mean[:, 2] - world.mean[:, 0]).mean() == pytest.approx(-0.1, abs=0.05)
    # The second arm's model has variance 1 of truth and 2 of noise, so a third of it is confirmed.
    assert world.spread[0] == pytest.approx(np.sqrt(3) / 3, abs=0.05)


def test_slopes_below_zero_are_left_out_and_none_exceeds_one():
    guess = np.linspace(-1, 1, 101)[:, None]
    np.testing.assert_allclose(confirmed(guess, -guess[:, 0] + 2), np.full(101, 2.0))
    np.testing.assert_allclose(confirmed(guess, 0.4 * guess[:, 0] + 2), 0.4 * guess[:, 0] + 2)
    np.testing.assert_allclose(confirmed(guess, 3 * guess[:, 0]), guess[:, 0], atol=1e-12)
    np.testing.assert_allclose(confirmed(np.ones((5, 1)), np.arange(5.0)), np.full(5, 2.0))


def test_rows_that_stand_for_many_are_met_often():
    held_out, _, x = handed(rows=4000, effect=0.0)
    heavy = x[:, 0] > 0
    weights = np.where(heavy, 1.9, 0.1)
    world = world_of(dataclasses.replace(held_out, weights=weights / weights.mean()), x)
    met = world.meet(np.random.default_rng(0).random((2, 50_000)))
    share = weights[heavy].sum() / weights.sum()
    assert heavy[met].mean() == pytest.approx(share, abs=0.005)
    assert world.centre == pytest.approx(np.average(held_out.outcome, weights=weights))
    everybody = world_of(held_out, x)
    assert np.bincount(everybody.meet(np.linspace(0, 0.9999, 8000)), minlength=4000).max() == 2


@pytest.mark.parametrize("binary", [False, True])
def test_outcomes_have_the_mean_and_the_spread_of_the_logged_ones(binary):
    held_out, _, x = handed(binary=binary)
    world = world_of(held_out, x, benefit=-2.0)
    random = np.random.default_rng(1)
    who, arm = random.integers(0, len(x), 200_000), random.integers(0, 3, 200_000)
    outcome = world.outcomes(who, arm, random.random(200_000), 0.0)
    assert outcome.mean() == pytest.approx(held_out.outcome.mean(), abs=0.02)
    assert outcome.std() == pytest.approx(held_out.outcome.std(), rel=0.02)
    assert (world.levels == (0.0, 1.0)) is binary
    assert world.centre == pytest.approx(-2 * held_out.outcome.mean())
    assert world.scale == pytest.approx(2 * held_out.outcome.std())
    if binary:
        assert set(np.unique(outcome)) == {0.0, 1.0}
