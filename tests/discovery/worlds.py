"""Known truths: random graphs, tests that answer from a graph, and data drawn from one."""

from itertools import combinations

import numpy as np
import pandas as pd

from causal_core.data.frames import arrow_of
from causal_core.data.table import write_table
from causal_core.discovery.asking import Clock, Questions
from causal_core.discovery.knowledge import Knowledge, Rules
from causal_core.graph import CausalGraph


def random_dag(rng, size, share, names=None):
    """A DAG on `size` nodes listed in an order that tells nothing, each pair joined with chance `share`."""
    names = names or [f"v{number}" for number in range(size)]
    order = rng.permutation(size)
    edges = [
        (names[order[i]], names[order[j]]) for i, j in combinations(range(size), 2) if rng.random() < share
    ]
    return CausalGraph(edges, nodes=names)


def questions(graph, columns, knowledge=None):
    """Questions answered without error: by d-separation in the graph."""
    rules = Rules.of(knowledge or Knowledge(), columns)

    def answer(x, y, given):
        apart = graph.is_d_separated(columns[x], columns[y], [columns[each] for each in given])
        return 1.0 if apart else 0.0

    clock = Clock(60)
    return Questions(answer, 0.5, rules, clock), rules, clock


def drawn(graph, rows, seed, noise="laplace", low=0.5, high=1.0):
    """Rows of a linear model with this graph, effects of either sign between `low` and `high`."""
    rng = np.random.default_rng(seed)
    values = {}
    for node in graph.topological_order():
        shock = rng.laplace(size=rows) if noise == "laplace" else rng.normal(size=rows)
        causes = sorted(graph.parents(node))
        weights = rng.uniform(low, high, len(causes)) * rng.choice([-1, 1], len(causes))
        values[node] = sum((w * values[c] for w, c in zip(weights, causes, strict=True)), shock)
    return pd.DataFrame({node: values[node] for node in graph.nodes if node not in graph.latent})


def table_of(frame, folder):
    return write_table(arrow_of(frame), folder)


def arrows(suggestion):
    return {(edge.one, edge.other) for edge in suggestion.edges if edge.mark == "->"}


def lines(suggestion):
    return {edge.pair for edge in suggestion.edges if edge.mark == "--"}


def hamming(suggestion, graph):
    """Structural Hamming distance to the equivalence class of a DAG: pairs joined otherwise than there."""
    shared = set(graph.equivalence_class().compelled)
    free = {frozenset(edge) for edge in graph.edges if edge not in shared}
    truth = {frozenset(edge): edge for edge in shared} | dict.fromkeys(free, "--")
    found = {frozenset(edge): edge for edge in arrows(suggestion)}
    found |= dict.fromkeys(lines(suggestion), "--")
    return sum(truth.get(pair) != found.get(pair) for pair in truth.keys() | found.keys())
