"""How long planning takes, whether its number of people is right, and whether a locked part's answer covers.

Three tables, each with the world and numbers of people stated:

1. Seconds of planning for each goal, on one core: 8 numbers of people, 400 simulated experiments each.
2. The number of people for 80 % power as planned from 400 runs a size, beside the power that fresh
   simulations count there, with its exact 95 % interval; and how often the planned interval holds the number
   that a plan of ten times as many runs gives.
3. Of policies picked as the best of 50 by noise on the open part, how often the 95 % interval of the locked
   part holds the true gain, which is 0; beside it the same interval on the open part.

    OPENBLAS_NUM_THREADS=1 python benchmarks/experiment_power.py [--repetitions 400] [--only 1 2 3]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from causal_core.experiment.analysis import mean_gain
from causal_core.experiment.design import Arms
from causal_core.experiment.pool import pool_of
from causal_core.experiment.power import PowerCurve, proportion_interval
from causal_core.experiment.setting import Setting, Targeting
from causal_core.experiment.simulation import simulate
from causal_core.experiment.world import Asked, imposed, shifted
from causal_core.uplift.units import Units
from causal_core.vault.valuation import Worth, score_locked, value_locked

ROWS = 5000


def world(homes: int = 0) -> tuple[Setting, Setting, Setting]:
    """Average effect, who responds, and a policy's gain, in one trial with ten covariates."""
    random = np.random.default_rng(1)
    covariates = random.normal(size=(ROWS, 10))
    clusters = np.arange(ROWS) % homes if homes else None
    outcome = covariates[:, 0] + random.normal(size=ROWS)
    if clusters is not None:
        outcome = outcome + 0.5 * random.normal(size=homes)[clusters]
    none = np.zeros(ROWS, dtype=int)
    pool, _ = pool_of(outcome, none, np.ones(ROWS), covariates, clusters)
    arms = Arms.of(("control", "treated"))
    zero = np.zeros((ROWS, 1))
    average = Setting("average", 0.15, pool, arms, shifted(pool, 0.15, 1), zero)
    predicted = 0.3 + 0.5 * covariates[:, [1]]
    place = np.unique(-predicted[:, 0], return_inverse=True)[1]
    rank = (place + 0.5) / ROWS
    ranking = Asked((-np.log(rank) - 1)[:, None])
    chance = covariates[:, 0]
    about = Targeting(chance, predicted, place)
    who = Setting(
        "autoc",
        0.2,
        pool,
        arms,
        imposed(pool, predicted, chance, ranking, 0.2),
        imposed(pool, predicted, chance, ranking, 0.0),
        False,
        True,
        about,
    )
    top = (rank < 0.2).astype(float)
    difference = np.column_stack([-top, top])
    gain = Asked(difference[:, 1:])
    valued = Targeting(chance, predicted, place, difference, 1.0, np.zeros((ROWS, 2)))
    policy = Setting(
        "gain",
        0.1,
        pool,
        arms,
        imposed(pool, predicted, chance, gain, 0.1),
        imposed(pool, predicted, chance, gain, 0.0),
        False,
        True,
        valued,
    )
    return average, who, policy


def plan(setting: Setting, runs: int, seed: int) -> tuple[PowerCurve, float]:
    """The fitted curve, and how many seconds it took."""
    start = time.perf_counter()
    numbers = setting.numbers()
    found = [simulate(setting, people, runs, (seed,), effect=True).found[0] for people in numbers]
    curve = PowerCurve.fit(
        np.array(numbers, float), np.array(found, float), np.full(len(numbers), float(runs))
    )
    return curve, time.perf_counter() - start


def planning() -> None:
    """Print how long planning takes, and what its number of people finds."""
    print(f"Planning from {ROWS:,} rows, 8 numbers of people x 400 experiments, one core\n")
    print("| goal | people for 80 % | interval | seconds | power counted there | false findings |")
    print("|---|---|---|---|---|---|")
    for homes in (0, 500):
        for setting in world(homes):
            curve, seconds = plan(setting, 400, 1)
            people, low, high = (round(each) for each in curve.people(0.8))
            counted = simulate(setting, people, 2000, (99,), effect=True).found[0]
            false = simulate(setting, people, 2000, (98,), effect=False).any
            ends = [
                ", ".join(f"{end:.1%}" for end in proportion_interval(int(n), 2000)) for n in (counted, false)
            ]
            kind = f"{setting.goal}{', 500 clusters' if homes else ''}"
            print(
                f"| {kind} | {people:,} | {low:,} to {high:,} | {seconds:.1f} | {counted / 2000:.1%} "
                f"({ends[0]}) | {false / 2000:.1%} ({ends[1]}) |",
                flush=True,
            )


