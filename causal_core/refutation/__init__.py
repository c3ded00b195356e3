"""Attempts to break an estimate: `simulate` one of `REFUTERS`, then `judge` what came out."""

from __future__ import annotations

from collections.abc import Sequence

from causal_core.data.design import Design, Floats
from causal_core.problem import Problem
from causal_core.refutation.judgement import judge
from causal_core.refutation.refuters import QUICK, REFUTERS, STRENGTHS, SUBSET_SHARE, Refuter
from causal_core.refutation.result import Refutation

__all__ = ["QUICK", "REFUTERS", "STRENGTHS", "SUBSET_SHARE", "Refutation", "Refuter", "judge", "simulate"]


def simulate(
    refuter: str,
    method: str,
    design: Design,
    target: str,
    seeds: Sequence[int],
    through: Floats | None = None,
) -> Floats:
    """Estimates on deliberately changed data, one simulation a seed.

    Simulations of different seeds are independent of each other and of how the seeds are split among calls.

    Args:
        refuter: A key of `REFUTERS`.
        method: A key of `causal_core.estimation.METHODS`.
        design: The rows of the original estimate.
        target: `ATE`, `ATT` or `ATC`, as in the original estimate.
        seeds: One for each simulation.
        through: (n, q) the instruments or mediators of the same rows, for methods that need them.

    Returns:
        (seeds, arms - 1) simulated effects; (seeds, arms - 1, strengths) for `unobserved_common_cause`.
        A simulation on which the method cannot answer is NaN, also all hidden confounders of a method that
        allows for them.

    Raises:
        Problem: The refuter is unknown or simulates nothing, or the method cannot answer on the original rows
            either.
    """
    from causal_core.refutation.simulation import simulate as run

    if refuter in REFUTERS and not REFUTERS[refuter].simulated:
        raise Problem(
            f"“{REFUTERS[refuter].label}” simulates no estimates.",
            remedy="Let a study run it, as its refuter.",
        )
    return run(refuter, method, design, target, seeds, through)
