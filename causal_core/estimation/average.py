"""One method on one design: the value, its interval, and in words what it is or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation import (
    dml,
    entropy,
    matching,
    overlap,
    propensity_matching,
    regression,
    standardisation,
    stratification,
)
from causal_core.estimation.finish import failure, finish, refused
from causal_core.estimation.inference import Answer
from causal_core.estimation.methods import check
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import Sample, prepare, refuse_constant, refuse_determined, with_weight
from causal_core.estimation.through_dowhy import compare
from causal_core.problem import Problem

RUN: Final[dict[str, Callable[[Sample, int, str, bool], Answer]]] = {
    "difference_in_means": regression.difference_in_means,
    "linear_regression": regression.linear_regression,
    "regression_adjustment": regression.regression_adjustment,
    "standardisation": standardisation.standardisation,
    "matching": matching.matching,
    "propensity_matching": propensity_matching.propensity_matching,
    "stratification": stratification.stratification,
    "ipw": regression.ipw,
    "overlap_weights": overlap.overlap_weights,
    "ipw_trimmed": overlap.ipw_trimmed,
    "entropy_balancing": entropy.entropy_balancing,
    "aipw": regression.aipw,
    "ipw_regression_adjustment": regression.ipw_regression_adjustment,
    "dml": dml.dml,
    "dml_interactive": dml.dml_interactive,
}
"""Methods that need no more than a design."""

ELSEWHERE: Final = {
    "dose_response": Problem(
        "A dose-response curve needs a dose: a numeric treatment with more than 20 different values.",
        remedy="Choose a method that compares arms.",
    ),
    "dose_response_dr": Problem(
        "A dose-response curve needs a dose: a numeric treatment with more than 20 different values.",
        remedy="Choose a method that compares arms.",
    ),
    "two_stage_least_squares": Problem(
        "Two-stage least squares needs an instrument.",
        remedy="Add one to the graph, or choose a method that adjusts for covariates.",
    ),
    "wald": Problem(
        "The Wald ratio needs an instrument.",
        remedy="Add one to the graph, or choose a method that adjusts for covariates.",
    ),
    "frontdoor": Problem(
        "Front-door adjustment needs a mediator that carries the whole effect.",
        remedy="Add one to the graph, or choose a method that adjusts for covariates.",
    ),
    "mediation": Problem(
        "Mediation splits an effect into direct and indirect parts; it is not itself an average effect.",
        remedy="Choose a method for the total effect.",
    ),
}
"""Methods that need more, and what."""


def point(method: str, design: Design, target: str = "ATE", seed: int = 0) -> Floats:
    """(arms - 1,) the effects alone, as fast as they can be had; the same numbers as `estimate`.

    Raises:
        Problem: The method cannot answer for one of the arms.
    """
    check(method, target)
    if method in ELSEWHERE:
        raise ELSEWHERE[method]
    sample = prepare(with_weight(design), seed)
    return np.array([RUN[method](sample, a, target, False).value for a in range(1, sample.arms)])


def estimate(
    method: str,
    design: Design,
    target: str = "ATE",
    adjusted: bool = True,
    seed: int = 0,
    compared: bool = True,
) -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate`; `compared` says whether DoWhy is asked for the same number."""
    check(method, target)
    if method in ELSEWHERE:
        return refused(method, design, target, ELSEWHERE[method])
    whole, design = design, with_weight(design)
    try:
        sample = prepare(design, seed)
        refuse_constant(sample)
    except Problem as problem:
        return refused(method, design, target, problem)
    estimates = []
    for a in range(1, sample.arms):
        try:
            refuse_determined(method, sample, a)
            answer = RUN[method](sample, a, target, True)
            estimates.append(_backdoor(method, sample, a, target, adjusted, answer, compared))
        except Problem as problem:
            estimates.append(failure(method, design, a, target, problem))
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            numeric = Problem(f"The computation broke down ({error}).", remedy="Look for extreme values.")
            estimates.append(failure(method, design, a, target, numeric))
    idle = whole.rows_used - design.rows_used
    if idle:
        said = f"Left out: {idle} row{'s' if idle > 1 else ''} of weight zero, which stand for nobody."
        estimates = [replace(each, notes=(*each.notes, said)) for each in estimates]
    return tuple(estimates)


def _backdoor(
    method: str, sample: Sample, a: int, target: str, adjusted: bool, answer: Answer, compared: bool
) -> Estimate:
    design = sample.design
    estimand, strategy, note = answer.estimand or target, "backdoor", None
    if not adjusted and not design.randomised:
        estimand, strategy = "association", "none"
        note = "The covariates do not identify the effect: this is an association."
    elif method == "difference_in_means" and not sample.constant_assignment and sample.x.shape[1] > 1:
        estimand, strategy = "association", "none"
        note = "The arms differ in more than the treatment: this is an association, not an effect."
    elif method == "difference_in_means" and design.propensity is not None and not sample.constant_assignment:
        estimand, strategy = "association", "none"
        note = "Assignment probabilities differ from row to row: this is an association, not an effect."
    value, through, dowhy_note = answer.value, "dostudio", None
    if compared:
        value, through, dowhy_note = compare(method, sample, target, answer.value)
    notes = tuple(text for text in (note, dowhy_note) if text)
    return finish(method, sample, a, target, answer, value, through, strategy, estimand, notes)
