"""Policy trees against EconML's: what they gain, and processor time.

    python -m venv peer && peer/bin/pip install econml==0.17.0
    python benchmarks/policy_trees.py --peer peer/bin/python

Both get the same rows and the same doubly robust scores, made with the true outcome models and propensities,
so that only the search differs: ours is exact over its cuts, EconML's `PolicyTree` splits greedily (its
`DRPolicyTree` is this tree on scores of its own). It is run as it comes, honest, which splits on one half of
the rows and picks the actions on the other, and without that. Leaves hold at least 1 % of the rows in all.

Worlds: ten uniform columns, unit noise, arms in equal shares. Corners: an effect of 0.5 where the first two
columns are on the same side of 0.5, and of -0.5 elsewhere (no single question helps). Line: an effect that
rises with the first three columns. Steps: an effect of 0.5 where x0 > 0.6 and x1 < 0.7, -0.25 elsewhere. Odd
steps: 0.5 or -0.5 by whether an odd number of the first three columns are above 0.5 (it takes three
questions). Gains over treating nobody are true ones, on 100,000 new rows; "oracle" treats whom it helps.
Averages over the seeds. Each package has a process of its own, and they work by turns; seconds are of the
processor, to fit, without imports.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
WORLDS = ("corners", "line", "steps", "odd steps")
NEW = 100_000
WAYS = ("ours", "honest", "greedy")

GROWTH = (
    *({"rows": rows} for rows in (5_000, 20_000, 50_000, 200_000, 1_000_000)),
    *({"columns": columns} for columns in (5, 20, 50, 100)),
    *({"arms": arms} for arms in (4, 8)),
    {"depth": 1},
    {"depth": 3},
    {"depth": 3, "arms": 4},
    {"depth": 3, "rows": 200_000},
    {"depth": 3, "columns": 20},
)
"""Searches timed; what is not said is 20,000 rows, 10 columns, 2 arms and depth 2."""

PLAIN = {"rows": 20_000, "columns": 10, "arms": 2, "depth": 2}


def world(name: str, rows: int, seed: int, columns: int = 10, arms: int = 2) -> tuple[Any, Any, Any]:
    """Columns, scores (rows, arms) and true effects (rows, arms) over arm 0."""
    random = np.random.default_rng(seed)
    x = random.uniform(size=(rows, columns))
    if name == "corners":
        effect = 0.5 * np.sign(x[:, 0] - 0.5) * np.sign(x[:, 1] - 0.5)
    elif name == "line":
        effect = 0.5 * (x[:, :3].sum(axis=1) - 1.5)
    elif name == "steps":
        effect = np.where((x[:, 0] > 0.6) & (x[:, 1] < 0.7), 0.5, -0.25)
    else:
        effect = 0.5 * np.sign(x[:, :3] - 0.5).prod(axis=1)
    # Further arms are as good as the first, less a little.
    effects = np.column_stack([np.zeros(rows), *(effect - 0.02 * arm for arm in range(arms - 1))])
    arm = random.integers(0, arms, rows)
    scores = x[:, [-1]] + effects
    scores[np.arange(rows), arm] += arms * random.normal(size=rows)
    return x, scores, effects


def fit(way: str, x: Any, scores: Any, depth: int) -> tuple[Any, float]:
    """What assigns arms to new rows, and the seconds its search took."""
    leaf = max(1, int(np.ceil(len(x) / 100)))
    if way == "ours":
        from causal_core import policy

        start = time.process_time()
        tree = policy.fit_tree(x, scores, depth, smallest_leaf=leaf)
        return tree.assign, time.process_time() - start
    from econml.policy import PolicyTree

    start = time.process_time()
    peer = PolicyTree(max_depth=depth, min_samples_leaf=leaf, honest=way == "honest", random_state=0)
    peer.fit(x, scores)
    return peer.predict, time.process_time() - start


def work(way: str, asked: dict[str, Any]) -> dict[str, float]:
    """One search: the true gain on new rows, and its seconds."""
    warnings.simplefilter("ignore")
    x, scores, _ = world(asked["world"], asked["rows"], asked["seed"], asked["columns"], asked["arms"])
    assign, seconds = fit(way, x, scores, asked["depth"])
    new, _, effects = world(asked["world"], NEW, 10_000 + asked["seed"], asked["columns"], asked["arms"])
    gain = effects[np.arange(NEW), assign(new)].mean()
    return {"gain": float(gain), "oracle": float(effects.max(axis=1).mean()), "seconds": seconds}


def start(python: str) -> subprocess.Popen[str]:
    """A process that answers `ask`, on one thread."""
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return subprocess.Popen(
        [python, __file__, "--work"],
        env={**os.environ, **one, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def serve() -> None:
    """Answer each line, a way and what is asked, with one of numbers."""
    for line in sys.stdin:
        way, asked = json.loads(line)
        print(json.dumps(work(way, asked)), flush=True)


def ask(worker: subprocess.Popen[str], way: str, asked: dict[str, Any]) -> dict[str, float]:
    """`work` in that process."""
    if worker.stdin is None or worker.stdout is None:
        raise SystemExit("The worker has no pipes.")
    print(json.dumps([way, asked]), file=worker.stdin, flush=True)
    answer: dict[str, float] = json.loads(worker.stdout.readline())
    return answer


def measured(workers: dict[str, Any], asked: dict[str, Any], seeds: int) -> dict[str, dict[str, float]]:
    """Averages over the seeds, each way by turns."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in workers}
    for seed in range(seeds):
        for way, worker in workers.items():
            found[way].append(ask(worker, way, {**asked, "seed": seed}))
    return {
        way: {key: float(np.mean([one[key] for one in several])) for key in several[0]}
        for way, several in found.items()
    }


