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

SHRUNK = 1e-2
"""The least share of a column's size that taking rows away may leave; below, rounding could show."""


@dataclass(frozen=True, eq=False)
class LinearPath:
    """The arms' coefficients from the Gram matrix of covariates, arms and outcome.

    Rows that are drawn give a Gram matrix of their own; rows that are left out are taken away from the whole;
    a shuffled treatment, a random covariate and a random outcome each change a few of its rows. The last
    steps of its Cholesky factor are the regression of outcome residuals on treatment residuals (Frisch &
    Waugh 1933).

    Attributes:
        columns: (n, P + k) intercept and covariates, arms 1..k-1, centred outcome; times the weights' roots.
        arms: (n, k - 1) 1 for the rows of each arm.
        root: (n,) square roots of the weights, or None when all are 1.
        gram: (P + k, P + k) of the original rows.
        spread: (P + k + 1, P + k + 1) the same with room for a covariate more, after the others.
    """

    columns: Floats
    arms: Floats
    root: Floats | None
    gram: Floats
    spread: Floats

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
        gram = columns.T @ columns
        place = sample.x.shape[1]
        spread = np.insert(np.insert(gram, place, 0.0, axis=0), place, 0.0, axis=1)
        return cls(columns, arms, root, gram, spread)

    def __call__(self, draw: Draw) -> Floats | None:
        """(k - 1,) the coefficients, or None when they are not sure to 10 digits."""
        k = self.arms.shape[1]
        if draw.rows is not None:
            return None if len(draw.rows) <= len(self.gram) else coefficients(self._of_rows(draw), k)
        if draw.order is not None:
            return coefficients(self._changed(self.arms.take(draw.order, axis=0), -k - 1), k)
        if draw.covariate is not None:
            return coefficients(self._inserted(draw.covariate), k)
        if draw.outcome is not None:
            return coefficients(self._changed(draw.outcome[:, None], -1), k)
        return coefficients(self.gram, k)

    def _of_rows(self, draw: Draw) -> Floats:
        if draw.left_out is not None:
            out = self.columns.take(draw.left_out, axis=0)
            gram: Floats = self.gram - out.T @ out
            if (gram.diagonal() > SHRUNK * self.gram.diagonal()).all():
                return gram
        assert draw.rows is not None  # noqa: S101 - what is left out is left out of some rows
        rows = self.columns.take(draw.rows, axis=0)
        return rows.T @ rows

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
        gram = self.spread.copy()
        gram[place, :place] = gram[:place, place] = cross[:place]
        gram[place, place] = new @ new
        gram[place, place + 1 :] = gram[place + 1 :, place] = cross[place:]
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
    size = _sizes(gram, len(gram) - k - 1)
    try:
        factor = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    left = factor.diagonal() ** 2 / size
    if not left[-1] > SURE_OUTCOME or not _surely(left[:-1], gram[:-1, :-1], size[:-1]):
        return None
    if k == 1:
        return np.array([factor[-1, -2] / factor[-2, -2]])
    inner = factor[-k - 1 : -1, -k - 1 : -1]
    return np.asarray(np.linalg.solve(inner.T, factor[-1, -k - 1 : -1]), dtype=np.float64)


def solve(gram: Floats, cross: Floats) -> Floats | None:
    """(q,) the solution of `gram` b = `cross`; None as in `coefficients`.

    Args:
        gram: (q, q) inner products: intercept, covariates standardised in the original rows.
        cross: (q,) inner products with the outcome.
    """
    size = _sizes(gram, len(gram))
    try:
        factor = np.linalg.cholesky(gram)
    except np.linalg.LinAlgError:
        return None
    if not _surely(factor.diagonal() ** 2 / size, gram, size):
        return None
    return np.asarray(np.linalg.solve(gram, cross), dtype=np.float64)


def _sizes(gram: Floats, width: int) -> Floats:
    """Squared lengths; a covariate that hardly varies in these rows counts with its length in the whole."""
    size = gram.diagonal().copy()
    size[:width] = np.maximum(size[:width], size[0])
    return np.maximum(size, np.finfo(float).tiny)


def _surely(left: Floats, gram: Floats, size: Floats) -> bool:
    """Whether the least eigenvalue of the scaled matrix is above `SURE`.

    `left` holds its pivots. Their product is its determinant, and the least eigenvalue is at least that over
    e, since the others average at most q / (q - 1); so the eigenvalues are needed only in doubt.
    """
    if left.prod() > 3 * SURE:
        return True
    scale = 1 / np.sqrt(size)
    return bool(np.linalg.eigvalsh(gram * scale * scale[:, None])[0] > SURE)
