import numpy as np
import pytest

from causal_core.bandit.posterior import Posterior


def test_two_people_by_hand():
    posterior = Posterior.prior(1, 2, 2)
    x = np.array([[[1.0, 2.0], [1.0, 0.0]]])
    posterior.update(x, np.array([[0, 1]]), np.array([[3.0, 5.0]]))
    # Arm 0: A = I + (1,2)(1,2)' = [[2,2],[2,5]], b = (3,6); arm 1: A = diag(2,1), b = (5,0).
    np.testing.assert_allclose(posterior.precision[0, 0], [[2, 2], [2, 5]])
    np.testing.assert_allclose(posterior.inverse[0, 0], np.array([[5, -2], [-2, 2]]) / 6)
    np.testing.assert_allclose(posterior.mean[0], [[0.5, 1.0], [2.5, 0.0]])
    np.testing.assert_allclose(posterior.predict(x), [[[2.5, 2.5], [0.5, 2.5]]])
    # x' A^-1 x = (5 - 8 + 8) / 6 and 5 / 6 for arm 0, 1/2 + 4 and 1/2 for arm 1.
    np.testing.assert_allclose(posterior.error(x) ** 2, [[[5 / 6, 4.5], [5 / 6, 0.5]]])


@pytest.mark.parametrize("block", [1, 7])
def test_one_by_one_and_in_blocks_is_the_ridge_regression_of_each_run_and_arm(block):
    random = np.random.default_rng(0)
    runs, people, arms, columns = 3, 28, 2, 4
    x = random.normal(size=(runs, people, columns))
    arm = random.integers(0, arms, (runs, people))
    reward = random.normal(size=(runs, people))
    seen = random.integers(0, 2, (runs, people)).astype(float)
    posterior = Posterior.prior(runs, arms, columns, penalty=2.0)
    for start in range(0, people, block):
        here = slice(start, start + block)
        posterior.update(x[:, here], arm[:, here], reward[:, here], seen[:, here])
    for run in range(runs):
        for code in range(arms):
            mine = (arm[run] == code) & (seen[run] == 1)
            design = x[run, mine]
            precision = 2 * np.eye(columns) + design.T @ design
            np.testing.assert_allclose(posterior.precision[run, code], precision)
            np.testing.assert_allclose(posterior.inverse[run, code], np.linalg.inv(precision), atol=1e-12)
            expected = np.linalg.solve(precision, design.T @ reward[run, mine])
            np.testing.assert_allclose(posterior.mean[run, code], expected, atol=1e-12)


def test_runs_that_see_nothing_stay_as_they_are():
    posterior = Posterior.prior(2, 2, 3)
    x = np.ones((2, 1, 3))
    posterior.update(x, np.zeros((2, 1), dtype=int), np.ones((2, 1)), np.array([[0.0], [1.0]]))
    np.testing.assert_array_equal(posterior.inverse[0], Posterior.prior(1, 2, 3).inverse[0])
    assert posterior.mean[1, 0].sum() > 0
