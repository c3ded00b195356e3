"""How the gain of a valued policy stands up to hidden confounding."""

from __future__ import annotations

import numpy as np

from causal_core.engine.call import Call, Plan
from causal_core.policy.economics import Economics
from causal_core.policy.hidden import HiddenConfounding, hidden_confounding
from causal_core.policy.result import PolicyResult
from causal_core.problem import DoesNotApply

QUICK = 40_000
"""Up to so many rows times arms a page need not wait for bounds."""


def hidden_gain(economics: Economics, result: PolicyResult) -> HiddenConfounding:
    """Bounds of a policy's gain over treating nobody, along the strength of hidden confounding.

    What is not benefit of an outcome under an arm, such as costs and the moving limit of a share, counts as
    it is; a cost that is paid by what happens is taken at its score.

    Args:
        economics: What the policy was valued with.
        result: The policy; not what was done, whose arms are no function of covariates.

    Raises:
        DoesNotApply: The policy is what was done.
    """
    if result.policy == "current":
        raise DoesNotApply("What was done is no rule, so bounds of its gain are not given.")
    nobody = np.zeros(result.policy_matrix.shape)
    nobody[:, 0] = 1
    weight = economics.worth[:, None] * (result.policy_matrix - nobody)
    scored = (weight * economics.held_out.scores).sum(axis=1)
    return hidden_confounding(economics.held_out, weight, result.influence - economics.reward[:, 0] - scored)


def hidden_plan(key: str, economics: Economics, result: PolicyResult) -> Plan:
    """The plan of these bounds, for many people; its result is a list with one `HiddenConfounding`.

    Args:
        key: What identifies the policy and what it is worth.
        economics: What it was valued with.
        result: The policy.
    """
    call = Call(f"{__name__}:hidden_gain", {"economics": economics, "result": result})
    return Plan(f"hidden-{key}", "Bounding what hidden causes could do", (call,))
