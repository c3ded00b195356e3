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
    frontdoor,
    instruments,
    matching,
    mediation,
    overlap,
    propensity_matching,
    regression,
    standardisation,
    stratification,
)
from causal_core.estimation.inference import Answer, cluster_count, interval, standard_error
from causal_core.estimation.methods import METHODS, TARGETS
from causal_core.estimation.result import Estimate, Interval
from causal_core.estimation.risks import risks_of
from causal_core.estimation.sample import Sample, prepare, refuse_determined, with_weight
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


def check(method: str, target: str) -> None:
    """Refuse an unknown method or target.

    Raises:
        Problem: There is no such method or target.
    """
    if method not in METHODS:
        raise Problem(f"There is no method {method}.", remedy=f"Choose one of {', '.join(METHODS)}.")
    if target not in TARGETS:
        raise Problem(f"There is no target {target}.", remedy=f"Choose one of {', '.join(TARGETS)}.")


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
        return _everywhere(method, design, target, ELSEWHERE[method])
    whole, design = design, with_weight(design)
    try:
        sample = prepare(design, seed)
    except Problem as problem:
        return _everywhere(method, design, target, problem)
    estimates = []
    for a in range(1, sample.arms):
        try:
            refuse_determined(method, sample, a)
            answer = RUN[method](sample, a, target, True)
            estimates.append(_backdoor(method, sample, a, target, adjusted, answer, compared))
        except Problem as problem:
            estimates.append(_failure(method, design, a, target, problem))
        except (np.linalg.LinAlgError, FloatingPointError) as error:
            numeric = Problem(f"The computation broke down ({error}).", remedy="Look for extreme values.")
            estimates.append(_failure(method, design, a, target, numeric))
    idle = whole.rows_used - design.rows_used
    if idle:
        said = f"Left out: {idle} row{'s' if idle > 1 else ''} of weight zero, which stand for nobody."
        estimates = [replace(each, notes=(*each.notes, said)) for each in estimates]
    return tuple(estimates)


def estimate_iv(method: str, design: Design, instrument: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate_iv`."""
    check(method, target)
    estimates = []
    for a in range(1, len(design.arms)):
        try:
            sample = prepare(design)
            ci: Interval | tuple[Interval, ...] | None
            if method == "wald":
                answer, ci = instruments.wald(sample, instrument)
            else:
                answer, ci = instruments.two_stage_least_squares(sample, a, instrument)
            estimates.append(_finish(method, sample, a, target, answer, ci=ci))
        except Problem as problem:
            estimates.append(_failure(method, design, a, target, problem))
    return tuple(estimates)


def estimate_frontdoor(design: Design, mediator: Floats, target: str = "ATE") -> tuple[Estimate, ...]:
    """See `causal_core.estimation.estimate_frontdoor`."""
    check("frontdoor", target)
    if target != "ATE":
        problem = Problem(
            f"Front-door adjustment gives the ATE, not the {target}.", remedy="Ask for the ATE."
        )
        return _everywhere("frontdoor", design, target, problem)
    estimates = []
    for a in range(1, len(design.arms)):
        try:
            sample = prepare(design)
            estimates.append(
                _finish("frontdoor", sample, a, target, frontdoor.frontdoor(sample, a, mediator))
            )
        except Problem as problem:
            estimates.append(_failure("frontdoor", design, a, target, problem))
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
            answers = mediation.mediation(sample, a, mediator, target, held)
            estimates += [_finish("mediation", sample, a, target, answer) for answer in answers]
        except Problem as problem:
            estimates.append(_failure("mediation", design, a, target, problem))
    return tuple(estimates)


def _everywhere(method: str, design: Design, target: str, problem: Problem) -> tuple[Estimate, ...]:
    return tuple(_failure(method, design, a, target, problem) for a in range(1, len(design.arms)))


def _failure(method: str, design: Design, a: int, target: str, problem: Problem) -> Estimate:
    return Estimate(
        method=method,
        strategy=METHODS[method].strategy,
        target=target,
        estimand=target,
        contrast=(design.arms[0], design.arms[a]),
        value=None,
        std_error=None,
        ci=None,
        rows_used=design.rows_used,
        rows_dropped=design.rows_dropped,
        error=str(problem),
    )


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
    return _finish(method, sample, a, target, answer, value, through, strategy, estimand, notes)


def _finish(
    method: str,
    sample: Sample,
    a: int,
    target: str,
    answer: Answer,
    value: float | None = None,
    through: str = "dostudio",
    strategy: str | None = None,
    estimand: str | None = None,
    notes: tuple[str, ...] = (),
    ci: Interval | tuple[Interval, ...] | None = None,
) -> Estimate:
    design = sample.design
    value = answer.value if value is None else value
    if not np.isfinite(value):
        raise Problem("The computation gave no finite number.", remedy="Look for extreme values or weights.")
    error, more = _error(sample, a, answer)
    if error is None:
        ci = None
    elif ci is None:
        groups = cluster_count(design)
        ci = interval(value, error, groups - 1 if groups else answer.freedom)
    elif not ci:
        ci = None
    return Estimate(
        method=method,
        strategy=strategy or METHODS[method].strategy,
        target=target,
        estimand=estimand or answer.estimand or target,
        contrast=(design.arms[0], design.arms[a]),
        value=value,
        std_error=error,
        ci=ci,
        rows_used=design.rows_used,
        rows_dropped=design.rows_dropped,
        through=through,
        baseline=answer.baseline,
        notes=notes + answer.notes + more,
        checks=answer.checks,
        risks=risks_of(answer, sample, a, error is not None),
    )


def _error(sample: Sample, a: int, answer: Answer) -> tuple[float | None, tuple[str, ...]]:
    design = sample.design
    for b in (0, a):
        if sample.counts[b] < 2:
            return None, (f"Arm {design.arms[b]} has a single row, so there is no measure of its scatter.",)
    if answer.influence is None:
        return answer.std_error, ()
    error = standard_error(answer.influence, design)
    if error is None:
        return None, ("There is only one cluster, so there is no standard error.",)
    groups = cluster_count(design)
    if 0 < groups < 30:
        return error, (f"There are only {groups} clusters; the interval is approximate.",)
    return error, ()
