"""Both mean outcomes of an answer and their ratio, where the outcome is 0 or 1 or a count."""

from __future__ import annotations

from causal_core.estimation.glm import family_of
from causal_core.estimation.inference import Answer, cluster_count, interval, reach, standard_error
from causal_core.estimation.ratio import Risks, fault, log_influence, risks
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
