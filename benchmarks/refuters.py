"""Refuters beside DoWhy's own: 100 simulations of each, with the largest difference between the two.

Run `python benchmarks/refuters.py [rows] [simulations]`: 10,000 rows, 5 confounders and 100 simulations by
default, half a minute on one core. Both draw from the same random state, on one thread. Times are of the
processor; the ratio of the clock's stands beside them. Prints a Markdown table.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from causal_core import refutation
from causal_core.data.design import Design
from causal_core.refutation.draws import DRAWS
from causal_core.refutation.simulation import simulate_drawn
from tests.refutation.dowhy_peer import MODULES, ready

CONFOUNDERS = 5
REPEATS = 5


def world(rows: int) -> Design:
    """Five confounders; the effect is 1 plus the first of them."""
    random = np.random.default_rng(1)
    x = random.normal(size=(rows, CONFOUNDERS))
    chance = 1 / (1 + np.exp(-(x @ np.array([0.6, -0.5, 0.4, -0.3, 0.2]))))
    arm = (random.uniform(size=rows) < chance).astype(np.int64)
    outcome = x.sum(axis=1) + arm * (1 + x[:, 0]) + random.normal(size=rows)
    names = tuple(f"x{j}" for j in range(CONFOUNDERS))
    return Design(outcome, arm, ("0", "1"), x, names, names, "t", "y", np.arange(rows))


def timed(run: Callable[[], Any]) -> tuple[Any, np.ndarray]:
    """The result, and (2,) seconds of the processor and of the clock."""
    start = np.array([time.process_time(), time.perf_counter()])
    found = run()
    return found, np.array([time.process_time(), time.perf_counter()]) - start


def compare(
    refuter: str, method: str, design: Design, simulations: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """(2,) DoWhy's seconds, (2,) ours, and the largest difference between equal draws as a share of 1."""
    theirs = ready(refuter, method, design)
    theirs(np.random.RandomState(0), 1)
    refutation.simulate(refuter, method, design, "ATE", [0])
    values, slow = timed(lambda: theirs(np.random.RandomState(1), simulations))
    runs = [
        timed(lambda: refutation.simulate(refuter, method, design, "ATE", range(simulations)))[1]
        for _ in range(REPEATS)
    ]
    state = np.random.RandomState(1)
    drawn = (DRAWS[refuter](design, state) for _ in range(simulations))
    ours = simulate_drawn(method, design, "ATE", drawn)[:, 0]
    fast = np.array([median(run[clock] for run in runs) for clock in (0, 1)])
    return slow, fast, float(np.abs(ours - values).max())


def line(refuter: str, method: str, slow: np.ndarray, fast: np.ndarray, difference: float) -> str:
    """One row of the table."""
    ratio = slow / fast
    times = f"{slow[0]:.2f} | {fast[0]:.3f} | {ratio[0]:.0f} | {ratio[1]:.0f}"
    return f"| {refuter.replace('_', ' ')} | {method.replace('_', ' ')} | {times} | {difference:.0e} |"


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    simulations = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    design = world(rows)
    print(f"{simulations} simulations, {rows:,} rows, {CONFOUNDERS} confounders.\n")
    print("| refuter | method | DoWhy s | dostudio s | ratio | ratio by the clock | largest difference |")
    print("|---|---|---|---|---|---|---|")
    with threadpool_limits(limits=1):
        for method in ("linear_regression", "ipw"):
            found = []
            for refuter in MODULES:
                found.append(compare(refuter, method, design, simulations))
                print(line(refuter, method, *found[-1]), flush=True)
            slow, fast = (np.sum([each[k] for each in found], axis=0) for k in (0, 1))
            print(line("all four", method, slow, fast, max(each[2] for each in found)), flush=True)


if __name__ == "__main__":
    main()
