import dataclasses

import numpy as np
import pytest

from causal_core.bandit.replay import Logged, go_through, replay
from causal_core.bandit.simulator import simulate
from causal_core.bandit.strategies import Actor
from causal_core.problem import DoesNotApply
from causal_core.study.options import BanditOptions
from tests.bandit.worlds import linear_world

PEOPLE = 40
OPTIONS = BanditOptions(rounds=PEOPLE, per_round=1, experiment=20)


def logs(world, propensity, offered, passes=2000, seed=3):
    """A log of people drawn anew for each pass, and the world of exactly these people."""
    random = np.random.default_rng(seed)
    who = random.integers(0, len(world.x), passes * offered)
    chances = propensity(world.x[who])
    arm = (random.random((len(who), 1)) > chances.cumsum(axis=1)).sum(axis=1)
    outcome = world.outcomes(who, arm, random.random(len(who)), 0.0)
    orders = np.arange(passes * offered).reshape(passes, offered)
    return world.take(who), Logged(arm, outcome, chances), orders, random


def constant(*chances):
    return lambda x: np.tile(chances, (len(x), 1))


def differing(x):
    """The first arm was mostly given to those whom every arm brings more."""
    first = np.where(x[:, 1] > 0, 0.6, 0.2)
    return np.column_stack([first, 0.8 - first, np.full(len(x), 0.2)])


def unequal_people():
    """Chances of the outcome differ by person; the first arm is a little better for all."""
    world = linear_world(rows=500, columns=2, binary=True)
    mean = 0.3 + 0.3 * (world.x[:, [1]] > 0) + np.array([0.2, 0.0, 0.0]) + 0.02 * world.x[:, [2]]
    return dataclasses.replace(world, mean=np.clip(mean, 0.02, 0.98))


def mean_and_error(values):
    return values.mean(), values.std() / np.sqrt(len(values))


def first_people(passes):
    first = passes.used & (passes.used.cumsum(axis=1) <= PEOPLE)
    return (passes.reward * first).sum(axis=1) / first.sum(axis=1)


@pytest.mark.parametrize(
    ("name", "propensity"),
    [
        ("linucb", constant(1 / 3, 1 / 3, 1 / 3)),
        ("epsilon_greedy", constant(0.2, 0.5, 0.3)),
        ("linucb", differing),
        ("experiment", differing),
    ],
    ids=["even", "uneven", "by person", "by person, experiment"],
)
def test_two_thousand_replays_agree_with_the_simulation(name, propensity):
    world = unequal_people()
    met = simulate(name, world, OPTIONS, tuple(range(2000)))
    truth, truth_error = mean_and_error(met.reward[:, -1] / PEOPLE)
    smallest = propensity(world.x).min()
    offered = round((PEOPLE + 5 * np.sqrt(PEOPLE)) / smallest)
    mine, logged, orders, random = logs(world, propensity, offered)
    draws = tuple(random.random((2, *orders.shape)))
    passes = go_through(Actor(name, OPTIONS, mine, len(orders)), logged, orders, draws, block=1)
    assert passes.used.mean() == pytest.approx(smallest, abs=4 * np.sqrt(smallest / orders.size))
    assert (passes.used.sum(axis=1) >= PEOPLE).mean() > 0.999
    value, error = mean_and_error(first_people(passes))
    assert abs(value - truth) < 3.5 * np.hypot(error, truth_error)
    if propensity is differing and name == "linucb":
        # Taken for equal, chances would not be evened out: those who bring more would count more often.
        even = dataclasses.replace(logged, propensity=np.full(logged.propensity.shape, 1 / 3))
        wrong = go_through(Actor(name, OPTIONS, mine, len(orders)), even, orders, draws, block=1)
        assert mean_and_error(first_people(wrong))[0] > truth + 8 * np.hypot(error, truth_error)


def test_the_interval_covers_what_the_strategy_gains():
    world = linear_world(rows=500, columns=2, binary=True)
    options = BanditOptions(rounds=60, per_round=10)
    first = dataclasses.replace(options, rounds=10)
    truth = simulate("thompson", world, first, tuple(range(400))).reward[:, -1].mean() / 100
    covered = 0
    for seed in range(60):
        mine, logged, _, _ = logs(world, constant(1 / 3, 1 / 3, 1 / 3), 420, passes=1, seed=seed)
        found = replay("thompson", mine, logged, options, (1, 2, 3, 4))
        assert found.people >= logged.people == 101
        covered += found.ci[0] <= truth <= found.ci[1]
    # The gain of 101 people is compared with that of 100, so nearly, and orders of one log help each other.
    assert covered >= 54


def test_logs_that_cannot_say_it_are_refused_in_words():
    world = linear_world(rows=1000, arms=2)
    arm, outcome = np.zeros(1000, dtype=np.int64), np.zeros(1000)
    never = Logged(arm, outcome, np.tile([1.0, 0.0], (1000, 1)))
    with pytest.raises(DoesNotApply, match="had no chance of b in the log"):
        replay("linucb", world, never, BanditOptions(), (1,))
    rare = Logged(arm, outcome, np.tile([0.95, 0.05], (1000, 1)))
    with pytest.raises(DoesNotApply, match="Only about 50 of 1,000 rows"):
        replay("linucb", world, rare, BanditOptions(), (1,))


def test_clusters_widen_the_interval():
    world = linear_world(rows=600, arms=2)
    random = np.random.default_rng(0)
    codes = np.arange(600) // 20
    outcome = random.normal(size=30)[codes] * 2 + random.normal(size=600) * 0.1
    arm, chances = random.integers(0, 2, 600), np.full((600, 2), 0.5)
    alone = replay("uniform", world, Logged(arm, outcome, chances), BanditOptions(), (1, 2))
    together = replay("uniform", world, Logged(arm, outcome, chances, codes), BanditOptions(), (1, 2))
    assert together.value == alone.value
    assert together.std_error > 1.5 * alone.std_error
