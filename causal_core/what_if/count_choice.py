"""Which columns may be counts, and how a count's mean and spread are fitted to left-out rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.what_if.columns import Column
from causal_core.what_if.count import BEYOND, LEAST, MOST, Count
from causal_core.what_if.learning import How, learn
from causal_core.what_if.left_out import SURELY, left_out, losses

COUNT_WAYS: Final[dict[str, How]] = {"count, linear": "linear", "count, boosted": "boosted"}
"""Ways of fitting a count, as they are called, and how the log of its mean is fitted."""

LOW: Final = 0.25
"""The least count is at most this share of the mean: ages of adults, years and the like start far from 0."""

TIED: Final = 0.03
"""Chance that two rows with counts above 0 have the same one, as of at most 33 counts equally often."""

MOST_SPREAD: Final = 20.0

SHAPE_ROWS: Final = 5_000


def may_be_count(target: Column, values: Floats) -> bool:
    """Whether a column can be modelled as a count: whole numbers from 0 to 300 that are not all 0."""
    if target.discrete or values.min() < 0 or not 0 < values.max() <= MOST:
        return False
    return bool((values == np.round(values)).all())


def looks_like_count(target: Column, values: Floats) -> bool:
    """Whether it should be tried as one: its values reach down towards 0, and are often the same."""
    if not may_be_count(target, values) or values.min() > LOW * values.mean():
        return False
    rows = np.bincount(values[values > 0].astype(np.int64))
    return bool(((rows / rows.sum()) ** 2).sum() >= TIED)


@dataclass(frozen=True, eq=False)
class CountFit:
    """A count fitted to rows that were left out.

    Attributes:
        way: As it is called.
        spread: Of `Count`; 0 for Poisson.
        empty: Of `Count`.
        means: (n,) expected counts of left-out rows; NaN of rows never left out.
        score: (n,) log chance of each row's count; NaN as above.
    """

    way: str
    spread: float
    empty: float
    means: Floats = field(repr=False)
    score: Floats = field(repr=False)


def fit_count(
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    fold: Integers,
    seed: int,
    ways: tuple[str, ...],
) -> CountFit:
    """The better of the ways by Poisson's log chance of left-out counts, boosted only where clearly better.

    Its distribution is the most likely one given left-out means; Poisson is kept unless a wider one makes
    left-out counts likelier by more than a standard error, and a share of rows with none by more than two.

    Args:
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        values: (n,) counts.
        fold: (n,) which fold leaves a row out; -1 for rows not used.
        seed: Of trees.
        ways: Among `COUNT_WAYS`.
    """
    out: dict[str, Floats] = {}
    for way in ways:
        rival = losses(target, out[ways[0]], values, count=True) if out else None
        out[way] = left_out(COUNT_WAYS[way], target, columns, parents, values, fold, seed, rival, count=True)
    chosen = ways[0]
    if len(ways) == 2:
        first, second = (losses(target, out[way], values, count=True) for way in ways)
        if surely_more(first - second):
            chosen = ways[1]
    largest = float(values.max())
    means = np.exp(np.clip(out[chosen][:, 0], np.log(LEAST), np.log(BEYOND * largest)))
    used = np.isfinite(means)
    score = np.full(len(values), np.nan)
    spread, empty, score[used] = _shape(means[used], values[used])
    return CountFit(chosen, spread, empty, means, score)


def count_of(
    found: CountFit,
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    values: Floats,
    seed: int,
) -> Count:
    """The mechanism, its mean fitted to all rows."""
    predictor = learn(COUNT_WAYS[found.way], target, columns, parents, values, seed, count=True)
    # A half sample may lack the largest count; its rows are still abducted with those of all.
    largest = int(max(values.max(), target.high))
    return Count(predictor, found.spread, largest, found.empty, found.way)


def whole_score(values: Floats, means: Floats) -> Floats:
    """(n,) log chance that a mean plus the noise of other rows comes to each row's whole number.

    That is the share of the other rows' residuals within a half of the row's own, with the weight of one row
    that is normal, so that no count is impossible; NaN where the mean is.
    """
    from scipy.special import ndtr

    score = np.full(len(values), np.nan)
    used = np.isfinite(means)
    noise = (values - means)[used]
    placed = np.sort(noise)
    near = np.searchsorted(placed, noise + 0.5, "right") - np.searchsorted(placed, noise - 0.5, "left") - 1
    wide = max(float(noise.std()), 1e-9)
    smooth = ndtr((noise + 0.5) / wide) - ndtr((noise - 0.5) / wide)
    score[used] = np.log(np.maximum((near + smooth) / len(noise), 1e-12))
    return score


def surely_more(difference: Floats, errors: float = 1.0) -> bool:
    """Whether the mean of the differences that are known is above 0 by more than some standard errors."""
    known = difference[np.isfinite(difference)]
    return bool(known.mean() > errors * known.std(ddof=1) / np.sqrt(len(known)))


def _shape(means: Floats, values: Floats) -> tuple[float, float, Floats]:
    """The spread, the share of rows that have none, and (n,) log chances of the counts with them.

    The first is 0 unless it makes counts likelier by more than a standard error, the second unless by two.
    The most likely values are looked for on at most 5,000 rows.
    """
    step = max(len(values) // SHAPE_ROWS, 1)
    some, seen = means[::step], values[::step]

    def spread_of(empty: float) -> float:
        ends = (float(np.log(1e-4)), float(np.log(MOST_SPREAD)))
        return float(np.exp(_highest(lambda each: _log_chance(some, seen, np.exp(each), empty).sum(), *ends)))

    found = 0.0, 0.0, _log_chance(means, values, 0.0)
    wide = spread_of(0.0)
    wider = _log_chance(means, values, wide)
    if not surely_more(wider - found[2]):
        return found
    found = wide, 0.0, wider
    most = float((seen == 0).mean())
    if most == 0:
        return found
    empty = _highest(lambda each: _log_chance(some, seen, 0.0, each).sum(), 0.0, most)
    other = 0.0, empty, _log_chance(means, values, 0.0, empty)
    empty = _highest(lambda each: _log_chance(some, seen, spread_of(each), each).sum(), 0.0, most)
    both = spread_of(empty), empty, _log_chance(means, values, spread_of(empty), empty)
    if surely_more(both[2] - other[2]):
        other = both
    return other if surely_more(other[2] - found[2], SURELY) else found


def _highest(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one peak is highest."""
    from scipy.optimize import minimize_scalar

    return float(minimize_scalar(lambda each: -function(each), bounds=(low, high), method="bounded").x)


def _log_chance(means: Floats, values: Floats, spread: float, empty: float = 0.0) -> Floats:
    """(n,) log chances of counts whose mean, spread and share of empty rows are these."""
    from scipy.special import gammaln

    each, places, rates = np.arange(values.max() + 1), values.astype(np.int64), means / (1 - empty)
    if spread == 0:
        found = values * np.log(rates) - rates - gammaln(each + 1)[places]
    else:
        size = 1 / spread
        table = gammaln(each + size) - gammaln(size) - gammaln(each + 1)
        wide = np.log1p(spread * rates)
        found = table[places] + values * (np.log(spread * rates) - wide) - size * wide
    if empty == 0:
        return np.asarray(found)
    found = found + np.log1p(-empty)
    return np.asarray(np.where(values == 0, np.logaddexp(np.log(empty), found), found))
