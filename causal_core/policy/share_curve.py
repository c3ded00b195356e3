"""The gain over nobody treated for every share treated, ready for a slider."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.economics import Economics
from causal_core.policy.result import Gain
from causal_core.uplift.arrays import NORMAL_95, interval

STEPS = 100
"""The slider moves in hundredths."""


@dataclass(frozen=True, eq=False)
class ShareCurve:
    """Gain of treating the top share by predicted net benefit, each with the person's best arm.

    Attributes:
        learner: Whose predictions rank.
        share: (101,) 0, 0.01 .. 1.
        gain: (101,) per person of the whole held-out sample, against treating nobody.
        std_error: (101,) of the gain, given the ranking; by clusters when there are any.
        cost: (101,) mean cost per person.
        planned_share: The share whose predicted net benefit is above 0: chosen on other rows than the gain.
        rows_used: Held-out rows.
    """

    learner: str
    share: Floats = field(repr=False)
    gain: Floats = field(repr=False)
    std_error: Floats = field(repr=False)
    cost: Floats = field(repr=False)
    planned_share: float
    rows_used: int

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


def value_curve(economics: Economics) -> ShareCurve:
    """The gain for each share treated; one sort and sums by cell, quick enough for a changed cost.

    People of equal prediction are taken together with equal probability, as in `top_share`.
    """
    held_out = economics.held_out
    rows = len(economics.priority)
    gains = economics.gains
    share = np.linspace(0.0, 1.0, STEPS + 1)
    cut = _Cut.of(-economics.priority, share * rows)
    gain = cut.sums(gains, cut.part) / rows
    if held_out.clusters is None:
        square = cut.sums(gains**2, cut.part**2) / rows
        error = np.sqrt(np.maximum(square - gain**2, 0.0) / max(rows - 1, 1))
    else:
        error = _clustered_errors(gains, held_out.clusters, cut)
    return ShareCurve(
        economics.learner,
        share,
        gain,
        error,
        cut.sums(economics.costs_of_best, cut.part) / rows,
        float((economics.priority > 0).mean()),
        rows,
    )


@dataclass(frozen=True, eq=False)
class _Cut:
    """Rows in cells between and at the limits of the shares, lowest value first; no order within a cell.

    Attributes:
        cell: (n,) 2 j for rows between limits j-1 and j, 2 j + 1 for rows at limit j.
        limit: (101,) the limit j of each share.
        part: (101,) part of the rows at the limit that is included.
        cells: How many cells there are.
    """

    cell: Integers
    limit: Integers
    part: Floats
    cells: int

    @classmethod
    def of(cls, value: Floats, wanted: Floats) -> _Cut:
        last = np.clip(np.ceil(wanted - 1e-9).astype(np.int64) - 1, 0, len(value) - 1)
        limits, limit = np.unique(np.sort(value)[last], return_inverse=True)
        place = np.searchsorted(limits, value)
        # Rows beyond the last limit cannot be: the last share is everybody.
        cell = 2 * place + (limits[place] == value)
        counts = np.bincount(cell, minlength=2 * len(limits)).astype(np.float64)
        before = np.concatenate(([0.0], np.cumsum(counts)))[2 * limit + 1]
        part = np.clip((wanted - before) / counts[2 * limit + 1], 0.0, 1.0)
        return cls(cell, limit, part, 2 * len(limits))

    def sums(self, values: Floats, part: Floats) -> Floats:
        """(101,) sums of the values included at each share."""
        by_cell = np.bincount(self.cell, weights=values, minlength=self.cells)
        before = np.concatenate(([0.0], np.cumsum(by_cell)))
        return np.asarray(before[2 * self.limit + 1] + part * by_cell[2 * self.limit + 1])


def _clustered_errors(gains: Floats, codes: Integers, cut: _Cut) -> Floats:
    """Standard errors from cluster sums of included gains about their mean, as in `mean_and_error`."""
    rows = len(gains)
    sizes = np.bincount(codes).astype(np.float64)
    groups = int((sizes > 0).sum())
    order = np.argsort(cut.cell.astype(np.int16), kind="stable")
    ends = np.cumsum(np.bincount(cut.cell, minlength=cut.cells))
    ranked, cluster = gains[order], codes[order]

    def of_cell(cell: int) -> Floats:
        taken = slice(int(ends[cell - 1]) if cell else 0, int(ends[cell]))
        return np.bincount(cluster[taken], weights=ranked[taken], minlength=len(sizes)).astype(np.float64)

    whole = np.zeros(len(sizes))
    done = 0
    errors = np.empty(len(cut.limit))
    for step, (limit, part) in enumerate(zip(cut.limit, cut.part, strict=True)):
        while done <= 2 * limit:
            whole += of_cell(done)
            done += 1
        sums = whole + part * of_cell(2 * limit + 1)
        mean = sums.sum() / rows
        squares = sums @ sums - 2 * mean * (sums @ sizes) + mean**2 * (sizes @ sizes)
        errors[step] = np.sqrt(max(squares, 0.0) * groups / max(groups - 1, 1)) / rows
    return errors
