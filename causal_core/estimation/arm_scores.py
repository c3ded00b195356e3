"""The probabilities of every arm among the rows of every arm, for studies with several arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Design
from causal_core.estimation.sample import prepare

BINS = 40


@dataclass(frozen=True)
class ArmScores:
    """How probable one arm was for the rows of each arm.

    Attributes:
        arm: The arm whose probability it is.
        arms: All arms, control first.
        edges: Borders of the bins of the probability.
        shares: For each of `arms`, the share of its rows in each bin.
        known: Whether the probabilities are known rather than estimated.
        least: The least probability of this arm among all rows, and its 1 % point.
    """

    arm: str
    arms: tuple[str, ...]
    edges: tuple[float, ...]
    shares: tuple[tuple[float, ...], ...]
    known: bool
    least: tuple[float, float]


def arm_scores(design: Design) -> tuple[ArmScores, ...]:
    """The probabilities of each arm, by the arm the rows are in; sampling weights count.

    With more than two arms each arm must be possible for the rows of all arms (Lopez & Gutman 2017), which
    pairs of arms do not show.

    Raises:
        Problem: The design cannot be used.
    """
    sample = prepare(design)
    probability = sample.scores.probability
    edges = np.linspace(0, 1, BINS + 1)
    found = []
    for b, name in enumerate(design.arms):
        score = np.clip(probability[:, b], 0, 1)
        shares = []
        for other in range(sample.arms):
            heights, _ = np.histogram(score, bins=edges, weights=sample.weights * (sample.arm == other))
            shares.append(tuple((heights / max(float(heights.sum()), 1e-300)).tolist()))
        found.append(
            ArmScores(
                arm=name,
                arms=design.arms,
                edges=tuple(edges.tolist()),
                shares=tuple(shares),
                known=design.propensity is not None,
                least=(float(score.min()), float(np.quantile(score, 0.01))),
            )
        )
    return tuple(found)
