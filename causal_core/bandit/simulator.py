"""A strategy at work in a world, in several runs side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from causal_core.bandit import chances
from causal_core.bandit.result import Course, Lengths
from causal_core.bandit.strategies import Actor, Known
from causal_core.bandit.world import World
from causal_core.data.design import Floats, Integers
from causal_core.engine.progress import part, report
from causal_core.study.options import BanditOptions

POINTS = 200
"""The most points a course keeps."""

LENGTHS = 10
"""The most lengths of an experiment that are tried."""

DRAWN = 4096
"""About so many people are drawn at once."""


@dataclass(frozen=True, eq=False)
class Meeting:
    """What chance decides about one round, the same for every strategy.

    Attributes:
        rows: (s, b) who comes.
        noise: (s, b) uniform numbers that decide outcomes.
        pick: (s, b) uniform numbers that decide arms.
    """

    rows: Integers = field(repr=False)
    noise: Floats = field(repr=False)
    pick: Floats = field(repr=False)


@dataclass(frozen=True, eq=False)
class Round:
    """A decided round, as a log holds it.

    Attributes:
        number: From 0.
        meeting: Whom it was about.
        chances: (s, b, k) with which the arms were drawn.
        arm: (s, b).
        outcome: (s, b).
        exploring: (s, b) the chance of another arm than the one thought best.
    """

    number: int
    meeting: Meeting
    chances: Floats = field(repr=False)
    arm: Integers = field(repr=False)
    outcome: Floats = field(repr=False)
    exploring: Floats = field(repr=False)


def meetings(world: World, seeds: tuple[int, ...], rounds: int, per_round: int) -> Iterator[Meeting]:
    """Who comes in each round of each run, and with which luck.

    Args:
        world: Whom to draw from, with replacement.
        seeds: One a run.
        rounds: How many rounds.
        per_round: People a round.
    """
    sources = [np.random.default_rng([seed, 20_110_209]) for seed in seeds]
    block = max(1, DRAWN // per_round)
    for start in range(0, rounds, block):
        here = min(block, rounds - start)
        drawn = np.stack([source.random((here, 3, per_round)) for source in sources])
        for turn in range(here):
            who, noise, pick = (drawn[:, turn, part] for part in range(3))
            yield Meeting(world.meet(who), noise, pick)


def play(
    strategy: str,
    world: World,
    options: BanditOptions,
    seeds: tuple[int, ...],
    before: Known | None = None,
) -> Iterator[Round]:
    """A strategy's decisions, round by round; it learns from a round `delay` rounds later.

    Args:
        strategy: A key of `STRATEGIES`.
        world: Where it acts.
        options: How long, and how it explores.
        seeds: One a run; equal seeds meet equal people and luck, whatever the strategy.
        before: What is known before the first round; None for nothing.

    Raises:
        Problem: The policy learned from the data is asked for and not there.
    """
    actor = Actor(strategy, options, world, len(seeds), before or Known())
    waiting: deque[Round] = deque()
    for number, meeting in enumerate(meetings(world, seeds, options.rounds, options.per_round)):
        found, exploring = actor.chances(meeting.rows)
        arm = chances.draw(found, meeting.pick)
        outcome = world.outcomes(meeting.rows, arm, meeting.noise, time_of(number, options))
        waiting.append(Round(number, meeting, found, arm, outcome, exploring))
        yield waiting[-1]
        if len(waiting) > options.delay:
            known = waiting.popleft()
            actor.learn(known.meeting.rows, known.arm, known.outcome)


def try_lengths(
    world: World, options: BanditOptions, seeds: tuple[int, ...], before: Known | None = None
) -> Lengths:
    """The regret of experiments of up to `LENGTHS` lengths, from one round to all; arguments as of `play`."""
    tried = np.unique(np.geomspace(1, options.rounds, LENGTHS).round().astype(int)).tolist()
    found = []
    for number, rounds in enumerate(tried):
        with part(number / len(tried), (number + 1) / len(tried)):
            longer = replace(options, experiment=rounds)
            found.append(simulate("experiment", world, longer, seeds, before).regret[:, -1])
    return Lengths(tuple(tried), np.stack(found, axis=1))


def time_of(number: int, options: BanditOptions) -> float:
    """How far a round lies in the run, 0 for the first and 1 for the last."""
    return number / max(options.rounds - 1, 1)


def simulate(
    strategy: str,
    world: World,
    options: BanditOptions,
    seeds: tuple[int, ...],
    before: Known | None = None,
) -> Course:
    """The course of one strategy; its arguments are those of `play`."""
    ends = np.unique(np.linspace(0, options.rounds - 1, min(options.rounds, POINTS)).round().astype(np.int64))
    single = world.best_arm
    sums = np.zeros((3, len(seeds)))
    stretch = np.zeros((1 + len(world.arms), len(seeds)))
    points: list[tuple[Floats, Floats]] = []
    last = -1
    for each in play(strategy, world, options, seeds, before):
        rewards = world.rewards(each.meeting.rows, time_of(each.number, options))
        own = np.take_along_axis(rewards, each.arm[..., None], axis=-1)[..., 0]
        sums[0] += own.sum(axis=1)
        sums[1] += (rewards.max(axis=-1) - own).sum(axis=1)
        sums[2] += (rewards[..., single] - own).sum(axis=1)
        stretch[0] += each.exploring.mean(axis=1)
        for arm in range(len(world.arms)):
            stretch[1 + arm] += (each.arm == arm).mean(axis=1)
        if each.number == ends[len(points)]:
            points.append((sums.copy(), stretch / (each.number - last)))
            last, stretch = each.number, np.zeros_like(stretch)
            report(each.number + 1, options.rounds)
    totals = np.stack([total for total, _ in points], axis=-1)
    parts = np.stack([part for _, part in points], axis=-1)
    return Course(
        strategy=strategy,
        people=(ends + 1) * options.per_round,
        reward=totals[0],
        regret=totals[1],
        regret_single=totals[2],
        exploring=parts[0],
        shares=parts[1:].transpose(1, 2, 0),
    )
