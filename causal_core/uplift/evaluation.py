"""Learning on one half of the rows, judging on the other: step functions that run as tasks.

`learn` (one task a learner) and `score_fold` (one a fold) do not depend on each other; `evaluate` combines
what they return. Each finds the same halves from the same units and seed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.bands import score_curve_errors, uplift_curve_errors
from causal_core.uplift.composition import Component
from causal_core.uplift.curves import qini_curve, score_curve, thin, uplift_curve
from causal_core.uplift.learners import fit_model
from causal_core.uplift.result import Evaluation, HeldOut, Points, Segment, UpliftResult
from causal_core.uplift.scores import FOLDS, Scores, join, score_part
from causal_core.uplift.segments import calibration, segments
from causal_core.uplift.toc import Rate, rate
from causal_core.uplift.units import Units

POINTS = 200
"""The most points a curve keeps for drawing."""


@dataclass(frozen=True, eq=False)
class Learned:
    """One learner's predictions on the held-out rows.

    Attributes:
        learner: Its name.
        effect: (n_h, k-1) predicted effects; None with an error.
        baseline: (n_h,) predicted mean outcome under the control; None with an error.
        error: Why the learner gave no answer, or None.
        std_error: (n_h, k-1) standard errors of `effect`, of learners that have them.
        composition: By arm, what the automatic choice is made of; empty for other learners.
    """

    learner: str
    effect: Floats | None
    baseline: Floats | None
    error: str | None = None
    std_error: Floats | None = None
    composition: tuple[tuple[Component, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class FoldScores:
    """AIPW scores of one fold of a half.

    Attributes:
        part: "held_out" or "learning".
        rows: Positions within that half.
        scores: Of these rows, from models of the half's other folds.
    """

    part: str
    rows: Integers
    scores: Scores


def learn(units: Units, learner: str, seed: int = 0, base: str = "boosted") -> Learned:
    """Fit a learner on the learning half and predict the held-out half.

    A learner that does not apply is an answer, in `error`.

    Raises:
        Problem: The rows cannot be halved, or a column cannot be used.
    """
    learning, held_out = units.halves(seed)
    training = units.training(seed, base)
    try:
        model = fit_model(learner, training.take(learning))
    except Problem as problem:
        return Learned(learner, None, None, str(problem))
    matrix = training.matrix[held_out]
    errors = getattr(model, "std_error", None)
    return Learned(
        learner,
        model.effect(matrix),
        model.baseline(matrix),
        std_error=None if errors is None else errors(matrix),
        composition=getattr(model, "composition", ()),
    )


def score_fold(units: Units, fold: int, part: str = "held_out", seed: int = 0) -> FoldScores:
    """AIPW scores of fold 0..4 of a half, from models learned on that half's other folds.

    Args:
        units: The rows.
        fold: Which of the 5 folds.
        part: "held_out" for judging and valuing, "learning" for choosing a policy.
        seed: That of the halves.
    """
    half = units.halves(seed)[1 if part == "held_out" else 0]
    training = units.training(seed).take(half)
    codes = training.folds(FOLDS)
    rows = np.flatnonzero(codes == fold)
    scores, _ = score_part(training, np.flatnonzero(codes != fold), rows)
    return FoldScores(part, rows, scores)


def gather(parts: list[FoldScores]) -> Scores:
    """The scores of all five folds of one half, in its row order.

    Raises:
        Problem: Folds are missing.
    """
    if len(parts) != FOLDS:
        raise Problem(f"Scores of {len(parts)} of {FOLDS} folds arrived.", remedy="Run the step again.")
    return join([part.scores for part in parts], [part.rows for part in parts])


def evaluate(units: Units, parts: list[Learned | FoldScores], seed: int = 0, groups: int = 5) -> Evaluation:
    """Judge each learner's ranking for each arm on the held-out rows.

    Args:
        units: The rows.
        parts: What `learn` returned for each learner and `score_fold` for the five held-out folds.
        seed: That of the parts.
        groups: Segments by predicted effect, 5 for fifths.

    Returns:
        A result for each learner (in the order of `parts`) and each arm, and the held-out rows for policies.
    """
    learned = [part for part in parts if isinstance(part, Learned)]
    scores = gather([part for part in parts if isinstance(part, FoldScores) and part.part == "held_out"])
    learning, held_out = units.halves(seed)
    judge = _Judge(units, len(learning), held_out, scores, groups, seed)
    results = tuple(
        judge.result(answer, column) for answer in learned for column in range(len(units.arms) - 1)
    )
    answered = [answer for answer in learned if answer.error is None]
    rows = np.arange(len(units.outcome)) if units.rows is None else units.rows
    return Evaluation(
        results,
        HeldOut(
            rows=rows[held_out],
            arms=units.arms,
            predicted={answer.learner: answer.effect for answer in answered if answer.effect is not None},
            baseline={answer.learner: answer.baseline for answer in answered if answer.baseline is not None},
            scores=scores.scores,
            outcome_model=scores.outcome_model,
            arm=units.arm[held_out],
            outcome=units.outcome[held_out],
            propensity=scores.propensity,
            clusters=None if units.clusters is None else units.clusters[held_out],
            total_rows=len(units.outcome),
            std_error={
                answer.learner: answer.std_error for answer in answered if answer.std_error is not None
            },
        ),
    )


@dataclass(frozen=True, eq=False)
class _Judge:
    units: Units
    learning_rows: int
    held_out: Integers
    scores: Scores
    groups: int
    seed: int

    def result(self, answer: Learned, column: int) -> UpliftResult:
        contrast = (self.units.arms[0], self.units.arms[column + 1])
        rows_used = (self.learning_rows, len(self.held_out))
        if answer.effect is None:
            return UpliftResult(answer.learner, contrast, rows_used=rows_used, error=answer.error)
        predicted = answer.effect[:, column]
        effects = self.scores.effects[:, column]
        clusters = None if self.units.clusters is None else self.units.clusters[self.held_out]
        autoc = rate(effects, predicted, "autoc", clusters, self.seed)
        groups = segments(
            predicted, effects, self.units.features.iloc[self.held_out], clusters, groups=self.groups
        )
        drawn = self._from_arms(predicted, column) if self.units.constant_probability else None
        drawn = drawn or self._from_scores(predicted, effects, clusters)
        return UpliftResult(
            answer.learner,
            contrast,
            qini=drawn.qini,
            auuc=drawn.auuc,
            autoc=autoc,
            rate_qini=rate(effects, predicted, "qini", clusters, self.seed),
            average=float(effects.mean()),
            curve=drawn.curve,
            curve_std_error=drawn.errors,
            qini_curve=drawn.qini_curve,
            random=((0.0, 0.0), drawn.curve[-1]),
            source=drawn.source,
            segments=groups,
            calibration=calibration(predicted, effects, clusters),
            sentence=sentence(autoc, groups),
            composition=answer.composition[column] if answer.composition else (),
            rows_used=rows_used,
            clipped=sum(self.scores.clipped),
        )

    def _from_arms(self, predicted: Floats, column: int) -> _Drawn:
        """Curves that compare the arms directly, on the rows of this arm and the control."""
        arm = self.units.arm[self.held_out]
        pair = np.flatnonzero((arm == 0) | (arm == column + 1))
        outcome = self.units.outcome[self.held_out][pair]
        treated = (arm[pair] > 0).astype(np.float64)
        score = predicted[pair]
        clusters = None if self.units.clusters is None else self.units.clusters[self.held_out][pair]
        uplift = uplift_curve(outcome, treated, score)
        qini = qini_curve(outcome, treated, score)
        share, gain = thin(uplift.share, POINTS, uplift.gain)
        errors = uplift_curve_errors(outcome, treated, score, share, clusters)
        qini_points = _points(*thin(qini.share, POINTS, qini.gain / treated.sum()))
        return _Drawn(
            qini.coefficient,
            uplift.area,
            _points(share, gain),
            _known(errors),
            qini_points,
            "randomised",
        )

    def _from_scores(self, predicted: Floats, effects: Floats, clusters: Integers | None) -> _Drawn:
        """Curves of the AIPW effect scores, where assignment depended on covariates."""
        curve = score_curve(effects, predicted)
        share, gain = thin(curve.share, POINTS, curve.gain)
        errors = score_curve_errors(effects, predicted, share, clusters)
        points = _points(share, gain)
        return _Drawn(curve.coefficient, curve.area, points, _known(errors), points, "scores")


@dataclass(frozen=True)
class _Drawn:
    qini: float
    auuc: float
    curve: Points
    errors: tuple[float | None, ...]
    qini_curve: Points
    source: str


def _known(errors: Floats) -> tuple[float | None, ...]:
    return tuple(None if math.isnan(error) else error for error in errors.tolist())


def _points(share: Floats, gain: Floats) -> Points:
    return tuple(zip(share.tolist(), gain.tolist(), strict=True))


def sentence(autoc: Rate, groups: tuple[Segment, ...]) -> str:
    """What the AUTOC and the outermost segments say, in words."""
    numbers = f"AUTOC {autoc.value:.3g}, 95 % interval {autoc.ci[0]:.3g} to {autoc.ci[1]:.3g}"
    if autoc.ci[0] <= 0 <= autoc.ci[1]:
        return (
            "No detectable heterogeneity: on rows the learner never saw, its ranking does no better than "
            f"chance as far as these data can tell ({numbers})."
        )
    first, last = groups[0], groups[-1]
    extremes = (
        f"the effect is {first.effect:.3g} ({first.ci[0]:.3g} to {first.ci[1]:.3g}) in the group predicted "
        f"highest and {last.effect:.3g} ({last.ci[0]:.3g} to {last.ci[1]:.3g}) in the group predicted lowest"
    )
    if autoc.ci[0] > 0:
        return f"Effects differ, and the ranking finds those who gain more ({numbers}): {extremes}."
    return f"The ranking is worse than chance ({numbers}): {extremes}. Do not target by it."