def intervals(repetitions: int) -> None:
    """Print how often the planned interval holds the number of people."""
    setting = world()[0]
    truth = plan(setting, 8000, 7)[0].people(0.8)[0]
    inside = 0
    for repetition in range(repetitions):
        _, low, high = plan(setting, 400, 1000 + repetition)[0].people(0.8)
        inside += low <= truth <= high
    low, high = proportion_interval(inside, repetitions)
    print(
        f"\nThe interval of the people it takes held {truth:,.0f} (from 8,000 runs a size) in "
        f"{inside / repetitions:.1%} of {repetitions} plans ({low:.1%} to {high:.1%})."
    )


def locked(repetitions: int) -> None:
    """Print how often the locked part's interval holds the truth."""
    print("\nBest of 50 policies by noise; no effect; 1,000 rows, 30 % locked\n")
    print("| rows | intervals that hold 0 on the locked part | on the open part | mean gain promised there |")
    print("|---|---|---|---|")
    for clusters in (0, 1):
        inside = naive = 0
        promised = 0.0
        for repetition in range(repetitions):
            away, seen = _once(clusters, repetition)
            inside += away[0] <= 0 <= away[1]
            naive += seen[0] <= 0 <= seen[1]
            promised += sum(seen) / 2 / repetitions
        ends = proportion_interval(inside, repetitions)
        print(
            f"| {'250 clusters of 4' if clusters else 'one by one'} | {inside / repetitions:.1%} "
            f"({ends[0]:.1%} to {ends[1]:.1%}) | {naive / repetitions:.1%} | {promised:.3f} |",
            flush=True,
        )


def _once(clusters: int, repetition: int) -> tuple[tuple[float, float], tuple[float, float]]:
    random = np.random.default_rng([5, repetition, clusters])
    home = np.arange(1000) % (250 if clusters else 1000)
    features = pd.DataFrame(random.normal(size=(1000, 3)), columns=pd.Index(["a", "b", "c"]))
    arm = random.permutation(np.arange(home.max() + 1) % 2)[home]
    outcome = features["a"].to_numpy() + random.normal(size=1000)
    outcome = outcome + clusters * random.normal(size=int(home.max()) + 1)[home]
    chosen = np.isin(home, random.permutation(int(home.max()) + 1)[: round(0.3 * (home.max() + 1))])
    lines = random.normal(size=(50, 3))

    def part(rows: np.ndarray) -> Units:
        codes = np.unique(home[rows], return_inverse=True)[1] if clusters else None
        frame = features.iloc[rows].reset_index(drop=True)
        return Units(frame, arm[rows], outcome[rows], ("0", "1"), True, clusters=codes)

    seen, away = part(np.flatnonzero(~chosen)), part(np.flatnonzero(chosen))
    effects = score_locked(seen, 1, "linear").effects[:, 0]
    treated = seen.features.to_numpy() @ lines.T > 0
    best = int((treated * effects[:, None]).mean(axis=0).argmax())
    found = mean_gain(treated[:, best] * effects, seen.clusters)
    half = 1.96 * float(found.std_error[0])
    assigned = (away.features.to_numpy() @ lines[best] > 0).astype(int)
    worth = Worth(1.0, np.zeros((len(assigned), 2)))
    answer = value_locked(away, score_locked(away, 1, "linear"), worth, assigned, 1).gain_vs_none
    return answer.ci, (float(found.value[0]) - half, float(found.value[0]) + half)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=400)
    parser.add_argument("--only", type=int, nargs="*", default=[1, 2, 3])
    asked = parser.parse_args()
    if 1 in asked.only:
        planning()
    if 2 in asked.only:
        intervals(asked.repetitions // 4)
    if 3 in asked.only:
        locked(asked.repetitions)


if __name__ == "__main__":
    main()
