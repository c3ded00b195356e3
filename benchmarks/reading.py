"""How long reading a graph takes: roles, controls, one pair, independencies, class and moral graph.

    python benchmarks/reading.py

Prints milliseconds on random DAGs; the listings are limited as on the Read page (60 paths, 300
independencies, 0.12 s each).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import perf_counter

from causal_core import CausalGraph
from causal_core.graph.moral import moral_graph
from causal_core.graph.roles import role_sentences
from causal_core.identification.controls import controls
from causal_core.identification.pair import read_pair

SECONDS = 0.12


def world(nodes: int, degree: float, seed: int = 1) -> CausalGraph:
    """A random DAG of this mean degree."""
    draw = random.Random(seed)  # noqa: S311 - a benchmark needs no secrets
    names = [f"v{number:03}" for number in range(nodes)]
    share = degree / (nodes - 1)
    pairs = ((a, b) for place, a in enumerate(names) for b in names[place + 1 :])
    return CausalGraph(edges=[pair for pair in pairs if draw.random() < share], nodes=names)


def milliseconds(work: Callable[[], object]) -> float:
    """The best of three runs."""
    times = []
    for _ in range(3):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return 1000 * min(times)


def main() -> None:
    """Print the table."""
    print(
        f"{'nodes':>6}{'degree':>8}{'roles':>8}{'controls':>10}{'pair':>8}{'implied':>9}{'class':>8}{'moral':>8}"
    )
    for nodes, degree in ((10, 3), (30, 4), (30, 12), (100, 4), (100, 12), (200, 4), (200, 12)):
        graph = world(nodes, degree)
        t, y = graph.nodes[nodes // 3], graph.nodes[2 * nodes // 3]
        row = [
            milliseconds(lambda g=graph, t=t, y=y: role_sentences(g, t, y)),
            milliseconds(lambda g=graph, t=t, y=y: controls(g, t, y, seconds=SECONDS)),
            milliseconds(lambda g=graph, t=t, y=y: read_pair(g, t, y, (), 60, SECONDS)),
            milliseconds(lambda g=graph: g.implied_independencies(300, SECONDS)),
            milliseconds(graph.equivalence_class),
            milliseconds(lambda g=graph: moral_graph(g)),
        ]
        widths = (8, 10, 8, 9, 8, 8)
        print(f"{nodes:>6}{degree:>8}" + "".join(f"{v:>{w}.1f}" for v, w in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
