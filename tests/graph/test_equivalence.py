from __future__ import annotations

from itertools import combinations, product
from math import factorial
from time import process_time

import pytest
from hypothesis import given

from causal_core import CausalGraph
from causal_core.problem import GraphError
from tests.graph.strategies import graphs


def signature(edges: set[tuple[str, str]]) -> tuple[frozenset[frozenset[str]], frozenset[tuple[object, str]]]:
    """Skeleton and unshielded colliders."""
    skeleton = frozenset(frozenset(edge) for edge in edges)
    colliders = frozenset(
        (frozenset({a, b}), c)
        for (a, c), (b, d) in combinations(sorted(edges), 2)
        if c == d and frozenset({a, b}) not in skeleton
    )
    return skeleton, colliders


def members(graph: CausalGraph) -> list[set[tuple[str, str]]]:
    """Every DAG of the class, by trying all orientations."""
    found = []
    for turns in product([False, True], repeat=len(graph.edges)):
        edges = {(b, a) if turn else (a, b) for (a, b), turn in zip(graph.edges, turns, strict=True)}
        if signature(edges) != signature(set(graph.edges)):
            continue
        try:
            CausalGraph(edges=edges)
        except GraphError:
            continue
        found.append(edges)
    return found


@given(graphs(5, latent=False, bidirected=False, selected=False))
def test_size_and_compelled_agree_with_enumeration(graph: CausalGraph) -> None:
    every = members(graph)
    result = graph.equivalence_class()
    assert result.size == len(every)
    assert set(result.compelled) == set.intersection(*every)
    assert sorted(result.compelled + result.reversible) == sorted(graph.edges)


@pytest.mark.parametrize(
    ("edges", "size", "compelled"),
    [
        ([("a", "b"), ("b", "c")], 3, ()),
        ([("a", "c"), ("b", "c")], 1, (("a", "c"), ("b", "c"))),
        ([("a", "c"), ("b", "c"), ("c", "d")], 1, (("a", "c"), ("b", "c"), ("c", "d"))),
        ([("z", "x"), ("z", "y"), ("x", "y")], 6, ()),
    ],
)
def test_small_classes(
    edges: list[tuple[str, str]], size: int, compelled: tuple[tuple[str, str], ...]
) -> None:
    result = CausalGraph(edges=edges).equivalence_class()
    assert (result.size, result.compelled) == (size, compelled)


def test_large_classes_are_counted_quickly() -> None:
    names = [f"v{i}" for i in range(200)]
    start = process_time()
    complete = CausalGraph(edges=combinations(names, 2))
    assert complete.equivalence_class().size == factorial(200)
    band = CausalGraph(
        edges=[(names[i], names[j]) for i in range(200) for j in range(i + 1, min(i + 4, 200))]
    )
    assert band.equivalence_class().size == 24 + 18 * 196  # each node after the fourth adds 18
    assert process_time() - start < 5


def test_six_node_chordal_graphs_are_counted_right() -> None:
    graph = CausalGraph(edges=[(a, b) for a, b in combinations("abcdef", 2) if ord(b) - ord(a) < 3])
    assert graph.equivalence_class().size == len(members(graph))
    tree = CausalGraph(edges=[("a", "b"), ("a", "c"), ("c", "d"), ("c", "e"), ("e", "f"), ("c", "f")])
    assert tree.equivalence_class().size == len(members(tree))


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (CausalGraph(edges=[("u", "x")], latent="u"), "has latent nodes: u."),
        (CausalGraph(nodes=["x", "y"], bidirected=[("x", "y")]), "has bidirected edges: x <-> y."),
        (CausalGraph(edges=[("x", "s")], selected="s"), "has selected nodes: s."),
    ],
)
def test_other_graphs_are_refused_in_words(graph: CausalGraph, message: str) -> None:
    with pytest.raises(GraphError, match=message):
        graph.equivalence_class()
