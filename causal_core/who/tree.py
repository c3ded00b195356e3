"""A shallow regression tree of predicted effects, grown greedily on one half of the rows.

Numbers are cut at up to 63 quantiles; the levels of a category are put in the order of their mean, where the
best cut in two is among the cuts of that order (Breiman et al. 1984, section 4.2); missing values go to the
side where they fit better. What the effect is in the leaves is for other rows to say (Athey & Imbens 2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.uplift.features import Encoder
from causal_core.who.split import Split, date_text, short_number

BINS = 64
"""A column of numbers is cut at the quantiles of so many equal parts."""

DEPTHS = (1, 2, 3)
"""How many questions may follow each other."""

LEAST_GAIN = 0.005
"""A split must explain at least this part of the variance of the predictions, or it only makes noise."""

_EQUAL = 1e-12

Path = tuple[tuple[Split, bool], ...]
"""Questions in order, each with whether the answer was the low side."""


@dataclass(frozen=True)
class Branch:
    """A leaf (`split` is None), or a question and what follows.

    Attributes:
        rows: Rows of the half it was grown on.
        predicted: Their mean predicted effect.
        split: The question, or None.
        low: What follows on the low side.
        high: What follows on the high side.
    """

    rows: int
    predicted: float
    split: Split | None = None
    low: Branch | None = None
    high: Branch | None = None

    @property
    def sides(self) -> tuple[tuple[Branch, bool], ...]:
        """The two branches that follow, each with whether it is the low side; none of a leaf."""
        if self.split is None or self.low is None or self.high is None:
            return ()
        return (self.low, True), (self.high, False)


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns as numbers and what they mean.

    Attributes:
        matrix: (n, p) numbers, codes of categories, NaN where missing.
        names: p names.
        levels: For each column its categories in code order, or None for numbers.
        pairs: Position -> the two values, lower first, each with its text, for columns of only two numbers.
        day_zero: Position -> the date that is 0, for columns of dates.
    """

    matrix: Floats = field(repr=False)
    names: tuple[str, ...]
    levels: tuple[tuple[str, ...] | None, ...]
    pairs: Mapping[int, tuple[tuple[float, str], tuple[float, str]]] = field(default_factory=dict)
    day_zero: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        matrix: Floats,
        booleans: frozenset[str] = frozenset(),
        day_zero: Mapping[str, str] | None = None,
    ) -> Columns:
        """Columns coded by an encoder.

        Args:
            encoder: What the codes mean.
            matrix: (n, p) all rows, of which `take` gives some.
            booleans: Columns of true and false, whose values are said as yes and no.
            day_zero: Column of dates -> the date that is 0.
        """
        levels = tuple(None if each is None else tuple(map(str, each)) for each in encoder.levels)
        zeros = day_zero or {}
        dates = {place: zeros[name] for place, name in enumerate(encoder.names) if name in zeros}
        pairs = {}
        for place, name in enumerate(encoder.names):
            found = _two_values(matrix[:, place])
            if found and levels[place] is None and place not in dates:
                truth = {0.0: "no", 1.0: "yes"} if name in booleans else {}
                low, high = found
                pairs[place] = ((low, _said(low, truth)), (high, _said(high, truth)))
        return cls(matrix, encoder.names, levels, pairs, dates)

    def take(self, rows: Integers) -> Columns:
        """The same with only these rows."""
        return replace(self, matrix=self.matrix[rows])

    def text(self, place: int, value: float) -> str:
        """A value of a column as a reader knows it."""
        levels = self.levels[place]
        if np.isnan(value):
            return "missing"
        if levels is not None:
            return levels[int(value)]
        if place in self.pairs:
            return dict(self.pairs[place]).get(value, f"{value:.10g}")
        if place in self.day_zero:
            return date_text(self.day_zero[place], value)
        return f"{value:,.6g}".replace("-", "−")


def grow(columns: Columns, effects: Floats, depth: int, smallest: float) -> Branch:
    """The tree of at most `depth` questions that best tells the predicted effects apart, split by split.

    Args:
        columns: Of the rows it is grown on.
        effects: (n,) predicted effects of these rows, from models that did not see them.
        depth: 1, 2 or 3.
        smallest: Share of the rows that each leaf holds at least, above 0 and below a half.

    Raises:
        Problem: Another depth or share.
    """
    if depth not in DEPTHS:
        raise Problem(f"A tree asks 1 to 3 questions in a row, not {depth}.", column="depth")
    if not 0 < smallest < 0.5:
        raise Problem("The smallest group must be above 0 and below half of the rows.", column="smallest")
    total = float(((effects - effects.mean()) ** 2).sum())
    least = max(1, int(np.ceil(smallest * len(effects))))
    return _grow(columns, effects, np.arange(len(effects)), depth, least, LEAST_GAIN * total)


def leaves(root: Branch) -> list[tuple[Path, Branch]]:
    """Every leaf from low to high, with the questions that lead to it and whether the answer was low."""
    if not root.sides or root.split is None:
        return [((), root)]
    return [(((root.split, low), *path), leaf) for branch, low in root.sides for path, leaf in leaves(branch)]


