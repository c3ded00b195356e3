import numpy as np
import pytest

from causal_core import policy
from causal_core.problem import Problem

LOGGED = [0, 1, 1, 0]
OUTCOME = [1.0, 4.0, 2.0, 3.0]
PROPENSITY = np.array([[0.5, 0.5], [0.75, 0.25], [0.5, 0.5], [0.8, 0.2]])
MODEL = np.array([[1.0, 2.0], [1.0, 3.0], [2.0, 2.0], [2.0, 5.0]])
# Policy (1, 1, 1, 0): weights are 0, 4, 2, 1.25.
ASSIGNED = [1, 1, 1, 0]


def test_ips_by_hand():
    found = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, method="ips")
    terms = np.array([0, 16, 4, 3.75])
    assert found.value == pytest.approx(terms.mean())
    assert found.std_error == pytest.approx(terms.std(ddof=1) / 2)
    assert found.ci[1] - found.value == pytest.approx(1.959964 * found.std_error)
    assert found.effective_sample_size == pytest.approx(7.25**2 / (16 + 4 + 1.5625))


def test_snips_by_hand():
    found = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, method="snips")
    value = 23.75 / 7.25
    weight = np.array([0, 4, 2, 1.25])
    assert found.value == pytest.approx(value)
    error = np.sqrt(np.sum(weight**2 * (np.array(OUTCOME) - value) ** 2)) / 7.25
    assert found.std_error == pytest.approx(error)


def test_dr_by_hand_and_without_a_model():
    found = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL)
    terms = np.array([2, 3 + 4 * 1, 2 + 0, 2 + 1.25])
    np.testing.assert_allclose(found.contributions, terms)
    assert found.value == pytest.approx(terms.mean())
    with pytest.raises(Problem, match="needs an outcome model"):
        policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY)


@pytest.mark.parametrize("method", ["dr", "ips", "snips"])
def test_a_stochastic_policy_of_zeros_and_ones_is_the_fixed_one(method):
    fixed = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL, method)
    chances = policy.evaluate(np.eye(2)[ASSIGNED], LOGGED, OUTCOME, PROPENSITY, MODEL, method)
    assert (fixed.value, fixed.std_error) == (chances.value, chances.std_error)


@pytest.mark.parametrize("method", ["dr", "ips", "snips"])
def test_the_logging_policy_is_worth_what_it_earned(method):
    found = policy.evaluate(PROPENSITY, LOGGED, OUTCOME, PROPENSITY, np.zeros((4, 2)), method)
    assert found.value == pytest.approx(np.mean(OUTCOME))


def test_gains_are_paired():
    first = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL)
    none = policy.evaluate([0] * 4, LOGGED, OUTCOME, PROPENSITY, MODEL)
    gain = first.gain_over(none)
    difference = first.contributions - none.contributions
    assert gain.value == pytest.approx(first.value - none.value)
    assert gain.std_error == pytest.approx(difference.std(ddof=1) / 2)
    assert first.gain_over(first).std_error == 0


def test_clusters_and_weights_are_carried_through():
    doubled = [np.repeat(part, 2, axis=0) for part in (ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL)]
    for method in ("dr", "ips"):
        once = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL, method)
        twice = policy.evaluate(*doubled, method, clusters=np.repeat(list("abcd"), 2))
        assert (twice.value, twice.std_error) == pytest.approx((once.value, once.std_error))
        weighted = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL, method, weights=[2, 1, 1, 1])
        rows = [0, 0, 1, 2, 3]
        repeated = policy.evaluate(
            np.array(ASSIGNED)[rows],
            np.array(LOGGED)[rows],
            np.array(OUTCOME)[rows],
            PROPENSITY[rows],
            MODEL[rows],
            method,
        )
        assert weighted.value == pytest.approx(repeated.value)
    snips = policy.evaluate(*doubled, "snips", clusters=np.repeat(np.arange(4), 2))
    once = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL, "snips")
    # Cluster sums carry the factor g / (g - 1), the published delta-method error does not.
    assert snips.std_error == pytest.approx(once.std_error * np.sqrt(4 / 3))


def test_thin_evidence_is_warned_about():
    found = policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, MODEL)
    assert found.warnings == (
        "The effective sample size is only 2: the value rests on few rows.",
        "One row carries 55 % of the weight.",
    )
    many = policy.evaluate(
        np.ones(500), np.arange(500) % 2, np.ones(500), np.full((500, 2), 0.5), method="ips"
    )
    assert many.warnings == ()


def test_what_cannot_be_valued_is_refused():
    with pytest.raises(Problem, match="In 1 rows the policy wants an action that was never possible"):
        policy.evaluate([1, 0], [0, 0], [1, 2], [[1, 0], [0.5, 0.5]], method="ips")
    with pytest.raises(Problem, match="logged actions have propensity 0"):
        policy.evaluate([0, 0], [1, 0], [1, 2], [[1, 0], [0.5, 0.5]], method="ips")
    with pytest.raises(Problem, match="indices 0 to 1"):
        policy.evaluate([2, 0, 0, 0], LOGGED, OUTCOME, PROPENSITY, method="ips")
    with pytest.raises(Problem, match="sum to 1"):
        policy.evaluate(np.full((4, 2), 0.3), LOGGED, OUTCOME, PROPENSITY, method="ips")
    with pytest.raises(Problem, match="never agrees"):
        policy.evaluate([1, 0, 0, 1], LOGGED, OUTCOME, PROPENSITY, method="snips")
    with pytest.raises(Problem, match="no method 'dm'"):
        policy.evaluate(ASSIGNED, LOGGED, OUTCOME, PROPENSITY, method="dm")
    with pytest.raises(Problem, match=r"propensity must have the shape \(4, actions\)"):
        policy.evaluate(ASSIGNED, LOGGED, OUTCOME, [0.5] * 4, method="ips")
    with pytest.raises(Problem, match="outcome is missing in 1 of 4"):
        policy.evaluate(ASSIGNED, LOGGED, [1, 2, np.nan, 3], PROPENSITY, method="ips")


def test_intervals_cover():
    random = np.random.default_rng(0)
    covered = {"dr": 0, "ips": 0, "snips": 0}
    for _ in range(200):
        x = random.random(300)
        chance = 0.3 + 0.4 * x
        logged = (random.random(300) < chance).astype(int)
        outcome = logged * x + random.normal(size=300)
        assigned = (x > 0.5).astype(int)
        propensity = np.column_stack([1 - chance, chance])
        model = np.column_stack([np.zeros(300), x])
        for method in covered:
            found = policy.evaluate(assigned, logged, outcome, propensity, model, method)
            covered[method] += found.ci[0] <= 0.375 <= found.ci[1]
    assert min(covered.values()) >= 180
