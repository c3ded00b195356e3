import dataclasses

import numpy as np
import pytest

from causal_core.bandit.result import join
from causal_core.bandit.simulator import play, simulate
from causal_core.bandit.strategies import BANDITS, Actor, Known
from causal_core.problem import Problem
from causal_core.study.options import BanditOptions
from tests.bandit.worlds import linear_world

SEEDS = tuple(range(20))
LONG = BanditOptions(rounds=200, per_round=50, floor=0.0)


@pytest.fixture(scope="module")
def courses():
    world = linear_world()
    return {
        name: simulate(name, world, LONG, SEEDS) for name in (*BANDITS, "experiment", "ab_test", "uniform")
    }


def growth(course):
    """Slope of log regret on log people over the second half."""
    late = course.people > course.people[-1] / 2
    return np.polyfit(np.log(course.people[late]), np.log(course.regret.mean(axis=0)[late]), 1)[0]


@pytest.mark.parametrize("name", ["thompson", "linucb"])
def test_regret_grows_far_slower_than_people_and_stays_below_epsilon_greedy(courses, name):
    assert growth(courses[name]) < 0.5
    last, greedy = courses[name].regret[:, -1], courses["epsilon_greedy"].regret[:, -1]
    assert (last < 0.6 * greedy).all()
    assert growth(courses["epsilon_greedy"]) > 0.8
    assert growth(courses["epsilon_decreasing"]) < 0.6


def test_an_experiment_pays_first_and_then_hardly_anything(courses):
    course = courses["experiment"]
    end = LONG.experiment * LONG.per_round
    during = course.people <= end
    np.testing.assert_allclose(course.exploring[:, during], 2 / 3)
    assert (course.exploring[:, ~during] == 0).all()
    regret, uniform = course.regret.mean(axis=0), courses["uniform"].regret.mean(axis=0)
    np.testing.assert_allclose(regret[during], uniform[during])
    assert regret[-1] - regret[during][-1] < 0.15 * (uniform[-1] - uniform[during][-1])
    # One arm for all gains little where no arm is best for all.
    assert courses["ab_test"].regret[:, -1].mean() > 5 * regret[-1]
    late = courses["ab_test"].shares[:, -1]
    np.testing.assert_array_equal(np.sort(late, axis=1), np.tile([0, 0, 1], (20, 1)))


@pytest.mark.parametrize("epsilon", [0.1, 0.4])
def test_epsilon_greedy_loses_epsilon_times_the_gap(epsilon):
    # Nobody differs, so after it has learned it loses epsilon / 2 times the gap of two arms per person.
    world = linear_world(rows=10, columns=1, arms=2)
    world = dataclasses.replace(world, x=world.x[:, :1], mean=np.tile([0.0, 1.0], (10, 1)))
    options = dataclasses.replace(LONG, epsilon=epsilon)
    course = simulate("epsilon_greedy", world, options, SEEDS)
    late = (course.regret[:, -1] - course.regret[:, 99]) / (100 * 50)
    assert late.mean() == pytest.approx(epsilon / 2, abs=4 * late.std() / np.sqrt(20))
    np.testing.assert_allclose(course.exploring[:, 50:], epsilon / 2)
    np.testing.assert_allclose(course.regret, course.regret_single)
    decreasing = simulate("epsilon_decreasing", world, options, SEEDS)
    assert decreasing.exploring.mean() == pytest.approx(epsilon / 2, rel=0.1)


def test_one_person_a_round_learns_alike():
    world = linear_world(binary=True, arms=2)
    options = BanditOptions(rounds=400, per_round=1)
    blocks = BanditOptions(rounds=40, per_round=10)
    for name in ("thompson", "linucb"):
        one, ten = (simulate(name, world, each, SEEDS) for each in (options, blocks))
        assert len(one.people) == 200
        assert one.people[-1] == ten.people[-1] == 400
        difference = one.regret[:, -1] - ten.regret[:, -1]
        assert abs(difference.mean()) < 4 * difference.std() / np.sqrt(20)


def test_an_outcome_known_later_is_learned_from_later():
    world = linear_world()
    options = BanditOptions(rounds=30, per_round=50, delay=10)
    course = simulate("linucb", world, options, SEEDS)
    prompt = simulate("linucb", world, dataclasses.replace(options, delay=0), SEEDS)
    uniform = simulate("uniform", world, options, SEEDS)
    # Nothing is known before round 11: arms are tied, so everybody gets any of them.
    np.testing.assert_allclose(course.regret[:, 9], uniform.regret[:, 9], rtol=1e-10)
    assert course.regret[:, -1].mean() > 1.5 * prompt.regret[:, -1].mean()


