"""What logged rows say of a strategy that learns, without a model of outcomes.

Li, Chu, Langford & Wang (2011), algorithm 2: go through logged people in random order; the strategy decides
about each; those for whom it gives the arm they had in the log count, and it learns from them; the others
are passed over. Where every arm had the same chance, the people who count are like fresh people who meet the
strategy, so the mean of their rewards is unbiased. Where chances e(a | x) differ but are known, the log is
first thinned: a row is kept with chance c / e(a | x), c the smallest of all chances, after which each arm has
chance c.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from causal_core.bandit import chances
from causal_core.bandit.result import Replayed
from causal_core.bandit.strategies import Actor, Known
from causal_core.bandit.world import World
from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import report
from causal_core.problem import DoesNotApply
from causal_core.study.options import BanditOptions
from causal_core.uplift.arrays import interval, mean_and_error

FEWEST = 100
"""The fewest people whose rewards are averaged."""


@dataclass(frozen=True, eq=False)
class Logged:
    """Rows of which arm, outcome and the chances of arms are known; those of a `World`, in its order.

    Attributes:
        arm: (n,) the arm each had.
        outcome: (n,).
        propensity: (n, k) known chance of each arm.
        clusters: (n,) codes, or None.
        source: "column" or "shares": where the chances are known from.
    """

    arm: Integers = field(repr=False)
    outcome: Floats = field(repr=False)
    propensity: Floats = field(repr=False)
    clusters: Integers | None = field(default=None, repr=False)
    source: str = "shares"

    @property
    def smallest(self) -> float:
        """c, the smallest chance of any arm for anybody: the share of rows that count, whatever is done."""
        return float(self.propensity.min())

    @property
    def people(self) -> int:
        """How many people count in practically every pass: four standard deviations below the mean."""
        rows, share = len(self.arm), self.smallest
        return max(0, math.floor(rows * share - 4 * math.sqrt(rows * share * (1 - share))))

    def check(self, arms: tuple[str, ...]) -> None:
        """Check that a replay has enough people.

        Raises:
            DoesNotApply: An arm had no chance for somebody, or too few rows would count.
        """
        if self.smallest <= 0:
            arm = arms[int(self.propensity.min(axis=0).argmin())]
            raise DoesNotApply(
                f"Some people had no chance of {arm} in the log, so it cannot say what {arm} would have "
                "brought them.",
                column=arm,
                remedy="Leave those people or that arm out of the table.",
            )
        if self.people < FEWEST:
            raise DoesNotApply(
                f"Only about {len(self.arm) * self.smallest:,.0f} of {len(self.arm):,} rows of the log could "
                f"be used, because the rarest chance of an arm is {self.smallest:.3g}: too few to say "
                "anything.",
                remedy="Log more people, or give each arm a larger chance.",
            )


@dataclass(frozen=True, eq=False)
class Passes:
    """What a strategy did in each pass through the log.

    Attributes:
        used: (s, m) whether each offered row counts.
        reward: (s, m) its benefit less cost.
    """

    used: NDArray[np.bool_] = field(repr=False)
    reward: Floats = field(repr=False)


def go_through(
    actor: Actor, logged: Logged, orders: Integers, draws: tuple[Floats, Floats], block: int
) -> Passes:
    """Offer logged rows to a strategy, which learns after each block of them.

    Args:
        actor: The strategy, with as many runs as there are passes; it is used up.
        logged: The log.
        orders: (s, m) the rows each pass goes through, in order.
        draws: Twice (s, m) uniform numbers: which thin the log, and which pick arms.
        block: Rows offered before the strategy learns; 1 is the published algorithm.
    """
    world, smallest = actor.world, logged.smallest
    thin, pick = draws
    used = np.zeros(orders.shape, dtype=bool)
    own = logged.propensity[np.arange(len(logged.arm)), logged.arm]
    for start in range(0, orders.shape[1], block):
        here = slice(start, start + block)
        rows = orders[:, here]
        found, _ = actor.chances(rows)
        given = chances.draw(found, pick[:, here])
        match = (given == logged.arm[rows]) & (thin[:, here] * own[rows] < smallest)
        used[:, here] = match
        actor.learn(rows, logged.arm[rows], logged.outcome[rows], match.astype(np.float64))
        report(start + block, orders.shape[1])
    arm = logged.arm[orders]
    return Passes(used, world.benefit * logged.outcome[orders] - world.cost[orders, arm])


def replay(
    strategy: str,
    world: World,
    logged: Logged,
    options: BanditOptions,
    seeds: tuple[int, ...],
    before: Known | None = None,
) -> Replayed:
    """The mean reward of a strategy's first people, replayed on the log in several orders.

    Args:
        strategy: A key of `STRATEGIES`.
        world: The people of the log as strategies see them, and what arms cost.
        logged: The log.
        options: How the strategy explores; it learns about every `per_round` people that count.
        seeds: One a pass.
        before: What is known before the first round; None for nothing.

    Raises:
        DoesNotApply: The log cannot say it.
    """
    logged.check(world.arms)
    rows, most = len(logged.arm), logged.people
    block = max(1, round(options.per_round / logged.smallest))
    options = replace(options, rounds=max(2, math.ceil(rows / block)))
    sources = [np.random.default_rng([seed, 20_110_210]) for seed in seeds]
    orders = np.stack([source.permutation(rows) for source in sources])
    thin, pick = np.stack([source.random((2, rows)) for source in sources], axis=1)
    actor = Actor(strategy, options, world, len(seeds), before or Known())
    passes = go_through(actor, logged, orders, (thin, pick), block)
    values, errors, counts = [], [], []
    for order, used, reward in zip(orders, passes.used, passes.reward, strict=True):
        first = np.flatnonzero(used)[:most]
        codes = None if logged.clusters is None else logged.clusters[order[first]]
        value, error = mean_and_error(reward[first], codes)
        values.append(value)
        errors.append(error)
        counts.append(len(first))
    value, error = float(np.mean(values)), float(np.sqrt(np.mean(np.square(errors))))
    return Replayed(strategy, value, error, interval(value, error), min(counts))
