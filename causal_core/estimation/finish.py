"""From what a method computed to an estimate, or to the words why there is none."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Design
from causal_core.estimation.inference import Answer, cluster_count, interval, standard_error
from causal_core.estimation.methods import METHODS
from causal_core.estimation.result import Estimate, Interval
from causal_core.estimation.risks import risks_of
from causal_core.estimation.sample import Sample
from causal_core.problem import Problem


def refused(method: str, design: Design, target: str, problem: Problem) -> tuple[Estimate, ...]:
    """An estimate without a value for each arm but the control, all for the same reason."""
    return tuple(failure(method, design, a, target, problem) for a in range(1, len(design.arms)))


def failure(method: str, design: Design, a: int, target: str, problem: Problem) -> Estimate:
    """Arm `a`'s estimate without a value, and why."""
    contrast, rows = (design.arms[0], design.arms[a]), (design.rows_used, design.rows_dropped)
    strategy = METHODS[method].strategy
    return Estimate.unanswered(method, strategy, target, target, contrast, rows, str(problem))


def finish(
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
    """Arm `a`'s estimate: the answer with its error and interval.

    Args:
        method: A key of `METHODS`.
        sample: The rows.
        a: The arm's code.
        target: What was asked for.
        answer: What the method computed.
        value: A value to report in place of the answer's own.
        through: Whose value it is.
        strategy: In place of the method's own.
        estimand: In place of the answer's.
        notes: What comes before the answer's notes.
        ci: The interval, when it does not follow from the error; an empty set gives None.

    Raises:
        Problem: The value is not finite.
    """
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
        lone = _lone_cluster(sample, b)
        if lone:
            return None, (lone,)
    if answer.influence is None:
        return answer.std_error, ()
    error = standard_error(answer.influence, design)
    if error is None:
        return None, ("There is only one cluster, so there is no standard error.",)
    groups = cluster_count(design)
    if 0 < groups < 30:
        return error, (f"There are only {groups} clusters; the interval is approximate.",)
    return error, ()


def _lone_cluster(sample: Sample, b: int) -> str:
    """Why arm `b` has no scatter between clusters where others have, or an empty string."""
    design = sample.design
    if design.clusters is None or cluster_count(design) < 2:
        return ""
    if len(np.unique(design.clusters[sample.arm == b])) > 1:
        return ""
    return (
        f"All rows of arm {design.arms[b]} lie in one cluster, so what the arm does cannot be told from what "
        "sets that cluster apart, and there is no standard error."
    )
