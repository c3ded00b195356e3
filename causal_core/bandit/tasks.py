"""What workers do for learning while acting: simulate a strategy, replay it, write a run's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from causal_core.bandit.log import RunLog
    from causal_core.bandit.replay import Logged
    from causal_core.bandit.result import Course, Lengths, Replay, Replayed, Simulated
    from causal_core.bandit.strategies import Known
    from causal_core.bandit.world import World
    from causal_core.policy.paid import PaidColumn
    from causal_core.study.inputs import Inputs
    from causal_core.study.options import BanditOptions, PolicyOptions
    from causal_core.uplift.result import HeldOut

    Paid = tuple[PaidColumn, ...]


@dataclass(frozen=True)
class Asked:
    """What is simulated.

    Attributes:
        bandit: The strategies, and for how long.
        policy: What an outcome unit and an arm are worth, and whose predictions make the fixed policy.
    """

    bandit: BanditOptions
    policy: PolicyOptions


def simulate_strategy(
    inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid, strategy: str, seeds: tuple[int, ...]
) -> Course:
    """Some runs of one strategy.

    Raises:
        Problem: A cost cannot be used.
    """
    from causal_core.bandit.simulator import simulate

    world, before = make_world(inputs, asked, held_out, paid)
    return simulate(strategy, world, asked.bandit, seeds, before)


def simulate_lengths(
    inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid, seeds: tuple[int, ...]
) -> Lengths:
    """Some runs of experiments of several lengths.

    Raises:
        Problem: A cost cannot be used.
    """
    from causal_core.bandit.simulator import try_lengths

    world, before = make_world(inputs, asked, held_out, paid)
    return try_lengths(world, asked.bandit, seeds, before)


def combine_courses(
    inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid, parts: Sequence[Course | Lengths]
) -> Simulated:
    """All strategies in one world."""
    import numpy as np
    from scipy.special import stdtrit

    from causal_core.bandit.result import Course, Lengths, Simulated, join

    world, _ = make_world(inputs, asked, held_out, paid)
    played = [part for part in parts if isinstance(part, Course)]
    tried = [part for part in parts if isinstance(part, Lengths)]
    names = tuple(dict.fromkeys(each.strategy for each in played))
    courses = tuple(join([each for each in played if each.strategy == name]) for name in names)
    options = asked.bandit
    return Simulated(
        arms=world.arms,
        courses=courses,
        best_arm=world.arms[world.best_arm],
        rows=len(world.x),
        seeds=options.seeds,
        rounds=options.rounds,
        per_round=options.per_round,
        quantile=float(stdtrit(options.seeds - 1, 0.975)),
        spread=world.spread,
        worth=world.worth,
        lengths=Lengths(tried[0].rounds, np.concatenate([each.regret for each in tried])) if tried else None,
    )


def replay_strategy(
    inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid, source: str, strategy: str
) -> Replayed:
    """One strategy replayed on the judged rows.

    Raises:
        DoesNotApply: The log cannot say it.
    """
    from causal_core.bandit.plan import seed_chunks
    from causal_core.bandit.replay import replay

    world, before = make_world(inputs, asked, held_out, paid)
    seeds = tuple(seed for chunk in seed_chunks(inputs.seed, asked.bandit.seeds) for seed in chunk)
    return replay(strategy, world, _logged(held_out, source), asked.bandit, seeds, before)


def combine_replays(
    inputs: Inputs,  # noqa: ARG001 - the engine gives combine what it gives the tasks
    asked: Asked,
    held_out: HeldOut,
    paid: Paid,  # noqa: ARG001 - the same
    source: str,
    parts: Sequence[Replayed],
) -> Replay:
    """The replays of all strategies."""
    from causal_core.bandit.result import Replay

    logged = _logged(held_out, source)
    arms = len(held_out.arms)
    return Replay(
        tuple(parts),
        rows=len(held_out.rows),
        share=logged.smallest,
        kept=min(1.0, arms * logged.smallest),
        passes=asked.bandit.seeds,
        source=source,
    )


def log_run(inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid, strategy: str) -> RunLog:
    """The first run of one strategy, person by person."""
    from causal_core.bandit.log import write_down
    from causal_core.bandit.plan import seed_chunks

    world, before = make_world(inputs, asked, held_out, paid)
    seed = seed_chunks(inputs.seed, 1)[0][0]
    return write_down(strategy, world, asked.bandit, seed, held_out.rows, before)


def make_world(inputs: Inputs, asked: Asked, held_out: HeldOut, paid: Paid = ()) -> tuple[World, Known]:
    """The world of the fitted model, and what is known before the first round.

    The policy learned from the data gives each person the arm of the highest predicted net benefit; its
    predictions, and the earlier people that strategies may start from, come from other rows than the world.

    Raises:
        Problem: A cost cannot be used.
    """
    import numpy as np

    from causal_core.bandit.chances import greedy
    from causal_core.bandit.strategies import Known
    from causal_core.bandit.world import World, with_constant
    from causal_core.study.worth import economics_of
    from causal_core.uplift.dummies import Dummies
    from causal_core.uplift.features import Encoder
    from causal_core.uplift.split import Split

    economics = economics_of(inputs, asked.policy, held_out, paid)
    units = inputs.units()
    assert units.rows is not None  # noqa: S101 - `Inputs.units` always sets it
    encoder, options = Encoder.of(units.features), asked.bandit
    matrix = encoder.matrix(units.features.iloc[np.searchsorted(units.rows, held_out.rows)])
    dummies = Dummies.of(matrix, encoder.categorical)
    x = dummies.design(matrix)
    effects = held_out.effects(economics.learner)
    world = World.of(held_out, x, effects, asked.policy.benefit, economics.predicted_cost, options.drift)
    fixed = greedy(np.hstack([np.zeros((len(x), 1)), economics.predicted]))
    if options.start == "nothing":
        return world, Known(fixed)
    first = Split.of(units, held_out.evaluation, inputs.seed).learning[0]
    earlier = with_constant(dummies.design(encoder.matrix(units.features.iloc[first])))
    return world, Known(fixed, earlier, units.arm[first], units.outcome[first])


def _logged(held_out: HeldOut, source: str) -> Logged:
    from causal_core.bandit.replay import Logged

    return Logged(held_out.arm, held_out.outcome, held_out.propensity, held_out.clusters, source)
