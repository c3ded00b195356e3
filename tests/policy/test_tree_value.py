import json
import pickle

import numpy as np
import pandas as pd
import pytest

from causal_core import policy
from causal_core.uplift import HeldOut


def test_a_valued_tree_carries_its_leaves():
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"age": random.integers(20, 60, 200)})
    helped = (frame["age"] > 40).to_numpy()
    scores = np.column_stack([np.zeros(200), np.where(helped, 3.0, -1.0)]) + random.normal(size=(200, 2))
    clusters = np.repeat(np.arange(50), 4)
    held_out = HeldOut(
        rows=np.arange(200),
        arms=("none", "call"),
        predicted={"s": np.zeros((200, 1))},
        baseline={"s": np.zeros(200)},
        scores=scores,
        outcome_model=scores,
        arm=np.zeros(200, dtype=int),
        outcome=scores[:, 0],
        propensity=np.full((200, 2), 0.5),
        clusters=clusters,
        total_rows=400,
    )
    tree = policy.fit_tree(frame, scores, depth=1, actions=("none", "call"))
    found = policy.by_tree(policy.Economics.of(held_out, "s", benefit=2, costs={"call": 1.0}), tree, frame)
    assert isinstance(found, policy.TreeResult)
    assert found.rules == tree.describe()
    low, high = found.leaves
    assert (low.action, high.action) == ("none", "call")
    differences = 2 * (scores[helped, 1] - scores[helped, 0]) - 1
    assert high.gain.value == pytest.approx(differences.mean())
    assert high.gain == tree.leaves(frame, 2 * scores - [0, 1], clusters)[1].gain
    assert found.gain_vs_none.value == pytest.approx(high.share * high.gain.value)
    entry = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert entry["leaves"][1]["rule"] == [high.rule[0]]
    assert "tree" not in entry
    assert pickle.loads(pickle.dumps(found)).tree.describe() == found.rules  # noqa: S301 - our own bytes
