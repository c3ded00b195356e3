"""How many people an experiment takes: what was simulated and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np

from causal_core.data.design import Floats
from causal_core.experiment.power import PowerCurve, proportion_interval
from causal_core.plain import Plain, to_plain
from causal_core.problem import Problem
from causal_core.study.experiment_options import Against, Goal


@dataclass(frozen=True)
class Point:
    """Simulated experiments with one number of people.

    Attributes:
        people: How many.
        runs: Simulated experiments.
        found: How many found what is there.
        ci: Exact 95 % interval of the power.
        formula: Power by formula.
    """

    people: int
    runs: int
    found: int
    ci: tuple[float, float]
    formula: float

    @property
    def power(self) -> float:
        """Share that found it."""
        return self.found / self.runs

    @classmethod
    def of(cls, people: int, runs: int, found: int, formula: float) -> Point:
        """The point with its interval."""
        return cls(people, runs, found, proportion_interval(found, runs), formula)


@dataclass(frozen=True)
class Needed:
    """How many people it takes, with the 95 % interval from the simulations' own uncertainty.

    Attributes:
        people: So many, rounded up.
        low: Lower end.
        high: Upper end.
    """

    people: int
    low: int
    high: int


@dataclass(frozen=True)
class Detectable:
    """The smallest size that so many people find with the power asked for, with its 95 % interval."""

    size: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """One arm against the control, or the one finding of an experiment about who responds or a policy.

    Attributes:
        arm: Its label; empty where one finding is about all arms.
        share: Of people who get it.
        points: What was simulated, fewest people first.
        curve: Fitted through them.
    """

    arm: str
    share: float
    points: tuple[Point, ...]
    curve: PowerCurve

    def needed(self, power: float) -> Needed:
        """How many people in all arms together give this comparison so much power."""
        people, low, high = self.curve.people(power)
        return Needed(ceil(people), ceil(low), ceil(high))

    def formula_needed(self, power: float) -> int | None:
        """The same by formula, between the points; None where these do not reach it."""
        powers = [point.formula for point in self.points]
        if not min(powers) <= power <= max(powers):
            return None
        roots = np.sqrt([point.people for point in self.points])
        return ceil(float(np.interp(power, powers, roots)) ** 2)


@dataclass(frozen=True)
class FalseFindings:
    """How often an experiment without any effect finds one, in any comparison and either direction."""

    people: int
    runs: int
    found: int
    ci: tuple[float, float]

    @property
    def share(self) -> float:
        """Of the experiments."""
        return self.found / self.runs


@dataclass(frozen=True)
class Planned:
    """What the planning step gives.

    Attributes:
        goal: What is to be learned.
        against: What a policy's gain is counted over.
        size: Which size is to be found.
        labels: The arms, control first.
        shares: Who gets what.
        correction: Of several comparisons.
        adjusted: How many covariates the analysis adjusts for.
        explained: Share of the outcome's variance that these predict.
        cluster_size: Mean size of the clusters that are drawn; None for people one by one.
        whole: Whether clusters are assigned whole.
        source: Where the outcomes without treatment come from, in words.
        rows: Rows people are drawn from.
        mean: Their mean outcome.
        spread: Its standard deviation.
        binary: Whether it has two values.
        comparisons: One an arm, or one.
        false: Findings where nothing is there.
        policy: Which policy a gain is of; empty otherwise.
        learner: Whose predictions rank; empty for averages.
    """

    goal: Goal
    against: Against
    size: float
    labels: tuple[str, ...]
    shares: tuple[float, ...]
    correction: Literal["dunnett", "bonferroni", "none"]
    adjusted: int
    explained: float
    cluster_size: float | None
    whole: bool
    source: str
    rows: int
    mean: float
    spread: float
    binary: bool
    comparisons: tuple[Comparison, ...]
    false: FalseFindings
    policy: str = ""
    learner: str = ""

    @property
    def hardest(self) -> Comparison:
        """The comparison that takes most people."""
        return max(self.comparisons, key=lambda each: each.curve.people(0.8)[0])

    def needed(self, power: float) -> Needed:
        """How many people give every comparison so much power."""
        return self.hardest.needed(power)

    def power_at(self, people: int) -> tuple[float, float, float]:
        """The power of the hardest comparison with so many people, and its 95 % band."""
        power, low, high = self.hardest.curve.at(np.array([float(people)]))
        return float(power[0]), float(low[0]), float(high[0])

    def detectable(self, people: int, power: float) -> Detectable:
        """The smallest size that so many people find with so much power."""
        return Detectable(*self.hardest.curve.detectable(people, power, self.size))

    def line(self, comparison: Comparison, up_to: float) -> tuple[Floats, Floats, Floats, Floats]:
        """(people, power, lower, upper) of a fitted curve for drawing."""
        people = np.linspace(1.0, float(np.sqrt(up_to)), 120) ** 2
        return (people, *comparison.curve.at(people))

    def to_dict(self) -> dict[str, Plain]:
        """The plan as plain JSON, with the people for 80 and 90 % power."""
        whole = {name: to_plain(getattr(self, name)) for name in self.__dataclass_fields__}
        needed = {f"{power:.0%}": to_plain(self.needed(power)) for power in (0.8, 0.9)}
        return {**whole, "needed": needed}


def weeks(people: int, per_week: float, delay: float = 0.0) -> int:
    """Whole weeks until the last of so many people has an outcome.

    Args:
        people: How many take part.
        per_week: How many join a week.
        delay: Weeks from treatment to outcome.

    Raises:
        Problem: Nobody joins.
    """
    if per_week <= 0:
        raise Problem("Nobody joins in a week.", column="per_week", remedy="Say how many people join a week.")
    return ceil(people / per_week + delay)
