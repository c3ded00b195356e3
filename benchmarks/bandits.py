"""How long it takes to simulate strategies that learn, beside a plain loop over runs and people.

    python benchmarks/bandits.py [seeds]

A linear world with 2,000 people, unit noise, 3 arms and 10 covariates unless said otherwise. The plain loop
holds a matrix and a vector an arm, inverts the matrix whenever it has learned, and decides about one person
of one run after the other, as textbooks print these algorithms. Both meet the same people with the same luck,
so that their regret must agree: `apart` is the largest difference of any run's last regret, relative to it.
The plain loop is run for two of the runs and multiplied up. Times are CPU time of one thread, the least of
three for ours. Set OPENBLAS_NUM_THREADS=1.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from typing import Any

import numpy as np

from causal_core.bandit.replay import Logged, replay
from causal_core.bandit.simulator import meetings, simulate
from causal_core.bandit.world import World, with_constant
from causal_core.study.options import BanditOptions

PLAIN_RUNS = 2
STRATEGIES = ("epsilon_greedy", "linucb", "thompson", "experiment")


def linear_world(columns: int = 10, arms: int = 3, rows: int = 2000) -> World:
    """Rewards are linear in the covariates, and no arm is best for all."""
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, columns))
    return World(
        arms=tuple(map(str, range(arms))),
        x=with_constant(x),
        mean=x @ random.normal(size=(columns, arms)) * 0.3,
        benefit=1.0,
        cost=np.zeros((rows, arms)),
        levels=None,
        residuals=tuple(random.normal(size=1000) for _ in range(arms)),
        centre=0.0,
        scale=1.0,
    )


def plain(strategy: str, world: World, options: BanditOptions, seeds: tuple[int, ...]) -> list[float]:
    """The last regret of each run, one person after the other."""
    found = []
    for seed in seeds:
        arms, columns = len(world.arms), world.x.shape[1]
        precision = [np.eye(columns) for _ in range(arms)]
        moment = [np.zeros(columns) for _ in range(arms)]
        inverse = [np.eye(columns) for _ in range(arms)]
        regret = 0.0
        for number, meeting in enumerate(meetings(world, (seed,), options.rounds, options.per_round)):
            learned: list[tuple[int, Any, float]] = []
            for place in range(options.per_round):
                row = int(meeting.rows[0, place])
                x = world.x[row]
                values = [float(x @ inverse[arm] @ moment[arm]) for arm in range(arms)]
                errors = [math.sqrt(float(x @ inverse[arm] @ x)) for arm in range(arms)]
                chances = plain_chances(strategy, options, number, values, errors)
                limit, arm = meeting.pick[0, place] * sum(chances), 0
                while arm < arms - 1 and limit >= sum(chances[: arm + 1]):
                    arm += 1
                picked = int(meeting.noise[0, place] * len(world.residuals[arm]))
                learned.append((arm, x, float(world.mean[row, arm] + world.residuals[arm][picked])))
                regret += float(world.mean[row].max() - world.mean[row, arm])
            if strategy == "experiment" and number >= options.experiment:
                continue
            for arm, x, reward in learned:
                precision[arm] += np.outer(x, x)
                moment[arm] += reward * x
            for arm in {arm for arm, _, _ in learned}:
                inverse[arm] = np.linalg.inv(precision[arm])
        found.append(regret)
    return found


def plain_chances(
    strategy: str, options: BanditOptions, number: int, values: list[float], errors: list[float]
) -> list[float]:
    """The chance of each arm for one person; Thompson sampling's by quadrature."""
    arms = len(values)
    if strategy == "experiment" and number < options.experiment:
        return [1 / arms] * arms
    if strategy == "thompson":
        from scipy.special import ndtr

        from causal_core.bandit.chances import NODES, WEIGHTS

        chances = []
        for arm in range(arms):
            drawn = values[arm] + errors[arm] * NODES
            product = WEIGHTS.copy()
            for other in range(arms):
                if other != arm:
                    product *= ndtr((drawn - values[other]) / errors[other])
            chances.append(float(product.sum()))
        chances = [chance / sum(chances) for chance in chances]
        share = options.floor
    else:
        upper = [value + options.alpha * error for value, error in zip(values, errors, strict=True)]
        scores = upper if strategy == "linucb" else values
        best = [float(score >= max(scores)) for score in scores]
        chances = [each / sum(best) for each in best]
        share = {"linucb": options.floor, "epsilon_greedy": options.epsilon}.get(strategy, 0.0)
    return [(1 - share) * chance + share / arms for chance in chances]


