import numpy as np
import pytest

from causal_core.experiment.design import Arms, dunnett
from causal_core.problem import Problem


@pytest.mark.parametrize(
    ("comparisons", "freedom", "limit"),
    # Dunnett (1964), two-sided 5 %, equal sizes.
    [(2, 100_000, 2.21), (3, 100_000, 2.35), (4, 100_000, 2.44), (2, 20, 2.38), (3, 20, 2.54), (4, 30, 2.58)],
)
def test_dunnetts_limits_are_those_of_his_tables(comparisons, freedom, limit):
    found = dunnett((1 / (comparisons + 1),) * (comparisons + 1), freedom)
    assert found == pytest.approx(limit, abs=0.0051)


def test_corrections_are_ordered_and_one_comparison_needs_none():
    limits = [Arms.of("abcd", correction=name).limits(1000)[0] for name in ("none", "dunnett", "bonferroni")]
    assert limits == sorted(limits)
    one = [Arms.of("ab", correction=name).limits(1000)[0] for name in ("none", "dunnett", "bonferroni")]
    assert one == pytest.approx([1.9623] * 3, abs=1e-3)


def test_shares_equal_more_of_the_control_and_ones_own():
    assert Arms.of("abc").shares == pytest.approx((1 / 3,) * 3)
    more = Arms.of("abcde", "more_control").shares
    assert more[0] == pytest.approx(2 * more[1])
    assert sum(more) == pytest.approx(1)
    assert Arms.of("ab", shares={"b": 0.1, "a": 0.9}).shares == (0.9, 0.1)


def test_everybody_gets_an_arm_as_shares_say():
    arms = Arms.of("abc", shares={"a": 0.5, "b": 0.3, "c": 0.2})
    assert arms.counts(11).tolist() == [6, 3, 2]
    assigned = arms.assign(11, np.random.default_rng(1))
    assert np.bincount(assigned).tolist() == [6, 3, 2]


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({"a": 1.0, "b": 0.0}, "The share of a is 1"),
        ({"a": 0.5, "b": 0.6}, "make 110 % together"),
        ({"a": 1.0}, "no share of the arm b"),
        ({"a": 0.5, "b": 0.4, "z": 0.1}, "a share of z, which is no arm"),
    ],
)
def test_shares_that_cannot_be_are_refused_in_words(shares, said):
    with pytest.raises(Problem, match=said):
        Arms.of("ab", shares=shares)
