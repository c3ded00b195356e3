"""One estimate from those of several completed tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design
from causal_core.estimation.inference import cluster_count, interval
from causal_core.estimation.result import Estimate
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
    )
    errors = [each.std_error for each in completed if each.std_error is not None]
    if len(errors) < count:
        return pooled
    within = float(np.mean(np.square(errors)))
    extra = (1 + 1 / count) * float(values.var(ddof=1))
    total = within + extra
    if extra <= 1e-12 * total:
        return replace(pooled, value=value, std_error=completed[0].std_error, ci=completed[0].ci)
    share = extra / total
    between = (count - 1) / share**2
    seen = (freedom + 1) / (freedom + 3) * freedom * (1 - share)
    pooled_freedom = 1 / (1 / between + 1 / seen) if seen > 0 else between
    error = float(np.sqrt(total))
    said = (
        f"Pooled over {count} completed tables by Rubin's rules: {share:.0%} of the variance comes from not "
        f"knowing the missing values ({pooled_freedom:.0f} degrees of freedom)."
    )
    return replace(
        pooled, std_error=error, ci=interval(value, error, pooled_freedom), notes=(said, *pooled.notes)
    )


def _notes(completed: Sequence[Estimate]) -> tuple[str, ...]:
    """What holds for each table as it is; what the first says alone, named as the first's."""
    counts = Counter(note for each in completed for note in set(each.notes))
    return tuple(
        note if counts[note] == len(completed) else f"In the first completed table: {note}"
        for note in completed[0].notes
    )
