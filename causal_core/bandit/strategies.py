"""Strategies that decide while they learn, and what they are set beside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from causal_core.bandit import chances
from causal_core.bandit.posterior import Posterior
from causal_core.bandit.world import World
from causal_core.data.design import Floats, Integers
from causal_core.problem import Problem
from causal_core.study.options import BanditOptions

STRATEGIES: Final = {
    "thompson": "Thompson sampling",
    "linucb": "LinUCB",
    "epsilon_greedy": "Epsilon-greedy",
    "epsilon_decreasing": "Epsilon-greedy, exploring less and less",
    "experiment": "Experiment, then each person's best arm",
    "ab_test": "Experiment, then the best arm for all",
    "fixed_policy": "Policy learned from the data",
    "uniform": "Arms at random",
    "best_fixed": "Best single arm",
}
"""Strategy -> how it is called. The last is known to the simulation alone, and always stands beside."""

BANDITS: Final = ("thompson", "linucb", "epsilon_greedy", "epsilon_decreasing")
"""Strategies that go on learning."""

EXPERIMENTS: Final = ("experiment", "ab_test")
"""Strategies that learn in an experiment, and then commit."""

REFERENCES: Final = ("fixed_policy", "uniform", "best_fixed")
"""Strategies that never learn."""


def check_strategies(names: tuple[str, ...]) -> None:
    """Check that there are such strategies.

    Raises:
        Problem: There is none, or one of another name.
    """
    if not names:
        raise Problem("No strategy is chosen.", remedy="Choose at least one strategy.")
    for name in names:
        if name not in STRATEGIES:
            raise Problem(
                f"There is no strategy '{name}'.",
                column=name,
                remedy=f"Choose among {', '.join(STRATEGIES)}.",
            )


@dataclass(frozen=True, eq=False)
class Known:
    """What is known before the first round, from rows that are not of the world.

    Attributes:
        fixed: (n, k) chances of the policy learned from the data, for the people of the world.
        x: (m, q) covariates of earlier people, coded as the world's, a constant first; None for none.
        arm: (m,) the arm each had.
        outcome: (m,) what came of it.
    """

    fixed: Floats | None = field(default=None, repr=False)
    x: Floats | None = field(default=None, repr=False)
    arm: Integers | None = field(default=None, repr=False)
    outcome: Floats | None = field(default=None, repr=False)


@dataclass(eq=False)
class Actor:
    """One strategy at work in several runs side by side.

    Attributes:
        name: A key of `STRATEGIES`.
        options: How it explores.
        world: Whom it meets; what would come of arms is looked at by the best single arm only.
        runs: How many runs.
        before: What is known before the first round.
        decided: Rounds decided about so far.
        known: Rounds of which the outcomes are known.
    """

    name: str
    options: BanditOptions
    world: World = field(repr=False)
    runs: int
    before: Known = field(default_factory=Known, repr=False)
    decided: int = 0
    known: int = 0

    def __post_init__(self) -> None:
        arms, columns = len(self.world.arms), self.world.x.shape[1]
        self._learns = self.name in (*BANDITS, *EXPERIMENTS)
        self._x, self._cost = self.world.x, self.world.cost / self.world.scale
        penalty = 1.0
        if self.name == "ab_test":
            # One arm for all needs mean rewards alone, without a prior to speak of.
            columns, penalty, self._x = 1, 1e-6, self._x[:, :1]
            self._cost = np.broadcast_to(self._cost.mean(axis=0), self._cost.shape)
        if self._learns:
            self.posterior = self._start(arms, columns, penalty)
        self._fixed = self.before.fixed
        if self.name == "best_fixed":
            self._fixed = np.tile(np.arange(arms) == self.world.best_arm, (len(self._x), 1)).astype(
                np.float64
            )
        if self.name == "fixed_policy" and self._fixed is None:
            raise Problem("There is no policy learned from the data to set beside.")
        self._first = chances.first_share(self.options.epsilon)

    def chances(self, rows: Integers) -> tuple[Floats, Floats]:
        """The chance of each arm for those who come next, and of exploring.

        Args:
            rows: (s, b) people.

        Returns:
            (s, b, k) the chances, and (s, b) the chance of an arm other than the one thought best.
        """
        self.decided += 1
        arms = len(self.world.arms)
        if self.name == "uniform" or (self.name in EXPERIMENTS and self.known < self.options.experiment):
            return np.full((*rows.shape, arms), 1 / arms), np.full(rows.shape, 1 - 1 / arms)
        if not self._learns:
            assert self._fixed is not None  # noqa: S101 - set above for all that do not learn
            return self._fixed[rows], np.zeros(rows.shape)
        x = self._x[rows]
        value = self.posterior.predict(x) - self._cost[rows]
        best = chances.greedy(value)
        found = best if self.name in EXPERIMENTS else self._explore(value, best, x)
        return found, 1.0 - np.asarray((found * (best > 0)).sum(axis=-1))

    def learn(self, rows: Integers, arm: Integers, outcome: Floats, seen: Floats | None = None) -> None:
        """Take in what came of a round, rounds in the order in which they were decided.

        Args:
            rows: (s, b) people.
            arm: (s, b) the arm each got.
            outcome: (s, b) what came of it, in the outcome's unit.
            seen: (s, b) 1 for people to learn from, 0 for others; None for all.
        """
        self.known += 1
        if not self._learns or (self.name in EXPERIMENTS and self.known > self.options.experiment):
            return
        self.posterior.update(self._x[rows], arm, self._reward(outcome), seen)

    def _reward(self, outcome: Floats) -> Floats:
        return np.asarray((self.world.benefit * outcome - self.world.centre) / self.world.scale)

    def _start(self, arms: int, columns: int, penalty: float) -> Posterior:
        prior, before = Posterior.prior(1, arms, columns, penalty), self.before
        if before.x is not None and before.arm is not None and before.outcome is not None:
            prior.update(before.x[None, :, :columns], before.arm[None], self._reward(before.outcome)[None])
        return prior.repeated(self.runs)

    def _explore(self, value: Floats, best: Floats, x: Floats) -> Floats:
        options = self.options
        if self.name == "epsilon_greedy":
            return chances.explored(best, options.epsilon)
        if self.name == "epsilon_decreasing":
            passed = (self.decided - 1) / options.rounds
            return chances.explored(best, 1.0 if passed <= self._first else self._first / passed)
        error = self.posterior.error(x)
        if self.name == "linucb":
            return chances.explored(chances.greedy(value + options.alpha * error), options.floor)
        return chances.explored(chances.thompson(value, options.spread * error), options.floor)
