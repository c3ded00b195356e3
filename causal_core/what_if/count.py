"""A count: how many calls, visits or faults, drawn from a Poisson or negative binomial distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Floats
from causal_core.problem import Problem
from causal_core.what_if.mechanism import evenly
from causal_core.what_if.predictor import Predictor

MOST: Final = 300
"""Largest count that is modelled as one; beyond, whole numbers are as good as any."""

BEYOND: Final = 2
"""A mean is held to this multiple of the largest count seen, which a straight log mean soon exceeds."""

LEAST: Final = 1e-6
"""Lowest mean."""

OPEN: Final = 1e-8
"""Chance shared by all counts up to twice the largest seen: a row that has one must have a noise for it."""

MARGIN: Final = 1e-3
"""Share at each end of a count's part of 0 to 1 that abduction leaves out, so that rounding moves no row."""


@dataclass(frozen=True, eq=False)
class Count:
    """A count: the quantile of its distribution at uniform noise, so that it is monotone in the mean.

    A share of the rows may have none whatever their parents are (Lambert 1992). The distribution of the rest
    is negative binomial (NB2; Cameron & Trivedi 2013, 3.3) with variance rate + spread x rate^2, or Poisson
    where the spread is 0; their rate is the mean of all over their share.

    Attributes:
        predictor: One score, the log of the mean.
        spread: 0 or more, the same for all rows.
        largest: Largest count seen.
        empty: The share of rows that have none.
    """

    predictor: Predictor
    spread: float
    largest: int
    empty: float = 0.0
    kind: str = "count, linear"
    width: int = 1
    invertible: bool = False

    def means(self, parents: Floats) -> Floats:
        """(n,) expected counts."""
        top = BEYOND * self.largest * (1 - self.empty)
        return np.asarray(np.exp(np.clip(self.predictor.scores(parents)[:, 0], np.log(LEAST), np.log(top))))

    def drawn(self, parents: Floats, noise: Floats) -> tuple[Floats, Floats]:
        """The smallest count whose distribution function lies above the noise; the mean count."""
        means = self.means(parents)
        return self._quantiles(means, noise[:, 0]), means

    def draw(self, rows: int, random: np.random.Generator) -> Floats:
        """Uniform on 0 to 1, evenly."""
        return evenly(rows, random)[:, None]

    def abduct(self, parents: Floats, value: Floats, random: np.random.Generator) -> Floats:
        """Uniform on the part of 0 to 1 that gives the count.

        Raises:
            Problem: A value is no whole number from 0 to twice the largest seen.
        """
        wrong = (value != np.round(value)) | (value < 0) | (value > BEYOND * self.largest)
        if wrong.any():
            raise Problem(
                f"A count cannot be {value[wrong][0]:g}: it is a whole number from 0 to "
                f"{BEYOND * self.largest:,}, twice the largest seen.",
                remedy="Give another value, or choose another mechanism on The model.",
            )
        low, high = self._part(self.means(parents), value)
        inside = MARGIN + (1 - 2 * MARGIN) * random.random(len(value))
        return np.asarray(low + inside * (high - low))[:, None]

    def mean_between(self, parents: Floats, low: float, high: float) -> Floats:
        """(n,) mean count over uniform noise between two ends, for bounds; from 2,000 points."""
        points = low + (high - low) * (np.arange(2_000) + 0.5) / 2_000
        means = self.means(parents)
        return np.array([self._quantiles(np.full(len(points), mean), points).mean() for mean in means])

    def chance(self, parents: Floats, value: Floats) -> Floats:
        """(n,) chances of these counts."""
        low, high = self._part(self.means(parents), value)
        return high - low

    def _part(self, means: Floats, value: Floats) -> tuple[Floats, Floats]:
        """(n,) the distribution function below and at each value."""
        chance, ratio, total = self._start(means)
        before = np.zeros(len(means))
        low, high = np.zeros(len(means)), np.zeros(len(means))
        for count in range(int(value.max()) + 1):
            level = total + self._open(count)
            here = value == count
            low[here], high[here] = before[here], level[here]
            before = level
            chance *= ratio * self._step(count)
            total += chance
        return low, high

    def _quantiles(self, means: Floats, noise: Floats) -> Floats:
        chance, ratio, total = self._start(means)
        left, found, rows = noise, np.zeros(len(means)), np.arange(len(means))
        # Only noise next to 1, where the distribution function no longer changes, reaches the end.
        for count in range(20 * self.largest + 200):
            beyond = left >= total + self._open(count)
            many = np.count_nonzero(beyond)
            if not many:
                break
            if many < 0.7 * len(left):
                chance, ratio, total, left = (each[beyond] for each in (chance, ratio, total, left))
                rows = rows[beyond]
                found[rows] = count + 1
            else:
                found[rows[beyond]] = count + 1
            chance *= ratio * self._step(count)
            total += chance
        return found

    def _start(self, means: Floats) -> tuple[Floats, Floats, Floats]:
        """The chance of a 0 that could be more, a row's part of the ratio of chances, and the chance of 0."""
        rates = means / (1 - self.empty)
        wide = self.spread * rates
        nothing = np.exp(-np.log1p(wide) / self.spread if self.spread > 0 else -rates)
        chance = (1 - OPEN) * (1 - self.empty) * nothing
        return chance, rates / (1 + wide), chance + (1 - OPEN) * self.empty

    def _step(self, count: int) -> float:
        return (1 + self.spread * count) / (count + 1)

    def _open(self, count: int) -> float:
        every = BEYOND * self.largest + 1
        return OPEN * min(count + 1, every) / every
