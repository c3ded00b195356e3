"""The best of several policies, named honestly: intervals that hold together, or a choice on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from causal_core.data.design import Floats
from causal_core.plain import Plain, to_plain
from causal_core.policy.result import Gain, PolicyResult
from causal_core.problem import Problem
from causal_core.uplift.arrays import NORMAL_95, Marks

DRAWS = 20_000
"""Draws of the largest deviation; its quantile then has an error of about 0.01."""

FEWEST = 20
"""The fewest rows or clusters in a half on which a policy is chosen or valued."""

REFERENCES = ("none", "all", "current")


@dataclass(frozen=True)
class Together:
    """Gains of several policies with intervals that all hold at once.

    Attributes:
        against: Over what the gains are: "none", "all", "current", or a policy's name.
        level: With which probability all intervals hold their truths.
        critical: How many standard errors each interval reaches to either side.
        policies: The policies, as they came.
        gains: Their gains; `ci` is the simultaneous interval.
        best: The policy of the largest gain; of equal ones the first.
        clear: Whether that gain's simultaneous interval lies above 0.
        contenders: The policies that cannot be told from the best: those whose gain over it has a
            simultaneous interval that holds 0 or more.
        rows_used: Rows.
    """

    against: str
    level: float
    critical: float
    policies: tuple[str, ...]
    gains: tuple[Gain, ...]
    best: str
    clear: bool
    contenders: tuple[str, ...]
    rows_used: int

    def to_dict(self) -> dict[str, Plain]:
        """Plain JSON."""
        return {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Best:
    """A policy chosen as the best of several on one half of the judged rows, and valued on the other.

    Attributes:
        policy: The one of the highest value on the first half; of equal ones the first.
        value: On the second half, per person, with its 95 % interval.
        gain_vs_none: Likewise, against treating nobody.
        gain_vs_all: Against treating everybody.
        gain_vs_current: Against what was done.
        chosen_on: Rows of the first half.
        valued_on: Rows of the second.
    """

    policy: str
    value: Gain
    gain_vs_none: Gain
    gain_vs_all: Gain
    gain_vs_current: Gain
    chosen_on: int
    valued_on: int

    def to_dict(self) -> dict[str, Plain]:
        """Plain JSON."""
        return {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}


def simultaneous(
    results: Sequence[PolicyResult],
    against: str | PolicyResult = "none",
    level: float = 0.95,
    seed: int = 0,
) -> Together:
    """Max-t simultaneous intervals of several policies' gains (Chernozhukov, Chetverikov & Kato 2013).

    The multiplier bootstrap with normal multipliers, one a row or cluster: given the rows, the deviations are
    normal with the correlations of the contributions, which is what is drawn. A policy that is the reference
    itself has gain 0, and no part in this.

    Args:
        results: Policies valued on the same rows.
        against: "none", "all", "current" or a policy valued on the same rows.
        level: Of all intervals together.
        seed: Of the draws.

    Raises:
        Problem: There is no policy, one was valued on other rows, or there is no such reference.
    """
    first = _checked(results)
    name, base = _reference(first, against)
    spread = _Spread.of(np.column_stack([*(each.influence for each in results), base]), first)
    count = len(results)
    versus = np.hstack([np.eye(count), -np.ones((count, 1))])
    critical = spread.critical(versus, level, seed)
    gains = tuple(_widened(_gain(each.influence - base, first), critical) for each in results)
    best = int(np.argmax([each.value for each in gains]))
    return Together(
        against=name,
        level=level,
        critical=critical,
        policies=tuple(each.policy for each in results),
        gains=gains,
        best=results[best].policy,
        clear=gains[best].ci[0] > 0,
        contenders=_contenders(results, best, spread, level, seed),
        rows_used=len(base),
    )


def best_of(results: Sequence[PolicyResult], seed: int = 0) -> Best:
    """The best of several policies, chosen on one random half of the judged rows and valued on the other.

    Clusters stay whole. The value is of half as many rows, and of no choice that looked at them.

    Args:
        results: Policies valued on the same rows.
        seed: Of the halves.

    Raises:
        Problem: There is no policy, one was valued on other rows, or there are too few rows or clusters.
    """
    first = _checked(results)
    rows = len(first.influence)
    groups = np.arange(rows) if first.clusters is None else np.unique(first.clusters, return_inverse=True)[1]
    count = int(groups.max()) + 1
    if count < 2 * FEWEST:
        raise Problem(
            f"There are only {count} {'rows' if first.clusters is None else 'clusters'}, too few to choose a "
            "policy on one half and to value it on the other.",
            remedy="Use simultaneous intervals.",
        )
    drawn = np.zeros(count, dtype=bool)
    drawn[np.random.default_rng(seed).permutation(count)[: count // 2]] = True
    choosing = drawn[groups]
    weights = np.ones(rows) if first.weights is None else first.weights
    on_first = [float(np.average(each.influence[choosing], weights=weights[choosing])) for each in results]
    chosen, valuing = results[int(np.argmax(on_first))], ~choosing

    def gain(differences: Floats) -> Gain:
        return _gain(differences, first, valuing)

    none, everybody, current = (gain(chosen.influence - base) for base in chosen.references.T)
    return Best(
        chosen.policy,
        gain(chosen.influence),
        none,
        everybody,
        current,
        int(choosing.sum()),
        int(valuing.sum()),
    )


def _checked(results: Sequence[PolicyResult]) -> PolicyResult:
    if not results:
        raise Problem("There is no policy to compare.")
    first = results[0]
    for each in results:
        if len(each.influence) != len(first.influence) or not len(each.influence):
            raise Problem(
                f"{each.policy} was valued on {len(each.influence):,} rows and {first.policy} on "
                f"{len(first.influence):,}.",
                remedy="Value all policies on the same rows.",
            )
    return first


def _reference(first: PolicyResult, against: str | PolicyResult) -> tuple[str, Floats]:
    if isinstance(against, PolicyResult):
        _checked((first, against))
        return against.policy, against.influence
    if against not in REFERENCES:
        raise Problem(f"There is no reference '{against}'.", remedy=f"Choose among {', '.join(REFERENCES)}.")
    return against, first.references[:, REFERENCES.index(against)]


def _gain(differences: Floats, of: PolicyResult, rows: Marks | slice = slice(None)) -> Gain:
    return Gain.of(
        differences[rows],
        None if of.clusters is None else of.clusters[rows],
        None if of.weights is None else of.weights[rows],
    )


def _widened(gain: Gain, critical: float) -> Gain:
    reach = critical * gain.std_error
    return Gain(gain.value, gain.std_error, (gain.value - reach, gain.value + reach))


def _contenders(
    results: Sequence[PolicyResult], best: int, spread: _Spread, level: float, seed: int
) -> tuple[str, ...]:
    """The best, and whatever a simultaneous interval of all pairs cannot tell from it."""
    count = len(results)
    pairs = [(one, other) for one in range(count) for other in range(one)]
    contrasts = np.zeros((len(pairs), count + 1))
    for place, (one, other) in enumerate(pairs):
        contrasts[place, [one, other]] = 1.0, -1.0
    critical = spread.critical(contrasts, level, seed) if pairs else 0.0
    top = results[best]
    behind = [_widened(_gain(each.influence - top.influence, top), critical) for each in results]
    return tuple(each.policy for each, gain in zip(results, behind, strict=True) if gain.ci[1] >= 0)


@dataclass(frozen=True, eq=False)
class _Spread:
    """How the means of some contributions vary together.

    Attributes:
        covariance: (m, m) of their sums.
    """

    covariance: Floats

    @classmethod
    def of(cls, contributions: Floats, like: PolicyResult) -> _Spread:
        weight = np.ones(len(contributions)) if like.weights is None else like.weights
        residual = weight[:, None] * (contributions - np.average(contributions, axis=0, weights=weight))
        if like.clusters is not None:
            count = int(like.clusters.max()) + 1
            residual = np.column_stack(
                [np.bincount(like.clusters, weights=column, minlength=count) for column in residual.T]
            )
        return cls(residual.T @ residual)

    def critical(self, contrasts: Floats, level: float, seed: int) -> float:
        """The quantile of the largest of (c, m) contrasts' deviations, in standard errors of each."""
        variance = np.einsum("cm,mn,cn->c", contrasts, self.covariance, contrasts)
        varying = variance > 1e-12 * float(np.trace(self.covariance))
        if not varying.any():
            return NORMAL_95
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        drawn = np.random.default_rng(seed).standard_normal((DRAWS, len(root))) @ root.T
        deviations = np.abs(drawn @ contrasts[varying].T) / np.sqrt(variance[varying])
        return float(np.quantile(deviations.max(axis=1), level))
