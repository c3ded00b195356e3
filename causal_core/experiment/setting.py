"""What is simulated: people, arms, effects of the asked size and the analysis, ready to be drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from causal_core.data.design import Floats, Integers
from causal_core.experiment.analysis import Found, autoc, average_effects, effect_scores, mean_gain
from causal_core.experiment.design import Arms
from causal_core.experiment.pool import Pool
from causal_core.experiment.power import formula_power
from causal_core.experiment.world import outcomes
from causal_core.problem import DoesNotApply
from causal_core.study.experiment_options import Goal

MOST_PEOPLE = 200_000
"""The most people that are simulated."""

POWERS = (0.3, 0.5, 0.65, 0.75, 0.8, 0.86, 0.91, 0.95)
"""By the formula, at the numbers of people that are simulated."""

FEWEST_EACH = 5
"""The fewest people (or clusters) an arm has in a simulated experiment."""

PILOT = 4000
"""People of each of a few experiments from which the spread of one person's part is read."""

PILOTS = 6


@dataclass(frozen=True, eq=False)
class Targeting:
    """What an analysis of who responds or of a policy needs to know about everybody in the pool.

    Attributes:
        chance: (m,) predicted outcome without treatment.
        predicted: (m, k-1) predicted effects.
        place: (m,) dense rank by predicted effect of the arm that ranks, 0 first.
        difference: (m, k) the policy's chance of each arm less the alternative's; None for who responds.
        benefit: Value of one unit of the outcome.
        cost: (m, k) of each arm.
        arm: The arm 1..k-1 that ranks.
    """

    chance: Floats
    predicted: Floats
    place: Integers
    difference: Floats | None = None
    benefit: float = 1.0
    cost: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    arm: int = 1


