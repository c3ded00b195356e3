"""Partial dependence of a learner's effect on a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from causal_core.data.design import Floats
from causal_core.engine.progress import report

if TYPE_CHECKING:
    from causal_core.uplift.models import Model
    from causal_core.who.column import Asked

AVERAGED = 300
"""Held-out rows over which a partial dependence is averaged."""

_CHUNK = 20_000


def partial_dependence(
    model: Model, matrix: Floats, points: Sequence[Asked], column: int, seed: int = 0
) -> tuple[Floats, ...]:
    """For each column the mean predicted effect had everybody each of the points' values (Friedman 2001).

    Args:
        model: The learner.
        matrix: (n, p) rows, of which up to 300 are averaged over.
        points: For each of the p columns the values to ask for.
        column: Position of the arm among those after the control.
        seed: Of the rows drawn.
    """
    drawn = np.random.default_rng([seed, 31]).permutation(len(matrix))[:AVERAGED]
    sample = matrix[np.sort(drawn)]
    found = []
    for place, asked in enumerate(points):
        many = np.tile(sample, (len(asked.points), 1))
        many[:, place] = np.repeat(asked.points, len(sample))
        found.append(effects_of(model, many, column).reshape(len(asked.points), len(sample)).mean(axis=1))
        report(place + 1, len(points))
    return tuple(found)


def effects_of(model: Model, matrix: Floats, column: int) -> Floats:
    """(n,) effects of one arm, predicted in parts so that memory stays small."""
    if len(matrix) == 0:
        return np.empty(0)
    parts = [
        model.effect(matrix[start : start + _CHUNK])[:, column] for start in range(0, len(matrix), _CHUNK)
    ]
    return np.concatenate(parts)
