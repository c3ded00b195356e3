"""Estimates on deliberately changed data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.engine.progress import report
from causal_core.estimation.average import ELSEWHERE, point
from causal_core.estimation.methods import METHODS, check
from causal_core.problem import Problem
from causal_core.refutation.draws import DRAWS, Draw, Random, add_covariate, take_rows
from causal_core.refutation.fast_path import fast_path
from causal_core.refutation.refuters import REFUTERS, STRENGTHS

__all__ = ["draw_from", "simulate", "simulate_drawn", "take_rows"]


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
    return simulate_drawn(method, design, target, _draws(refuter, design, seeds))


def _draws(refuter: str, design: Design, seeds: Sequence[int]) -> Iterator[Draw]:
    random = Random()
    for done, seed in enumerate(seeds):
        report(done, len(seeds))
        yield draw_from(refuter, design, random, seed)


def draw_from(refuter: str, design: Design, random: Random, seed: int) -> Draw:
    """What the refuter draws with `seed`; `random` is seeded anew, which is cheaper than a new generator."""
    random.seed(seed)
    return DRAWS[refuter](design, random)


def simulate_drawn(
    method: str, design: Design, target: str, drawn: Iterable[Draw], fast: bool = True
) -> Floats:
    """(draws, arms - 1) the effects on the designs that draws make; NaN where the method cannot answer.

    Args:
        method: A method that needs no more than a design.
        design: The rows of the original estimate.
        target: As in the original estimate.
        drawn: One for each simulation.
        fast: Whether short cuts may be taken; without, each design is made and estimated as a new one.

    Raises:
        Problem: The method cannot answer on the original rows.
    """
    check(method, target)
    short = fast_path(method, design, target) if fast else None
    if short is None or short(Draw()) is None:
        point(method, design, target)
    rows = []
    for draw in drawn:
        found = None if short is None else short(draw)
        rows.append(_try(method, draw.of(design), target) if found is None else found)
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(design.arms) - 1)


def _try(method: str, design: Design, target: str) -> Floats:
    """Each arm's effect, or NaN when the method cannot answer on the changed data."""
    try:
        return point(method, design, target)
    except (Problem, np.linalg.LinAlgError):
        return np.full(len(design.arms) - 1, np.nan)


def _hidden(method: str, design: Design, target: str, seeds: Sequence[int]) -> Floats:
    original = point(method, design, target)
    arms = len(design.arms)
    found = np.full((len(seeds), arms - 1, len(STRENGTHS)), np.nan)
    for row, seed in enumerate(seeds):
        report(row, len(seeds))
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
