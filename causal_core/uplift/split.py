"""Which rows learners learn from and which they are judged on: one half, or folds in sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from causal_core.data.design import Integers
from causal_core.problem import Problem
from causal_core.uplift.folds import FEWEST_ROWS, folds
from causal_core.uplift.scores import FOLDS

if TYPE_CHECKING:
    from causal_core.uplift.units import Units

SEQUENCE = 5
"""Folds of a sequential evaluation; all but the first are judged."""

PIECES: Final = {"held_out": 1, "sequential": SEQUENCE - 1}
"""Evaluation -> how many pieces are judged, each with a fit of every learner."""

SCORING: Final = {"held_out": range(FOLDS), "sequential": range(1, SEQUENCE)}
"""Evaluation -> the folds in which the judged rows are scored."""


@dataclass(frozen=True, eq=False)
class Split:
    """The rows' parts; positions are those within the units.

    Attributes:
        evaluation: "held_out" or "sequential".
        learning: For each piece the rows its learners are fitted on.
        judged: (n,) all rows that are judged, in row order.
        piece: (n,) the piece of each judged row, 0 for all of a held-out half.
        folds: Of "sequential", (rows,) the fold 0..4 of each row; None of "held_out".
    """

    evaluation: str
    learning: tuple[Integers, ...]
    judged: Integers
    piece: Integers
    folds: Integers | None = None

    @classmethod
    def of(cls, units: Units, evaluation: str = "held_out", seed: int = 0) -> Self:
        """The split of these rows; the same for the same seed.

        Raises:
            Problem: There is no such evaluation, or an arm has fewer than 10 rows in a part.
        """
        if evaluation not in PIECES:
            raise Problem(
                f"There is no evaluation '{evaluation}'.", remedy=f"Choose among {', '.join(PIECES)}."
            )
        if evaluation == "held_out":
            learning, held_out = units.halves(seed)
            return cls(evaluation, (learning,), held_out, np.zeros(len(held_out), dtype=np.int64))
        fold = folds(units.arm, SEQUENCE, units.clusters, seed)
        for code, label in enumerate(units.arms):
            fewest = min(int(((fold == part) & (units.arm == code)).sum()) for part in range(SEQUENCE))
            if fewest < FEWEST_ROWS:
                raise Problem(
                    f"The arm {label} has only {int((units.arm == code).sum()):,} rows, too few for "
                    f"{SEQUENCE} folds of at least {FEWEST_ROWS}.",
                    remedy="Judge on a held-out half, merge the arm with another, or leave it out.",
                )
        judged = np.flatnonzero(fold > 0)
        learning_of = tuple(np.flatnonzero(fold < part) for part in range(1, SEQUENCE))
        return cls(evaluation, learning_of, judged, fold[judged] - 1, fold)

    def rows_of(self, piece: int) -> Integers:
        """Positions within the units of the rows judged in a piece."""
        return np.asarray(self.judged[self.piece == piece])
