"""Bayesian networks against pgmpy's: learning tables, and beliefs given evidence, by processor seconds.

    python -m venv peer && peer/bin/pip install pgmpy==1.1.2
    python benchmarks/network.py --peer peer/bin/python

Networks: the chest clinic (8 nodes) and ALARM (37 nodes), handed over as BIF. Tables are learned from 10,000
drawn rows without smoothing. Queries: one node given two others, and all nodes given two others; here the
network is compiled before, as the page does, and evidence changes from query to query. Each package has a
process of its own, and they work by turns; seconds are of the processor, without imports, medians over the
rounds. `apart` is the largest difference between two chances.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
ROWS = 10_000
EVIDENCE = {
    "asia": (
        "lung",
        [{"dysp": "yes", "asia": "yes"}, {"dysp": "no", "asia": "yes"}, {"xray": "yes", "smoke": "no"}],
    ),
    "alarm": (
        "BP",
        [{"HR": "LOW", "SAO2": "HIGH"}, {"HREKG": "LOW", "PRESS": "HIGH"}, {"CVP": "LOW", "CO": "LOW"}],
    ),
}
"""Network -> the node asked for, and what is seen in each round."""
WORK = ("fit", "one", "all")
Chances = dict[str, dict[str, float]]


def networks(folder: Path) -> None:
    """Write each network as BIF, and rows drawn from it."""
    sys.path.insert(0, str(ROOT))
    from causal_core.what_if import BayesianNetwork
    from causal_core.what_if.bif import read_bif
    from causal_core.what_if.published import published

    for name in EVIDENCE:
        network = BayesianNetwork.of(read_bif(published(name)))
        (folder / f"{name}.bif").write_text(network.to_bif())
        random = np.random.default_rng(0)
        drawn: dict[str, Any] = {}
        for node in (network.by_name[each] for each in network.graph.topological_order()):
            rows = node.table[tuple(drawn[parent] for parent in node.parents)]
            steps = np.broadcast_to(rows.cumsum(axis=-1), (ROWS, len(node.levels)))
            codes = (random.random(ROWS)[:, None] > steps).sum(axis=1)
            drawn[node.name] = np.minimum(codes, len(node.levels) - 1)
        named = {each.name: np.array(each.levels, dtype=object)[drawn[each.name]] for each in network.nodes}
        pd.DataFrame(named).to_csv(folder / f"{name}.csv", index=False)


def ours(file: Path) -> dict[str, Callable[..., Any]]:
    """What dostudio does, by kind of work."""
    sys.path.insert(0, str(ROOT))
    from causal_core.what_if import BayesianNetwork

    network = BayesianNetwork.load(file)
    frame = pd.read_csv(file.with_suffix(".csv"), dtype=str).astype("category")
    network.beliefs()

    def learned() -> Chances:
        found = BayesianNetwork.fit(frame, network.graph, smoothing=0)
        node = next(node for node in found.nodes if not node.parents)
        return {node.name: dict(zip(node.levels, node.table.tolist(), strict=True))}

    return {
        "fit": lambda _, __: learned(),
        "one": lambda node, seen: {node: network.see(node, seen)},
        "all": lambda _, seen: {k: v for k, v in network.beliefs(seen).items() if k not in seen},
    }


def pgmpy(file: Path) -> dict[str, Callable[..., Any]]:
    """What pgmpy does, by kind of work."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork
    from pgmpy.readwrite import BIFReader

    model = BIFReader(str(file)).get_model()
    frame = pd.read_csv(file.with_suffix(".csv"), dtype=str)
    engine = VariableElimination(model)

    def told(node: str, seen: dict[str, str]) -> dict[str, float]:
        found = engine.query([node], evidence=seen, show_progress=False)
        return dict(zip(found.state_names[node], found.values.tolist(), strict=True))  # noqa: PD011 - a factor, no frame

    def learned() -> Chances:
        fresh = DiscreteBayesianNetwork(model.edges())
        fresh.fit(frame)
        node = next(each for each in fresh.nodes() if not fresh.get_parents(each))
        table = fresh.get_cpds(node)
        return {node: dict(zip(table.state_names[node], table.values.tolist(), strict=True))}  # noqa: PD011 - a table of pgmpy's

    return {
        "fit": lambda _, __: learned(),
        "one": lambda node, seen: {node: told(node, seen)},
        "all": lambda _, seen: {each: told(each, seen) for each in model.nodes() if each not in seen},
    }


def serve(package: str, folder: Path) -> None:
    """Answer each line of `network, kind of work, round` with seconds and chances."""
    known = {name: (ours if package == "ours" else pgmpy)(folder / f"{name}.bif") for name in EVIDENCE}
    for line in sys.stdin:
        name, work, place = json.loads(line)
        node, seen = EVIDENCE[name]
        start = time.process_time()
        chances = known[name][work](node, seen[place])
        print(json.dumps([time.process_time() - start, chances]), flush=True)


def start(python: str, package: str, folder: str) -> subprocess.Popen[str]:
    """A process that serves one package on one thread."""
    return subprocess.Popen(
        [python, str(Path(__file__).resolve()), "--work", package, "--folder", folder],
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ask(worker: subprocess.Popen[str], name: str, work: str, place: int) -> tuple[float, Chances]:
    """Seconds and chances of one piece of work."""
    if worker.stdin is None or worker.stdout is None:
        raise SystemExit("The worker has no pipes.")
    print(json.dumps([name, work, place]), file=worker.stdin, flush=True)
    seconds, chances = json.loads(worker.stdout.readline())
    return seconds, chances


def apart(one: Chances, other: Chances) -> float:
    """The largest difference between chances of nodes that both tell."""
    gaps = [
        abs(one[node][level] - other[node].get(level, 0))
        for node in one.keys() & other
        for level in one[node]
    ]
    return max(gaps, default=0.0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", help="the Python that has pgmpy")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        serve(asked.work, Path(asked.folder))
        return
    with tempfile.TemporaryDirectory() as folder:
        networks(Path(folder))
        here = start(sys.executable, "ours", folder)
        peer = start(asked.peer, "pgmpy", folder) if asked.peer else None
        print("| network | work | pgmpy, ms | ours, ms | pgmpy / ours | apart |")
        print("|---|---|---|---|---|---|")
        for name in EVIDENCE:
            for work in WORK:
                mine, theirs, gaps = [], [], []
                for each in range(asked.rounds):
                    place = each % len(EVIDENCE[name][1])
                    seconds, chances = ask(here, name, work, place)
                    mine.append(1000 * seconds)
                    if peer:
                        seconds, other = ask(peer, name, work, place)
                        theirs.append(1000 * seconds)
                        gaps.append(apart(chances, other))
                left = f"{median(theirs):,.1f}" if theirs else "none"
                ratio = f"{median(theirs) / median(mine):,.1f}" if theirs else ""
                gap = f"{max(gaps):.0e}" if gaps else ""
                print(f"| {name} | {work} | {left} | {median(mine):,.1f} | {ratio} | {gap} |", flush=True)
        for worker in (here, *([peer] if peer else [])):
            worker.communicate()


if __name__ == "__main__":
    main()
