"""Learning on some rows, judging on others: step functions that run as tasks.

`learn` (one task a learner and piece) and `score_fold` (one a fold) do not depend on each other; `evaluate`
combines what they return. Each finds the same rows from the same units, seed and evaluation: with "held_out"
learners are fitted on one half and judged on the other; with "sequential" rows are cut in five folds, and
piece k, fold k + 2, is judged by learners fitted on the folds before it. The scores of all judged rows come
from models of other folds, earlier and later ones, which does not harm the tests (`causal_core.uplift.judge`
says how folds are combined).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.composition import Component
from causal_core.uplift.learners import fit_model
from causal_core.uplift.scores import FOLDS, Scores, join, score_part
from causal_core.uplift.split import PIECES, Split
from causal_core.uplift.units import Units


@dataclass(frozen=True, eq=False)
class Learned:
    """One learner's predictions on the judged rows of a piece.

    Attributes:
        learner: Its name.
        effect: (n_h, k-1) predicted effects; None with an error.
        baseline: (n_h,) predicted mean outcome under the control; None with an error.
        error: Why the learner gave no answer, or None.
        std_error: (n_h, k-1) standard errors of `effect`, of learners that have them.
        composition: By arm, what the automatic choice is made of; empty for other learners.
        piece: 0 for the held-out half; of sequential folds 0..3.
    """

    learner: str
    effect: Floats | None
    baseline: Floats | None
    error: str | None = None
    std_error: Floats | None = None
    composition: tuple[tuple[Component, ...], ...] = ()
    piece: int = 0


@dataclass(frozen=True, eq=False)
class FoldScores:
    """AIPW scores of one fold.

    Attributes:
        part: "held_out" or "learning".
        rows: Positions within the part's rows.
        scores: Of these rows, from models of other folds.
    """

    part: str
    rows: Integers
    scores: Scores


def learn(
    units: Units,
    learner: str,
    seed: int = 0,
    base: str = "boosted",
    evaluation: str = "held_out",
    piece: int = 0,
) -> Learned:
    """Fit a learner on the rows before a piece and predict the piece.

    A learner that does not apply is an answer, in `error`.

    Raises:
        Problem: The rows cannot be split, or a column cannot be used.
    """
    split = Split.of(units, evaluation, seed)
    training = units.training(seed, base)
    try:
        model = fit_model(learner, training.take(split.learning[piece]))
    except Problem as problem:
        return Learned(learner, None, None, str(problem), piece=piece)
    matrix = training.matrix[split.rows_of(piece)]
    errors = getattr(model, "std_error", None)
    return Learned(
        learner,
        model.effect(matrix),
        model.baseline(matrix),
        std_error=None if errors is None else errors(matrix),
        composition=getattr(model, "composition", ()),
        piece=piece,
    )


def score_fold(
    units: Units, fold: int, part: str = "held_out", seed: int = 0, evaluation: str = "held_out"
) -> FoldScores:
    """AIPW scores of one fold, from models learned on other folds.

    Args:
        units: The rows.
        fold: Which one: 0..4, or for the judged rows of sequential folds 1..4.
        part: "held_out" for judging and valuing; "learning" for choosing a policy, on rows that nothing
            judged or valued depends on: the learning half, or the first of the sequential folds.
        seed: That of the split.
        evaluation: "held_out" or "sequential".
    """
    split = Split.of(units, evaluation, seed)
    training = units.training(seed)
    if part == "held_out" and split.folds is not None:
        rows = np.flatnonzero(split.folds == fold)
        scores, _ = score_part(training, np.flatnonzero(split.folds != fold), rows)
        return FoldScores(part, np.searchsorted(split.judged, rows), scores)
    mine = training.take(split.judged if part == "held_out" else split.learning[0])
    codes = mine.folds(FOLDS)
    rows = np.flatnonzero(codes == fold)
    scores, _ = score_part(mine, np.flatnonzero(codes != fold), rows)
    return FoldScores(part, rows, scores)


def gather(parts: Sequence[FoldScores], folds: int = FOLDS) -> Scores:
    """The scores of all folds of one part, in its row order.

    Raises:
        Problem: Folds are missing.
    """
    if len(parts) != folds:
        raise Problem(f"Scores of {len(parts)} of {folds} folds arrived.", remedy="Run the step again.")
    return join([part.scores for part in parts], [part.rows for part in parts])


def whole(split: Split, pieces: Sequence[Learned]) -> Learned:
    """One learner's predictions on all judged rows.

    Raises:
        Problem: Pieces are missing.
    """
    first = pieces[0]
    failed = next((each for each in pieces if each.effect is None), None)
    if failed is not None:
        return Learned(first.learner, None, None, failed.error)
    if len(pieces) != PIECES[split.evaluation]:
        raise Problem(
            f"Predictions of {len(pieces)} of {PIECES[split.evaluation]} folds arrived.",
            remedy="Run the step again.",
        )
    if len(pieces) == 1:
        return first

    def placed(arrays: list[Floats | None]) -> Floats | None:
        whole: Floats | None = None
        for each, array in zip(pieces, arrays, strict=True):
            if array is None:
                return None
            if whole is None:
                whole = np.empty((len(split.judged), *array.shape[1:]))
            whole[split.piece == each.piece] = array
        return whole

    return Learned(
        first.learner,
        placed([each.effect for each in pieces]),
        placed([each.baseline for each in pieces]),
        std_error=placed([each.std_error for each in pieces]),
        # That of the learner with the most rows.
        composition=max(pieces, key=lambda each: each.piece).composition,
    )
