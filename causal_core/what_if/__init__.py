"""What if: interventions and counterfactuals in a structural model, beliefs in a Bayesian network."""

from causal_core.what_if.intervention import Shift, Where
from causal_core.what_if.network import BayesianNetwork
from causal_core.what_if.structural_model import StructuralModel

__all__ = ["BayesianNetwork", "Shift", "StructuralModel", "Where"]
