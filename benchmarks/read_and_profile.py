"""Reading and profiling a csv against pandas.read_csv and describe, each in a process of its own.

python benchmarks/read_and_profile.py [rows] prints a Markdown table of ratios; the file has 20 mixed columns.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

PEER = """
import json, resource, sys, time
import pandas as pd
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu = time.process_time()
start = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
read = time.perf_counter()
frame.describe(include="all")
end = time.perf_counter()
print(json.dumps([read - start, end - read, end - start, time.process_time() - cpu, peak()]))
"""

OURS = """
import json, resource, sys, time
import pandas, pyarrow.compute, pyarrow.csv, pyarrow.parquet
from causal_core.data.profile import profile
from causal_core.data.reading import read
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
cpu = time.process_time()
start = time.perf_counter()
table = read(sys.argv[1], folder=sys.argv[2]).table
middle = time.perf_counter()
profile(table)
end = time.perf_counter()
print(json.dumps([middle - start, end - middle, end - start, time.process_time() - cpu, peak()]))
"""


def write_csv(path: Path, rows: int) -> None:
    """20 columns: numbers, whole numbers, a treatment, categories, a boolean, a date, missing values."""
    rng = np.random.default_rng(1)
    columns: dict[str, object] = {f"x{i}": rng.normal(size=rows).round(3) for i in range(9)}
    columns["x0"] = pd.Series(columns["x0"]).mask(rng.random(rows) < 0.05)
    columns |= {f"n{i}": rng.integers(0, 10 ** (i + 1), rows) for i in range(5)}
    columns["treatment"] = rng.integers(0, 2, rows)
    columns["region"] = rng.choice(["north", "south", "east", "west"], rows)
    columns["segment"] = rng.choice([f"s{i}" for i in range(30)], rows)
    columns["member"] = rng.random(rows) < 0.5
    columns["since"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1000, rows), unit="D")
    columns["outcome"] = rng.normal(size=rows).round(4)
    pd.DataFrame(columns).to_csv(path, index=False)


def run(script: str, *arguments: str) -> list[float]:
    """Seconds to read, to summarise, both; seconds of CPU; peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    values: list[float] = json.loads(done.stdout)
    return values


def main() -> None:
    """Print the table: the best of three runs of each, taken in turns."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(path, rows)
        size = path.stat().st_size / 1e6
        peer, ours = [], []
        for _ in range(3):
            peer.append(run(PEER, str(path)))
            with tempfile.TemporaryDirectory() as tables:
                ours.append(run(OURS, str(path), tables))
    print(f"{rows:,} rows x 20 columns, {size:.0f} MB csv, best of 3\n")
    print("| | pandas | dostudio | ratio |\n|---|---|---|---|")
    best = [[min(values) for values in zip(*runs, strict=True)] for runs in (peer, ours)]
    labels = ("read (s)", "describe, profile (s)", "both (s)", "CPU of both (s)", "peak memory (MB)")
    for label, theirs, mine in zip(labels, *best, strict=True):
        print(f"| {label} | {theirs:.2f} | {mine:.2f} | {mine / theirs:.2f} |")


if __name__ == "__main__":
    main()
