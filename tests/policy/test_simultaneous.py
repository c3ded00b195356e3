import json

import numpy as np
import pytest
from scipy import stats

from causal_core import policy
from causal_core.policy.simultaneous import best_of, simultaneous
from causal_core.policy.valuation import current, value_of
from causal_core.problem import Problem
from tests.policy.test_valuation import held_out


def many(random, rows=300, policies=8, level=0.0, clusters=None):
    """Policies that treat random halves of people, in a trial with the same effect for all."""
    codes = np.arange(rows) // clusters if clusters else None
    arm = random.integers(0, 2, rows)
    outcome = arm * level + random.normal(size=rows)
    if clusters:
        outcome += np.repeat(random.normal(size=rows // clusters), clusters)
    scores = np.column_stack([2 * (arm == 0) * outcome, 2 * (arm == 1) * outcome])
    held = held_out(np.ones((rows, 1)), scores, arm, outcome, clusters=codes)
    economics = policy.Economics.of(held, "s")
    return [
        value_of(economics, f"p{place}", np.eye(2)[random.integers(0, 2, rows)]) for place in range(policies)
    ]


def test_one_policy_has_its_ordinary_interval():
    found = many(np.random.default_rng(0))[:1]
    together = simultaneous(found)
    assert together.critical == pytest.approx(1.96, abs=0.03)
    assert together.gains[0].ci == pytest.approx(found[0].gain_vs_none.ci, rel=0.03, abs=0.01)
    assert together.contenders == ("p0",)


def test_independent_policies_reach_as_far_as_sidak():
    """Contributions of different rows are independent: the quantile is that of the largest of m normals."""
    random = np.random.default_rng(1)
    rows = 2000
    held = held_out(np.ones((rows, 1)), np.column_stack([np.zeros(rows), random.normal(size=rows)]))
    economics = policy.Economics.of(held, "s")
    parts = np.arange(rows) % 5
    found = [value_of(economics, f"p{part}", np.eye(2)[(parts == part).astype(int)]) for part in range(5)]
    expected = stats.norm.ppf((1 + 0.95 ** (1 / 5)) / 2)
    assert simultaneous(found).critical == pytest.approx(expected, abs=0.04)
    assert simultaneous(found, seed=1).critical != simultaneous(found, seed=2).critical
    assert simultaneous(found, seed=1) == simultaneous(found, seed=1)


def test_equal_policies_count_once_and_the_reference_not_at_all():
    random = np.random.default_rng(2)
    one = many(random)[0]
    together = simultaneous([one] * 6)
    assert together.critical == pytest.approx(1.96, abs=0.03)
    assert together.best == "p0"
    held = held_out(np.ones((50, 1)), random.normal(size=(50, 2)))
    economics = policy.Economics.of(held, "s")
    none, everybody = policy.treat_none(economics), policy.treat_all(economics)[0]
    found = simultaneous([none, everybody, current(economics)], against=none)
    assert found.gains[0].ci == (0, 0)
    assert found.against == "treat_none"
    assert simultaneous([none]).critical == pytest.approx(1.959964)
    for name, gain in (("all", none.gain_vs_all), ("current", none.gain_vs_current)):
        value = simultaneous([none, everybody], against=name).gains[0]
        assert (value.value, value.std_error) == pytest.approx((gain.value, gain.std_error))
    json.dumps(found.to_dict(), allow_nan=False)


def test_the_best_is_named_only_when_it_is_clear():
    random = np.random.default_rng(3)
    nothing = simultaneous(many(random))
    assert not nothing.clear
    assert len(nothing.contenders) == 8
    x = random.normal(size=2000)
    held = held_out(x[:, None], np.column_stack([np.zeros(2000), x]) + 0.1 * random.normal(size=(2000, 2)))
    economics = policy.Economics.of(held, "s")
    found = [policy.best_arm(economics), *policy.treat_all(economics), policy.treat_none(economics)]
    clear = simultaneous(found)
    assert (clear.best, clear.clear, clear.contenders) == ("best_arm", True, ("best_arm",))


@pytest.mark.parametrize("clusters", [None, 5])
def test_all_intervals_hold_together_and_the_best_is_not_flattered(clusters):
    """Eight policies worth half the effect each; the plain interval of the best one misses too often."""
    random = np.random.default_rng(4)
    together = chosen = best = plain = 0
    for _ in range(120):
        found = many(random, level=1.0, clusters=clusters)
        joint = simultaneous(found)
        together += all(gain.ci[0] <= 0.5 <= gain.ci[1] for gain in joint.gains)
        first = joint.policies.index(joint.best)
        best += joint.gains[first].ci[0] <= 0.5
        plain += found[first].gain_vs_none.ci[0] <= 0.5
        half = best_of(found, seed=1)
        chosen += half.gain_vs_none.ci[0] <= 0.5 <= half.gain_vs_none.ci[1]
    assert 108 <= together <= 119
    assert 108 <= chosen <= 119
    assert best >= 112 > plain


def test_choosing_and_valuing_use_different_rows():
    found = many(np.random.default_rng(5), clusters=5)
    half = best_of(found, seed=0)
    assert (half.chosen_on, half.valued_on) == (150, 150)
    again = best_of(found, seed=0)
    assert half == again
    twice = [each for each in found if each.policy == half.policy]
    assert best_of(twice, seed=0).value == half.value
    json.dumps(half.to_dict(), allow_nan=False)


def test_what_cannot_be_compared_is_refused():
    random = np.random.default_rng(6)
    few = many(random, rows=30)
    with pytest.raises(Problem, match="only 30 rows, too few to choose"):
        best_of(few)
    with pytest.raises(Problem, match="There is no policy"):
        simultaneous([])
    with pytest.raises(Problem, match="no reference 'best'"):
        simultaneous(few, against="best")
    with pytest.raises(Problem, match="p0 was valued on 300 rows and p0 on 30"):
        simultaneous([few[0], many(random)[0]])
