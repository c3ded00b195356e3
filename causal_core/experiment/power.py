"""The chance of finding an effect: counted in simulations, smoothed over numbers of people, by formula."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.uplift.arrays import NORMAL_95


def proportion_interval(found: int, runs: int, level: float = 0.95) -> tuple[float, float]:
    """The exact binomial interval of `found` in `runs` (Clopper & Pearson 1934)."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if found == 0 else float(betaincinv(found, runs - found + 1, tail))
    high = 1.0 if found == runs else float(betaincinv(found + 1, runs - found, 1 - tail))
    return low, high


@dataclass(frozen=True)
class PowerCurve:
    """Power(n) = Phi(intercept + slope sqrt(n)), fitted to counts by maximum likelihood.

    That is the form of the power of a test whose estimate is near normal, with the other tail left out; both
    numbers are free, so that errors that are too small or too large at small n do not bend it.

    Attributes:
        intercept: Near minus the test's limit.
        slope: Near size / (standard deviation of one person's part).
        covariance: Of the two, (2, 2) as nested tuples.
    """

    intercept: float
    slope: float
    covariance: tuple[tuple[float, float], tuple[float, float]]

    @classmethod
    def fit(cls, people: Floats, found: Floats, runs: Floats) -> PowerCurve:
        """The curve through `found` of `runs` at numbers of `people`.

        Raises:
            Problem: More people do not find more: the simulations do not say how many it takes.
        """
        from scipy.special import ndtr, ndtri

        root = np.sqrt(people)
        design = np.column_stack([np.ones(len(root)), root])
        share = np.clip(found / runs, 0.5 / runs, 1 - 0.5 / runs)
        weight = runs * _density(ndtri(share)) ** 2 / (share * (1 - share))
        both = np.linalg.lstsq(design * np.sqrt(weight)[:, None], ndtri(share) * np.sqrt(weight), rcond=None)
        guess = both[0]
        for _ in range(50):
            linear = np.clip(design @ guess, -6, 6)
            chance, density = ndtr(linear), _density(linear)
            information = runs * density**2 / (chance * (1 - chance))
            score = design.T @ ((found - runs * chance) * density / (chance * (1 - chance)))
            step = np.linalg.pinv(design.T @ (design * information[:, None])) @ score
            guess = guess + step
            if np.abs(step).max() < 1e-9:
                break
        covariance = np.linalg.pinv(design.T @ (design * information[:, None]))
        if not guess[1] > 0:
            raise Problem(
                "More people do not find more here, so the simulations cannot say how many it takes.",
                remedy="Choose a larger size, or plan with another analysis.",
            )
        return cls(
            float(guess[0]),
            float(guess[1]),
            (
                (float(covariance[0, 0]), float(covariance[0, 1])),
                (float(covariance[1, 0]), float(covariance[1, 1])),
            ),
        )

    def at(self, people: Floats) -> tuple[Floats, Floats, Floats]:
        """Power and the ends of its pointwise 95 % band at numbers of people."""
        root = np.sqrt(np.asarray(people, dtype=np.float64))
        linear = self.intercept + self.slope * root
        (first, both), (_, second) = self.covariance
        error = NORMAL_95 * np.sqrt(np.maximum(first + 2 * root * both + root**2 * second, 0))
        return _normal(linear), _normal(linear - error), _normal(linear + error)

    def people(self, power: float) -> tuple[float, float, float]:
        """How many people give so much power, and the ends of a 95 % interval (delta method on sqrt(n))."""
        root = (NormalDist().inv_cdf(power) - self.intercept) / self.slope
        error = NORMAL_95 * self._root_error(root)
        return max(root, 0.0) ** 2, max(root - error, 0.0) ** 2, max(root + error, 0.0) ** 2

    def detectable(self, people: float, power: float, size: float) -> tuple[float, float, float]:
        """The size found with so much power by so many people, and the ends of a 95 % interval.

        The curve is of `size`; another size d acts like people times (d / size)^2.
        """
        root = (NormalDist().inv_cdf(power) - self.intercept) / self.slope
        error = NORMAL_95 * self._root_error(root)
        scale = abs(size) / float(np.sqrt(people))
        return root * scale, max(root - error, 0.0) * scale, (root + error) * scale

    def _root_error(self, root: float) -> float:
        (first, both), (_, second) = self.covariance
        return float(np.sqrt(max(first + 2 * root * both + root**2 * second, 0.0))) / self.slope


def formula_power(ratio: float, limit: float, freedom: float) -> float:
    """The chance that |T| > limit for a noncentral t with this ratio of size to standard error.

    Only findings in the size's own direction count.
    """
    from scipy.stats import nct

    if freedom > 2000:
        from scipy.special import ndtr

        return float(ndtr(abs(ratio) - limit))
    return float(nct.sf(limit, freedom, abs(ratio)))


def _normal(values: Floats) -> Floats:
    # The standard library's: the app draws curves without scipy.
    return np.array([NormalDist().cdf(float(value)) for value in values])


def _density(values: Floats) -> Floats:
    return np.asarray(np.exp(-(np.asarray(values) ** 2) / 2) / np.sqrt(2 * np.pi))
