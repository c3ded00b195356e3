"""Rosenbaum's bounds: how much hidden bias matched pairs withstand (Rosenbaum 2002, chapter 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from causal_core.data.design import Design, Floats
from causal_core.estimation.propensity import pseudo_inverse
from causal_core.estimation.result import Estimate
from causal_core.estimation.sample import Sample, prepare
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.refutation.finding import Finding, inapplicable, p_text
from causal_core.refutation.pairs import Pairs, match_pairs

LABEL: Final = "Rosenbaum bounds"
LEVEL: Final = 0.05
EXACT: Final = 30
"""Up to so many unequal pairs the signed rank statistic's distribution is enumerated; beyond it is normal."""

MOST: Final = 20.0
"""Gammas are looked for up to here."""

WEAK: Final = 1.1
STRONG: Final = 1.5
"""Gammas below `WEAK` fail and from `STRONG` on pass: rules of thumb, said on the screen."""

EXPECTATION: Final = (
    "The larger the better. Gamma is how many times as likely (in odds) one of two people alike in all "
    "covariates may have been to be treated; 1 is as good as random."
)
CANNOT: Final = (
    "It cannot tell whether there is such a bias. It allows the hidden cause to all but determine the "
    "outcome, so it is careful; it speaks for the pairs, not for those left without a partner."
)


@dataclass(frozen=True)
class Rosenbaum:
    """How much hidden bias the pairs of one arm and control withstand.

    Attributes:
        pairs: How many pairs; 0 without an answer.
        unpaired: Rows of the smaller group without a partner.
        test: `signed rank` (Wilcoxon) or `McNemar` (binary outcome); empty without an answer.
        higher: Whether the estimate, and so the test, says that the arm's outcomes are higher.
        p_value: One-sided p-value in that direction when pairs are as good as random (Gamma 1).
        gamma: The largest Gamma at which the upper bound of the p-value is at most 5 %; 1 when it is above
            that already there, None without an answer; never beyond 20.
        gammas: Gammas of the curve.
        bounds: The p-value's upper bound at each of `gammas`.
        finding: The words.
    """

    pairs: int
    unpaired: int
    test: str
    higher: bool
    p_value: float | None
    gamma: float | None
    gammas: tuple[float, ...]
    bounds: tuple[float, ...]
    finding: Finding

    def to_dict(self) -> dict[str, Plain]:
        """The numbers and words as plain JSON."""
        names = ("pairs", "unpaired", "test", "higher", "p_value", "gamma", "gammas", "bounds")
        return {name: to_plain(getattr(self, name)) for name in names} | self.finding.to_dict()


def signed_rank_bound(differences: Floats, gamma: float) -> float:
    """Upper bound of the one-sided p-value of Wilcoxon's signed rank test under hidden bias `gamma`.

    Rosenbaum (2002), section 4.3.3: ranks of all absolute differences, ties averaged; pairs without a
    difference count for nothing. Small is evidence for positive differences.

    Args:
        differences: (m,) treated minus control.
        gamma: 1 or more.
    """
    from scipy.special import ndtr

    ranks = _ranks(np.abs(differences))
    statistic = float(ranks[differences > 0].sum())
    ranks = ranks[differences != 0]
    if len(ranks) == 0:
        return 1.0
    chance = gamma / (1 + gamma)
    if len(ranks) <= EXACT:
        return _exact(ranks, statistic, chance)
    spread = np.sqrt(chance * (1 - chance) * np.sum(ranks**2))
    return float(ndtr(-(statistic - chance * ranks.sum()) / spread))


