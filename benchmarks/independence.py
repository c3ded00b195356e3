"""Calibration of the tests of independence: rejections of true ones, coverage of the interval, power.

Run `python benchmarks/independence.py [runs]`: 2,000 runs a cell by default, minutes on one core. Prints
Markdown tables; each share stands with its exact 95 % binomial interval.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from causal_core import falsification  # the path is set first
from tests.falsification.worlds import DEPENDENT, INDEPENDENT

ROWS = (100, 400, 2000)


def given(frame):
    """The columns held fixed."""
    return [name for name in frame.columns if name not in {"x", "y"}]


def share(count, runs):
    """A share with its exact interval, in per cent."""
    found = binomtest(count, runs).proportion_ci(0.95, "exact")
    return f"{100 * count / runs:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def main():
    """Print the tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print(f"{runs:,} runs a cell.\n\n## Rejections of true independencies at 5 %, in per cent\n")
    print(
        "| world | "
        + " | ".join(f"{rows:,} rows" for rows in ROWS)
        + " |\n|---" * 1
        + "|---" * len(ROWS)
        + "|"
    )
    for name, world in INDEPENDENT.items():
        cells = []
        for rows in ROWS:
            random = np.random.default_rng(rows)
            tests = (world(random, rows) for _ in range(runs))
            rejected = sum(
                falsification.test_independence(frame, "x", "y", given(frame)).p_value <= 0.05
                for frame in tests
            )
            cells.append(share(rejected, runs))
        print(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |", flush=True)
    print("\n## Coverage of the 95 % interval, and rejections at 5 % (power), in per cent\n")
    print("| world | true strength | rows | coverage | mean estimate | power | ms a test |")
    print("|---" * 7 + "|")
    for name, world in DEPENDENT.items():
        for rows in ROWS:
            random = np.random.default_rng(rows)
            held = rejected = 0
            effects, spent = [], 0.0
            for _ in range(runs):
                frame, true = world(random, rows)
                start = time.process_time()
                tested = falsification.test_independence(frame, "x", "y", given(frame))
                spent += time.process_time() - start
                held += tested.ci[0] <= true <= tested.ci[1]
                rejected += tested.p_value <= 0.05
                effects.append(tested.effect)
            print(
                f"| {name.replace('_', ' ')} | {true:.3f} | {rows:,} | {share(held, runs)} "
                f"| {np.mean(effects):.3f} | {100 * rejected / runs:.1f} | {1000 * spent / runs:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
