"""Curves beside those of scikit-uplift 0.5.1, recorded once: a binary outcome, scores without ties."""

import numpy as np
import pytest

from causal_core import uplift
from causal_core.uplift.drawing import from_arms

# fmt: off - one number a line would bury the tests
# sklift.metrics.uplift_curve(outcome, score, treated)[1]: U(k), the total, where ours is U(k)/n.
UPLIFT = [
    0,
    0,
    0,
    -1.5,
    0,
    0.8333333333333,
    2,
    2.916666666667,
    4,
    3.15,
    4,
    3.3,
    4,
    5.261904761905,
    6.416666666667,
    7.232142857143,
    6.603174603175,
    7.319444444444,
    6,
    6.755555555556,
    8,
    8.781818181818,
    9.533333333333,
    10.26153846154,
    10.97142857143,
    12.33766233766,
    13.61904761905,
    12.75824175824,
    14,
    13.25714285714,
    12,
    12.7875,
    13.55294117647,
    12.46666666667,
    13.24210526316,
    12.25,
    13.5,
    12.55357142857,
    13.38636363636,
    12.30481283422,
    11.35549872123,
]
# sklift.metrics.qini_curve(outcome, score, treated)[1]: Q(k), as ours.
QINI = [
    0,
    0,
    0,
    -0.5,
    0,
    0.5,
    1,
    1.25,
    2,
    1.75,
    2,
    1.8,
    2,
    2.833333333333,
    3.666666666667,
    3.857142857143,
    3.714285714286,
    3.875,
    3,
    3.2,
    4,
    4.181818181818,
    4.333333333333,
    4.461538461538,
    4.571428571429,
    5.428571428571,
    6.285714285714,
    6.142857142857,
    7,
    6.857142857143,
    6,
    6.1875,
    6.352941176471,
    5.666666666667,
    5.842105263158,
    5.25,
    6,
    5.428571428571,
    5.636363636364,
    5.363636363636,
    4.826086956522,
]
# fmt: on
# sklift.metrics.qini_auc_score: the area over the diagonal, divided by that of the perfect order.
QINI_AUC = 0.22444669797360048


@pytest.fixture
def rows():
    random = np.random.default_rng(20240229)
    score = random.normal(size=40)
    treated = random.integers(0, 2, 40)
    return (random.random(40) < 0.35 + 0.3 * treated * (score > 0)).astype(int), treated, score


def test_the_curves_are_those_of_scikit_uplift(rows):
    np.testing.assert_allclose(uplift.uplift_curve(*rows).gain * 40, UPLIFT, rtol=0, atol=1e-10)
    np.testing.assert_allclose(uplift.qini_curve(*rows).gain, QINI, rtol=0, atol=1e-10)


def test_areas_agree_where_their_definitions_do(rows):
    # AUUC is the plain area of U over n^2. scikit-uplift's uplift_auc_score subtracts the diagonal and
    # divides by a perfect uplift curve of its own, so it is another number.
    share = np.arange(41) / 40
    assert uplift.uplift_curve(*rows).area == pytest.approx(np.trapezoid(UPLIFT, share) / 40, abs=1e-10)
    # The Qini coefficient is per treated person; scikit-uplift's only exists as a part of the perfect one.
    area = np.trapezoid(np.array(QINI) - QINI[-1] * share, share)
    treated = rows[1].sum()
    assert uplift.qini_curve(*rows).coefficient == pytest.approx(area / treated, abs=1e-10)
    outcome, treated, score = rows
    drawn = from_arms(outcome.astype(float), treated == 1, score, None, binary=True)
    assert drawn.qini / drawn.perfect_qini == pytest.approx(QINI_AUC, abs=1e-10)
