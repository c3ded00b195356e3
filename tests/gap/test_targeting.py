import numpy as np
import pytest

from causal_core.gap.targeting import targeting
from causal_core.uplift.toc import rate


def test_both_autocs_are_those_of_rate_and_the_difference_is_paired():
    random = np.random.default_rng(1)
    effect, risk = random.uniform(size=2000), random.integers(0, 40, 2000).astype(float)
    found = targeting((effect, risk), (effect, effect), seed=3)
    assert found.uplift == rate(effect, effect, "autoc", seed=3)
    assert found.risk == rate(effect, risk, "autoc", seed=3)
    # Effects uniform on 0..1 ranked by themselves have AUTOC 1/4.
    assert found.difference.value == pytest.approx(0.25, abs=0.03)
    same = targeting((effect, risk), (effect, risk))
    assert same.difference.value == same.difference.std_error == 0
    assert targeting((effect, np.ones(2000)), (effect, np.ones(2000))).risk.value == 0


def test_the_paired_error_covers_and_clusters_widen_it():
    random = np.random.default_rng(2)
    inside = 0
    for seed in range(40):
        effect, other = random.uniform(size=(2, 200))
        scores = effect + random.normal(size=200)
        low, high = targeting((scores, other), (scores, effect), seed=seed).difference.ci
        inside += low <= 0.25 <= high
    assert inside >= 33
    effect, other = np.repeat(random.uniform(size=(2, 300)), 4, axis=1)
    plain = targeting((effect, other), (effect, effect))
    whole = targeting((effect, other), (effect, effect), np.repeat(np.arange(300), 4))
    assert whole.difference.std_error > 1.5 * plain.difference.std_error
