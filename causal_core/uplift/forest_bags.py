"""Effects and standard errors from trees that share half samples: the bootstrap of little bags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from causal_core.data.design import Floats

_PAIRS = tuple((i, j) for i in range(4) for j in range(i, 4))


@dataclass(eq=False)
class LittleBags:
    """Sums over trees and bags of the moments ty, tt, y, t at n rows, taken about `centre`.

    With them the effect is theta = (ty - t y) / (tt - t t) of the mean moments, which centres y and t
    locally, and a tree's influence on it is linear in the tree's moments. The variance between bags of the
    mean influence, less its share from there being few trees in a bag, estimates the variance of theta
    (Sexton & Laake 2009; Athey, Tibshirani & Wager 2019, section 4.1).

    Attributes:
        size: Trees in a bag.
        centre: (4,) about the mean moments, so that squares stay small.
        bags: How many were added.
        total: (n, 4) sums of the bags' means.
        between: (n, 10) sums of products of the bags' means.
        within: (n, 10) sums of products of the trees' moments, per tree of a bag.
    """

    size: int
    centre: Floats
    bags: int
    total: Floats
    between: Floats
    within: Floats

    @classmethod
    def of(cls, rows: int, size: int, centre: Floats) -> Self:
        """No bags yet."""
        return cls(size, centre, 0, np.zeros((rows, 4)), np.zeros((rows, 10)), np.zeros((rows, 10)))

    def add(self, trees: list[Floats]) -> None:
        """Add a bag: the (n, 4) moments of each of its trees."""
        mean = np.zeros_like(self.total)
        for tree in trees:
            moments = tree - self.centre
            mean += moments
            self.within += _products(moments) / self.size
        mean /= self.size
        self.total += mean
        self.between += _products(mean)
        self.bags += 1

    def effect(self) -> Floats:
        """(n,) effects."""
        return self._solve()[0]

    def std_error(self) -> Floats:
        """(n,) standard errors of the effects.

        With few trees the difference of the two variances may come out below 0. As in grf and EconML it is
        replaced by its mean given that the variance is positive, with the normal error of a variance of so
        many bags.
        """
        from scipy.special import log_ndtr

        _, slope = self._solve()
        mean_square = (slope * self.total / self.bags).sum(axis=1) ** 2
        of_bags = _square(slope, self.between / self.bags)
        of_trees = _square(slope, self.within / self.bags)
        noise = np.maximum(of_trees - of_bags, 0.0) / (self.size - 1)
        variance = np.maximum(of_bags - mean_square, 0.0)
        difference = variance - noise
        error = np.maximum(np.maximum(variance, noise) * np.sqrt(2 / self.bags), np.finfo(float).tiny)
        ratio = difference / error
        # The normal density over the distribution function, by logarithms: far below 0 both underflow.
        mills = np.exp(-(ratio**2) / 2 - np.log(2 * np.pi) / 2 - log_ndtr(ratio))
        return np.asarray(np.sqrt(np.maximum(difference + error * mills, 0.0)))

    def _solve(self) -> tuple[Floats, Floats]:
        """(n,) effects and (n, 4) their derivatives by the mean moments."""
        ty, tt, y, t = (self.total / self.bags + self.centre).T
        spread = np.maximum(tt - t**2, 1e-9 * self.centre[1])
        effect = (ty - t * y) / spread
        intercept = y - effect * t
        slope = np.column_stack([np.ones_like(effect), -effect, -t, effect * t - intercept])
        return effect, slope / spread[:, None]


def _products(moments: Floats) -> Floats:
    """(n, 10) products of each two of four columns."""
    return np.column_stack([moments[:, i] * moments[:, j] for i, j in _PAIRS])


def _square(slope: Floats, products: Floats) -> Floats:
    """(n,) the mean square of slope times moments."""
    return np.asarray(
        sum(
            (1 if i == j else 2) * products[:, column] * slope[:, i] * slope[:, j]
            for column, (i, j) in enumerate(_PAIRS)
        )
    )