def _ranks(sizes: Floats) -> Floats:
    _, codes, counts = np.unique(sizes, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: Floats = (ends - (counts - 1) / 2)[codes]
    return middle


def _exact(ranks: Floats, statistic: float, chance: float) -> float:
    """P(T >= statistic), T the sum of the ranks each counted with probability `chance`."""
    # Averaged ranks are halves, so twice the ranks are whole.
    steps = np.rint(2 * ranks).astype(np.int64)
    mass = np.zeros(int(steps.sum()) + 1)
    mass[0] = 1.0
    for step in steps:
        moved = mass * (1 - chance)
        moved[step:] += mass[: len(mass) - step] * chance
        mass = moved
    return float(min(mass[round(2 * statistic) :].sum(), 1.0))


def mcnemar_bound(for_effect: int, discordant: int, gamma: float) -> float:
    """Upper bound of the one-sided p-value of McNemar's test under hidden bias `gamma`; exact.

    Rosenbaum (2002), section 4.3.2.

    Args:
        for_effect: Discordant pairs that speak for the effect.
        discordant: Pairs whose two outcomes differ.
        gamma: 1 or more.
    """
    from scipy.special import bdtrc

    chance = gamma / (1 + gamma)
    return 1.0 if for_effect == 0 else float(bdtrc(for_effect - 1, discordant, chance))


def largest_gamma(bound: Callable[[float], float], level: float = LEVEL) -> float:
    """The largest Gamma, at most 20, at which `bound` (rising in Gamma) is at most `level`; 1 if none is."""
    if bound(1.0) > level:
        return 1.0
    if bound(MOST) <= level:
        return MOST
    low, high = 1.0, MOST
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if bound(middle) <= level else (low, middle)
    return low


def rosenbaum(design: Design, estimate: Estimate, sample: Sample | None = None) -> Rosenbaum:
    """Rosenbaum's bounds for pairs matched from the rows of an estimate.

    Args:
        design: The rows of the estimate, with the covariates it adjusts for.
        estimate: One arm's estimate.
        sample: The design made ready, when that is at hand.
    """
    refused = inapplicable(design, estimate)
    if refused is not None:
        return _without(refused)
    try:
        made = match_pairs(design, design.arms.index(estimate.contrast[1]), sample=sample)
    except Problem as problem:
        return _without(f"Not applicable: {problem}")
    binary = bool(np.isin(design.outcome, (0.0, 1.0)).all())
    gaps = made.differences(design.outcome if binary else _cleared(design, made, sample or prepare(design)))

    higher = (estimate.value or 0.0) > 0
    towards = gaps if higher else -gaps

    def bound(gamma: float) -> float:
        if binary:
            return mcnemar_bound(int((towards > 0).sum()), int((towards != 0).sum()), gamma)
        return signed_rank_bound(towards, gamma)

    gamma = largest_gamma(bound)
    gammas = np.linspace(1, min(max(1.5 * gamma, 2.0), MOST), 41)
    return Rosenbaum(
        pairs=len(gaps),
        unpaired=made.unpaired,
        test="McNemar" if binary else "signed rank",
        higher=higher,
        p_value=bound(1.0),
        gamma=gamma,
        gammas=tuple(gammas.tolist()),
        bounds=tuple(bound(each) for each in gammas.tolist()),
        finding=_words(design, estimate, len(gaps), made.unpaired, higher, gamma, bound(1.0), binary),
    )


def _cleared(design: Design, made: Pairs, sample: Sample) -> Floats:
    """(n,) the outcome less what the covariates predict of it in the paired rows.

    Without an effect these residuals do not depend on who was treated, so the test stays valid, and what the
    pairs still differ in no longer passes for an effect (Rosenbaum 2002, Statistical Science 17).
    """
    rows = np.concatenate([made.treated, made.control])
    if len(rows) <= 2 * sample.x.shape[1]:
        return design.outcome
    x = sample.x[rows]
    theta = pseudo_inverse(x.T @ x / len(rows)) @ (x.T @ design.outcome[rows]) / len(rows)
    cleared: Floats = design.outcome - sample.x @ theta
    return cleared


def _without(error: str) -> Rosenbaum:
    finding = Finding(LABEL, "", EXPECTATION, "", "unclear", CANNOT, error)
    return Rosenbaum(0, 0, "", True, None, None, (), (), finding)


def _words(
    design: Design,
    estimate: Estimate,
    pairs: int,
    unpaired: int,
    higher: bool,
    gamma: float,
    p_value: float,
    binary: bool,
) -> Finding:
    lone = f"; {unpaired:,} found no partner" if unpaired else ""
    test = "McNemar's exact test" if binary else "Wilcoxon's signed rank test"
    left = "" if binary else "took out by regression what the covariates leave between the two, "
    done = (
        f"Matched {pairs:,} pairs from the same rows, one to one by the estimated probability of treatment"
        f"{lone}, {left}and asked by {test} (one-sided, in the estimate's direction) how large its p-value "
        "could be under hidden bias."
    )
    side = "higher" if higher else "lower"
    arm = estimate.contrast[1]
    if p_value > LEVEL:
        seen = (
            f"Even without hidden bias the pairs do not show that {design.outcome_name} is {side} under "
            f"{arm} ({p_text(p_value)}), so there is nothing for a bias to undo."
        )
        return Finding(LABEL, done, EXPECTATION, seen, "unclear", CANNOT)
    if gamma >= MOST:
        seen = f"Even with Gamma {MOST:g} the p-value stays below 5 %."
    else:
        seen = (
            f"Up to Gamma {gamma:.2f} the p-value stays below 5 % whatever the hidden bias does ("
            f"{p_text(p_value)} without bias). A hidden cause that makes one of two alike people more than "
            f"{gamma:.2f} times as likely (in odds) to be treated, and all but decides the outcome, could "
            "explain the result."
        )
    verdict = "pass" if gamma >= STRONG else "fail" if gamma < WEAK else "unclear"
    if verdict != "pass":
        seen += f" Below {WEAK:g} counts as weak, {STRONG:g} and more as strong here."
    return Finding(LABEL, done, EXPECTATION, seen, verdict, CANNOT)
