import dataclasses

import numpy as np
import pytest

from causal_core import policy
from causal_core.engine.inline import run_inline
from causal_core.problem import DoesNotApply
from causal_core.study.hidden_gain import hidden_gain, hidden_plan
from causal_core.uplift.result import HeldOut


@pytest.fixture
def economics():
    random = np.random.default_rng(0)
    arm = random.integers(0, 2, 800)
    model = np.column_stack([np.zeros(800), np.repeat([-1.0, 1.0], 400)])
    outcome = model[np.arange(800), arm] + random.normal(size=800)
    scores = model + np.eye(2)[arm] * 2 * (outcome - model[np.arange(800), arm])[:, None]
    held_out = HeldOut(
        np.arange(800), ("0", "1"), {"t": model[:, 1:]}, {"t": model[:, 0]}, scores, model,
        arm, outcome, np.full((800, 2), 0.5), None, 1600,
    )  # fmt: skip
    return policy.Economics.of(held_out, "t", 10.0, {"1": 2.0})


def test_without_hidden_confounding_the_gain_is_that_of_the_policy(economics):
    top = policy.top_share(economics, 0.4)
    found = hidden_gain(economics, top)
    assert found.gain == pytest.approx(top.gain_vs_none.value)
    assert found.curve[0].ci == pytest.approx(top.gain_vs_none.ci)
    assert found.unclear > 1
    (planned,) = run_inline(hidden_plan("key", economics, top))
    assert dataclasses.asdict(planned) == dataclasses.asdict(found)


def test_what_was_done_has_no_bounds(economics):
    with pytest.raises(DoesNotApply, match="no rule"):
        hidden_gain(economics, policy.current(economics))
