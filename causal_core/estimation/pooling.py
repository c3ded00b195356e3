"""One estimate from those of several completed tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design
from causal_core.estimation.inference import cluster_count, interval
from causal_core.estimation.result import Estimate
from causal_core.estimation.risks import pool_risks
from causal_core.estimation.rubin import combine
from causal_core.percent import percent
from causal_core.problem import Problem


def complete_freedom(design: Design) -> float:
    """The degrees of freedom if nothing were missing: clusters less one, else rows less columns and arms."""
    groups = cluster_count(design)
    freedom = groups - 1 if groups else design.rows_used - design.covariates.shape[1] - len(design.arms)
    return float(max(freedom, 1))


def pool(completed: Sequence[Estimate], freedom: float) -> Estimate:
    """Rubin's rules (1987, section 3.1) with the degrees of freedom of Barnard & Rubin (1999).

    The value is the mean over the tables; its variance is the mean of theirs plus (1 + 1/m) times the
    variance between them.

    Args:
        completed: One method's estimates of one arm, from m tables.
        freedom: Degrees of freedom if nothing were missing.

    Returns:
        The pooled estimate; in words why not when a table gave none.

    Raises:
        Problem: There are fewer than two tables.
    """
    count = len(completed)
    if count < 2:
        raise Problem(
            "One completed table cannot say how uncertain the filled-in values are.",
            remedy="Set imputations to at least 2; 20 is usual.",
        )
    failed = [each for each in completed if each.value is None]
    if failed:
        where = "" if len(failed) == count else f"In {len(failed)} of {count} completed tables: "
        return replace(failed[0], error=f"{where}{failed[0].error}")
    values = np.array([each.value for each in completed], dtype=np.float64)
    value = float(values.mean())
    baselines = [each.baseline for each in completed if each.baseline is not None]
    estimands = {each.estimand for each in completed}
    target = completed[0].target
    pooled = replace(
        completed[0],
        value=value,
        std_error=None,
        ci=None,
        baseline=float(np.mean(baselines)) if len(baselines) == count else None,
        estimand=next(iter(sorted(estimands - {target})), target),
        through="dostudio",
        notes=_notes(completed),
        risks=pool_risks([each.risks for each in completed], None, freedom),
    )
    errors = [each.std_error for each in completed if each.std_error is not None]
    if len(errors) < count:
        return pooled
    found = combine(values.tolist(), errors, freedom)
    if not found.share:
        return replace(pooled, std_error=completed[0].std_error, ci=completed[0].ci, risks=completed[0].risks)
    share = percent(found.share) if found.share >= 0.01 else "less than 1 %"
    said = (
        f"Pooled over {count} completed tables by Rubin's rules: {share} of the variance comes "
        f"from not knowing the missing values ({found.freedom:.0f} degrees of freedom). The interval is "
        "approximate."
    )
    ci = interval(value, found.error, found.freedom)
    return replace(
        pooled,
        std_error=found.error,
        ci=ci,
        notes=(said, *pooled.notes),
        risks=pool_risks([each.risks for each in completed], ci, freedom),
    )


def _notes(completed: Sequence[Estimate]) -> tuple[str, ...]:
    """What holds for each table as it is; what the first says alone, named as the first's."""
    counts = Counter(note for each in completed for note in set(each.notes))
    return tuple(
        note if counts[note] == len(completed) else f"In the first completed table: {note}"
        for note in completed[0].notes
    )