@dataclass(frozen=True, eq=False)
class Setting:
    """One experiment to be simulated many times.

    Attributes:
        goal: What it shall learn.
        size: How large it is there.
        pool: Whom people are drawn from.
        arms: Who gets what.
        effects: (m, k-1) everybody's expected effects, of the asked size.
        none: (m, k-1) the same of size 0.
        adjust: Whether covariates are adjusted for.
        whole: Whether clusters are assigned whole.
        targeting: For goals other than the average.
    """

    goal: Goal
    size: float
    pool: Pool
    arms: Arms
    effects: Floats
    none: Floats
    adjust: bool = True
    whole: bool = True
    targeting: Targeting | None = None

    def once(self, people: int, random: np.random.Generator, *, effect: bool = True) -> Found:
        """One experiment, drawn and analysed."""
        rows, clusters = self.pool.draw(people, random)
        if clusters is not None and self.whole:
            arm = self.arms.assign(int(clusters[-1]) + 1, random)[clusters]
        else:
            arm = self.arms.assign(len(rows), random)
        outcome = outcomes(self.pool, self.effects if effect else self.none, rows, arm, random)
        if self.targeting is None:
            covariates = self._covariates(people)
            chosen = None if covariates is None else covariates[rows]
            return average_effects(outcome, arm, len(self.arms.labels), chosen, clusters)
        about = self.targeting
        model = about.chance[rows, None] + np.column_stack([np.zeros(len(rows)), about.predicted[rows]])
        scores = effect_scores(outcome, arm, model, self.arms.shares)
        if about.difference is None:
            return autoc(scores[:, about.arm] - scores[:, 0], about.place[rows], clusters)
        gained = about.difference[rows] * (about.benefit * scores - about.cost[rows])
        return mean_gain(gained.sum(axis=1), clusters)

    def freedom(self, people: int) -> float:
        """Degrees of freedom of the analysis of so many people."""
        arms = len(self.arms.labels)
        if self.pool.group is not None:
            parts = self.pool.groups_for(people)
            return max(parts - (arms if self.targeting is None else 1), 1)
        covariates = self._covariates(people)
        used = 0 if covariates is None else covariates.shape[1]
        return max(people - (arms + used if self.targeting is None else 1), 1)

    def limits(self, people: int) -> Floats:
        """(q,) how large |estimate / standard error| must be for each comparison."""
        if self.targeting is None:
            return self.arms.limits(self.freedom(people))
        return Arms(("a", "b"), (0.5, 0.5)).limits(self.freedom(people))

    @property
    def comparisons(self) -> tuple[str, ...]:
        """What is compared, by the label of the arm; one for all arms where the goal is not the average."""
        return self.arms.labels[1:] if self.targeting is None else ("",)

    def formula(self, people: int) -> Floats:
        """(q,) power by formula, with the spread of one person's part in place of simulations."""
        ratio = abs(self.size) * np.sqrt(people) / self.spread
        limits, freedom = self.limits(people), self.freedom(people)
        return np.array(
            [formula_power(float(r), float(c), freedom) for r, c in zip(ratio, limits, strict=True)]
        )

    @cached_property
    def spread(self) -> Floats:
        """(q,) root of n times the standard error: its square is how many people make an error of 1.

        For averages by formula: variances of both arms, what covariates leave of them, and for clusters
        assigned whole the design effect; else from a few simulated experiments.
        """
        if self.targeting is None and self.pool.group is None:
            return self._simple_spread()
        random = np.random.default_rng([11, 7])
        people = PILOT
        if self.pool.group is not None:
            people = round(60 * len(self.arms.labels) * float(self.pool.clusters[2].mean()))
            people = min(max(people, PILOT), 10 * PILOT)
        found = [self.once(people, random).std_error * np.sqrt(people) for _ in range(PILOTS)]
        return np.asarray(np.mean(found, axis=0))

    def _simple_spread(self) -> Floats:
        shares = np.array(self.arms.shares)
        base = self.pool.variance
        if self.pool.ends is None:
            treated = np.full(len(shares) - 1, base)
        else:
            low, high = self.pool.ends
            mean = (self.pool.mean + self.size - low) / (high - low)
            treated = np.full(len(shares) - 1, mean * (1 - mean) * (high - low) ** 2)
        left = 1 - self.explained
        return np.asarray(np.sqrt(left * (base / shares[0] + treated / shares[1:])))

    @cached_property
    def explained(self) -> float:
        """Share of the outcome's variance that the covariates adjusted for predict; 0 without any."""
        covariates = self.pool.covariates
        if not self.adjust or covariates.shape[1] == 0:
            return 0.0
        weight = np.sqrt(self.pool.weight)
        design = np.column_stack([np.ones(len(covariates)), covariates]) * weight[:, None]
        target = self.pool.outcome * weight
        residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
        return float(np.clip(1 - residual @ residual / self.pool.variance, 0.0, 1.0))

    def numbers(self) -> tuple[int, ...]:
        """At most 8 numbers of people to simulate, from few to enough by the formula.

        Raises:
            DoesNotApply: It takes more people than are simulated.
        """
        found: list[int] = []
        for power in POWERS:
            need = self._needed(power)
            if need > MOST_PEOPLE:
                raise DoesNotApply(
                    f"By the formula it takes about {self._needed(0.8):,} people to find a size of "
                    f"{self.size:.3g} with 80 % power; up to {MOST_PEOPLE:,} are simulated.",
                    column="size",
                    remedy="Choose a larger size, or fewer arms.",
                )
            found.append(max(_round(need), self.fewest))
        return tuple(sorted(set(found)))

    @property
    def fewest(self) -> int:
        """The fewest people of a simulated experiment."""
        parts = FEWEST_EACH / min(self.arms.shares)
        size = 1.0 if self.pool.group is None else float(self.pool.clusters[2].mean())
        return int(np.ceil(parts * size))

    def _needed(self, power: float) -> int:
        low, high = 1, MOST_PEOPLE * 100
        while low < high:
            middle = (low + high) // 2
            enough = middle >= self.fewest and float(self.formula(middle).min()) >= power
            low, high = (low, middle) if enough else (middle + 1, high)
        return low

    def _covariates(self, people: int) -> Floats | None:
        if not self.adjust:
            return None
        # A covariate costs a person in every arm: few people bear few covariates.
        parts = people if self.pool.group is None else self.pool.groups_for(people)
        count = min(self.pool.covariates.shape[1], parts // 20)
        return self.pool.covariates[:, :count] if count else None


def _round(people: int) -> int:
    """To two digits: nobody recruits 1,017 people."""
    unit = 10 ** max(len(str(people)) - 2, 0)
    return int(-(-people // unit) * unit)
