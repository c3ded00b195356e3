"""Local scores of a column given its parents: BIC for normal columns, BDeu for categories."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

from causal_core.discovery.asking import Clock
from causal_core.discovery.columns import Prepared
from causal_core.discovery.independence import combined
from causal_core.graph.adjacency import bits
from causal_core.problem import Problem


class Score(Protocol):
    """How well a column is explained by parents; higher is better, and equal for equivalent graphs."""

    def __call__(self, column: int, parents: int) -> float: ...  # noqa: D102 - see the class


def score_for(prepared: Prepared, penalty: float, clock: Clock) -> Score:
    """The score that suits the columns: BDeu when all are categories, else BIC.

    Args:
        prepared: The columns.
        penalty: How many times the price that BIC puts on a coefficient, log(n) / 2; BDeu has its own.
        clock: Asked once a score.
    """
    if prepared.family == "categories":
        return _Remembered(BDeu(prepared), clock)
    return _Remembered(BIC(prepared, penalty), clock)


class BIC:
    """Log likelihood of normal columns less `penalty` log(n) / 2 for each coefficient.

    Categories enter as blocks of 0/1 columns (degenerate Gaussian: Andrews, Ramsey & Cooper 2019).
    """

    def __init__(self, prepared: Prepared, penalty: float = 1.0) -> None:
        matrix, self._blocks = prepared.embedded()
        self._rows = prepared.rows
        self._correlation = matrix.T @ matrix / prepared.rows
        self._price = penalty * math.log(prepared.rows) / 2
        self._known = {0: 0.0}

    def __call__(self, column: int, parents: int) -> float:
        """The score of a column given the mask of its parents."""
        own = len(self._blocks[column])
        width = sum(len(self._blocks[parent]) for parent in bits(parents))
        likelihood = -self._rows / 2 * (self._log_det(parents | 1 << column) - self._log_det(parents))
        return likelihood - self._price * own * (width + 1)

    def _log_det(self, columns: int) -> float:
        if columns not in self._known:
            self._known[columns] = self._worked_out(columns)
        return self._known[columns]

    def _worked_out(self, columns: int) -> float:
        from scipy.linalg.lapack import dpotrf

        chosen = np.array(
            [place for column in bits(columns) for place in self._blocks[column]], dtype=np.intp
        )
        if not len(chosen):
            return 0.0
        factor, fault = dpotrf(self._correlation[chosen[:, None], chosen], lower=1)
        if fault:
            raise Problem(
                "Some columns are linear combinations of others, so their fit cannot be compared.",
                remedy="Leave one of them out.",
            )
        return 2 * float(np.log(factor.diagonal()).sum())


class BDeu:
    """Log probability of the counts under a uniform prior worth one row (Heckerman et al. 1995, eq. 40)."""

    def __init__(self, prepared: Prepared, prior_rows: float = 1.0) -> None:
        self._codes = [np.asarray(values, dtype=np.int64) for values in prepared.values]
        self._levels = prepared.levels
        self._rows = prepared.rows
        self._prior = prior_rows

    def __call__(self, column: int, parents: int) -> float:
        """The score of a column given the mask of its parents."""
        from scipy.special import gammaln

        listed = list(bits(parents))
        own = self._levels[column]
        configurations = math.prod(self._levels[parent] for parent in listed)
        tables, number = combined([self._codes[parent] for parent in listed], self._rows)
        counts = np.bincount(tables * own + self._codes[column], minlength=number * own)
        sums = counts.reshape(number, own).sum(1)
        a, b = self._prior / configurations, self._prior / (configurations * own)
        found = counts[counts > 0]
        score = (gammaln(a) - gammaln(sums + a)).sum() + (gammaln(found + b) - gammaln(b)).sum()
        return float(score)


class _Remembered:
    """A score that is worked out once for each column and set of parents."""

    def __init__(self, score: Score, clock: Clock) -> None:
        self._score, self._clock = score, clock
        self._known: dict[tuple[int, int], float] = {}

    def __call__(self, column: int, parents: int) -> float:
        key = (column, parents)
        if key not in self._known:
            self._clock.tick()
            self._known[key] = self._score(column, parents)
        return self._known[key]
