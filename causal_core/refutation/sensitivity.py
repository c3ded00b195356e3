"""What would have to be true for an estimate to be wrong, gathered for one arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from causal_core.data.design import Design
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import prepare
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.refutation.benchmarks import Robustness, robustness
from causal_core.refutation.e_value import EValue, e_value_of
from causal_core.refutation.finding import Finding
from causal_core.refutation.overlap_rules import Overlap, overlap_rules
from causal_core.refutation.rosenbaum import Rosenbaum, rosenbaum


@dataclass(frozen=True)
class Sensitivity:
    """How far one arm's estimate depends on what the data cannot show.

    Attributes:
        method: The method that was tried.
        contrast: The control level and the arm, as text.
        robustness: Partial R-squared: how strong a confounder left out must be, beside the known covariates.
        e_value: The same as risk ratios.
        rosenbaum: How much hidden bias matched pairs withstand.
        overlap: Whether the arms can be compared where the target needs it.
    """

    method: str
    contrast: tuple[str, str]
    robustness: Robustness
    e_value: EValue
    rosenbaum: Rosenbaum
    overlap: Overlap

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The words of each, in the order they are shown."""
        parts = (self.robustness, self.e_value, self.rosenbaum, self.overlap)
        return tuple(each.finding for each in parts)

    def to_dict(self) -> dict[str, Plain]:
        """All of it as plain JSON."""
        return {
            "method": self.method,
            "contrast": to_plain(self.contrast),
            "partial_r2": self.robustness.to_dict(),
            "e_value": self.e_value.to_dict(),
            "rosenbaum": self.rosenbaum.to_dict(),
            "overlap": self.overlap.to_dict(),
        }


def sensitivity(design: Design, estimates: Sequence[Estimate], target: str) -> tuple[Sensitivity, ...]:
    """One method's estimates looked at from all sides, one an arm.

    Args:
        design: The rows of the estimates, with the covariates they adjust for.
        estimates: One an arm.
        target: `ATE`, `ATT` or `ATC`.
    """
    try:
        sample = prepare(design)
    except Problem:
        # Each part says itself what is wrong with the design.
        sample = None
    return tuple(
        Sensitivity(
            method=each.method,
            contrast=each.contrast,
            robustness=robustness(design, each),
            e_value=e_value_of(design, each, target, sample),
            rosenbaum=rosenbaum(design, each, sample),
            overlap=overlap_rules(design, each, target, sample),
        )
        for each in estimates
    )
