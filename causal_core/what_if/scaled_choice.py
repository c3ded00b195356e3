"""Whether a number's noise has a spread of its own in each row, and how that is fitted to left-out rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.what_if.columns import Column
from causal_core.what_if.count_choice import surely_more
from causal_core.what_if.learning import How, learn
from causal_core.what_if.left_out import SURELY, left_out, losses
from causal_core.what_if.predictor import Predictor
from causal_core.what_if.scaled import BEYOND, HIDDEN, LEAST, Scaled

SCALED_WAYS: Final[dict[str, tuple[How, How]]] = {
    "linear, linear spread": ("linear", "linear"),
    "linear, boosted spread": ("linear", "boosted"),
    "boosted, boosted spread": ("boosted", "boosted"),
}
"""Ways of fitting a number with its spread: how the mean is fitted, and how the log of the spread."""

HINT: Final = 0.05
"""Correlation of the size of residuals with something, by ranks, below which no spread is fitted."""

HINT_ERRORS: Final = 3.0
"""As many standard errors it must be away from 0."""


@dataclass(frozen=True, eq=False)
class SpreadFit:
    """Spreads fitted to rows that were left out.

    Attributes:
        way: As it is called.
        score: (n,) log mean size of each row's residual, in mean sizes; NaN of rows never left out.
        gain: (n,) log score of each size above that with one spread for all; NaN as above.
    """

    way: str
    score: Floats = field(repr=False)
    gain: Floats = field(repr=False)

    @property
    def needed(self) -> bool:
        """Whether sizes are surely better told with a spread of each row's own."""
        return surely_more(self.gain, SURELY)

    @property
    def gained(self) -> tuple[float, float]:
        """Mean gain, and its standard error."""
        known = self.gain[np.isfinite(self.gain)]
        return float(known.mean()), float(known.std(ddof=1) / np.sqrt(len(known)))


def hints(columns: tuple[Column, ...], parents: Floats, values: Floats, residuals: Floats) -> bool:
    """Whether the size of left-out residuals goes with the mean, a parent, or how far off its median that is.

    A cheap look that spares most nodes the fit: rank correlations; of a parent with levels with each level.
    """
    known = np.isfinite(residuals)
    size = np.abs(residuals[known])
    if size.mean() <= 1e-9 * values.std():
        return False
    ranked = _ranks(size)
    least = max(HINT, HINT_ERRORS / np.sqrt(len(size)))
    beside = [_ranks((values - residuals)[known])]
    for place, column in enumerate(columns):
        mine = parents[known, place]
        if column.discrete:
            beside += [(mine == code).astype(np.float64) for code in range(len(column.levels))]
        else:
            place_in_order = _ranks(mine)
            beside += [place_in_order, np.abs(place_in_order)]
    return any(abs(_together(ranked, each)) > least for each in beside)


def fit_spread(
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    residuals: Floats,
    fold: Integers,
    seed: int,
    ways: tuple[str, ...],
) -> SpreadFit:
    """The better of the ways of fitting the spread, boosted only where clearly better.

    The mean size of residuals is fitted with a log link by Poisson's quasi-likelihood, which needs no more
    than that mean to be right (Gourieroux, Monfort & Trognon 1984) and stays calm under heavy tails. It is
    judged by the log score of an exponential distribution with this mean, which the true mean size makes
    highest whatever the noise (a Bregman score; Gneiting 2011, section 3).

    Args:
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        residuals: (n,) of rows left out; NaN where the fold is -1.
        fold: (n,) which fold leaves a row out; -1 for rows not used.
        seed: Of trees.
        ways: Among `SCALED_WAYS`.
    """
    sizes, _ = _sizes(residuals)
    out: dict[str, Floats] = {}
    judged: dict[str, Floats] = {}
    for way in ways:
        rival = losses(target, out[ways[0]][:, None], sizes, count=True) if out else None
        how = SCALED_WAYS[way][1]
        found = left_out(how, target, columns, parents, sizes, fold, seed, rival, count=True, small=True)
        out[way] = np.maximum(found[:, 0], np.log(LEAST))
        judged[way] = -out[way] - sizes * np.exp(-out[way])
    chosen = ways[0]
    if len(ways) == 2:
        better = judged[ways[1]] - judged[ways[0]]
        # Folds end where boosting falls behind, so that some rows may have no score of it.
        if np.isfinite(better[fold >= 0]).all() and surely_more(better):
            chosen = ways[1]
    return SpreadFit(chosen, out[chosen], judged[chosen] + sizes)


def scaled_of(
    found: SpreadFit,
    predictor: Predictor,
    target: Column,
    columns: tuple[Column, ...],
    parents: Floats,
    residuals: Floats,
    seed: int,
) -> Scaled:
    """The mechanism with this mean, its spread fitted to the left-out residuals of all rows.

    Args:
        found: Of all rows.
        predictor: Of the mean.
        target: The node.
        columns: Its parents.
        parents: (n, p) their codes.
        residuals: (n,) of rows left out.
        seed: Of trees.
    """
    sizes, mean = _sizes(residuals)
    spreads = learn(SCALED_WAYS[found.way][1], target, columns, parents, sizes, seed, count=True, small=True)
    weights = np.exp(found.score)
    noise = residuals / (mean * weights)
    noise = noise - np.average(noise, weights=weights)
    scale = float(np.sqrt(np.average(noise**2, weights=weights))) or 1.0
    seen = spreads.scores(parents)[:, 0]
    low = max(float(seen.min()) - np.log(BEYOND), np.log(LEAST))
    high = float(seen.max()) + np.log(BEYOND)
    hidden = float(np.log(HIDDEN * np.average(weights, weights=weights)))
    return Scaled(
        predictor, spreads, mean * scale, low, max(high, low), hidden, noise / scale, weights, found.way
    )


def _sizes(residuals: Floats) -> tuple[Floats, float]:
    """(n,) sizes in mean ones, and the mean size."""
    sizes = np.abs(residuals)
    mean = float(np.nanmean(sizes)) or 1.0
    return sizes / mean, mean


def _ranks(values: Floats) -> Floats:
    """(n,) ranks from -1 to 1."""
    ranks = np.empty(len(values))
    ranks[values.argsort()] = np.linspace(-1, 1, len(values))
    return ranks


def _together(first: Floats, second: Floats) -> float:
    """Their correlation; 0 where one does not vary."""
    one, two = first - first.mean(), second - second.mean()
    size = float(np.sqrt((one @ one) * (two @ two)))
    return float(one @ two) / size if size > 0 else 0.0
