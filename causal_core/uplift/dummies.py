"""Covariates as a matrix without gaps, for models that take neither categories nor missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats

LEVELS_SHOWN = 30
"""At most so many categories of a column have an indicator, the most frequent ones."""


@dataclass(frozen=True, eq=False)
class Dummies:
    """Standardised numbers (mean where missing), marks of missing ones, indicators of common categories.

    Attributes:
        numeric: Positions of the columns of numbers; a column without any value is left out.
        centre: Their means.
        scale: Their standard deviations, 1 where constant.
        gaps: Those of them that have a mark of missing values.
        levels: (position of a column of codes, the codes that have an indicator).
    """

    numeric: tuple[int, ...]
    centre: Floats
    scale: Floats
    gaps: tuple[int, ...]
    levels: tuple[tuple[int, Floats], ...]

    @classmethod
    def of(cls, matrix: Floats, categorical: tuple[int, ...]) -> Dummies:
        """The design of (n, p) covariates: NaN where missing, codes in the `categorical` columns."""
        numeric = tuple(
            i for i in range(matrix.shape[1]) if i not in categorical and not np.isnan(matrix[:, i]).all()
        )
        columns = matrix[:, numeric]
        scale = np.nanstd(columns, axis=0) if numeric else np.empty(0)
        levels = []
        for column in categorical:
            codes, counts = np.unique(matrix[~np.isnan(matrix[:, column]), column], return_counts=True)
            levels.append((column, codes[np.argsort(-counts, kind="stable")][:LEVELS_SHOWN]))
        return cls(
            numeric,
            np.nanmean(columns, axis=0) if numeric else np.empty(0),
            np.where(scale > 0, scale, 1.0),
            tuple(i for i in numeric if np.isnan(matrix[:, i]).any()),
            tuple(levels),
        )

    def design(self, matrix: Floats) -> Floats:
        """(n, q) numbers without gaps; a category unseen before has 0 in every indicator."""
        numbers = (matrix[:, self.numeric] - self.centre) / self.scale
        parts = [np.nan_to_num(numbers, nan=0.0), np.isnan(matrix[:, self.gaps]).astype(np.float64)]
        parts += [(matrix[:, [column]] == codes).astype(np.float64) for column, codes in self.levels]
        return np.hstack(parts)
