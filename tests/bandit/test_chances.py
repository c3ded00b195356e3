import numpy as np
import pytest

from causal_core.bandit import chances


def test_ties_share_the_chance():
    np.testing.assert_allclose(chances.greedy(np.array([[1.0, 2.0, 2.0]])), [[0, 0.5, 0.5]])
    np.testing.assert_allclose(chances.explored(np.array([0.0, 1.0]), 0.2), [0.1, 0.9])


def test_two_arms_are_exact():
    # P(N(1, 3^2) > N(0, 4^2)) = Phi(1/5).
    found = chances.thompson(np.array([[0.0, 1.0]]), np.array([[4.0, 3.0]]))
    np.testing.assert_allclose(found, [[1 - 0.579259709439103, 0.579259709439103]], rtol=1e-12)


@pytest.mark.parametrize(
    ("value", "error"),
    [([0.0, 0.0, 0.0], [1.0, 1.0, 1.0]), ([0.0, 0.3, -0.2], [0.5, 0.4, 1.0]), ([1, 0, 0, 0.5], [1, 1, 2, 1])],
)
def test_several_arms_are_the_chance_of_being_best(value, error):
    value, error = np.array(value, dtype=float), np.array(error, dtype=float)
    drawn = np.random.default_rng(1).normal(size=(400_000, len(value))) * error + value
    often = np.bincount(drawn.argmax(axis=1), minlength=len(value)) / len(drawn)
    found = chances.thompson(value[None], error[None])[0]
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found, often, atol=0.004)


def test_without_error_the_highest_value_has_all():
    np.testing.assert_allclose(chances.thompson(np.array([[0.0, 1.0]]), np.zeros((1, 2))), [[0, 1]])
    np.testing.assert_allclose(chances.thompson(np.array([[2.0, 1, 0]]), np.zeros((1, 3))), [[1, 0, 0]])


def test_arms_are_drawn_with_their_chances():
    given = np.array([0.2, 0.0, 0.5, 0.3])
    uniforms = (np.arange(1000) + 0.5) / 1000
    arms = chances.draw(np.broadcast_to(given, (1000, 4)), uniforms)
    np.testing.assert_allclose(np.bincount(arms, minlength=4) / 1000, given)
    assert chances.draw(np.array([1 / 3, 1 / 3, 1 / 3]), np.array(1 - 1e-16)) == 2


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.5])
def test_exploring_less_and_less_explores_as_often_in_all(epsilon):
    first = chances.first_share(epsilon)
    time = (np.arange(1_000_000) + 0.5) / 1_000_000
    assert np.minimum(1, first / time).mean() == pytest.approx(epsilon, rel=1e-4)
    assert chances.first_share(0) == 0
    assert chances.first_share(1) == 1
