"""Double machine learning: the partially linear and the interactive model."""

from __future__ import annotations

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.inference import Answer, answer_of, weight_notes
from causal_core.estimation.nuisances import FOLDS, LEAST_ROWS, cross_fit, folds_of
from causal_core.estimation.propensity import pseudo_inverse, weighting
from causal_core.estimation.sample import Sample

__all__ = ["FOLDS", "LEAST_ROWS", "dml", "dml_interactive", "folds_of"]


def dml(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Residual on residual with cross-fitted nuisances (Chernozhukov et al. 2018, section 4.1).

    With several arms the residuals of all enter one regression. Known probabilities are used as they are.

    Raises:
        Problem: There are fewer than 100 rows, or an arm is too rare to appear in each fold.
    """
    arms, n = sample.arms, sample.rows
    nuisances = cross_fit(sample, (None,))
    chosen = (sample.arm[:, None] == np.arange(1, arms)) - nuisances.scores.probability[:, 1:]
    weighted = chosen.T * sample.weights
    inverse = pseudo_inverse(weighted @ chosen / n)
    rest = sample.outcome - nuisances.outcome[:, 0]
    theta = inverse @ (weighted @ rest) / n
    influence = None
    if errors:
        influence = sample.weights * (chosen @ inverse[a - 1]) * (rest - chosen @ theta)
    goal = sample.target_weights(a, target)
    present = (sample.arm[:, None] == np.arange(1, arms)) @ theta
    estimand = target if sample.constant_assignment else "variance-weighted"
    notes = [nuisances.sentence]
    if estimand == "variance-weighted" and target != "ATE":
        notes.append(
            f"This model cannot give the {target}: people count by how uncertain their treatment was, "
            "whatever the target."
        )
    return Answer(
        float(theta[a - 1]),
        float(goal @ (sample.outcome - present) / goal.sum()),
        influence,
        estimand=estimand,
        notes=tuple(notes),
    )


def dml_interactive(sample: Sample, a: int, target: str, errors: bool) -> Answer:
    """Augmented inverse probability weighting with cross-fitted nuisances (Chernozhukov et al. 2018, 5.1).

    The outcome is learnt in each arm apart, so effects may vary in any way. Clusters stay whole in the folds.
    Estimated probabilities are held above a floor, known ones used as they are.

    Raises:
        Problem: There are fewer than 100 rows, an arm is too rare to appear in each fold, or the arms do
            not overlap.
    """
    nuisances = cross_fit(sample, tuple(range(sample.arms)))
    goal = sample.target_weights(a, target)
    total, names = goal.sum(), sample.design.arms
    population = None if target == "ATE" else a if target == "ATT" else 0
    sides: list[tuple[float, Floats]] = []
    notes = [nuisances.sentence]
    for b in (0, a):
        made = weighting(nuisances.scores, sample.arm, sample.weights, b, population, names)
        notes += weight_notes(made.weights, names[b], made.clipped, made.lacking)
        predicted = nuisances.outcome[:, b]
        correction = made.weights * (sample.outcome - predicted)
        mean = float((goal @ predicted + correction.sum()) / total)
        sides.append((mean, (goal * (predicted - mean) + correction) * sample.rows / total))
    return answer_of(sides[0], sides[1], errors, notes=tuple(notes))
