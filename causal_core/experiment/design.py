"""Who gets what in an experiment: arms, shares, and the limit beyond which a difference counts as found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem

Correction = Literal["dunnett", "bonferroni", "none"]

ALPHA = 0.05
"""The chance, in all comparisons together, of finding what is not there; tests are two-sided."""

NODES = 64
"""Of each quadrature of Dunnett's integral."""


@dataclass(frozen=True)
class Arms:
    """The arms of an experiment and who gets them.

    Attributes:
        labels: k labels, control first.
        shares: k shares of people, 1 in total.
        correction: Of the k - 1 comparisons with the control.
    """

    labels: tuple[str, ...]
    shares: tuple[float, ...]
    correction: Correction = "dunnett"

    @classmethod
    def of(
        cls,
        labels: Sequence[str],
        allocation: str = "equal",
        shares: Mapping[str, float] | None = None,
        correction: Correction = "dunnett",
    ) -> Arms:
        """Arms in equal shares, with more of the control, or in shares of one's own.

        `more_control` gives the control sqrt(k - 1) times the people of each other arm, which makes the
        comparisons of all with it most precise (Dunnett 1955).

        Raises:
            Problem: A share is missing, not above 0, of an unknown arm, or they do not make 1.
        """
        names = tuple(labels)
        if shares:
            _check(names, shares)
            return cls(names, tuple(float(shares[name]) for name in names), correction)
        first = float(np.sqrt(len(names) - 1)) if allocation == "more_control" else 1.0
        parts = [first, *[1.0] * (len(names) - 1)]
        return cls(names, tuple(part / sum(parts) for part in parts), correction)

    def limits(self, freedom: float) -> Floats:
        """(k - 1,) how large |estimate / standard error| must be, with so many degrees of freedom."""
        count = len(self.labels) - 1
        if count == 1 or self.correction != "dunnett":
            from scipy.special import stdtrit

            parts = count if self.correction == "bonferroni" else 1
            return np.full(count, float(stdtrit(freedom, 1 - ALPHA / 2 / parts)))
        return np.full(count, dunnett(self.shares, round(freedom)))

    def counts(self, people: int) -> Integers:
        """(k,) how many of so many people (or clusters) get each arm, by largest remainders."""
        exact = np.array(self.shares) * people
        counts: Integers = np.floor(exact).astype(np.int64)
        rest = people - int(counts.sum())
        counts[np.argsort(-(exact - counts), kind="stable")[:rest]] += 1
        return counts

    def assign(self, people: int, random: np.random.Generator) -> Integers:
        """(people,) arms 0..k-1 in random order, each with its count."""
        return np.asarray(random.permutation(np.repeat(np.arange(len(self.labels)), self.counts(people))))


@lru_cache(maxsize=256)
def dunnett(shares: tuple[float, ...], freedom: int, alpha: float = ALPHA) -> float:
    """The two-sided limit c with P(max |T_a| <= c) = 1 - alpha for all comparisons with one control.

    T_a and T_b correlate by l_a l_b, l_a = sqrt(s_a / (s_a + s_0)), so that given the control's part they are
    independent (Dunnett 1955, section 3); the common standard error is integrated over its chi distribution.

    Args:
        shares: Of the arms, control first.
        freedom: Degrees of freedom of the standard error.
        alpha: Chance of any false finding.
    """
    from scipy.optimize import brentq
    from scipy.special import chdtri, ndtr

    loads = np.sqrt(np.array(shares[1:]) / (np.array(shares[1:]) + shares[0]))
    rest = np.sqrt(1 - loads**2)
    points, weights = np.polynomial.legendre.leggauss(NODES)
    shared = 8.0 * points
    density = 8.0 * weights * np.exp(-(shared**2) / 2) / np.sqrt(2 * np.pi)
    # Quantiles at the nodes of (0, 1): an integral over the distribution is a mean over them.
    scale = np.sqrt(chdtri(freedom, 1 - (points + 1) / 2) / freedom) if freedom < 10_000 else np.ones(1)
    parts = weights / 2 if freedom < 10_000 else np.ones(1)

    def within(limit: float) -> float:
        up = (limit * scale[:, None, None] + loads * shared[None, :, None]) / rest
        down = (-limit * scale[:, None, None] + loads * shared[None, :, None]) / rest
        inside = (ndtr(up) - ndtr(down)).prod(axis=2)
        return float(parts @ (inside @ density)) - (1 - alpha)

    return float(brentq(within, 1.0, 60.0, xtol=1e-6))


def _check(names: tuple[str, ...], shares: Mapping[str, float]) -> None:
    unknown = [name for name in shares if name not in names]
    missing = [name for name in names if name not in shares]
    if unknown or missing:
        what = f"a share of {unknown[0]}, which is no arm" if unknown else f"no share of the arm {missing[0]}"
        raise Problem(
            f"There is {what}.", column=(unknown or missing)[0], remedy=f"Arms: {', '.join(names)}."
        )
    low = next((name for name in names if not 0 < shares[name] < 1), None)
    if low is not None:
        raise Problem(
            f"The share of {low} is {shares[low]:g}; each arm needs one above 0 and below 1.",
            column=low,
            remedy="Leave an arm without people out of the experiment.",
        )
    total = sum(shares.values())
    if abs(total - 1) > 1e-6:
        raise Problem(f"The shares make {100 * total:g} % together.", remedy="Make them 100 %.")
