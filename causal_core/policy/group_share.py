"""How many of each group to treat, at the highest total, when groups' treated shares are bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.rule import GroupRule, share_text
from causal_core.problem import Problem

POINTS, ROUNDS = 33, 9
"""So many lowest shares are tried at once, so many times, each time between neighbours: to 1e-10 of all."""

_TINY = 1e-9


@dataclass(frozen=True, eq=False)
class Treated:
    """Who is treated.

    Attributes:
        included: (n,) probability; between 0 and 1 only for people of equal worth at their group's limit.
        rate: (g,) treated share of each group.
        level: (g,) the worth at which each group's limit lies.
        bound: (g,) whether a group's own limit decides, and not the worth of treating alone.
        total: Total worth of those treated.
    """

    included: Floats = field(repr=False)
    rate: Floats
    level: Floats
    bound: np.ndarray[tuple[int], np.dtype[np.bool_]]
    total: float


@dataclass(frozen=True, eq=False)
class _Ranked:
    """People of each group by worth, highest first."""

    order: list[Integers]
    worth: list[Floats]
    until: list[Floats]
    total: list[Floats]

    @classmethod
    def of(cls, worth: Floats, group: Integers, groups: int, weights: Floats) -> _Ranked:
        order = np.lexsort((-worth, group))
        parts = np.split(order, np.cumsum(np.bincount(group, minlength=groups))[:-1])
        ranked = [worth[part] for part in parts]
        return cls(
            parts,
            ranked,
            [np.concatenate(([0.0], np.cumsum(weights[part]))) for part in parts],
            [np.concatenate(([0.0], np.cumsum(weights[part] * worth[part]))) for part in parts],
        )

    @property
    def sizes(self) -> Floats:
        return np.array([until[-1] for until in self.until])

    def above(self, level: float, *, equal: bool) -> Floats:
        """(g,) how many of each group have a worth above a level, or at it too."""
        side: Literal["left", "right"] = "right" if equal else "left"
        pairs = zip(self.worth, self.until, strict=True)
        return np.array([until[np.searchsorted(-worth, -level, side=side)] for worth, until in pairs])

    def value(self, treated: Floats) -> Floats:
        """(l,) the total worth when (l, g) so many of each group are treated."""
        each = zip(treated.T, self.until, self.total, strict=True)
        found = [np.interp(count, until, total) for count, until, total in each]
        return np.asarray(np.sum(found, axis=0), dtype=np.float64)

    def included(self, treated: Floats, weights: Floats) -> tuple[Floats, Floats]:
        """(n,) probability of treatment, and (g,) the worth at each group's limit."""
        found, levels = np.empty(len(weights)), np.empty(len(treated))
        for place, (count, worth, until) in enumerate(zip(treated, self.worth, self.until, strict=True)):
            last = min(max(int(np.searchsorted(until, count - _TINY)) - 1, 0), len(worth) - 1)
            level = float(worth[last])
            first = int(np.searchsorted(-worth, -level, side="left"))
            end = int(np.searchsorted(-worth, -level, side="right"))
            part = (count - until[first]) / (until[end] - until[first])
            mine = (worth > level).astype(np.float64)
            mine[first:end] = min(max(part, 0.0), 1.0)
            found[self.order[place]] = mine
            levels[place] = level
        return found, levels


