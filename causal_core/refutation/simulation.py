"""Estimates on deliberately changed data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats, Integers
from causal_core.estimation.average import ELSEWHERE, point
from causal_core.estimation.methods import METHODS
from causal_core.problem import Problem
from causal_core.refutation.refuters import REFUTERS, STRENGTHS, SUBSET_SHARE

# DoWhy draws from numpy's RandomState, and the same seed must give the same data here as there.
Random = np.random.RandomState

RESERVED: Final = "random common cause"


def simulate(
    refuter: str,
    method: str,
    design: Design,
    target: str,
    seeds: Sequence[int],
    through: Floats | None = None,
) -> Floats:
    """See `causal_core.refutation.simulate`."""
    if refuter not in REFUTERS:
        raise Problem(f"There is no refuter {refuter}.", remedy=f"Choose one of {', '.join(REFUTERS)}.")
    if through is not None:
        from causal_core.refutation.through import simulate_through

        return simulate_through(refuter, method, design, target, seeds, through)
    if method in ELSEWHERE:
        raise Problem(
            f"Refuters are for methods that adjust for covariates; {METHODS[method].label} does not.",
            remedy="Refute an estimate that adjusts for covariates.",
        )
    if refuter == "unobserved_common_cause":
        return _hidden(method, design, target, seeds)
    point(method, design, target)
    shape = (len(design.arms) - 1,)
    change = CHANGES[refuter]
    rows = [_try(method, change(design, Random(seed)), target) for seed in seeds]
    return np.array(rows, dtype=np.float64).reshape(len(seeds), *shape)


def _try(method: str, design: Design, target: str) -> Floats:
    """Each arm's effect, or NaN when the method cannot answer on the changed data."""
    try:
        return point(method, design, target)
    except (Problem, np.linalg.LinAlgError):
        return np.full(len(design.arms) - 1, np.nan)


def take_rows(design: Design, rows: Integers, clusters: Integers | None = None) -> Design:
    """The design of some rows, in that order; `clusters` replaces the cluster codes."""
    return replace(
        design,
        outcome=design.outcome[rows],
        arm=design.arm[rows],
        covariates=design.covariates[rows],
        rows=design.rows[rows],
        propensity=None if design.propensity is None else design.propensity[rows],
        weights=None if design.weights is None else design.weights[rows],
        clusters=clusters if clusters is not None or design.clusters is None else design.clusters[rows],
    )


def add_covariate(design: Design, values: Floats, name: str = RESERVED) -> Design:
    """The design with one covariate more."""
    return replace(
        design,
        covariates=np.column_stack([design.covariates, values]),
        covariate_names=(*design.covariate_names, name),
        covariate_sources=(*design.covariate_sources, name),
    )


def _random_common_cause(design: Design, random: Random) -> Design:
    return add_covariate(design, random.normal(size=design.rows_used))


def placebo_order(design: Design, random: Random) -> Integers:
    """(n,) the row each row takes its treatment from: whole clusters, or rows within them, change places."""
    n = design.rows_used
    if design.clusters is None:
        return random.choice(n, size=n, replace=False)
    _, first, codes = np.unique(design.clusters, return_index=True, return_inverse=True)
    if (design.arm == design.arm[first][codes]).all():
        # Whole clusters were treated: whole clusters change places.
        order: Integers = first[random.choice(len(first), size=len(first), replace=False)][codes]
    else:
        order = np.empty(n, dtype=np.int64)
        for group in range(len(first)):
            members = np.flatnonzero(codes == group)
            order[members] = members[random.choice(len(members), size=len(members), replace=False)]
    return order


def _placebo_treatment(design: Design, random: Random) -> Design:
    order = placebo_order(design, random)
    return replace(design, arm=design.arm[order], propensity=_shuffled(design.propensity, order))


def _shuffled(propensity: Floats | None, order: Integers) -> Floats | None:
    # A row's known probabilities belong to its treatment's draw, so they move along with it.
    return None if propensity is None else propensity[order]


