"""What if: interventions and counterfactuals in a structural model of the graph."""

from causal_core.what_if.structural_model import Shift, StructuralModel

__all__ = ["Shift", "StructuralModel"]
