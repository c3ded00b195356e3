"""Curves and rank-weighted effects of 1,000,000 rows, beside numpy's argsort of the same scores.

    python benchmarks/uplift_curves.py [rows]

Prints, for scores without ties and with ever more of them, the processor time of `numpy.argsort(score)`
(default kind), of each curve, and their ratio: the least of seven runs of each, alternating in one process.
With ties the ratio of a curve is meant to stay under 2. Then the time of `rate` with its 200 half samples.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from causal_core import uplift

RUNS = 7


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(rows: int) -> None:
    """Print the table and the times."""
    random = np.random.default_rng(0)
    treated = random.integers(0, 2, rows)
    outcome = random.normal(size=rows)
    uniform = random.random(rows)
    scores = {
        "no ties": uniform,
        "100,000 values": np.round(uniform, 5),
        "1,000 values": np.round(uniform, 3),
        "100 values": np.round(uniform, 2),
        "normal, 2 decimals": np.round(random.normal(size=rows), 2),
    }
    print(f"{rows:,} rows, milliseconds of processor time, least of {RUNS} (ratio to argsort)")
    print("| scores | argsort | uplift_curve | qini_curve | score_curve |")
    print("|---|---|---|---|---|")
    for name, score in scores.items():
        works: tuple[Callable[[], object], ...] = (
            lambda score=score: np.argsort(score),
            lambda score=score: uplift.uplift_curve(outcome, treated, score),
            lambda score=score: uplift.qini_curve(outcome, treated, score),
            lambda score=score: uplift.score_curve(outcome, score),
        )
        best = np.min([[seconds(work) for work in works] for _ in range(RUNS)], axis=0)
        cells = [f"{1000 * value:.1f} ({value / best[0]:.2f})" for value in best[1:]]
        print(f"| {name} | {1000 * best[0]:.1f} | {' | '.join(cells)} |")
    print()
    for name in ("no ties", "1,000 values"):
        taken = min(seconds(lambda name=name: uplift.rate(outcome, scores[name])) for _ in range(2))
        print(f"rate, {name}: {taken:.2f} s for 200 half samples")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
