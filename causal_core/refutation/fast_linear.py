"""Linear regression on changed data, from moments alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.estimation.sample import Sample
from causal_core.refutation.draws import Draw

SURE = 1e-3
"""The least eigenvalue that the columns' correlation matrix may have; below, rounding could show."""

SURE_OUTCOME = 1e-8
"""The least share of the outcome that a regression may leave, which is little when it fits well."""


@dataclass(frozen=True, eq=False)
class LinearPath:
    """The arms' coefficients from the Gram matrix of covariates, arms and outcome.

    Rows that are drawn or kept give a Gram matrix of their own; a shuffled treatment, a random covariate and
    a random outcome each change a few of its rows. The last steps of its Cholesky factor are the regression
    of outcome residuals on treatment residuals (Frisch & Waugh 1933).

    Attributes:
        columns: (n, P + k) intercept and covariates, arms 1..k-1, centred outcome; times the weights' roots.
        arms: (n, k - 1) 1 for the rows of each arm.
        root: (n,) square roots of the weights, or None when all are 1.
        gram: (P + k, P + k) of the original rows.
    """

    columns: Floats
    arms: Floats
    root: Floats | None
    gram: Floats

    @classmethod
    def of(cls, sample: Sample) -> LinearPath:
        """The short cut for a sample without redundant columns."""
        arms = (sample.arm[:, None] == np.arange(1, sample.arms)).astype(np.float64)
        outcome = sample.outcome - sample.weights @ sample.outcome / sample.rows
        columns = np.column_stack([sample.x, arms, outcome])
        root = None
        if sample.design.weights is not None:
            root = np.sqrt(sample.weights)
            columns = columns * root[:, None]
        return cls(columns, arms, root, columns.T @ columns)

    def __call__(self, draw: Draw) -> Floats | None:
        """(k - 1,) the coefficients, or None when they are not sure to 10 digits."""
        k = self.arms.shape[1]
        if draw.rows is not None:
            if len(draw.rows) <= len(self.gram):
                return None
            rows = self.columns.take(draw.rows, axis=0)
            return coefficients(rows.T @ rows, k)
        if draw.order is not None:
            return coefficients(self._changed(self.arms.take(draw.order, axis=0), -k - 1), k)
        if draw.covariate is not None:
            return coefficients(self._inserted(draw.covariate), k)
        assert draw.outcome is not None  # noqa: S101 - a draw draws one thing
        return coefficients(self._changed(draw.outcome[:, None], -1), k)

    def _rooted(self, columns: Floats) -> Floats:
        return columns if self.root is None else columns * self.root[:, None]

    def _changed(self, columns: Floats, first: int) -> Floats:
        """The Gram matrix with other columns from the place `first` on."""
        place = slice(len(self.gram) + first, len(self.gram) + first + columns.shape[1])
        new = self._rooted(columns)
        cross = new.T @ self.columns
        cross[:, place] = new.T @ new
        gram = self.gram.copy()
        gram[place] = cross
        gram[:, place] = cross.T
        return gram

    def _inserted(self, covariate: Floats) -> Floats:
        """The Gram matrix with one covariate more, after the others."""
        new = self._rooted(covariate[:, None])[:, 0]
        cross = new @ self.columns
        place = len(self.gram) - self.arms.shape[1] - 1
        gram = np.insert(np.insert(self.gram, place, cross, axis=0), place, 0.0, axis=1)
        gram[:, place] = gram[place] = np.insert(cross, place, new @ new)
        return gram


def coefficients(gram: Floats, k: int) -> Floats | None:
    """(k,) the coefficients of the k columns before the last, which is the outcome.

    Args:
        gram: (q, q) inner products: intercept, standardised covariates, k columns, outcome.
        k: How many coefficients are wanted.

    Returns:
        None when a column is nearly explained by the others: then rounding, or what counts as redundant,
        could show in the tenth digit.
    """
    if not well_conditioned(gram[:-1, :-1], len(gram) - k - 1):
        return None
    try:
        factor = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    if not factor[-1, -1] ** 2 > SURE_OUTCOME * gram[-1, -1]:
        return None
    inner = factor[-k - 1 : -1, -k - 1 : -1]
    found: Floats = np.linalg.solve(inner.T, factor[-1, -k - 1 : -1])
    return found


def well_conditioned(gram: Floats, width: int) -> bool:
    """Whether no column is nearly explained by the others, so that solving with `gram` loses few digits.

    Args:
        gram: (q, q) inner products, of an intercept first.
        width: How many columns are the intercept and covariates standardised in the original rows. One that
            hardly varies in these rows is compared with its size in those.
    """
    size = gram.diagonal().copy()
    size[:width] = np.maximum(size[:width], size[0])
    if not (size > 0).all():
        return False
    scale = 1 / np.sqrt(size)
    return bool(np.linalg.eigvalsh(gram * scale * scale[:, None])[0] > SURE)
