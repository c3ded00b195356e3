"""The gain for every share treated, ready for a slider."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.economics import Economics
from causal_core.policy.ranking import FEWEST, WINDOW, Ranking
from causal_core.policy.result import Gain
from causal_core.policy.valuation import reward_as_logged
from causal_core.uplift.arrays import NORMAL_95, interval

STEPS = 100
"""The slider moves in hundredths."""

Against = Literal["none", "all", "current"]
"""Over what a gain is: nobody treated, everybody given one arm, or what was done."""


@dataclass(frozen=True, eq=False)
class ShareCurve:
    """Gain of treating the top share by predicted net benefit, each with the person's best arm.

    Attributes:
        learner: Whose predictions rank.
        share: (101,) 0, 0.01 .. 1.
        gain: (101,) per person of the whole held-out sample, over what `against` says.
        std_error: (101,) of the gain, for a fixed share whose limit moves; by clusters when there are any.
        cost: (101,) mean cost per person.
        planned_share: The share whose predicted net benefit is above 0: chosen on other rows than the gain.
        rows_used: Held-out rows.
        against: "none", "all" (everybody given the arm predicted best on average) or "current".
    """

    learner: str
    share: Floats = field(repr=False)
    gain: Floats = field(repr=False)
    std_error: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    planned_share: float
    rows_used: int
    against: Against = "none"

    @property
    def lower(self) -> Floats:
        """(101,) lower end of the pointwise 95 % band."""
        return np.asarray(self.gain - NORMAL_95 * self.std_error)

    @property
    def upper(self) -> Floats:
        """(101,) upper end of the pointwise 95 % band."""
        return np.asarray(self.gain + NORMAL_95 * self.std_error)

    def at(self, share: float) -> Gain:
        """The gain at the nearest hundredth; a look-up."""
        step = round(min(max(share, 0.0), 1.0) * STEPS)
        value, error = float(self.gain[step]), float(self.std_error[step])
        return Gain(value, error, interval(value, error))


def value_curve(economics: Economics, against: Against = "none") -> ShareCurve:
    """The gain for each share treated; one sort and running sums, quick enough for a changed cost.

    People of equal prediction are taken together with equal probability, and the limit moves from sample to
    sample, as in `top_share`.

    Args:
        economics: Rewards and costs.
        against: Over what the gain is.
    """
    held_out = economics.held_out
    weights = held_out.weights
    rows = len(economics.priority)
    share = np.linspace(0.0, 1.0, STEPS + 1)
    shares = _Shares.of(Ranking.of(economics.priority, weights=weights), share, weights)
    gains, other = economics.gains, _other(economics, against)
    mean = shares.sums(gains) / rows
    base = float(np.average(other, weights=weights))
    error = shares.errors(gains, other - base, held_out.clusters)
    return ShareCurve(
        economics.learner,
        share,
        mean - base,
        error,
        shares.sums(economics.costs_of_best) / rows
        + float(np.average(economics.cost[:, 0], weights=weights)),
        float(np.average(economics.priority > 0, weights=weights)),
        rows,
        against,
    )


def _other(economics: Economics, against: Against) -> Floats:
    """(n,) reward scores of the other policy over those of treating nobody."""
    control = economics.reward[:, 0]
    if against == "none":
        return np.zeros(len(control))
    if against == "all":
        return np.asarray(economics.reward[:, economics.all_arm] - control)
    return np.asarray(reward_as_logged(economics) - control)


@dataclass(frozen=True, eq=False)
class _Shares:
    """Where each of some shares ends in a ranking.

    Attributes:
        order: (n,) rows in ranked order.
        weight: (n,) their sampling weights, in that order, of mean 1.
        first: (s,) how many rows stand before the block of ties at each limit.
        last: (s,) where that block ends, exclusive; everybody's is empty.
        part: (s,) the part of that block that is included.
    """

    order: Integers
    weight: Floats
    first: Integers
    last: Integers
    part: Floats

    @classmethod
    def of(cls, ranking: Ranking, share: Floats, weights: Floats | None) -> _Shares:
        rows = len(ranking.order)
        wanted = share * rows
        # As `Ranking.reach` does for one share.
        block = np.searchsorted(ranking.until, wanted * (1 + 1e-12) + 1e-12, side="right")
        starts, ends = np.append(ranking.starts, rows), np.append(ranking.ends + 1, rows)
        until = np.concatenate(([0.0], ranking.until))
        size = np.append(np.diff(until), 1.0)[block]
        part = np.where(block < len(ranking.until), np.maximum(wanted - until[block], 0.0) / size, 0.0)
        weight = np.ones(rows) if weights is None else weights[ranking.order]
        return cls(ranking.order, weight, starts[block], ends[block], part)

    def sums(self, values: Floats) -> Floats:
        """(s,) weighted sums of the values included at each share."""
        return self._included(self._running(values), self.part)

    def errors(self, values: Floats, other: Floats, clusters: Integers | None) -> Floats:
        """(s,) standard errors of the mean of p (v - t) - b: p the inclusion, t the mean v at the limit.

        What is constant in a row's contribution is left out, and v and b are taken about their means, so that
        no digits are lost in sums of squares.

        Args:
            values: (n,) v.
            other: (n,) b, of mean 0.
            clusters: (n,) codes, or None.
        """
        centred = values - float(np.average(values[self.order], weights=self.weight))
        at_limit = self._at_limit(centred)
        rows = len(values)
        mean = (self.sums(centred) - at_limit * self.sums(np.ones(rows))) / rows
        if clusters is not None:
            return self._clustered(centred, other, clusters, at_limit, mean)
        w = np.empty(rows)
        w[self.order] = self.weight
        squares = [self._running(w * each) for each in (centred**2, centred, np.ones(rows))]
        crossed = [self._running(w * each) for each in (centred * other, other)]
        own = [self._included(each, self.part**2) for each in squares]
        both = [self._included(each, self.part) for each in crossed]
        total = own[0] - 2 * at_limit * own[1] + at_limit**2 * own[2]
        total += float((w * other) @ (w * other)) - 2 * (both[0] - at_limit * both[1])
        # About the mean, with each row's weight squared.
        linear = self._included(self._running(w * centred), self.part)
        linear -= at_limit * self._included(self._running(w), self.part)
        linear -= float((w * w) @ other)
        total += mean**2 * float(w @ w) - 2 * mean * linear
        return np.asarray(np.sqrt(np.maximum(total, 0.0) * rows / max(rows - 1, 1)) / rows)

    def _running(self, values: Floats) -> Floats:
        """(n + 1,) weighted sums of the first rows in ranked order."""
        return np.concatenate(([0.0], np.cumsum(values[self.order] * self.weight)))

    def _included(self, running: Floats, part: Floats) -> Floats:
        return np.asarray(running[self.first] + part * (running[self.last] - running[self.first]))

    def _at_limit(self, values: Floats) -> Floats:
        rows = len(self.order)
        near = max(FEWEST, rows // WINDOW)
        low, high = np.maximum(self.first - near, 0), np.minimum(self.last + near, rows)
        sums, sizes = self._running(values), self._running(np.ones(rows))
        moving = self.first < rows
        return np.where(moving, (sums[high] - sums[low]) / (sizes[high] - sizes[low]), 0.0)

    def _clustered(
        self, values: Floats, other: Floats, codes: Integers, at_limit: Floats, mean: Floats
    ) -> Floats:
        """From cluster sums of contributions about their mean, as in `mean_and_error`."""
        rows, count = len(values), int(codes.max()) + 1
        ranked, cluster = values[self.order] * self.weight, codes[self.order]

        def sums(values: Floats, taken: slice) -> Floats:
            return np.bincount(cluster[taken], weights=values[taken], minlength=count).astype(np.float64)

        everybody = slice(None)
        groups = int((np.bincount(codes) > 0).sum())
        sizes, others = sums(self.weight, everybody), sums(other[self.order] * self.weight, everybody)
        whole, people, done = np.zeros(count), np.zeros(count), 0
        errors = np.empty(len(self.first))
        for step, (first, last, part) in enumerate(zip(self.first, self.last, self.part, strict=True)):
            whole += sums(ranked, slice(done, first))
            people += sums(self.weight, slice(done, first))
            done = first
            residual = whole - at_limit[step] * people - others - mean[step] * sizes
            if part > 0:
                tied = slice(first, last)
                residual += part * (sums(ranked, tied) - at_limit[step] * sums(self.weight, tied))
            errors[step] = np.sqrt(residual @ residual * groups / max(groups - 1, 1)) / rows
        return errors
