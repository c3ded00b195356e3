"""Verdict and adjustment sets on random DAGs of 10 to 200 nodes, against DoWhy and LISTMINSEP.

Run: python benchmarks/graphs.py [GRAPHS] [SECONDS]: graphs a cell (5), most CPU seconds for DoWhy (10).
Prints two Markdown tables of median CPU times: the verdict with one minimal set against DoWhy, which runs in
a process of its own because its searches cannot be stopped; the first 100 minimal sets against LISTMINSEP.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from itertools import combinations, islice
from multiprocessing.connection import Connection
from typing import Any

import networkx as nx
import numpy as np
import psutil

from causal_core import CausalGraph, identification
from causal_core.listing import Listing

SIZES = (10, 20, 50, 100, 200)
DEGREES = {"sparse": 3, "dense": 12}
FIRST = 100


def random_dag(size: int, degree: int, seed: int, hidden: float = 0.0) -> CausalGraph:
    """A random DAG of this mean degree; `x` five sixths down the order, `y` last, and x -> y.

    Args:
        size: How many nodes.
        degree: The mean number of neighbours, or as many as there can be.
        seed: Of the random choices.
        hidden: The share of the other nodes that are latent.
    """
    random = np.random.default_rng([seed, size, degree])
    names = [f"n{i}" for i in range(size)]
    names[5 * size // 6], names[-1] = "x", "y"
    pairs = list(combinations(names, 2))
    kept = random.choice(len(pairs), min(size * degree // 2, len(pairs)), replace=False)
    others = [name for name in names if name not in {"x", "y"}]
    latent = random.choice(others, round(hidden * len(others)), replace=False)
    return CausalGraph(
        sorted({pairs[k] for k in kept} | {("x", "y")}), nodes=names, latent=[str(n) for n in latent]
    )


def ours(graph: CausalGraph) -> tuple[bool, bool]:
    """Whether the effect can be had by adjustment, and whether one minimal set checks."""
    found = identification.adjustment_sets(graph, "x", "y", limit=1)
    return bool(found), bool(found) and identification.check_adjustment(graph, "x", "y", found[0]).valid


def listed(graph: CausalGraph) -> Listing[frozenset[str]]:
    """The first minimal adjustment sets."""
    return identification.adjustment_sets(graph, "x", "y", limit=FIRST)


def dowhy_worker(pipe: Connection) -> None:
    """Answer with the CPU seconds DoWhy takes for each (whole, edges, observed) that comes in."""
    import logging

    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    from dowhy.causal_identifier.auto_identifier import (
        BackdoorAdjustment,
        EstimandType,
        identify_backdoor,
        identify_effect_auto,
    )

    pipe.send("ready")
    while True:
        whole, nodes, edges, observed = pipe.recv()
        directed: nx.DiGraph[str] = nx.DiGraph()
        directed.add_nodes_from(nodes)
        directed.add_edges_from(edges)
        begun = time.process_time()
        if whole:
            identify_effect_auto(directed, ["x"], ["y"], observed, EstimandType.NONPARAMETRIC_ATE)
        else:
            identify_backdoor(directed, ["x"], ["y"], observed, BackdoorAdjustment.BACKDOOR_DEFAULT)
        pipe.send(time.process_time() - begun)


class DoWhy:
    """DoWhy in a process of its own, started again after each question it did not answer in time."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, far = context.Pipe()
        self.process = context.Process(target=dowhy_worker, args=(far,), daemon=True)
        self.process.start()
        self.pipe.recv()

    def seconds(self, graph: CausalGraph, whole: bool) -> float | None:
        """How long it takes, or None when longer than the limit."""
        spent = psutil.Process(self.process.pid).cpu_times
        before = sum(spent()[:2])
        self.pipe.send((whole, graph.nodes, graph.edges, sorted(graph.observed)))
        while sum(spent()[:2]) - before < self.limit:
            if self.pipe.poll(0.2):
                taken: float = self.pipe.recv()
                return taken
        self.process.kill()
        self.process.join()
        self._start()
        return None

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()


def list_min_sep(graph: CausalGraph) -> Iterator[frozenset[str]]:
    """All minimal adjustment sets by the published algorithm, on plain Python sets.

    The proper back-door graph (van der Zander, Liskiewicz & Textor 2019, "Separators and adjustment sets in
    causal graphs", section 5), and in it LISTMINSEP: the moral graph of the ancestors of x and y, nodes that
    may not be used taken out with their neighbours joined, and Takata's listing of the minimal vertex cuts.
    """
    directed: nx.DiGraph[str] = nx.DiGraph()
    directed.add_nodes_from(graph.nodes)
    directed.add_edges_from(graph.edges)
    causal = (nx.descendants(directed, "x") & nx.ancestors(directed, "y")) | {"y"}
    forbidden = causal.union(*(nx.descendants(directed, node) for node in causal))
    directed.remove_edges_from([("x", node) for node in causal if directed.has_edge("x", node)])
    near = nx.ancestors(directed, "x") | nx.ancestors(directed, "y") | {"x", "y"}
    links: dict[str, set[str]] = {node: set() for node in near}
    for node in near:
        for one, other in combinations([*directed.predecessors(node), node], 2):
            links[one].add(other)
            links[other].add(one)
    for node in near - {"x", "y"}:
        if node in forbidden or node in graph.latent:
            around = links.pop(node)
            for other in around:
                links[other] |= around
                links[other] -= {other, node}
    if "y" not in links["x"]:
        yield from minimal_cuts(links, {"x"}, frozenset())


