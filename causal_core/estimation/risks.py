"""Both mean outcomes of an answer and their ratio, where the outcome is 0 or 1 or a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, isinf, log

import numpy as np

from causal_core.estimation.glm import family_of
from causal_core.estimation.inference import Answer, cluster_count, interval, reach, standard_error
from causal_core.estimation.ratio import Risks, fault, log_influence, risks
from causal_core.estimation.rubin import combine
from causal_core.estimation.sample import Sample

MEASURES = {"logistic": "risk", "poisson": "rate"}
"""Family of the outcome -> what its mean is called."""


def risks_of(answer: Answer, sample: Sample, a: int, errors: bool) -> Risks | None:
    """The means under control and arm `a`, their ratio and the number needed to treat, with intervals.

    Args:
        answer: What a method computed for arm `a`.
        sample: The rows.
        a: The arm.
        errors: Whether the answer has a standard error that may be shown.

    Returns:
        None when the method does not give both means, or the outcome is neither 0 or 1 nor a count.
    """
    measure = MEASURES.get(family_of(sample.outcome))
    if measure is None or answer.means is None:
        return None
    design, means = sample.design, answer.means
    reason = fault(measure, means, (design.arms[0], design.arms[a]))
    groups = cluster_count(design)
    freedom = groups - 1 if groups else answer.freedom
    log_error, ci = None, None
    if errors and answer.influence is not None and answer.parts is not None:
        error = standard_error(answer.influence, design)
        ci = None if error is None else interval(answer.value, error, freedom)
        if not reason:
            log_error = standard_error(log_influence(means, answer.parts), design)
    return risks(measure, means, log_error, reach(freedom) if errors else 0.0, ci, reason)


def pool_risks(
    completed: Sequence[Risks | None], ci: tuple[float, float] | None, freedom: float
) -> Risks | None:
    """One answer from those of several completed tables: means averaged, ratios by Rubin's rules on the log.

    Args:
        completed: What each of at least two tables gave for one arm.
        ci: The pooled 95 % interval of the difference; None without one.
        freedom: Degrees of freedom if nothing were missing.

    Returns:
        None when a table gave none.
    """
    found = [each for each in completed if each is not None]
    if len(found) < len(completed):
        return None
    control, treated = (float(np.mean([each.means[side] for each in found])) for side in (0, 1))
    measure, means = found[0].measure, (control, treated)
    reasons = [each.reason for each in found if each.reason]
    if reasons:
        return risks(measure, means, None, 0.0, ci, reasons[0])
    logs = [log(each.ratio) for each in found if each.ratio is not None]
    errors = [each.log_error for each in found if each.log_error is not None]
    if len(errors) < len(found):
        return risks(measure, means, None, 0.0, ci)
    pooled = combine(logs, errors, freedom)
    low, high = interval(pooled.value, pooled.error, None if isinf(pooled.freedom) else pooled.freedom)
    return replace(
        risks(measure, means, pooled.error, 0.0, ci), ratio=exp(pooled.value), ratio_ci=(exp(low), exp(high))
    )
