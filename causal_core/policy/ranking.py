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
        weights: (n,) sampling weights, or None.
    """

    order: Integers = field(repr=False)
    place: Integers = field(repr=False)
    starts: Integers = field(repr=False)
    ends: Integers = field(repr=False)
    use: Floats = field(repr=False)
    until: Floats = field(repr=False)
    weights: Floats | None = field(repr=False, default=None)

    @classmethod
    def of(cls, priority: Floats, use: Floats | None = None, weights: Floats | None = None) -> Ranking:
        """The ranking by (n,) priority, highest first.

        Args:
            priority: Higher is treated earlier.
            use: (n,) what each takes of the budget; None for 1 each.
            weights: (n,) sampling weights of mean 1: how many people each row stands for.

        Raises:
            Problem: A priority is missing.
        """
        order, ends = ranking(priority)
        starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
        taken = np.ones(len(order)) if use is None else use
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        together = taken if weights is None else weights * taken
        until = np.cumsum(np.add.reduceat(together[order], starts))
        return cls(order, place, starts, ends, taken, until, weights)

    @property
    def total(self) -> float:
        """What treating everybody uses, per person."""
        return float(np.average(self.use, weights=self.weights))

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
            return Reached(np.ones(rows), self.use, None, self.weights)
        first, last = int(self.starts[block]), int(self.ends[block])
        before = float(self.until[block - 1]) if block else 0.0
        included = (self.place < first).astype(np.float64)
        part = max(wanted - before, 0.0) / (float(self.until[block]) - before)
        included[self.order[first : last + 1]] = part
        near = max(FEWEST, rows // WINDOW)
        at_limit = self.order[max(first - near, 0) : last + 1 + near]
        return Reached(included, self.use, at_limit, self.weights)


@dataclass(frozen=True, eq=False)
class Reached:
    """Whom a budget reaches.

    Attributes:
        included: (n,) probability of being treated; between 0 and 1 only for ties at the limit.
        use: (n,) what each takes of the budget.
        near: Rows on either side of the limit; None when the budget reaches everybody.
        weights: (n,) sampling weights, or None.
    """

    included: Floats = field(repr=False)
    use: Floats = field(repr=False)
    near: Integers | None = field(repr=False)
    weights: Floats | None = field(repr=False, default=None)

    @property
    def share(self) -> float:
        """The share of people treated."""
        return float(np.average(self.included, weights=self.weights))

    def limit(self, arm: Integers) -> Limit | None:
        """The limit, where each person reached gets `arm`, (n,), in place of arm 0; None when all are."""
        if self.near is None:
            return None
        nobody = np.zeros(len(self.near), dtype=np.int64)
        spent = self.included * self.use
        return Limit(spent, self.near, nobody, arm[self.near], self.use[self.near], self.weights)

    def influence(self, values: Floats) -> Floats:
        """(n,) contributions whose mean is that of `values` over all people, counted where treated.

        With v the value, u the use, p the inclusion and b the budget per person: p v + (b - p u) t, t the
        mean value per use of those at the limit. The second part, of mean 0, is there because the limit is
        set so that the budget is just used up: who is at the limit changes from sample to sample, the budget
        does not (as for a trimmed mean; Stigler 1973).
        """
        counted = self.included * values
        limit = self.limit(np.ones(len(values), dtype=np.int64))
        if limit is None:
            return counted
        return np.asarray(counted + limit.shift(np.column_stack([np.zeros(len(values)), values])))

    def gain(self, values: Floats, clusters: Integers | None = None) -> Gain:
        """The mean of `values` over all people, counted where treated."""
        return Gain.of(self.influence(values), clusters, self.weights)

    def mean(self, values: Floats, clusters: Integers | None = None) -> Gain | None:
        """The mean of `values` among those treated; None when nobody is."""
        share = self.share
        if share <= 0:
            return None
        counted = self.included * values
        value = float(np.average(counted, weights=self.weights)) / share
        # A ratio of two means: at a fixed number of people its denominator does not vary.
        influence = (self.influence(values) - value * self.influence(np.ones(len(values)))) / share
        _, error = mean_and_error(influence, clusters, self.weights)
        return Gain(value, error, interval(value, error))


@dataclass(frozen=True, eq=False)
class Limit:
    """A limit that is set so that what is limited is just used up, and the steps that stand at it.

    A step gives one more person an arm, or a dearer one in place of a cheaper one.

    Attributes:
        spent: (n,) what each person takes of what is limited, as assigned.
        rows: (m,) the people of the steps on either side of the limit.
        before: (m,) their arm before the step.
        after: (m,) their arm after it.
        use: (m,) what each step takes.
        weights: (n,) sampling weights, or None.
    """

    spent: Floats = field(repr=False)
    rows: Integers = field(repr=False)
    before: Integers = field(repr=False)
    after: Integers = field(repr=False)
    use: Floats = field(repr=False)
    weights: Floats | None = field(repr=False, default=None)

    def shift(self, values: Floats) -> Floats:
        """(n,) what the moving limit adds to each person's contribution to the mean of (n, k) `values`.

        Its mean is 0: with s what each takes, (mean(s) - s) t, t the mean value per use of the steps at the
        limit. In a sample with many who take much the limit is reached earlier.
        """
        near = None if self.weights is None else self.weights[self.rows]
        step = values[self.rows, self.after] - values[self.rows, self.before]
        used = float(np.average(self.use, weights=near)) if len(self.rows) else 0.0
        at_limit = float(np.average(step, weights=near)) / used if used > 0 else 0.0
        return np.asarray((float(np.average(self.spent, weights=self.weights)) - self.spent) * at_limit)
