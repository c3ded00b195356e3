"""Searches for a graph: time and distance to the truth, beside causal-learn called directly.

Prints a Markdown table. The distance is the structural Hamming distance to the truth's equivalence class (for
DirectLiNGAM, to the truth itself; FCI is left out of it, since its marks mean something else).
"""

from __future__ import annotations

import contextlib
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import pandas as pd

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.discovery import suggest
from causal_core.graph import CausalGraph

SACHS = """
plcg -> pip3; plcg -> pip2; pip3 -> pip2; pkc -> raf; pkc -> mek; pkc -> pka; pkc -> jnk; pkc -> p38;
pka -> raf; pka -> mek; pka -> erk; pka -> akt; pka -> jnk; pka -> p38; raf -> mek; mek -> erk; erk -> akt
"""
"""The network of 11 proteins that Sachs et al. 2005 report, with the directions of their figure 3."""


def random_dag(size: int, degree: float, seed: int) -> CausalGraph:
    """A DAG whose pairs are joined with equal chance."""
    rng = np.random.default_rng(seed)
    names = [f"v{number}" for number in rng.permutation(size)]
    edges = [pair for pair in combinations(names, 2) if rng.random() < degree / (size - 1)]
    return CausalGraph(edges, nodes=sorted(names))


def drawn(graph: CausalGraph, rows: int, seed: int) -> pd.DataFrame:
    """Rows of a linear model with Laplace noise."""
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {}
    for node in graph.topological_order():
        values[node] = rng.laplace(size=rows)
        for cause in sorted(graph.parents(node)):
            values[node] = values[node] + rng.uniform(0.3, 1) * rng.choice([-1, 1]) * values[cause]
    return pd.DataFrame({node: values[node] for node in graph.nodes})


def distance(marks: dict[frozenset[str], Any], graph: CausalGraph, exact: bool) -> int:
    """How many pairs are joined otherwise than in the truth's class, or than in the truth itself."""
    shared = set(graph.edges) if exact else set(graph.equivalence_class().compelled)
    truth = {frozenset(edge): edge if edge in shared else "--" for edge in graph.edges}
    return sum(truth.get(pair) != marks.get(pair) for pair in truth.keys() | marks.keys())


def ours(table: Any, algorithm: str) -> dict[frozenset[str], Any]:
    """The edges of a suggestion."""
    found = suggest(table, table.columns, algorithm, seconds=600)
    return {e.pair: (e.one, e.other) if e.mark == "->" else e.mark for e in found.edges}


def theirs(frame: pd.DataFrame, algorithm: str) -> dict[frozenset[str], Any]:
    """The edges that causal-learn finds with its own defaults, but the same level and BIC."""
    from causallearn.search.ConstraintBased.FCI import fci
    from causallearn.search.ConstraintBased.PC import pc
    from causallearn.search.FCMBased.lingam import DirectLiNGAM
    from causallearn.search.PermutationBased.BOSS import boss
    from causallearn.search.ScoreBased.GES import ges

    values, names = frame.to_numpy(), list(frame)
    random.seed(0)
    with contextlib.redirect_stdout(io.StringIO()):
        if algorithm == "lingam":
            weights = DirectLiNGAM().fit(values).adjacency_matrix_
            return {
                frozenset((names[a], names[b])): (names[a], names[b])
                for b, a in zip(*np.nonzero(weights), strict=True)
            }
        calls: dict[str, Callable[[], Any]] = {
            "pc": lambda: pc(values, 0.01, show_progress=False).G.graph,
            "fci": lambda: fci(values, alpha=0.01, show_progress=False)[0].graph,
            "ges": lambda: ges(values)["G"].graph,
            "boss": lambda: boss(values, parameters={"lambda_value": 0.5}, verbose=False).graph,
        }
        graph = calls[algorithm]()
    found: dict[frozenset[str], Any] = {}
    for a, b in combinations(range(len(names)), 2):
        ends = (graph[a, b], graph[b, a])
        pair = (names[a], names[b])
        if any(ends):
            found[frozenset(pair)] = {(-1, 1): pair, (1, -1): pair[::-1]}.get(ends, "--")
    return found


def main() -> None:
    """Print the table."""
    worlds = [
        ("Sachs's network, 11 columns", CausalGraph.from_text(SACHS)),
        ("20 columns, mean degree 2", random_dag(20, 2, 1)),
        ("20 columns, mean degree 4", random_dag(20, 4, 1)),
    ]
    print("| graph, 5,000 rows | algorithm | here | causal-learn | ratio | distance here | causal-learn |")
    print("|---|---|---|---|---|---|---|")
    for label, truth in worlds:
        frame = drawn(truth, 5000, 1)
        with tempfile.TemporaryDirectory() as folder:
            table = write_table(arrow_of(frame), folder)
            for algorithm in ("pc", "boss", "lingam"):
                ours(table, algorithm)  # imports are not timed
            for algorithm in ("pc", "fci", "ges", "boss", "lingam"):
                times, found = [], []
                for search, data in ((ours, table), (theirs, frame)):
                    start = time.process_time()
                    found.append(search(data, algorithm))
                    times.append(time.process_time() - start)
                apart = [
                    "" if algorithm == "fci" else str(distance(each, truth, algorithm == "lingam"))
                    for each in found
                ]
                print(
                    f"| {label} | {algorithm} | {times[0]:.2f} s | {times[1]:.2f} s | "
                    f"{times[0] / times[1]:.2f} | {apart[0]} | {apart[1]} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
