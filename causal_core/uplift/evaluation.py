"""The evaluation of learners, combined from what `learn` and `score_fold` returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.findings import PairedDifference
from causal_core.uplift.judge import Judge
from causal_core.uplift.overlap import overlap_warnings
from causal_core.uplift.parts import FoldScores, Learned, gather, learn, score_fold, whole
from causal_core.uplift.propensity import constant_shares
from causal_core.uplift.result import Evaluation, HeldOut, UpliftResult
from causal_core.uplift.scores import Scores
from causal_core.uplift.sentences import several
from causal_core.uplift.split import SCORING, Split
from causal_core.uplift.units import Units

__all__ = ["FoldScores", "Learned", "evaluate", "gather", "learn", "score_fold"]


def evaluate(
    units: Units,
    parts: Sequence[Learned | FoldScores],
    seed: int = 0,
    groups: int = 5,
    evaluation: str = "held_out",
) -> Evaluation:
    """Judge each learner's ranking for each arm on the rows it never saw.

    Args:
        units: The rows.
        parts: What `learn` returned for each learner and piece, and `score_fold` for the folds judged.
        seed: That of the parts.
        groups: Segments by predicted effect, 5 for fifths.
        evaluation: That of the parts.

    Returns:
        A result for each learner (in the order of `parts`) and each arm, the learners in pairs, and the
        judged rows for policies.

    Raises:
        Problem: Parts are missing.
    """
    split = Split.of(units, evaluation, seed)
    folds = [part for part in parts if isinstance(part, FoldScores) and part.part == "held_out"]
    scores = gather(folds, len(SCORING[evaluation]))
    names = dict.fromkeys(part.learner for part in parts if isinstance(part, Learned))
    answers = {
        name: whole(split, [part for part in parts if isinstance(part, Learned) and part.learner == name])
        for name in names
    }
    results: dict[tuple[str, int], UpliftResult] = {}
    paired: list[PairedDifference] = []
    for column in range(len(units.arms) - 1):
        judge = Judge(units, split, scores, column, groups, seed)
        found, pairs = judge.judge(
            {name: each.effect[:, column] for name, each in answers.items() if each.effect is not None}
        )
        results |= {(result.learner, column): result for result in found}
        for name, each in answers.items():
            if each.effect is None:
                results[name, column] = UpliftResult(
                    name, judge.contrast, rows_used=judge.rows_used, error=each.error
                )
            elif each.composition:
                made = replace(results[name, column], composition=each.composition[column])
                results[name, column] = made
        paired += pairs
    ordered = tuple(results[name, column] for name in answers for column in range(len(units.arms) - 1))
    warnings = overlap_warnings(
        scores,
        units.arm[split.judged],
        units.arms,
        units.features.iloc[split.judged],
        known=units.randomised or units.propensity is not None,
        shares=tuple(constant_shares(units.arm, len(units.arms)).tolist()),
    )
    held_out = _held_out(units, split, scores, answers)
    return Evaluation(ordered, held_out, tuple(paired), warnings, several(ordered))


def _held_out(units: Units, split: Split, scores: Scores, answers: dict[str, Learned]) -> HeldOut:
    rows = np.arange(len(units.outcome)) if units.rows is None else units.rows
    return HeldOut(
        rows=rows[split.judged],
        arms=units.arms,
        predicted={name: each.effect for name, each in answers.items() if each.effect is not None},
        baseline={name: each.baseline for name, each in answers.items() if each.baseline is not None},
        scores=scores.scores,
        outcome_model=scores.outcome_model,
        arm=units.arm[split.judged],
        outcome=units.outcome[split.judged],
        propensity=scores.propensity,
        clusters=None if units.clusters is None else units.clusters[split.judged],
        total_rows=len(units.outcome),
        std_error={name: each.std_error for name, each in answers.items() if each.std_error is not None},
        evaluation=split.evaluation,
        fold=None if split.folds is None else split.piece + 1,
        weights=None if units.weights is None else _of_mean_one(units.weights[split.judged]),
    )


def _of_mean_one(weights: Floats) -> Floats:
    mean = float(weights.mean())
    if mean <= 0:
        raise Problem(
            "None of the judged rows has a positive sampling weight, so they stand for nobody.",
            remedy="Correct the weights, or leave them out of the question.",
        )
    return weights / mean
