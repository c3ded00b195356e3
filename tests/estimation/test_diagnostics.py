from dataclasses import replace

import numpy as np
import pytest

from causal_core.estimation.diagnostics import balance
from causal_core.plain import to_plain


def test_weighting_balances(world):
    (found,) = balance(world(5000))
    assert max(map(abs, found.before)) > 0.3
    assert max(map(abs, found.after)) < 0.02
    assert sum(found.arm_share) == pytest.approx(1)
    assert len(found.edges) == 41
    assert found.rows[0] + found.rows[1] == 5000
    assert 0 < found.effective[1] < found.rows[1]


def test_standardised_difference_by_hand(make):
    x = np.array([0, 2, 4, 4, 6, 8.0])
    (found,) = balance(make(x, [0, 0, 0, 1, 1, 1], x, propensity=np.full((6, 2), 0.5)))
    assert found.before == pytest.approx([4 / np.sqrt(8 / 3)])
    assert found.after == found.before
    assert found.known
    assert found.effective == pytest.approx((3, 3))


def test_att_leaves_the_treated_alone(world):
    (found,) = balance(world(1000), "ATT")
    assert found.effective[1] == pytest.approx(found.rows[1])


def test_each_arm_of_three(world):
    found = balance(world(2000, 3))
    assert [each.contrast for each in found] == [("a", "b"), ("a", "c")]
    assert max(abs(value) for each in found for value in each.after) < 0.05


def test_no_overlap_is_said(make):
    x = np.linspace(-1, 1, 100)
    (found,) = balance(make(x, x > 0, x))
    assert "overlap" in found.error
    assert found.after == ()
    assert len(found.before) == 1


def test_without_covariates(make):
    design = make([1, 2, 3, 4.0], [0, 1, 0, 1], np.empty((4, 0)))
    (found,) = balance(replace(design, randomised=True))
    assert found.before == found.after == ()
    assert to_plain(found)["rows"] == [2, 2]
