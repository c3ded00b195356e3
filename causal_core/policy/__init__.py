"""Whom to treat, and what that gains."""

from causal_core.policy.allocation import Allocation, allocate
from causal_core.policy.budget import BudgetCurve, budget_curve, within_budget
from causal_core.policy.cost_curve import cost_curve, priced
from causal_core.policy.economics import Costs, Economics
from causal_core.policy.evaluation import PolicyValue, evaluate
from causal_core.policy.exported import ExportedPolicy
from causal_core.policy.learning import learn_policy
from causal_core.policy.result import Gain, PolicyResult, compare
from causal_core.policy.share_curve import ShareCurve, value_curve
from causal_core.policy.targeting import best_arm, threshold, top_share, treat_all, treat_none
from causal_core.policy.tree import PolicyTree
from causal_core.policy.tree_learning import fit_tree
from causal_core.policy.tree_value import TreeResult, by_tree
from causal_core.policy.valuation import current, value_of

__all__ = [
    "Allocation",
    "BudgetCurve",
    "Costs",
    "Economics",
    "ExportedPolicy",
    "Gain",
    "PolicyResult",
    "PolicyTree",
    "PolicyValue",
    "ShareCurve",
    "TreeResult",
    "allocate",
    "best_arm",
    "budget_curve",
    "by_tree",
    "compare",
    "cost_curve",
    "current",
    "evaluate",
    "fit_tree",
    "learn_policy",
    "priced",
    "threshold",
    "top_share",
    "treat_all",
    "treat_none",
    "value_curve",
    "value_of",
    "within_budget",
]
