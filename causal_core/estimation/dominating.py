"""Rows that decide an estimate by their weight: the heaviest ones, and the estimate without them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.average import RUN
from causal_core.estimation.inference import effective_size, standard_error
from causal_core.estimation.method_weights import method_weights
from causal_core.estimation.sample import Sample, prepare
from causal_core.problem import Problem

HEAVIEST = 10
"""Rows listed, and left out together."""


@dataclass(frozen=True)
class HeavyRow:
    """One row that weighs much.

    Attributes:
        row: Its place in the table, from 1.
        arm: Its arm, as text.
        share: Its share of its arm's weight.
        fair: How many times the weight it would have if all rows of its arm weighed the same.
        probability: Its estimated or known probability of the arm it is in.
        outcome: Its outcome.
    """

    row: int
    arm: str
    share: float
    fair: float
    probability: float
    outcome: float


@dataclass(frozen=True)
class Dominating:
    """The heaviest rows of one method's estimate for one arm.

    Attributes:
        method: The method's name.
        contrast: The control level and the arm, as text.
        rows: The heaviest rows, at most 10.
        share: The share of its arm's weight that these rows have, of control and arm.
        effective: Effective sample sizes of control and arm.
        counted: Rows of control and arm.
        value: The estimate.
        std_error: Its standard error, or None.
        without: The estimate without these rows.
        error: Why there is none, in words.
    """

    method: str
    contrast: tuple[str, str]
    rows: tuple[HeavyRow, ...] = ()
    share: tuple[float, float] = (0.0, 0.0)
    effective: tuple[float, float] = (0.0, 0.0)
    counted: tuple[int, int] = (0, 0)
    value: float | None = None
    std_error: float | None = None
    without: float | None = None
    error: str = ""


def dominating(method: str, design: Design, target: str = "ATE", seed: int = 0) -> tuple[Dominating, ...]:
    """The rows that weigh most in one method's estimates, one answer an arm.

    Args:
        method: A method that weights rows; see `method_weights.WEIGHTED`.
        design: The rows.
        target: `ATE`, `ATT` or `ATC`.
        seed: As in the estimate.

    Raises:
        Problem: The design cannot be used.
    """
    sample = prepare(design, seed)
    found = []
    for a in range(1, sample.arms):
        contrast = (design.arms[0], design.arms[a])
        try:
            found.append(_dominating(method, sample, a, target))
        except (Problem, np.linalg.LinAlgError) as problem:
            found.append(Dominating(method, contrast, error=str(problem)))
    return tuple(found)


def _dominating(method: str, sample: Sample, a: int, target: str) -> Dominating:
    design = sample.design
    weights = method_weights(method, sample, a, target)
    shares = [side / max(float(side.sum()), 1e-300) for side in weights]
    share = shares[0] + shares[1]
    heaviest = np.argsort(-share, kind="stable")[:HEAVIEST]
    heaviest = heaviest[share[heaviest] > 0]
    answer = RUN[method](sample, a, target, True)
    error = answer.std_error if answer.influence is None else standard_error(answer.influence, design)
    kept = np.setdiff1d(np.arange(sample.rows), heaviest)
    without, why = None, ""
    try:
        without = float(RUN[method](prepare(design.at(kept), sample.seed), a, target, False).value)
    except (Problem, np.linalg.LinAlgError) as problem:
        why = f"Without these rows there is no estimate: {problem}"
    return Dominating(
        method=method,
        contrast=(design.arms[0], design.arms[a]),
        rows=tuple(_row(sample, share, int(place)) for place in heaviest),
        share=(float(shares[0][heaviest].sum()), float(shares[1][heaviest].sum())),
        effective=(effective_size(weights[0]), effective_size(weights[1])),
        counted=(int(sample.counts[0]), int(sample.counts[a])),
        value=answer.value,
        std_error=error,
        without=without,
        error=why,
    )


def _row(sample: Sample, share: Floats, place: int) -> HeavyRow:
    arm = int(sample.arm[place])
    return HeavyRow(
        row=int(sample.design.rows[place]) + 1,
        arm=sample.design.arms[arm],
        share=float(share[place]),
        fair=float(share[place] * sample.counts[arm]),
        probability=float(sample.scores.probability[place, arm]),
        outcome=float(sample.outcome[place]),
    )