def leaf_of(root: Branch, matrix: Floats) -> Integers:
    """(n,) the position among `leaves(root)` of the leaf that each row falls into."""
    found = np.zeros(len(matrix), dtype=np.int64)
    for number, (path, _) in enumerate(leaves(root)):
        inside = np.ones(len(matrix), dtype=bool)
        for split, low in path:
            inside &= split.is_low(matrix) == low
        found[inside] = number
    return found


def _two_values(values: Floats) -> tuple[float, float] | None:
    """The two different values of a column, lower first; None when it holds one, or more than two."""
    known = values[~np.isnan(values)]
    if len(known) == 0 or known.min() == known.max():
        return None
    low, high = float(known.min()), float(known.max())
    return (low, high) if ((known == low) | (known == high)).all() else None


def _said(value: float, truth: Mapping[float, str]) -> str:
    return truth.get(value, f"{value:.10g}")


def _grow(columns: Columns, effects: Floats, rows: Integers, depth: int, least: int, gain: float) -> Branch:
    mine = effects[rows]
    found = _best(columns, rows, mine, least) if depth and len(rows) >= 2 * least else None
    if found is None or found[0] < gain or found[0] <= _EQUAL * max(1.0, float(mine @ mine)):
        return Branch(len(rows), float(mine.mean()))
    split = found[1]
    low = split.is_low(columns.matrix[rows])
    return Branch(
        len(rows),
        float(mine.mean()),
        split,
        _grow(columns, effects, rows[low], depth - 1, least, gain),
        _grow(columns, effects, rows[~low], depth - 1, least, gain),
    )


def _best(columns: Columns, rows: Integers, effects: Floats, least: int) -> tuple[float, Split] | None:
    """The split that takes most off the sum of squares, and how much; None when none leaves enough rows."""
    centred = effects - effects.mean()
    best: tuple[float, Split] | None = None
    for place in range(len(columns.names)):
        for gained, split in _splits(columns, place, rows, centred, least):
            if best is None or gained > best[0] * (1 + 1e-9):
                best = gained, split
    return best


def _splits(
    columns: Columns, place: int, rows: Integers, centred: Floats, least: int
) -> Iterator[tuple[float, Split]]:
    """The best split of a column with missing values low, and the best with them high."""
    values = columns.matrix[rows, place]
    gaps = np.isnan(values)
    present = values[~gaps]
    if len(present) == 0:
        return
    levels = columns.levels[place]
    if levels is None:
        cuts = np.unique(np.quantile(present, np.arange(1, BINS) / BINS, method="inverted_cdf"))
        cuts = cuts[cuts < present.max()]
        bins, count = np.searchsorted(cuts, present), len(cuts) + 1
        order = np.arange(count)
    else:
        codes, bins = np.unique(present.astype(np.int64), return_inverse=True)
        count = len(codes)
        means = np.bincount(bins, centred[~gaps], count) / np.bincount(bins, minlength=count)
        order = np.argsort(means, kind="stable")
    if count < 2:
        # With one value only, missing or not would be the question: columns with gaps alone do not tell why.
        return
    sizes = np.bincount(bins, minlength=count)[order].cumsum()[:-1]
    sums = np.bincount(bins, centred[~gaps], count)[order].cumsum()[:-1]
    lost, lost_sum = int(gaps.sum()), float(centred[gaps].sum())
    for missing_low in (True, False) if lost else (True,):
        size = sizes + lost * missing_low
        total = sums + lost_sum * missing_low
        gained = total**2 * (1 / size + 1 / (len(rows) - size))
        gained[(size < least) | (len(rows) - size < least)] = -1.0
        cut = int(gained.argmax())
        if gained[cut] <= 0:
            continue
        larger_low = bool(2 * size[cut] > len(rows))
        split = Split(
            columns.names[place],
            place,
            None,
            others_low=larger_low,
            missing_low=missing_low if lost else larger_low,
            gaps=lost > 0,
            day_zero=columns.day_zero.get(place),
        )
        if levels is None:
            yield float(gained[cut]), _at(columns, split, present, float(cuts[cut]))
        else:
            yield float(gained[cut]), _between(split, levels, codes[order], cut)


def _at(columns: Columns, split: Split, present: Floats, cut: float) -> Split:
    """The split of numbers at `cut`, said as short as the gap to the next value allows."""
    pair = columns.pairs.get(split.place)
    low, high = ((pair[0][1],), (pair[1][1],)) if pair else ((), ())
    threshold = short_number(cut, float(present[present > cut].min()))
    return replace(split, threshold=threshold, low=low, high=high)


def _between(split: Split, levels: tuple[str, ...], codes: Integers, cut: int) -> Split:
    """The split of a category after the level at `cut`, by mean."""
    low, high = (tuple(sorted(map(int, part))) for part in (codes[: cut + 1], codes[cut + 1 :]))
    return replace(
        split,
        low=tuple(levels[code] for code in low),
        high=tuple(levels[code] for code in high),
        codes=low,
        known=tuple(sorted((*low, *high))),
    )
