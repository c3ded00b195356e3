import numpy as np
import pytest

from causal_core import policy
from causal_core.policy.result import compare
from causal_core.policy.share_curve import value_curve
from causal_core.policy.valuation import current
from tests.policy.test_valuation import held_out, trial


@pytest.mark.parametrize("against", ["none", "all", "current"])
@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_each_point_is_what_top_share_gives(against, clustered, weighted):
    random = np.random.default_rng(1)
    predicted = np.round(random.normal(size=(333, 2)), 1)
    scores = np.hstack([np.zeros((333, 1)), predicted]) + random.normal(size=(333, 3)) + [0, 3, 3]
    weights = random.integers(1, 5, 333).astype(float) if weighted else None
    arm = random.integers(0, 3, 333)
    rows = held_out(
        predicted,
        scores,
        arm,
        scores[np.arange(333), arm],
        clusters=random.permutation(333) // 3 if clustered else None,
        weights=None if weights is None else weights / weights.mean(),
    )
    economics = policy.Economics.of(rows, "s", 2.0, {"none": 0.1, "a": 0.3, "b": random.random(333)})
    curve = value_curve(economics, against)
    other = {"none": policy.treat_none, "all": None, "current": current}[against]
    for share in (0, 0.01, 0.2, 0.5, 0.77, 0.99, 1):
        exact = policy.top_share(economics, share)
        gain = exact.gain_vs_all if other is None else compare(exact, other(economics))
        assert curve.at(share).value == pytest.approx(gain.value, abs=1e-12)
        assert curve.at(share).std_error == pytest.approx(gain.std_error, abs=1e-12)
        assert np.interp(share, curve.share, curve.cost) == pytest.approx(exact.cost)
    assert curve.against == against


def test_large_effects_cost_no_digits():
    """An effect of a million does not hide differences of one in the error."""
    random = np.random.default_rng(3)
    far = trial(random, level=1e6)
    near = held_out(far.predicted["s"], far.scores - [0, 1e6], far.arm, far.outcome)
    curves = [value_curve(policy.Economics.of(each, "s")) for each in (far, near)]
    np.testing.assert_allclose(curves[0].std_error[:100], curves[1].std_error[:100], rtol=1e-6)


@pytest.mark.parametrize("clusters", [None, 4])
def test_the_band_covers_as_said_where_effects_are_large(clusters):
    random = np.random.default_rng(4)
    truth = 0.3 * 3 + np.exp(-(0.5244005**2) / 2) / np.sqrt(2 * np.pi)
    covered = {"none": 0, "all": 0, "current": 0}
    wanted = {"none": truth, "all": truth - 3, "current": truth - 1.5}
    for _ in range(300):
        economics = policy.Economics.of(trial(random, level=3.0, clusters=clusters), "s")
        for against, value in wanted.items():
            low, high = value_curve(economics, against).at(0.3).ci
            covered[against] += low <= value <= high
    assert 273 <= min(covered.values()) <= max(covered.values()) <= 296
