"""Average effects: `estimate` one with any of `METHODS`, with its uncertainty and what it really is."""

from __future__ import annotations

from causal_core.data.design import Design, Floats
from causal_core.estimation.methods import METHODS, TARGETS, Method
from causal_core.estimation.result import Check, Estimate

__all__ = [
    "METHODS",
    "TARGETS",
    "Check",
    "Estimate",
    "Method",
    "estimate",
    "estimate_frontdoor",
    "estimate_iv",
    "estimate_mediation",
]


def estimate(
    method: str,
    design: Design,
    target: str = "ATE",
    adjusted: bool = True,
    seed: int = 0,
    nuisances: str | None = None,
) -> tuple[Estimate, ...]:
    """The effect of each arm against the control level, by one method.

    Args:
        method: A key of `METHODS`.
        design: The rows; its covariates are what the method adjusts for.
        target: `ATE`, `ATT` (the rows of the arm) or `ATC` (the rows at the control level).
        adjusted: Whether the covariates (also none at all) suffice to identify the effect; when not, and
            assignment is not random, the number is named an association.
        seed: For the methods that split the rows at random.
        nuisances: What double machine learning predicts with, `boosted` or `linear`; None for what the
            design says.

    Returns:
        One estimate for each non-control arm, in order; a method that cannot answer says why in `error`.

    Raises:
        Problem: `method` or `target` is unknown.
    """
    from dataclasses import replace

    from causal_core.estimation.average import estimate as run

    if nuisances is not None:
        design = replace(design, nuisances=nuisances)
    return run(method, design, target, adjusted, seed)


def estimate_iv(method: str, design: Design, instrument: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """The effect by `wald` or `two_stage_least_squares`, through instruments.

    Args:
        method: `wald` (one two-valued instrument) or `two_stage_least_squares`.
        design: The rows; its covariates enter both stages.
        instrument: (n,) or (n, q) numeric instruments of the same rows.
        target: What was asked for; the estimand says what is given (`LATE` or `linear coefficient`).

    Returns:
        One estimate for each non-control arm, in order; a method that cannot answer says why in `error`.
    """
    from causal_core.estimation.along import estimate_iv as run

    return run(method, design, instrument, target)


def estimate_frontdoor(design: Design, mediator: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """The effect through the mediators that carry all of it.

    Args:
        design: The rows; its covariates enter both regressions.
        mediator: (n,) or (n, q) numeric mediators of the same rows.
        target: What was asked for; front-door adjustment gives the ATE.

    Returns:
        One estimate for each non-control arm, in order; a method that cannot answer says why in `error`.
    """
    from causal_core.estimation.along import estimate_frontdoor as run

    return run(design, mediator, target)


def estimate_mediation(
    design: Design, mediator: Floats, target: str = "ATE", held: float | None = None
) -> tuple[Estimate, ...]:
    """The total effect split into what runs through the mediators jointly and what does not.

    Args:
        design: The rows; its covariates are what mediation needs to be adjusted for.
        mediator: (n,) or (n, q) numeric mediators of the same rows, in their own units.
        target: `ATE`, `ATT` or `ATC`: over whom the parts are averaged.
        held: Where a single mediator is held for the controlled direct effect; None for its mean or, of two
            values, the lower.

    Returns:
        For each non-control arm in order four estimates, by estimand `TE`, `NDE(0)`, `NIE(1)` and
        `CDE(m=...)`, the first the sum of the next two; or one that says why there are none in `error`.
    """
    from causal_core.estimation.along import estimate_mediation as run

    return run(design, mediator, target, held)