def gains(workers: dict[str, Any], seeds: int) -> None:
    """The table of what trees gain."""
    print("| world | rows | depth | oracle | ours | EconML, honest | EconML, not honest | of EconML's best |")
    print("|---|---|---|---|---|---|---|---|")
    for name in WORLDS:
        for rows in (5_000, 20_000, 50_000):
            depth = 3 if name == "odd steps" else 2
            found = measured(workers, {**PLAIN, "world": name, "rows": rows, "depth": depth}, seeds)
            told = [f"{found[way]['gain']:.3f}" if way in found else "" for way in WAYS]
            best = max((found[way]["gain"] for way in WAYS[1:] if way in found), default=0.0)
            ratio = f"{found['ours']['gain'] / best:.2f}" if best > 0.01 else ""
            cells = (name, f"{rows:,}", str(depth), f"{found['ours']['oracle']:.3f}", *told, ratio)
            print(f"| {' | '.join(cells)} |", flush=True)


def times(workers: dict[str, Any], seeds: int) -> None:
    """The table of how long searches take."""
    print("| rows | columns | arms | depth | ours, s | EconML, s | ratio |")
    print("|---|---|---|---|---|---|---|")
    pair = {way: worker for way, worker in workers.items() if way != "greedy"}
    for changed in GROWTH:
        asked = {**PLAIN, **changed}
        found = measured(pair, {**asked, "world": "corners"}, seeds)
        mine = found["ours"]["seconds"]
        cells = [f"{asked[key]:,}" for key in PLAIN]
        cells.append(f"{mine:.3f}")
        if "honest" in found:
            cells += [f"{found['honest']['seconds']:.3f}", f"{mine / found['honest']['seconds']:.2f}"]
        print(f"| {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="the Python that has EconML")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", choices=("gains", "times"))
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        serve()
        return
    workers = {"ours": start(sys.executable)}
    if asked.peer:
        peer = start(asked.peer)
        workers |= {"honest": peer, "greedy": peer}
    for worker, way in {id(each): (each, way) for way, each in workers.items()}.values():
        # Libraries are loaded before the clock starts.
        ask(worker, way, {**PLAIN, "world": "steps", "rows": 500, "seed": 0})
    if asked.only != "times":
        gains(workers, asked.seeds)
        print()
    if asked.only != "gains":
        times(workers, asked.seeds)
    for worker in {id(each): each for each in workers.values()}.values():
        worker.communicate()


if __name__ == "__main__":
    main()
