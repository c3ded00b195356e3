"""Who comes first, how many of them a budget reaches, and the gain that brings with its error."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.result import Gain
from causal_core.uplift.arrays import interval, mean_and_error
from causal_core.uplift.curves import ranking

WINDOW = 40
"""A fortieth of the rows on either side of the limit says what those at the limit gain."""

FEWEST = 25
"""But at least so many on either side."""


@dataclass(frozen=True, eq=False)
class Ranking:
    """People in an order, ties together, and what treating each uses up of the budget.

    Attributes:
        order: (n,) positions, first to be treated first.
        place: (n,) where each person stands in that order.
        starts: (b,) where each block of ties starts in `order`.
        ends: (b,) where it ends, inclusive.
        use: (n,) what each person takes of the budget: 1 of a number of people, or money.
        until: (b,) what everybody up to the end of each block takes together.
    """

    order: Integers = field(repr=False)
    place: Integers = field(repr=False)
    starts: Integers = field(repr=False)
    ends: Integers = field(repr=False)
    use: Floats = field(repr=False)
    until: Floats = field(repr=False)

    @classmethod
    def of(cls, priority: Floats, use: Floats | None = None) -> Ranking:
        """The ranking by (n,) priority, highest first.

        Raises:
            Problem: A priority is missing.
        """
        order, ends = ranking(priority)
        starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
        taken = np.ones(len(order)) if use is None else use
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        return cls(order, place, starts, ends, taken, np.cumsum(np.add.reduceat(taken[order], starts)))

    @property
    def total(self) -> float:
        """What treating everybody uses, per person."""
        return float(self.use.mean())

    def reach(self, budget: float) -> Reached:
        """Whom a budget reaches.

        Args:
            budget: Per person of all people: the share to treat, or the money.

        Returns:
            Ties at the limit are treated with equal probability, so that row order never matters.
        """
        rows = len(self.order)
        wanted = budget * rows
        # A rounding error must not leave the last row of a whole number of people out.
        block = int(np.searchsorted(self.until, wanted * (1 + 1e-12) + 1e-12, side="right"))
        if block == len(self.until):
            return Reached(np.ones(rows), self.use, None)
        first, last = int(self.starts[block]), int(self.ends[block])
        before = float(self.until[block - 1]) if block else 0.0
        included = (self.place < first).astype(np.float64)
        part = max(wanted - before, 0.0) / (float(self.until[block]) - before)
        included[self.order[first : last + 1]] = part
        near = max(FEWEST, rows // WINDOW)
        return Reached(included, self.use, self.order[max(first - near, 0) : last + 1 + near])


@dataclass(frozen=True, eq=False)
class Reached:
    """Whom a budget reaches.

    Attributes:
        included: (n,) probability of being treated; between 0 and 1 only for ties at the limit.
        use: (n,) what each takes of the budget.
        near: Rows on either side of the limit; None when the budget reaches everybody.
    """

    included: Floats = field(repr=False)
    use: Floats = field(repr=False)
    near: Integers | None = field(repr=False)

    @property
    def share(self) -> float:
        """The share of people treated."""
        return float(self.included.mean())

    def influence(self, values: Floats) -> Floats:
        """(n,) contributions whose mean is that of `values` over all people, counted where treated.

        With v the value, u the use, p the inclusion and b the budget per person: p v + (b - p u) t, t the
        mean value per use of those at the limit. The second part, of mean 0, is there because the limit is
        set so that the budget is just used up: who is at the limit changes from sample to sample, the budget
        does not (as for a trimmed mean; Stigler 1973).
        """
        counted = self.included * values
        if self.near is None:
            return counted
        used = float(self.use[self.near].sum())
        at_limit = float(values[self.near].sum()) / used if used > 0 else 0.0
        spent = self.included * self.use
        return np.asarray(counted + (float(spent.mean()) - spent) * at_limit)

    def gain(self, values: Floats, clusters: Integers | None = None) -> Gain:
        """The mean of `values` over all people, counted where treated."""
        return Gain.of(self.influence(values), clusters)

    def mean(self, values: Floats, clusters: Integers | None = None) -> Gain | None:
        """The mean of `values` among those treated; None when nobody is."""
        share = self.share
        if share <= 0:
            return None
        counted = self.included * values
        value = float(counted.mean()) / share
        # A ratio of two means: at a fixed number of people its denominator does not vary.
        influence = (self.influence(values) - value * self.influence(np.ones(len(values)))) / share
        _, error = mean_and_error(influence, clusters)
        return Gain(value, error, interval(value, error))
