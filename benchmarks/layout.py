"""Automatic layout and picture of random graphs, with and without a question.

Run: python benchmarks/layout.py.
"""

from __future__ import annotations

import random
import sys
import time
from itertools import combinations, pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SIZES = (10, 20, 50, 100, 200)
DEGREES = (3, 12)


def main() -> None:
    """Print the processor seconds of a layout with a question, one without, and of the picture."""
    sys.path.insert(0, str(ROOT))
    from causal_core import CausalGraph
    from causal_core.graph.layout import layered
    from causal_core.graph.svg import to_svg

    print("| nodes | mean degree | arrows | layout with a question, s | without, s | picture, s |")
    print("|---|---|---|---|---|---|")
    for size in SIZES:
        for degree in DEGREES:
            pick = random.Random(1)  # noqa: S311 - a graph, not a secret
            names = [f"v{place:03}" for place in range(size)]
            share = min(1.0, degree / (size - 1))
            edges = [pair for pair in combinations(names, 2) if pick.random() < share]
            graph = CausalGraph(edges=edges, nodes=names)
            marks = [time.process_time()]
            places = layered(graph, names[size // 4], names[3 * size // 4])
            marks.append(time.process_time())
            layered(graph)
            marks.append(time.process_time())
            to_svg(graph.with_positions(places))
            marks.append(time.process_time())
            spent = " | ".join(f"{late - early:.2f}" for early, late in pairwise(marks))
            print(f"| {size} | {degree} | {len(edges)} | {spent} |")


if __name__ == "__main__":
    main()
