"""Which effects can be identified from a graph, how, and why or why not."""

from causal_core.identification.adjustment import AdjustmentCheck, adjustment_sets, check_adjustment
from causal_core.identification.frontdoor import frontdoor_sets
from causal_core.identification.identify import Hedge, IdentifiedEffect, identify
from causal_core.identification.instruments import Instrument, instruments

__all__ = [
    "AdjustmentCheck",
    "Hedge",
    "IdentifiedEffect",
    "Instrument",
    "adjustment_sets",
    "check_adjustment",
    "frontdoor_sets",
    "identify",
    "instruments",
]
