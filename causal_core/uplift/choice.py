"""The automatic choice: candidates are judged on rows they did not see, and their best mix is the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part as stretch
from causal_core.engine.progress import report
from causal_core.problem import Problem
from causal_core.uplift.composition import CONSTANT, Component
from causal_core.uplift.folds import FEWEST_ROWS
from causal_core.uplift.models import Model
from causal_core.uplift.scores import Scores, Training, cross_fit
from causal_core.uplift.shared import SharedTraining
from causal_core.uplift.simple import fit_constant, fit_linear_dr, fit_linear_r
from causal_core.uplift.stacking import dr_loss, r_loss

PARTS = 2
"""The rows are parted so often; each part judges the candidates fitted on the others."""

Fit = Callable[[Training], Model]

SIMPLE: Final[dict[str, Fit]] = {
    "r_linear": fit_linear_r,
    "dr_linear": fit_linear_dr,
    CONSTANT: fit_constant,
}
"""The candidates with simple effects, besides the learners."""


@dataclass(frozen=True, eq=False)
class AutoModel:
    """A convex mix of learners: tau_a(x) = sum_j w_aj tau_aj(x), w_a >= 0 with sum 1.

    Attributes:
        members: Models fitted on all rows, each with its (k-1,) weights by arm.
        constant: The candidate with the same effect for everybody, whose baseline this is.
        composition: For each arm after the control, its candidates with weights and scores.
    """

    members: tuple[tuple[Model, Floats], ...]
    constant: Model = field(repr=False)
    composition: tuple[tuple[Component, ...], ...]

    def effect(self, matrix: Floats) -> Floats:
        """(n, k-1) effects of each arm against the control."""
        return np.asarray(sum(model.effect(matrix) * weights for model, weights in self.members))

    def baseline(self, matrix: Floats) -> Floats:
        """(n,) mean outcome under the control, averaged over the folds' models."""
        return self.constant.baseline(matrix)


def choose(training: Training, learners: Mapping[str, Fit]) -> AutoModel:
    """Weigh candidates by rows they were not fitted on, then refit those with a weight on all rows.

    The rows are halved; each half judges candidates fitted on the other. The weights minimise the R-loss of
    these predictions (Nie & Wager 2021, section 2; convex, as in Han & Wu 2022). Besides the learners there
    are candidates with simple effects: linear ones, and the same effect for everybody, so that "no
    heterogeneity" can win: it has all the weight unless the mix has a lower loss by over one standard error.
    The loss has nuisances cross-fitted on all rows; fits that several candidates need are made once.

    Args:
        training: The rows the choice may use.
        learners: Name -> how it is fitted. One that has no answer for these rows is left out.

    Raises:
        Problem: An arm has too few rows.
    """
    part = inner_parts(training)
    shared = training if isinstance(training, SharedTraining) else SharedTraining.of(training)
    candidates = {**learners, **SIMPLE}
    if training.base == "linear":
        # Linear learners have linear effects already.
        candidates = {**learners, CONSTANT: fit_constant}
    share = 1 / (PARTS + 1)
    scores, _ = cross_fit(shared)
    tried: dict[str, Floats] = {}
    for judging in range(PARTS):
        with stretch(judging * share, (judging + 1) * share):
            models = fit_all(candidates, SharedTraining.of(training.take(np.flatnonzero(part != judging))))
        candidates = {name: candidates[name] for name in models}
        rows = np.flatnonzero(part == judging)
        for name, model in models.items():
            tried.setdefault(name, np.empty((len(part), training.arms - 1)))
            tried[name][rows] = model.effect(training.matrix[rows])
    composition = tuple(
        compare({name: tried[name][:, column] for name in candidates}, training, scores, column)
        for column in range(training.arms - 1)
    )
    weights = dict(zip(candidates, np.array([[c.weight for c in row] for row in composition]).T, strict=True))
    needed = {name: fit for name, fit in candidates.items() if weights[name].any() or name == CONSTANT}
    with stretch(PARTS * share, 1.0):
        final = fit_all(needed, shared)
    members = tuple((model, weights[name]) for name, model in final.items() if weights[name].any())
    return AutoModel(members, final[CONSTANT], composition)


def compare(
    effects: Mapping[str, Floats], training: Training, scores: Scores, column: int
) -> tuple[Component, ...]:
    """The weights and scores of candidates for one arm.

    Where the mix is not clearly better than the same effect for everybody, that has all the weight.

    Args:
        effects: Candidate -> (n,) its effects of the arm, predicted without the row.
        training: The n rows.
        scores: Their cross-fitted AIPW scores.
        column: The arm, less one.
    """
    predicted = np.column_stack(list(effects.values()))
    by_r = r_loss(scores, training.outcome, training.arm, column, training.clusters)
    by_dr = dr_loss(scores, column, training.clusters)
    weights = by_r.stack(predicted)
    if CONSTANT in effects and not by_r.clearly_better(predicted @ weights, effects[CONSTANT]):
        weights = np.array([float(name == CONSTANT) for name in effects])
    table = zip(weights, *by_r.scores(predicted), *by_dr.scores(predicted), strict=True)
    return tuple(
        Component(name, weight, r, dr, r_behind, r_error, dr_behind, dr_error)
        for name, (weight, r, r_behind, r_error, dr, dr_behind, dr_error) in zip(
            effects, (map(float, row) for row in table), strict=True
        )
    )


def inner_parts(training: Training) -> Integers:
    """(n,) part 0 or 1 of each row: arms in proportion, clusters whole.

    Raises:
        Problem: An arm has fewer than 10 rows in one of the parts.
    """
    part = training.folds(PARTS)
    for arm in range(training.arms):
        rows = np.bincount(part[training.arm == arm], minlength=PARTS)
        if rows.min() < FEWEST_ROWS:
            raise Problem(
                "The automatic choice fits learners on half of the rows it may see and judges them on the "
                f"other half, and one arm has only {rows.sum():,} rows: too few to compare learners.",
                remedy="Choose a single learner, such as the S-learner, or merge small arms.",
            )
    return part


def fit_all(candidates: Mapping[str, Fit], training: Training) -> dict[str, Model]:
    """The candidates that can be fitted."""
    models = {}
    for position, (name, fit) in enumerate(candidates.items(), start=1):
        try:
            with stretch((position - 1) / len(candidates), position / len(candidates)):
                models[name] = fit(training)
        except Problem:
            # A learner may have no answer for these rows; the constant shares its nuisances with the loss.
            if name == CONSTANT:
                raise
        report(position, len(candidates))
    return models
