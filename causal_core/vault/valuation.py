"""A policy valued on rows that nothing behind it saw: the locked part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.policy.result import Gain
from causal_core.problem import Problem
from causal_core.uplift.bases import Base
from causal_core.uplift.folds import FEWEST_ROWS
from causal_core.uplift.scores import FOLDS, Scores, cross_fit
from causal_core.uplift.units import Units


@dataclass(frozen=True)
class Locked:
    """What the locked rows say of one policy; gains are paired, all in the benefit's unit per person.

    Attributes:
        value: The policy's own value.
        gain_vs_none: Over treating nobody.
        gain_vs_all: Over treating everybody with one arm.
        gain_vs_current: Over what was done when the data were made.
        treated_share: Of the locked rows.
        rows: Locked rows with treatment and outcome.
        clusters: How many clusters these are; 0 without.
        clipped: Estimated probabilities of an arm that were raised.
    """

    value: Gain
    gain_vs_none: Gain
    gain_vs_all: Gain
    gain_vs_current: Gain
    treated_share: float
    rows: int
    clusters: int
    clipped: int


@dataclass(frozen=True, eq=False)
class Worth:
    """What outcomes are worth and arms cost.

    Attributes:
        benefit: Of one unit of the outcome.
        cost: (n, k) of each arm.
        units: Arm -> (n, k) AIPW scores of the number of units its cost is paid for; arms not named pay once.
    """

    benefit: float
    cost: Floats = field(repr=False)
    units: Mapping[int, Floats] = field(default_factory=dict, repr=False)

    def rewards(self, scores: Floats) -> Floats:
        """(n, k) benefit less cost of each arm, from (n, k) scores of the outcome."""
        cost = self.cost.copy()
        for arm, units in self.units.items():
            cost[:, arm] *= units[:, arm]
        return np.asarray(self.benefit * scores - cost)

    def logged(self, units: Units, propensity: Floats) -> Floats:
        """(n,) what each row brought; costs paid by what happens are their scores' mean over the arms."""
        later = np.array(sorted(self.units), dtype=np.int64)
        cost = np.where(np.isin(units.arm, later), 0.0, self.cost[np.arange(len(units.arm)), units.arm])
        for arm, paid in self.units.items():
            cost = cost + propensity[:, arm] * self.cost[:, arm] * paid[:, arm]
        return np.asarray(self.benefit * units.outcome - cost)


def score_locked(units: Units, seed: int, base: Base = "boosted") -> Scores:
    """AIPW scores, cross-fitted within the locked rows alone.

    Raises:
        Problem: An arm has too few rows there.
    """
    for code, label in enumerate(units.arms):
        count = int((units.arm == code).sum())
        if count < 2 * FEWEST_ROWS:
            raise Problem(
                f"The locked part holds {count:,} rows of the arm {label}, too few to answer with.",
                remedy="Lock a larger share of a larger table.",
            )
    training = units.training(seed)
    if base != "boosted":
        from dataclasses import replace

        training = replace(training, base=base)
    return cross_fit(training, FOLDS)[0]


def value_locked(units: Units, scores: Scores, worth: Worth, assigned: Integers, everybody: int) -> Locked:
    """The policy's value and gains on the locked rows.

    Args:
        units: The locked rows.
        scores: Theirs.
        worth: What outcomes are worth and arms cost.
        assigned: (n,) the arm that the policy gives each, 0 for the control.
        everybody: The arm 1..k-1 that treating everybody means.
    """
    rows = np.arange(len(assigned))
    reward = worth.rewards(scores.scores)
    mine = reward[rows, assigned]

    def gain(differences: Floats) -> Gain:
        return Gain.of(differences, units.clusters, units.weights)

    treated = np.average(assigned > 0, weights=units.weights)
    return Locked(
        value=gain(mine),
        gain_vs_none=gain(mine - reward[:, 0]),
        gain_vs_all=gain(mine - reward[:, everybody]),
        gain_vs_current=gain(mine - worth.logged(units, scores.propensity)),
        treated_share=float(treated),
        rows=len(rows),
        clusters=0 if units.clusters is None else len(np.unique(units.clusters)),
        clipped=int(sum(scores.clipped)),
    )
