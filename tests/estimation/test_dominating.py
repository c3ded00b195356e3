from dataclasses import replace

import numpy as np
import pytest

from causal_core.data.design import Design
from causal_core.estimation.arm_scores import arm_scores
from causal_core.estimation.average import RUN, point
from causal_core.estimation.diagnostics import balance, balance_by
from causal_core.estimation.dominating import dominating
from causal_core.estimation.method_weights import MATCHED, WEIGHTED, method_weights
from causal_core.estimation.sample import prepare
from causal_core.problem import Problem
from causal_core.study.diagnosis_words import dominating_sentence

ONLY_WEIGHT = [name for name in WEIGHTED if name not in ("aipw", "ipw_regression_adjustment")]


@pytest.mark.parametrize("method", ONLY_WEIGHT)
@pytest.mark.parametrize("target", ["ATE", "ATT", "ATC"])
@pytest.mark.parametrize("arms", [2, 3])
def test_the_weights_give_the_methods_value(world, method, target, arms):
    weights = np.random.default_rng(1).uniform(0.5, 2, 500)
    sample = prepare(world(k=arms, weights=weights))
    for a in range(1, arms):
        control, arm = method_weights(method, sample, a, target)
        value = arm @ sample.outcome / arm.sum() - control @ sample.outcome / control.sum()
        assert value == pytest.approx(RUN[method](sample, a, target, False).value, rel=1e-7)
        assert not control[sample.arm != 0].any()
        assert not arm[sample.arm != a].any()


@pytest.mark.parametrize("method", MATCHED)
def test_a_matched_row_counts_for_itself_and_for_those_it_stands_for(make, method):
    random = np.random.default_rng(0)
    x = random.normal(size=60)
    arm = (random.random(60) < 0.4).astype(int)
    sample = prepare(make(x + random.normal(size=60), arm, x))
    control, treated = method_weights(method, sample, 1, "ATT")
    own, others = np.flatnonzero(arm == 1), np.flatnonzero(arm == 0)
    # With one covariate, near in it and near in its log odds are the same.
    nearest = others[np.abs(x[own][:, None] - x[others]).argmin(axis=1)]
    assert control == pytest.approx(np.bincount(nearest, minlength=60))
    assert treated == pytest.approx(arm.astype(float))


def test_a_method_that_does_not_weight_is_refused(world):
    with pytest.raises(Problem, match="does not weight"):
        method_weights("dml", prepare(world()), 1, "ATE")


def heavy(make):
    """One control where controls are rare, with an outcome far from the others."""
    random = np.random.default_rng(3)
    x = np.concatenate([random.normal(-1, 0.7, 150), random.normal(1, 0.7, 150), [2.4]])
    arm = np.repeat([0, 1, 0], [150, 150, 1])
    y = x + arm + random.normal(size=301)
    y[-1] = 60.0
    return replace(make(y, arm, x), rows=np.arange(301) + 4)


def test_the_row_that_decides_is_listed_and_the_estimate_without_it_told(make):
    design: Design = heavy(make)
    (found,) = dominating("ipw", design)
    assert found.rows[0].row == 305
    assert found.rows[0].arm == "a"
    assert found.rows[0].outcome == 60.0
    assert found.rows[0].probability < 0.2
    assert [each.share for each in found.rows] == sorted((each.share for each in found.rows), reverse=True)
    assert len(found.rows) == 10
    assert found.value == pytest.approx(point("ipw", design)[0])
    places = [each.row - 5 for each in found.rows]
    rest = design.at(np.setdiff1d(np.arange(301), places))
    assert found.without == pytest.approx(point("ipw", rest)[0])
    assert abs(found.without - 1) < abs(found.value - 1)
    assert found.rows[0].fair == pytest.approx(found.rows[0].share * 151)
    words = dominating_sentence(found)
    assert "Without them the estimate is" in words
    assert "standard errors" in words


def test_even_weights_decide_nothing(world):
    (found,) = dominating("overlap_weights", world(n=2000), "ATE")
    assert "No handful of rows decides it." in dominating_sentence(found)
    assert found.effective[0] <= found.counted[0]


def test_without_overlap_it_says_why(make):
    x = np.linspace(-1, 1, 40)
    (found,) = dominating("ipw", make(x, (x > 0) * 1, x))
    assert found.value is None
    assert "overlap" in dominating_sentence(found)


def test_every_arm_is_shown_among_the_rows_of_every_arm(world):
    design = world(k=3)
    found = arm_scores(design)
    assert [each.arm for each in found] == list(design.arms)
    probability = prepare(design).scores.probability
    for b, each in enumerate(found):
        assert len(each.shares) == 3
        assert all(sum(share) == pytest.approx(1) for share in each.shares)
        assert each.least[0] == pytest.approx(probability[:, b].min())
        centres = (np.array(each.edges[1:]) + np.array(each.edges[:-1])) / 2
        for other in range(3):
            mean = probability[design.arm == other, b].mean()
            assert centres @ each.shares[other] == pytest.approx(mean, abs=0.013)


@pytest.mark.parametrize("method", ["overlap_weights", "entropy_balancing"])
def test_balance_after_a_method_that_balances_exactly_is_zero(world, method):
    (found,) = balance_by(method, world(), "ATT" if method == "entropy_balancing" else "ATE")
    assert found.after == pytest.approx((0.0, 0.0), abs=1e-7)
    assert found.error is None


def test_balance_after_inverse_weights_is_the_usual_one(world):
    design = world(k=3)
    for one, two in zip(balance_by("ipw", design, "ATT"), balance(design, "ATT"), strict=True):
        assert one.after == pytest.approx(two.after)
        assert one.before == two.before
        assert one.effective == pytest.approx(two.effective)
