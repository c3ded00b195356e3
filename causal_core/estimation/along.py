"""Effects that run through other columns: instruments, a front door, mediators."""

from __future__ import annotations

from causal_core.data.design import Design, Floats
from causal_core.estimation import frontdoor, instruments, mediation
from causal_core.estimation.finish import failure, finish, refused
from causal_core.estimation.methods import check
from causal_core.estimation.result import Estimate, Interval
from causal_core.estimation.sample import prepare, refuse_constant
from causal_core.problem import Problem


def estimate_iv(method: str, design: Design, instrument: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate_iv`."""
    check(method, target)
    estimates = []
    for a in range(1, len(design.arms)):
        try:
            sample = prepare(design)
            refuse_constant(sample)
            ci: Interval | tuple[Interval, ...] | None
            if method == "wald":
                answer, ci = instruments.wald(sample, instrument)
            else:
                answer, ci = instruments.two_stage_least_squares(sample, a, instrument)
            estimates.append(finish(method, sample, a, target, answer, ci=ci))
        except Problem as problem:
            estimates.append(failure(method, design, a, target, problem))
    return tuple(estimates)


def estimate_frontdoor(design: Design, mediator: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate_frontdoor`."""
    check("frontdoor", target)
    if target != "ATE":
        problem = Problem(
            f"Front-door adjustment gives the ATE, not the {target}.", remedy="Ask for the ATE."
        )
        return refused("frontdoor", design, target, problem)
    estimates = []
    for a in range(1, len(design.arms)):
        try:
            sample = prepare(design)
            refuse_constant(sample)
            estimates.append(finish("frontdoor", sample, a, target, frontdoor.frontdoor(sample, a, mediator)))
        except Problem as problem:
            estimates.append(failure("frontdoor", design, a, target, problem))
    return tuple(estimates)


def estimate_mediation(
    design: Design, mediator: Floats, target: str = "ATE", held: float | None = None
) -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate_mediation`."""
    check("mediation", target)
    estimates = []
    for a in range(1, len(design.arms)):
        try:
            sample = prepare(design)
            refuse_constant(sample)
            answers = mediation.mediation(sample, a, mediator, target, held)
            estimates += [finish("mediation", sample, a, target, answer) for answer in answers]
        except Problem as problem:
            estimates.append(failure("mediation", design, a, target, problem))
    return tuple(estimates)
