"""Memory of cross-fitted AIPW with LightGBM against the size of its data.

Run `python benchmarks/aipw_memory.py [rows] [columns]`: 1,000,000 rows of 20 columns by default, some minutes
on one core. The data are the design's float64 columns; the peak is what the process holds at most beyond what
it held before the data were made, so the data themselves are counted in.
"""

from __future__ import annotations

import gc
import sys
import threading
import time

import numpy as np
import psutil

from causal_core.data.design import Design
from causal_core.estimation import estimate

MEGABYTE = 1e6


def design_of(rows: int, columns: int) -> Design:
    """Confounded by the first two covariates; the effect is 1."""
    random = np.random.default_rng(0)
    x = random.normal(size=(rows, columns))
    arm = (random.uniform(size=rows) < 1 / (1 + np.exp(-0.5 * x[:, 0]))).astype(np.int64)
    outcome = x[:, 0] + 0.5 * np.sin(x[:, 1]) + arm + random.normal(size=rows)
    names = tuple(f"x{j}" for j in range(columns))
    return Design(outcome, arm, ("0", "1"), x, names, names, "t", "y", np.arange(rows))


def main() -> None:
    """Print the table."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    columns = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    # What the libraries themselves need is not the data's.
    estimate("dml_interactive", design_of(1000, columns))
    gc.collect()
    process = psutil.Process()
    before = peak = process.memory_info().rss
    stop = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.is_set():
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.01)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    design = design_of(rows, columns)
    data = design.covariates.nbytes
    begun = time.perf_counter()
    (found,) = estimate("dml_interactive", design)
    taken = time.perf_counter() - begun
    stop.set()
    watcher.join()
    print(f"Cross-fitted AIPW with LightGBM, {rows:,} rows of {columns} columns.\n")
    print("| | MB | of the data |\n|---|---|---|")
    print(f"| data, float64 | {data / MEGABYTE:.0f} | 1.0 |")
    print(f"| peak, the data counted in | {(peak - before) / MEGABYTE:.0f} | {(peak - before) / data:.2f} |")
    print(f"\nEffect {found.value:.4f} (standard error {found.std_error:.4f}; truth 1) in {taken:.0f} s")


if __name__ == "__main__":
    main()
