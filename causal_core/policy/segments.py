"""Who gets what: a policy told by groups of people, the levels of a column or parts of a number's range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from causal_core.data.design import Floats, Integers
from causal_core.numeral import numeral
from causal_core.policy.economics import Economics
from causal_core.policy.result import Gain, PolicyResult
from causal_core.problem import Problem
from causal_core.uplift.features import is_number

PARTS = 4
"""Into how many parts of about equal size a column of many numbers is cut."""

LEVELS = 8
"""The most levels shown by themselves; rarer ones stand together."""

FEWEST_ROWS = 30
"""A gain is told of no fewer rows: below it a normal interval says little."""

OTHERS, MISSING = "(others)", "(missing)"


@dataclass(frozen=True, eq=False)
class Grouping:
    """A column cut into groups, once for all policies.

    Attributes:
        column: Its name.
        labels: What each group is called, lowest or commonest first; names from the data.
        codes: (n,) group of each row.
        values: (n,) the numbers, NaN where missing; None of a column of categories.
    """

    column: str
    labels: tuple[str, ...]
    codes: Integers = field(repr=False)
    values: Floats | None = field(repr=False, default=None)

    @classmethod
    def of(cls, values: pd.Series, column: str) -> Grouping:
        """Groups of a column: quartiles of many numbers, else its levels; missing values apart.

        Equal numbers always stay together, so quartiles may differ in size.

        Args:
            values: (n,) numbers, true/false or categories.
            column: What it is called.
        """
        if not is_number(values):
            return _levels(values, column)
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.unique(numbers[~np.isnan(numbers)])
        if len(known) <= PARTS + 1:
            labels, codes = [numeral(value) for value in known], np.searchsorted(known, numbers)
        else:
            labels, codes = _parts(numbers)
        gaps = np.isnan(numbers)
        if gaps.any():
            codes = np.where(gaps, len(labels), codes)
            labels = [*labels, MISSING]
        return cls(column, tuple(labels), codes.astype(np.int64), numbers)

    def difference(self, chances: Floats) -> float:
        """How much the treated differ from the others, in standard deviations of all rows.

        Of numbers the difference of the means, of categories that of the level whose share differs most.
        0 where nobody or everybody is treated.

        Args:
            chances: (n,) each row's probability of being treated.
        """
        treated, others = float(chances.sum()), float((1 - chances).sum())
        if min(treated, others) <= 0:
            return 0.0
        if self.values is not None:
            known = ~np.isnan(self.values)
            numbers, weight = self.values[known], chances[known]
            spread = float(numbers.std()) if len(numbers) else 0.0
            if spread == 0 or not 0 < weight.sum() < len(weight):
                return 0.0
            mean = float(weight @ numbers / weight.sum())
            return (mean - float((1 - weight) @ numbers / (1 - weight).sum())) / spread
        sizes = np.bincount(self.codes, minlength=len(self.labels)) / len(self.codes)
        share = np.bincount(self.codes, weights=chances, minlength=len(self.labels)) / treated
        rest = np.bincount(self.codes, weights=1 - chances, minlength=len(self.labels)) / others
        spreads = np.sqrt(sizes * (1 - sizes))
        differences = np.divide(share - rest, spreads, out=np.zeros_like(spreads), where=spreads > 0)
        # Of two levels that mirror each other, the one that is frequent among the treated.
        return float(differences[np.lexsort((-differences, -np.abs(differences).round(9)))[0]])


@dataclass(frozen=True)
class PolicySegment:
    """What a policy does in one group, and what that gains.

    Attributes:
        label: The group; a name from the data.
        rows: Held-out rows in it.
        share: Of all held-out rows.
        arm_shares: (arm, share of the group that gets it), control first.
        predicted: Mean predicted gain over treating nobody, per person of the group, in the benefit's unit.
        gain: The same by AIPW scores, with its interval; None below `FEWEST_ROWS` rows or two clusters.
    """

    label: str
    rows: int
    share: float
    arm_shares: tuple[tuple[str, float], ...]
    predicted: float
    gain: Gain | None

    @property
    def treated(self) -> float:
        """The share of the group that gets another arm than the control."""
        return sum(share for _, share in self.arm_shares[1:])


def by_segment(economics: Economics, policy: Floats, grouping: Grouping) -> tuple[PolicySegment, ...]:
    """A policy told by group, in the grouping's order; groups without rows are left out.

    The policy was chosen on other rows, so a group's gain is an honest mean of its scores. Of several groups
    each interval is for that one group alone.

    Args:
        economics: Rewards of the held-out rows.
        policy: (n, k) probability of each arm.
        grouping: Of the same rows.

    Raises:
        Problem: Shapes differ.
    """
    held_out = economics.held_out
    if policy.shape != economics.reward.shape or len(grouping.codes) != len(policy):
        raise Problem(
            f"A policy of the shape {policy.shape} and {len(grouping.codes):,} rows of {grouping.column} do "
            f"not fit scores of the shape {economics.reward.shape}.",
            column=grouping.column,
        )
    gains = (policy * economics.reward).sum(axis=1) - economics.reward[:, 0]
    predicted = (policy[:, 1:] * economics.predicted).sum(axis=1)
    weights = np.ones(len(policy)) if held_out.weights is None else held_out.weights
    found = []
    for code, label in enumerate(grouping.labels):
        inside = np.flatnonzero(grouping.codes == code)
        stands_for = weights[inside]
        if stands_for.sum() == 0:
            continue
        clusters = None if held_out.clusters is None else held_out.clusters[inside]
        shares = np.average(policy[inside], axis=0, weights=stands_for)
        enough = len(inside) >= FEWEST_ROWS and (clusters is None or len(np.unique(clusters)) > 1)
        found.append(
            PolicySegment(
                label,
                len(inside),
                float(stands_for.sum() / weights.sum()),
                tuple(zip(held_out.arms, map(float, shares), strict=True)),
                float(np.average(predicted[inside], weights=stands_for)),
                Gain.of(gains[inside], clusters, stands_for) if enough else None,
            )
        )
    return tuple(found)


def groupings(features: pd.DataFrame) -> tuple[Grouping, ...]:
    """A grouping of each column that tells people apart, in the frame's order.

    Args:
        features: (n, p) covariates as `data.encoding.feature_frame` gives them.
    """
    found = [Grouping.of(features.iloc[:, place], str(name)) for place, name in enumerate(features.columns)]
    return tuple(each for each in found if len(each.labels) > 1)


def telling(groups: Sequence[Grouping], policy: Floats) -> tuple[tuple[Grouping, float], ...]:
    """The groupings, those in which the treated differ most first, each with its standardised difference.

    Args:
        groups: Of the same rows.
        policy: (n, k) probability of each arm, control first.
    """
    chances = 1 - policy[:, 0]
    judged = [(each, each.difference(chances)) for each in groups]
    return tuple(sorted(judged, key=lambda pair: -abs(pair[1])))


def _levels(values: pd.Series, column: str) -> Grouping:
    counts = values.value_counts()
    counts = counts[counts > 0]
    # Of nine levels the ninth stands for itself: a group of others of one level would only hide its name.
    kept = list(counts.index if len(counts) <= LEVELS + 1 else counts.index[:LEVELS])
    codes = pd.Index(kept, dtype=object).get_indexer(pd.Index(values.astype(object)))
    gaps = values.isna().to_numpy()
    labels = [str(level) for level in kept]
    if ((codes < 0) & ~gaps).any():
        codes = np.where((codes < 0) & ~gaps, len(labels), codes)
        labels.append(OTHERS)
    if gaps.any():
        codes = np.where(gaps, len(labels), codes)
        labels.append(MISSING)
    return Grouping(column, tuple(labels), np.asarray(codes, dtype=np.int64))


def _parts(numbers: Floats) -> tuple[list[str], Integers]:
    known = numbers[~np.isnan(numbers)]
    cuts = np.unique(np.quantile(known, np.arange(1, PARTS) / PARTS, method="inverted_cdf"))
    # Where most rows hold the largest value, that value stands against all below it.
    cuts = (
        cuts[cuts < known.max()] if cuts[0] < known.max() else known[known < known.max()].max(keepdims=True)
    )
    codes = np.searchsorted(cuts, numbers)
    whole = bool((known == np.round(known)).all())
    ends = [numeral(float(cut), 4) for cut in cuts]
    labels = [f"up to {ends[0]}", *(f"{low} to {high}" for low, high in pairwise(ends)), f"above {ends[-1]}"]
    for place in range(len(labels)):
        inside = known[np.searchsorted(cuts, known) == place]
        low, high = (numeral(float(end), 4) for end in (inside.min(), inside.max()))
        if low == high:
            labels[place] = low
        elif whole and place > 0:
            # Of whole numbers "2 to 4" leaves no doubt where 2 belongs.
            labels[place] = f"{low} or more" if place == len(cuts) else f"{low} to {high}"
    return labels, codes


def predicted_gains(economics: Economics, results: Sequence[PolicyResult]) -> dict[str, float]:
    """Policy -> mean predicted net gain over treating nobody, per person; not of what was done.

    For planning and for choosing among policies: predictions come from other rows than values, and flatter.

    Args:
        economics: Whose predictions are meant.
        results: Policies valued on its rows.
    """
    weights = economics.held_out.weights
    return {
        each.policy: float(
            np.average((each.policy_matrix[:, 1:] * economics.predicted).sum(axis=1), weights=weights)
        )
        for each in results
        if each.policy != "current" and len(each.policy_matrix) == len(economics.predicted)
    }
