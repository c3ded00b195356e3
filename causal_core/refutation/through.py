"""Estimates through an instrument or a front door on deliberately changed data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.engine.progress import report
from causal_core.estimation.along import estimate_frontdoor, estimate_iv
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.refutation.draws import DRAWS, Random, add_covariate, placebo_order
from causal_core.refutation.refuters import STRENGTHS


def simulate_through(
    refuter: str, method: str, design: Design, target: str, seeds: Sequence[int], through: Floats
) -> Floats:
    """As `causal_core.refutation.simulate`, for methods that need instruments or mediators.

    A placebo shuffles the instruments along with the treatment, as DoWhy does: left where they are, they
    would no longer move it, and the ratio would be one of two noises.

    Args:
        refuter: A key of `REFUTERS`.
        method: A method that stands on instruments or on a front door.
        design: The rows of the original estimate.
        target: As in the original estimate.
        seeds: One for each simulation.
        through: (n, q) the instruments or mediators.

    Raises:
        Problem: The method cannot answer on the original rows.
    """
    arms = len(design.arms)
    if refuter == "unobserved_common_cause":
        return np.full((len(seeds), arms - 1, len(STRENGTHS)), np.nan)
    columns = np.asarray(through, dtype=np.float64).reshape(design.rows_used, -1)
    _effects(method, design, columns, target)
    rows = []
    for done, seed in enumerate(seeds):
        report(done, len(seeds))
        changed, moved = _change(refuter, method, design, columns, Random(seed))
        try:
            rows.append(_effects(method, changed, moved, target))
        except (Problem, np.linalg.LinAlgError):
            rows.append(np.full(arms - 1, np.nan))
    return np.array(rows, dtype=np.float64).reshape(len(seeds), arms - 1)


def _change(
    refuter: str, method: str, design: Design, columns: Floats, random: Random
) -> tuple[Design, Floats]:
    if refuter == "placebo_treatment" and METHODS[method].strategy == "iv":
        order = placebo_order(design, random)
        return replace(design, arm=design.arm[order]), columns[order]
    # Carried along as covariates, the columns go wherever their rows go.
    carried = design
    for place in range(columns.shape[1]):
        carried = add_covariate(carried, columns[:, place])
    changed = DRAWS[refuter](carried, random).of(carried)
    start = design.covariates.shape[1]
    apart = np.zeros(changed.covariates.shape[1], dtype=bool)
    apart[start : start + columns.shape[1]] = True
    kept = np.flatnonzero(~apart)
    plain = replace(
        changed,
        covariates=changed.covariates[:, kept],
        covariate_names=tuple(changed.covariate_names[j] for j in kept),
        covariate_sources=tuple(changed.covariate_sources[j] for j in kept),
    )
    return plain, changed.covariates[:, apart]


def _effects(method: str, design: Design, columns: Floats, target: str) -> Floats:
    """(arms - 1,) the effects.

    Raises:
        Problem: The method cannot answer for one of the arms.
    """
    if METHODS[method].strategy == "iv":
        found = estimate_iv(method, design, columns, target)
    else:
        found = estimate_frontdoor(design, columns, target)
    for each in found:
        if each.value is None:
            raise Problem(each.error or "The method cannot answer.")
    return np.array([each.value for each in found], dtype=np.float64)
