"""The questions a policy tree may ask of each column, and which rows stand where."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.tree_node import Split
from causal_core.uplift.features import Encoder

MOST_LEVELS = 20
"""Of a category so many levels, the commonest, are asked for; the others are always on the high side."""

Bins = np.ndarray[tuple[int], np.dtype[np.int16]]
"""(n,) small whole numbers: with many columns and rows they are most of what a search holds."""

Groups = tuple[frozenset[int], ...]


@dataclass(frozen=True, eq=False)
class Column:
    """One column in bins, and the cuts between them.

    Attributes:
        place: Its position.
        name: Its name.
        bins: (n,) bin of each row.
        count: How many bins there are.
        gaps: Whether values are missing.
        cuts: Of numbers, (cuts,) the largest value of the low side.
        after: Of numbers, (cuts,) the next larger value there is.
        integral: Whether all numbers are whole.
        pair: Of a column of two numbers, both as text.
        groups: Of a category, for each cut the bins of the low side; empty for numbers.
        levels: Of a category, (level, code) of each bin that has one.
        member: Of a category, (cuts + 1, count) which bins are on the low side; the last row is all of them.
    """

    place: int
    name: str
    bins: Bins = field(repr=False)
    count: int
    gaps: bool
    cuts: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    after: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    integral: bool = False
    pair: tuple[str, str] | None = None
    groups: Groups = ()
    levels: tuple[tuple[Hashable, int], ...] = ()
    member: Floats | None = field(default=None, repr=False)

    @property
    def size(self) -> int:
        """How many cuts there are."""
        return len(self.groups) or len(self.cuts)

    def take(self, rows: Integers) -> Column:
        """The same cuts with only these rows."""
        return replace(self, bins=self.bins[rows])

    def low_sums(self, sums: Floats, axis: int) -> Floats:
        """Sums over the low side of each cut, then over all, from sums over bins along an axis.

        The axis gets `size` + 1 entries. `sums` may be overwritten.
        """
        if self.member is None:
            along = np.moveaxis(sums, axis, 0)
            # Slice by slice: several times as fast as numpy's cumsum along any axis.
            for each in range(1, len(along)):
                along[each] += along[each - 1]
            return sums
        return np.moveaxis(np.tensordot(self.member, sums, (1, axis)), 0, axis)

    def is_low(self, cut: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """(n,) whether each row is on the low side of a cut."""
        if self.groups:
            return np.isin(self.bins, list(self.groups[cut]))
        return np.asarray(self.bins <= cut)

    def split(self, cut: int) -> Split:
        """The question at a cut, with the threshold of fewest digits that parts these rows alike."""
        if self.groups:
            chosen = sorted(self.groups[cut])
            levels, codes = zip(*(self.levels[each] for each in chosen), strict=True)
            return Split(self.place, self.name, None, levels, codes, self.gaps)
        threshold = fewest_digits(float(self.cuts[cut]), float(self.after[cut]))
        if self.integral:
            threshold = float(np.floor(threshold))
        return Split(self.place, self.name, threshold, gaps=self.gaps, pair=self.pair)


def columns_of(
    encoder: Encoder, matrix: Floats, advantage: Floats, bins: int, truths: frozenset[str] = frozenset()
) -> tuple[Column, ...]:
    """The columns that can be cut at all.

    Numbers are cut between any two neighbouring values when there are at most `bins` different ones, and else
    at the quantiles of `bins` equal parts. A category is cut into any one of its (20 commonest) levels and
    the rest, or into two groups of levels after any place in the order of their mean `advantage`.

    Args:
        encoder: What the codes mean.
        matrix: (n, p) coded columns.
        advantage: (n,) what orders the levels of a category.
        bins: Most parts of a column of numbers.
        truths: Columns of true and false, whose values are said as yes and no.
    """
    found = []
    for place, (name, levels) in enumerate(zip(encoder.names, encoder.levels, strict=True)):
        column = (
            _numbers(place, name, matrix[:, place], bins, truths)
            if levels is None
            else _category(place, name, matrix[:, place], levels, advantage)
        )
        if column is not None and column.size:
            found.append(column)
    return tuple(found)


def fewest_digits(low: float, high: float) -> float:
    """The number in [low, high), for low < high, of fewest digits; of several the nearest to the middle."""
    if low <= 0 < high:
        return 0.0
    middle = low + (high - low) / 2
    largest = int(np.floor(np.log10(max(abs(low), abs(high)))))
    for exponent in range(largest, largest - 17, -1):
        step = 10.0**exponent
        near = {round(middle / step), int(np.ceil(low / step)), int(np.ceil(high / step)) - 1}
        # Through text, so that 32 tenths are 3.2 and not 3.2000000000000002.
        numbers = [float(f"{count}e{exponent}") for count in sorted(near)]
        inside = [number for number in numbers if low <= number < high]
        if inside:
            return min(inside, key=lambda number: abs(number - middle))
    return low


def _numbers(place: int, name: str, values: Floats, bins: int, truths: frozenset[str]) -> Column | None:
    gaps = np.isnan(values)
    known = np.sort(values[~gaps])
    if len(known) == 0 or known[0] == known[-1]:
        return None
    distinct = known[np.concatenate(([True], known[1:] != known[:-1]))]
    if len(distinct) <= bins:
        cuts = distinct[:-1]
    else:
        # The inverse of the empirical distribution, so that each cut is a value there is.
        ranks = np.ceil(np.arange(1, bins) / bins * len(known)).astype(np.int64) - 1
        cuts = np.unique(known[ranks])
        cuts = cuts[cuts < known[-1]]
    after = distinct[np.searchsorted(distinct, cuts, side="right")]
    # A missing value sorts with the lowest.
    found = np.searchsorted(cuts, np.where(gaps, -np.inf, values)).astype(np.int16)
    integral = bool((distinct == np.floor(distinct)).all())
    pair = None
    if len(distinct) == 2:
        pair = ("no", "yes") if name in truths else (f"{distinct[0]:.10g}", f"{distinct[1]:.10g}")
    return Column(place, name, found, len(cuts) + 1, bool(gaps.any()), cuts, after, integral, pair)


def _category(
    place: int, name: str, values: Floats, levels: tuple[Hashable, ...], advantage: Floats
) -> Column | None:
    gaps = np.isnan(values)
    codes, counts = np.unique(values[~gaps].astype(np.int64), return_counts=True)
    kept = np.sort(codes[np.argsort(-counts, kind="stable")][:MOST_LEVELS])
    # The last bin holds what is missing and the rarer levels.
    table = np.full(len(levels) + 1, len(kept), dtype=np.int16)
    table[kept] = np.arange(len(kept))
    bins = table[np.where(gaps, len(levels), values).astype(np.int64)]
    rest = bool((bins == len(kept)).any())
    if len(kept) + rest < 2:
        return None
    sums = np.bincount(bins, advantage, len(kept) + 1)[: len(kept)]
    means = sums / np.bincount(bins, minlength=len(kept) + 1)[: len(kept)]
    groups = _groups(np.argsort(means, kind="stable").tolist(), rest)
    member = np.zeros((len(groups) + 1, len(kept) + 1))
    member[-1] = 1.0
    for cut, group in enumerate(groups):
        member[cut, list(group)] = 1.0
    named = tuple((levels[code], int(code)) for code in kept)
    return Column(
        place, name, bins, len(kept) + 1, bool(gaps.any()), groups=groups, levels=named, member=member
    )


def _groups(order: list[int], rest: bool) -> Groups:
    """The low sides: each level alone, then the first or last levels in order; no question twice."""
    every = frozenset(order)
    asked = [frozenset((level,)) for level in sorted(order)]
    for end in range(1, len(order) + 1):
        asked += [frozenset(order[:end]), frozenset(order[end:])]
    found: dict[frozenset[int], None] = {}
    for group in asked:
        if not rest:
            # With every row in some level, a group and the other levels are the same question.
            group = min(group, every - group, key=lambda one: (len(one), sorted(one)))  # noqa: PLW2901
        if group:
            found[group] = None
    return tuple(found)
