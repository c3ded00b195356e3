import numpy as np
import pytest

from causal_core.gap.harm import bounded, harm_scores, two_values, without_columns
from causal_core.policy.result import Gain
from tests.gap.worlds import handed


def chances(count=40_000, seed=1):
    random = np.random.default_rng(seed)
    without = random.uniform(0.1, 0.9, count)
    return without, np.clip(without + random.uniform(-0.4, 0.5, count), 0, 1)


def means(scores, column):
    return [Gain.of(scores.harmed[:, column]), Gain.of(scores.helped[:, column])]


@pytest.mark.parametrize("good", [1, -1])
def test_binary_bounds_match_their_closed_form(good):
    without, given = chances()
    found = harm_scores(
        handed(given - without, without, binary=True), "t", np.ones(len(without), dtype=int), good
    )
    assert found.binary
    zero, one = (without, given) if good > 0 else (1 - without, 1 - given)
    closed = {
        (0, 0): np.maximum(0, zero - one),
        (0, 1): np.maximum(0, one - zero),
        (1, 0): np.minimum(zero, 1 - one),
        (1, 1): np.minimum(one, 1 - zero),
    }
    for (column, which), value in closed.items():
        gain = means(found, column)[which]
        assert abs(gain.value - value.mean()) < 3.5 * gain.std_error


def test_wrong_predictions_widen_the_bounds_and_never_pass_the_truth():
    without, given = chances()
    held_out = handed(given - without, without, binary=True)
    right = harm_scores(held_out, "t", np.ones(len(without), dtype=int), 1)
    held_out.predicted["t"] = -held_out.predicted["t"]
    wrong = harm_scores(held_out, "t", np.ones(len(without), dtype=int), 1)
    assert wrong.harmed[:, 0].mean() < right.harmed[:, 0].mean()
    assert wrong.harmed[:, 1].mean() > right.harmed[:, 1].mean()
    # Independent outcomes: P(harmed) = E[m0 (1 - m1)].
    truth = (without * (1 - given)).mean()
    for found in (right, wrong):
        assert found.harmed[:, 0].mean() < truth < found.harmed[:, 1].mean()


def test_the_truth_of_several_couplings_lies_within():
    without, given = chances()
    found = harm_scores(
        handed(given - without, without, binary=True), "t", np.ones(len(without), dtype=int), 1
    )
    draw = np.random.default_rng(2).random((2, len(without)))
    for other in (draw[0], 1 - draw[0], draw[1]):
        harmed = ((draw[0] < without) & (other >= given)).mean()
        helped = ((draw[0] >= without) & (other < given)).mean()
        assert found.harmed[:, 0].mean() - 0.02 < harmed < found.harmed[:, 1].mean() + 0.02
        assert found.helped[:, 0].mean() - 0.02 < helped < found.helped[:, 1].mean() + 0.02


@pytest.mark.parametrize("good", [1, -1])
def test_makarov_bounds_match_their_closed_form_under_normal_noise(good):
    from scipy.stats import norm

    random = np.random.default_rng(3)
    effect, without = random.normal(0.3, 1.5, 40_000), random.normal(size=40_000)
    found = harm_scores(handed(effect, without), "t", np.ones(40_000, dtype=int), good)
    assert not found.binary
    # Unit noise moved by tau: sup_t F1(t) - F0(t) = 2 Phi(|tau| / 2) - 1 where tau < 0.
    gain = good * effect
    best = 2 * norm.cdf(np.abs(effect) / 2) - 1
    closed = {
        (0, 0): best * (gain < 0),
        (0, 1): best * (gain > 0),
        (1, 0): 1 - best * (gain > 0),
        (1, 1): 1 - best * (gain < 0),
    }
    for (column, which), value in closed.items():
        mean = means(found, column)[which]
        assert abs(mean.value - value.mean()) < 3.5 * mean.std_error
    # Same noise with and without: exactly those with a negative effect are harmed.
    assert found.harmed[:, 0].mean() < (gain < 0).mean() < found.harmed[:, 1].mean()


def test_shares_alone_give_frechets_bounds():
    harmed, helped = without_columns(0.7, 0.6)
    assert harmed == pytest.approx((0.1, 0.4))
    assert helped == pytest.approx((0.0, 0.3))
    harmed, helped = without_columns(0.2, 0.9)
    assert harmed == pytest.approx((0.0, 0.1))
    assert helped == pytest.approx((0.7, 0.8))


def test_bounds_are_shares():
    found = bounded(Gain(-0.01, 0.02, (-0.05, 0.03)), Gain(1.1, 0.1, (0.9, 1.3)))
    assert (found.lower.value, found.upper.value) == (0, 1)
    assert found.outer == (0, 1)


def test_two_values_of_any_coding_are_binary():
    assert two_values(np.array([1.0, 2, 2])) == (1, 2)
    assert two_values(np.array([1.0, 2, 3])) is None
    assert two_values(np.ones(3)) is None