def minimal_cuts(
    links: dict[str, set[str]], near: set[str], barred: frozenset[str]
) -> Iterator[frozenset[str]]:
    """Takata's recursion: the minimal cuts whose side of x holds `near` and none of `barred`."""
    whole = closed(links, near)
    if whole is None or whole & barred:
        return
    border = neighbours(links, whole)
    choice = min(border - barred - links["y"], default=None)
    if choice is None:
        yield frozenset(border)
        return
    yield from minimal_cuts(links, whole | {choice}, barred)
    yield from minimal_cuts(links, whole, barred | {choice})


def closed(links: dict[str, set[str]], near: set[str]) -> set[str] | None:
    """The side of x in the minimal cut closest to `near`; None when `near` touches y."""
    border = neighbours(links, near)
    if "y" in border:
        return None
    far = component(links, "y", border)
    return component(links, "x", neighbours(links, far))


def neighbours(links: dict[str, set[str]], nodes: set[str]) -> set[str]:
    """The nodes next to some of these, themselves left out."""
    return set[str]().union(*(links[node] for node in nodes)) - nodes


def component(links: dict[str, set[str]], start: str, without: set[str]) -> set[str]:
    """What is joined to `start` when some nodes are taken away."""
    seen, stack = {start}, [start]
    while stack:
        for node in links[stack.pop()] - seen - without:
            seen.add(node)
            stack.append(node)
    return seen


def timed(answer: Callable[[CausalGraph], Any], graph: CausalGraph, rounds: int = 3) -> tuple[float, Any]:
    """The least CPU seconds of a few rounds, each on a fresh copy that remembers nothing, and the answer."""
    best, found = float("inf"), None
    for _ in range(rounds):
        fresh = CausalGraph(graph.edges, nodes=graph.nodes, latent=graph.latent)
        begun = time.process_time()
        found = answer(fresh)
        best = min(best, time.process_time() - begun)
    return best, found


def verdicts(graphs: int, limit: float) -> None:
    """Print the table of the verdict with one minimal set."""
    dowhy = DoWhy(limit)
    print("| DAGs | nodes | ours, median ms | most | DoWhy's back-door search | ratio", end=" ")
    print("| DoWhy's identify_effect | ratio |\n|---|---|---|---|---|---|---|---|")
    for name, degree in DEGREES.items():
        for hidden in (0.0, 0.2):
            hopeless = {False: False, True: False}
            for size in SIZES:
                cases = [random_dag(size, degree, seed, hidden) for seed in range(graphs)]
                mine = []
                for case in cases:
                    taken, (there, checks) = timed(ours, case)
                    if there != checks:
                        raise AssertionError("a listed set does not pass the check")
                    mine.append(taken)
                columns = []
                for whole, over in hopeless.items():
                    theirs = [None if over else dowhy.seconds(case, whole) for case in cases]
                    columns.append(against(theirs, mine, limit, run=not over))
                    hopeless[whole] = all(taken is None for taken in theirs)
                kind = f"{name}, a fifth latent" if hidden else name
                shown = f"{statistics.median(mine) * 1000:.2f} | {max(mine) * 1000:.2f}"
                print(f"| {kind} | {size} | {shown} | {' | '.join(columns)} |", flush=True)
    dowhy.close()


def against(theirs: Sequence[float | None], mine: Sequence[float], limit: float, run: bool = True) -> str:
    """A peer's median and its ratio to ours; a lower bound when half of the graphs took too long.

    `run` is False when the peer was not asked, because every smaller graph of the kind took too long.
    """
    if not run:
        return "not run | "
    late = sum(taken is None for taken in theirs)
    median = statistics.median([limit if taken is None else taken for taken in theirs])
    ratio = f"{median / statistics.median(mine):,.1f}"
    if median >= limit:
        return f"> {limit:g} s | > {ratio}"
    note = f" ({late} of {len(theirs)} > {limit:g} s)" if late else ""
    return f"{median * 1000:,.2f} ms{note} | {ratio}"


def listings(graphs: int, limit: float) -> None:
    """Print the table of the first minimal sets."""
    print("\n| DAGs | nodes | sets, median | ours, median ms | LISTMINSEP | ratio |")
    print("|---|---|---|---|---|---|")
    for name, degree in DEGREES.items():
        for hidden in (0.0, 0.2):
            for size in SIZES:
                mine, theirs, counts = [], [], []
                for seed in range(graphs):
                    case = random_dag(size, degree, seed, hidden)
                    taken, found = timed(listed, case)
                    mine.append(taken)
                    counts.append(len(found))
                    taken, other = timed(lambda graph: set(islice(list_min_sep(graph), FIRST)), case)
                    theirs.append(taken)
                    if len(other) != len(found) or (found.complete and other != set(found)):
                        raise AssertionError("the two algorithms list different sets")
                kind = f"{name}, a fifth latent" if hidden else name
                shown = f"{statistics.median(mine) * 1000:.2f} | {against(theirs, mine, limit)}"
                print(f"| {kind} | {size} | {statistics.median(counts):g} | {shown} |", flush=True)


def main() -> None:
    """Print both tables."""
    graphs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    limit = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    print(
        f"{graphs} graphs a cell; Python {sys.version.split()[0]}, DoWhy {version('dowhy')}, "
        f"networkx {nx.__version__}.\n"
    )
    verdicts(graphs, limit)
    listings(graphs, limit)


if __name__ == "__main__":
    main()
