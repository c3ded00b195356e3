"""Which effects can be identified from a graph, how, and why or why not."""

from causal_core.identification.adjustment import AdjustmentCheck, adjustment_sets, check_adjustment
from causal_core.identification.identify import Hedge, IdentifiedEffect, identify

__all__ = ["AdjustmentCheck", "Hedge", "IdentifiedEffect", "adjustment_sets", "check_adjustment", "identify"]