def cpu(work: Any, repeats: int = 3) -> tuple[float, Any]:
    """The least CPU time of some calls, in seconds, and the last one's result."""
    times, result = [], None
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def beside_the_plain_loop(seeds: tuple[int, ...]) -> None:
    """Ours and the plain loop for two sizes of a round."""
    world = linear_world()
    print(f"{len(seeds)} runs side by side, 10,000 people each\n")
    print("| strategy | people a round | ours, s | µs a decision | plain loop, s | ratio | apart |")
    print("|---|---|---|---|---|---|---|")
    for per_round in (1, 100):
        options = BanditOptions(rounds=10_000 // per_round, per_round=per_round)
        options = replace(options, experiment=max(1, options.rounds // 10))
        for strategy in STRATEGIES:
            mine, course = cpu(lambda s=strategy, o=options: simulate(s, world, o, seeds))
            few = seeds[:PLAIN_RUNS]
            slow, regrets = cpu(lambda s=strategy, o=options, f=few: plain(s, world, o, f), repeats=1)
            slow *= len(seeds) / PLAIN_RUNS
            last = course.regret[:PLAIN_RUNS, -1]
            apart = float(np.abs(last - regrets).max() / last.max())
            print(
                f"| {strategy} | {per_round} | {mine:.2f} | {1e6 * mine / (len(seeds) * 10_000):.2f} | "
                f"{slow:.1f} | {slow / mine:.0f} | {apart:.1e} |"
            )


def growth(seeds: tuple[int, ...]) -> None:
    """Time of LinUCB and Thompson sampling against people, covariates and arms."""
    print(f"\n{len(seeds)} runs side by side, 100 people a round\n")
    print("| people | covariates | arms | LinUCB, s | Thompson sampling, s |")
    print("|---|---|---|---|---|")
    base = (10_000, 10, 3)
    sizes = [base, (1_000, 10, 3), (100_000, 10, 3)]
    sizes += [(10_000, columns, 3) for columns in (5, 20, 40, 80)] + [(10_000, 10, arms) for arms in (2, 6)]
    for people, columns, arms in sizes:
        world = linear_world(columns, arms)
        options = BanditOptions(rounds=people // 100, per_round=100)
        times = [
            cpu(lambda s=strategy, w=world, o=options: simulate(s, w, o, seeds), 1)[0]
            for strategy in ("linucb", "thompson")
        ]
        print(f"| {people:,} | {columns} | {arms} | {times[0]:.2f} | {times[1]:.2f} |")


def replaying(seeds: tuple[int, ...]) -> None:
    """Time of a replay of LinUCB on logs of different lengths."""
    print(
        f"\nReplays of LinUCB in {len(seeds)} orders, three arms, learning from about 100 people at a time\n"
    )
    print("| logged rows | people that count | s |")
    print("|---|---|---|")
    for rows in (10_000, 100_000):
        world = linear_world(rows=rows)
        random = np.random.default_rng(1)
        arm = random.integers(0, 3, rows)
        outcome = world.mean[np.arange(rows), arm] + random.normal(size=rows)
        logged = Logged(arm, outcome, np.full((rows, 3), 1 / 3))
        taken, found = cpu(lambda w=world, g=logged: replay("linucb", w, g, BanditOptions(), seeds), 1)
        print(f"| {rows:,} | {found.people:,} | {taken:.2f} |")


if __name__ == "__main__":
    runs = tuple(range(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
    beside_the_plain_loop(runs)
    growth(runs)
    replaying(runs)