def _data_subset(design: Design, random: Random) -> Design:
    if design.clusters is None:
        n = design.rows_used
        return take_rows(design, random.choice(n, size=round(SUBSET_SHARE * n), replace=False))
    names, codes = np.unique(design.clusters, return_inverse=True)
    chosen = random.choice(len(names), size=max(round(SUBSET_SHARE * len(names)), 1), replace=False)
    return take_rows(design, np.flatnonzero(np.isin(codes, chosen)))


def _bootstrap(design: Design, random: Random) -> Design:
    if design.clusters is None:
        return take_rows(design, random.randint(0, design.rows_used, size=design.rows_used))
    names, codes = np.unique(design.clusters, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(names) + 1))
    drawn = random.randint(0, len(names), size=len(names))
    pieces = [order[starts[g] : starts[g + 1]] for g in drawn]
    # A cluster drawn twice counts as two clusters.
    fresh = np.repeat(np.arange(len(drawn)), [len(piece) for piece in pieces])
    return take_rows(design, np.concatenate(pieces), clusters=fresh)


def _dummy_outcome(design: Design, random: Random) -> Design:
    return replace(design, outcome=random.normal(size=design.rows_used))


CHANGES: Final[dict[str, Callable[[Design, Random], Design]]] = {
    "random_common_cause": _random_common_cause,
    "placebo_treatment": _placebo_treatment,
    "data_subset": _data_subset,
    "bootstrap": _bootstrap,
    "dummy_outcome": _dummy_outcome,
}


def _hidden(method: str, design: Design, target: str, seeds: Sequence[int]) -> Floats:
    original = point(method, design, target)
    arms = len(design.arms)
    found = np.full((len(seeds), arms - 1, len(STRENGTHS)), np.nan)
    for row, seed in enumerate(seeds):
        for a in range(1, arms):
            parts = _parts(design, a, Random(seed))
            sign = 1.0 if original[a - 1] >= 0 else -1.0
            for cell, strength in enumerate(STRENGTHS):
                confounder = _confounder(parts, strength, sign)
                found[row, a - 1, cell] = _try(method, add_covariate(design, confounder), target)[a - 1]
    return found


def _parts(design: Design, a: int, random: Random) -> tuple[Floats, Floats, Floats]:
    """Unit vectors: arm `a`, then the outcome, then noise, each cleared of covariates and those before it."""
    n = design.rows_used
    others = [design.arm == b for b in range(1, len(design.arms)) if b != a]
    known = np.column_stack([np.ones(n), design.covariates, *others])
    known = known / np.maximum(np.abs(known).max(axis=0), np.finfo(float).tiny)
    weights = np.ones(n) if design.weights is None else design.weights
    root = np.sqrt(np.maximum(weights, 0))
    basis, _, _ = np.linalg.svd(known * root[:, None], full_matrices=False)
    basis = basis[:, : np.linalg.matrix_rank(known * root[:, None])]
    found: list[Floats] = []
    for column in ((design.arm == a).astype(np.float64), design.outcome, random.normal(size=n)):
        # Twice, because one pass of projection leaves rounding behind when little remains.
        rest = column * root
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        length = np.linalg.norm(rest)
        if length <= 1e-9 * np.linalg.norm(column * root):
            raise Problem(
                "The covariates leave nothing unexplained in the treatment or the outcome.",
                remedy="There is nothing a hidden confounder could explain.",
            )
        found.append(rest / length)
        basis = np.column_stack([basis, rest / length])
    safe = np.where(root > 0, root, 1)
    return found[0] / safe, found[1] / safe, found[2] / safe


def _confounder(parts: tuple[Floats, Floats, Floats], strength: float, sign: float) -> Floats:
    """A variable with partial R-squared `strength` with the treatment, and the same with the outcome.

    The construction is exact in the sample, so for linear regression the curve is the omitted-variable-bias
    formula of Cinelli & Hazlett (2020, equation 7).
    """
    treatment, outcome, noise = parts
    rest = np.sqrt(strength) * sign * outcome + np.sqrt(1 - strength) * noise
    made: Floats = np.sqrt(strength) * treatment + np.sqrt(1 - strength) * rest
    return made
