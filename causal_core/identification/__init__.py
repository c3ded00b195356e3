"""Which effects can be identified from a graph, how, and why or why not."""

from causal_core.identification.adjustment import AdjustmentCheck, adjustment_sets, check_adjustment

__all__ = ["AdjustmentCheck", "adjustment_sets", "check_adjustment"]