def treat_groups(
    worth: Floats, group: Integers, rule: GroupRule, share: float | None = None, weights: Floats | None = None
) -> Treated:
    """Treat those of highest worth, so far as the groups' treated shares allow.

    Given how many of each group are treated, the best of each are. Totals are concave in these numbers, so
    that with bounds alone everybody above one level is treated and each group is moved to its bounds; with a
    largest difference of shares the lowest of them is found by sections. Both are exact solutions of
    the linear programme in which people may be treated with a probability.

    Args:
        worth: (n,) worth of treating each person.
        group: (n,) codes 0..g-1, none empty.
        rule: What binds the groups' shares.
        share: Where given, just that share of all people is treated; otherwise all with a worth above 0.
        weights: (n,) how many people each row stands for, 1 on average.

    Raises:
        Problem: The rules cannot be met together.
    """
    weight = np.ones(len(worth)) if weights is None else weights
    ranked = _Ranked.of(worth, group, len(rule.least), weight)
    sizes = ranked.sizes
    wanted = None if share is None else share * float(sizes.sum())
    pooled = np.unique(worth) if wanted is not None else np.empty(0)

    gaining = ranked.above(0.0, equal=False)

    def treated(lowest: Floats) -> Floats:
        """(l, g) how many of each group are treated, for each of (l,) lowest shares."""
        low, high = (np.broadcast_to(each * sizes, (len(lowest), len(sizes))) for each in rule.bounds(lowest))
        if wanted is None:
            return np.clip(gaining, low, high)
        each = zip(low, high, strict=True)
        return np.stack([_levelled(ranked, pooled, wanted, *bounds) for bounds in each])

    first, last = _lowest(rule, sizes, wanted)
    lowest = np.array([0.0])
    if rule.parity is not None:
        lowest = _highest(lambda each: ranked.value(treated(each)), first, last)
    count = treated(lowest)[0]
    included, level = ranked.included(count, weight)
    low, high = (np.ravel(each) for each in rule.bounds(lowest))
    bound = (np.abs(count - low * sizes) < _TINY * sizes) | (np.abs(count - high * sizes) < _TINY * sizes)
    if wanted is None:
        bound &= np.abs(count - gaining) > _TINY * sizes
        level = np.where(bound, level, 0.0)
    elif not bound.all():
        # Groups that their own limit does not bind share one.
        level = np.where(bound, level, level[~bound].max())
    return Treated(included, count / sizes, level, bound, float(ranked.value(count[None])[0]))


def _levelled(ranked: _Ranked, pooled: Floats, wanted: float, low: Floats, high: Floats) -> Floats:
    """(g,) how many of each group are treated when just `wanted` are: above one level, within bounds."""
    first, last = 0, len(pooled) - 1
    while first < last:
        middle = (first + last + 1) // 2
        if np.clip(ranked.above(pooled[middle], equal=True), low, high).sum() >= wanted - _TINY:
            first = middle
        else:
            last = middle - 1
    fewer = np.clip(ranked.above(pooled[first], equal=False), low, high)
    more = np.clip(ranked.above(pooled[first], equal=True), low, high)
    room = float(more.sum() - fewer.sum())
    part = (wanted - float(fewer.sum())) / room if room > 0 else 0.0
    return np.asarray(fewer + min(max(part, 0.0), 1.0) * (more - fewer))


def _lowest(rule: GroupRule, sizes: Floats, wanted: float | None) -> tuple[float, float]:
    """Between which values the lowest treated share may lie.

    Raises:
        Problem: The rules cannot be met together.
    """
    first, last = rule.range()
    if wanted is None:
        return first, last
    whole = float(sizes.sum())

    def least(lowest: float) -> float:
        return float((rule.bounds(np.array([lowest]))[0] @ sizes).item())

    def most(lowest: float) -> float:
        return float((rule.bounds(np.array([lowest]))[1] @ sizes).item())

    if least(first) > wanted + _TINY * whole or most(last) < wanted - _TINY * whole:
        bound = least(first) if least(first) > wanted else most(last)
        word = "at least" if least(first) > wanted else "at most"
        raise Problem(
            f"The rules for groups treat {word} {share_text(bound / whole)} of all people, and "
            f"{share_text(wanted / whole)} are to be treated.",
            column="quota",
            remedy="Change the share to treat, or the rules.",
        )
    if rule.parity is None:
        return first, last
    # Both are monotone in the lowest share.
    return _edge(lambda each: most(each) >= wanted - _TINY * whole, last, first), _edge(
        lambda each: least(each) <= wanted + _TINY * whole, first, last
    )


def _edge(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    if holds(outside):
        return outside
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return inside


def _highest(value: Callable[[Floats], Floats], first: float, last: float) -> Floats:
    """(1,) where a concave function is highest: between neighbours of the highest of a few, repeatedly."""
    for _ in range(ROUNDS):
        points = np.linspace(first, last, POINTS)
        best = int(value(points).argmax())
        first, last = points[max(best - 1, 0)], points[min(best + 1, POINTS - 1)]
    points = np.array([first, (first + last) / 2, last])
    return points[[int(value(points).argmax())]]
