"""How the gain of a valued policy stands up to hidden confounding."""

from __future__ import annotations

import numpy as np

from causal_core.policy.economics import Economics
from causal_core.policy.hidden import HiddenConfounding, hidden_confounding
from causal_core.policy.result import PolicyResult


def hidden_gain(economics: Economics, result: PolicyResult) -> HiddenConfounding:
    """Bounds of a policy's gain over treating nobody, along the strength of hidden confounding.

    What is not benefit of an outcome under an arm, such as costs and the moving limit of a share, counts as
    it is; a cost that is paid by what happens is taken at its score.

    Args:
        economics: What the policy was valued with.
        result: The policy.
    """
    nobody = np.zeros(result.policy_matrix.shape)
    nobody[:, 0] = 1
    weight = economics.benefit * (result.policy_matrix - nobody)
    scored = (weight * economics.held_out.scores).sum(axis=1)
    return hidden_confounding(economics.held_out, weight, result.influence - economics.reward[:, 0] - scored)