def test_effects_that_fade_leave_nothing_to_gain():
    world = linear_world(arms=2, drift=-1.0)
    rows = np.arange(5)
    np.testing.assert_allclose(world.means(rows, 1.0), np.tile(world.mean[:5, :1], (1, 2)))
    np.testing.assert_allclose(world.means(rows, 0.5)[:, 1], world.mean[:5].mean(axis=1))
    course = simulate("uniform", world, BanditOptions(rounds=50), SEEDS)
    steps = np.diff(course.regret.mean(axis=0))
    assert steps[-1] == pytest.approx(0, abs=1e-9)
    assert steps[0] > 10


@pytest.mark.parametrize("name", BANDITS)
def test_arms_are_drawn_with_the_chances_that_are_logged(name):
    world = linear_world(rows=300, binary=True, cost=np.tile([0.0, 0.02, 0.05], (300, 1)))
    options = BanditOptions(rounds=40, per_round=50, floor=0.06)
    expected = seen = variance = weighted = 0.0
    for each in play(name, world, options, SEEDS):
        np.testing.assert_allclose(each.chances.sum(axis=-1), 1)
        least = 0.06 / 3 if name in {"thompson", "linucb"} else 0.0
        assert each.chances.min() >= least
        expected += each.chances.sum(axis=(0, 1))
        variance += (each.chances * (1 - each.chances)).sum(axis=(0, 1))
        seen += np.bincount(each.arm.ravel(), minlength=3)
        own = np.take_along_axis(each.chances, each.arm[..., None], axis=-1)[..., 0]
        weighted += (each.outcome / own / 3).sum()
    assert (np.abs(seen - expected) < 4 * np.sqrt(variance)).all()
    # Weighted by the logged chances, the log says what arms at random would have brought.
    assert weighted / (40 * 50 * 20) == pytest.approx(world.mean.mean(), abs=0.05)


def test_costs_are_known_and_a_negative_benefit_turns_the_choice():
    world = linear_world(rows=50, arms=2, mean=np.tile([0.0, 1.0], (50, 1)))
    world = dataclasses.replace(world, benefit=-1.0, cost=np.tile([0.0, -3.0], (50, 1)))
    course = simulate("thompson", world, BanditOptions(rounds=20, per_round=100), SEEDS)
    assert world.best_arm == 1
    assert world.worth == pytest.approx((2.0, 2.0))
    assert course.shares[:, -1, 1].min() > 0.95
    dear = dataclasses.replace(world, cost=np.zeros((50, 2)))
    assert dear.best_arm == 0
    assert dear.worth == (0.0, 0.0)


def test_runs_in_chunks_are_the_runs_together():
    world = linear_world(rows=200)
    options = BanditOptions(rounds=12, per_round=20)
    whole = simulate("thompson", world, options, SEEDS[:6])
    parts = join([simulate("thompson", world, options, SEEDS[start : start + 3]) for start in (0, 3)])
    for part in ("reward", "regret", "regret_single", "exploring", "shares"):
        np.testing.assert_allclose(getattr(parts, part), getattr(whole, part), rtol=1e-8)


def test_a_fixed_policy_that_is_not_there_is_a_problem():
    with pytest.raises(Problem, match="no policy learned from the data"):
        Actor("fixed_policy", BanditOptions(), linear_world(rows=10), 1)


def test_earlier_people_are_learned_from_before_the_first_round():
    world = linear_world(rows=400, arms=2)
    random = np.random.default_rng(5)
    who, arm = random.integers(0, 400, 3000), random.integers(0, 2, 3000)
    outcome = world.outcomes(who, arm, random.random(3000), 0.0)
    options = BanditOptions(rounds=10, per_round=20)
    for name in ("linucb", "experiment", "ab_test"):
        before = Known(x=world.x[who], arm=arm, outcome=outcome)
        warm, cold = (simulate(name, world, options, SEEDS, known) for known in (before, None))
        if name == "linucb":
            assert warm.regret[:, -1].mean() < 0.2 * cold.regret[:, -1].mean()
    actor = Actor("ab_test", options, world, 2, before)
    means = [outcome[arm == code].mean() for code in (0, 1)]
    np.testing.assert_allclose(actor.posterior.mean[:, :, 0], [means, means], rtol=1e-6)
