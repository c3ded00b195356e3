"""Which effects can be identified from a graph, how, and why or why not."""

from causal_core.identification.adjustment import AdjustmentCheck, adjustment_sets, check_adjustment
from causal_core.identification.derivation import Separation, Step
from causal_core.identification.dowhy_view import DoWhyView
from causal_core.identification.explanation import explain
from causal_core.identification.frontdoor import frontdoor_sets
from causal_core.identification.identify import Hedge, IdentifiedEffect, identify
from causal_core.identification.instruments import Instrument, instruments
from causal_core.identification.mediation import MediationCheck, check_mediation
from causal_core.identification.optimal import OptimalSet, optimal_adjustment_set
from causal_core.identification.remedies import Remedy, remedies
from causal_core.identification.strategies import ChosenSet, Identification, Strategy
from causal_core.identification.survey import Survey, survey

__all__ = [
    "AdjustmentCheck",
    "ChosenSet",
    "DoWhyView",
    "Hedge",
    "Identification",
    "IdentifiedEffect",
    "Instrument",
    "MediationCheck",
    "OptimalSet",
    "Remedy",
    "Separation",
    "Step",
    "Strategy",
    "Survey",
    "adjustment_sets",
    "check_adjustment",
    "check_mediation",
    "explain",
    "frontdoor_sets",
    "identify",
    "instruments",
    "optimal_adjustment_set",
    "remedies",
    "survey",
]
