import numpy as np
import pytest

from causal_core import uplift
from causal_core.problem import Problem
from causal_core.uplift.blocks import PIECE, Hashed, Sorted, at, blocks_of


def by_loop(score, values):
    """Rows and sums so far, in plain words."""
    levels = sorted(set(score.tolist()), reverse=True)
    rows = [0, *(int((score >= level).sum()) for level in levels)]
    return rows, [0.0, *(float(values[score >= level].sum()) for level in levels)]


@pytest.mark.parametrize(
    ("score", "kind"),
    [
        (np.array([2.0, 1.0, 2.0, 3.0, 1.0, 1.0]), Hashed),
        (np.random.default_rng(0).normal(size=300), Sorted),
        (np.random.default_rng(0).integers(0, 500, 300).astype(float), Sorted),
        (np.array([np.inf, 0.0, -0.0, -np.inf, 0.0, np.inf]), Hashed),
        (np.array([7.0]), Sorted),
    ],
)
def test_sums_so_far_are_those_of_plain_loops(score, kind):
    values = np.arange(1.0, len(score) + 1)
    blocks = blocks_of(score)
    assert isinstance(blocks, kind)
    rows, sums = by_loop(score, values)
    np.testing.assert_array_equal(blocks.last, rows)
    (found,) = blocks.running(lambda rows: (at(values, rows),), 1)
    np.testing.assert_allclose(found, sums)


def test_blocks_may_reach_over_pieces():
    random = np.random.default_rng(1)
    score = np.where(random.random(3 * PIECE) < 0.5, 0.0, random.normal(size=3 * PIECE))
    values = random.normal(size=3 * PIECE)
    blocks = blocks_of(score)
    assert isinstance(blocks, Sorted)
    (found,) = blocks.running(lambda rows: (at(values, rows),), 1)
    for level in (1.0, 0.0, -1.0):
        rows = int((score >= level).sum())
        here = int(np.searchsorted(blocks.last, rows))
        assert blocks.last[here] == rows
        assert found[here] == pytest.approx(values[score >= level].sum())


@pytest.mark.parametrize("decimals", [1, 9])
def test_sorting_and_hashing_give_one_curve_in_any_row_order(decimals):
    random = np.random.default_rng(2)
    score = np.round(random.normal(size=5000), decimals)
    treated, outcome = random.integers(0, 2, 5000), random.normal(size=5000)
    shuffled = random.permutation(5000)
    first = uplift.qini_curve(outcome, treated, score)
    second = uplift.qini_curve(outcome[shuffled], treated[shuffled], score[shuffled])
    np.testing.assert_array_equal(first.share, second.share)
    np.testing.assert_allclose(first.gain, second.gain, atol=1e-9)


def test_outcomes_of_any_kind_and_arms_of_any_size():
    random = np.random.default_rng(3)
    score = random.normal(size=400)
    treated = np.arange(400) < 8
    harmful = -2.0 * treated * (score > 0) + random.normal(size=400)
    curve = uplift.uplift_curve(harmful, treated, score)
    assert curve.gain[-1] == pytest.approx(harmful[treated].mean() - harmful[~treated].mean())
    assert curve.gain[-1] < 0
    assert uplift.qini_curve(harmful, treated, -score).coefficient > 0
    assert uplift.qini_curve(harmful > 0, treated, score).gain[-1] <= 8


@pytest.mark.parametrize("treatment", [np.zeros(5), np.ones(5, dtype=int), [False] * 5])
def test_one_arm_is_refused_in_words(treatment):
    with pytest.raises(Problem, match="All rows are in the same arm"):
        uplift.uplift_curve(np.arange(5.0), treatment, np.arange(5.0))


def test_three_arms_are_refused_in_words():
    for treatment in (np.arange(6) % 3, [0, 1, 2, 0, 1, 2], np.array(list("abcabc"))):
        with pytest.raises(Problem, match=r"coded 0|one column of numbers"):
            uplift.qini_curve(np.arange(6.0), treatment, np.arange(6.0))
    with pytest.raises(Problem, match="one column of numbers"):
        uplift.uplift_curve(np.ones((6, 1)), np.arange(6) % 2, np.arange(6.0))
