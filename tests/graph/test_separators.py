from __future__ import annotations

from collections.abc import Collection
from itertools import combinations, islice
from time import process_time

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.graph.separators import minimal_separator, minimal_separators
from causal_core.problem import GraphError
from tests.graph.strategies import questions


def brute_force(
    graph: CausalGraph, x: str, y: str, include: Collection[str], allowed: Collection[str]
) -> set[frozenset[str]]:
    """All sets between `include` and `include` with `allowed` that separate and hold no smaller such set."""
    directed = graph.to_networkx()
    found: list[frozenset[str]] = []
    free = sorted(set(allowed) - {x, y} - set(include) - graph.selected)
    for size in range(len(free) + 1):
        for extra in combinations(free, size):
            candidate = frozenset(include) | set(extra)
            if any(smaller <= candidate for smaller in found):
                continue
            if nx.is_d_separator(directed, {x}, {y}, candidate | graph.selected):
                found.append(candidate)
    return {candidate - graph.selected for candidate in found}


@given(questions(), st.data())
def test_the_listing_agrees_with_brute_force(
    question: tuple[CausalGraph, str, str], data: st.DataObject
) -> None:
    graph, x, y = question
    rest = sorted(set(graph.nodes) - {x, y})
    subsets = st.sets(st.sampled_from(rest)) if rest else st.just(set())
    include = data.draw(subsets)
    allowed = data.draw(st.none() | subsets)
    expected = brute_force(graph, x, y, include, graph.observed if allowed is None else allowed)
    found = list(minimal_separators(graph, x, y, include, allowed))
    assert len(found) == len(set(found))
    assert set(found) == expected
    nearest = minimal_separator(graph, x, y, include, allowed)
    assert nearest in expected if expected else nearest is None


def test_the_nearest_separator_hugs_x() -> None:
    graph = CausalGraph(edges=[("x", "a"), ("a", "b"), ("b", "y")])
    assert minimal_separator(graph, "x", "y") == {"a"}
    assert minimal_separator(graph, "y", "x") == {"b"}
    assert list(minimal_separators(graph, "x", "y")) == [{"a"}, {"b"}]
    assert list(minimal_separators(graph, "x", "y", include="b")) == [{"b"}]
    assert list(minimal_separators(graph, "x", "y", allowed=())) == []


def test_no_set_and_the_empty_set_are_different_answers() -> None:
    graph = CausalGraph(edges=[("x", "y"), ("y", "c"), ("z", "c")])
    assert list(minimal_separators(graph, "x", "y")) == []
    assert list(minimal_separators(graph, "x", "z")) == [frozenset()]


def test_sets_of_nodes_are_separated_together() -> None:
    graph = CausalGraph(edges=[("a", "m"), ("b", "n"), ("m", "y"), ("n", "z")])
    assert set(minimal_separators(graph, ["a", "b"], ["y", "z"])) == {frozenset("mn")}


def test_unknown_names_are_refused_at_once() -> None:
    with pytest.raises(GraphError, match="q is not a node"):
        minimal_separators(CausalGraph(edges=[("x", "y")]), "x", "q")


def test_an_exponential_listing_starts_at_once() -> None:
    edges = [pair for i in range(60) for pair in (("x", f"a{i}"), (f"a{i}", f"b{i}"), (f"b{i}", "y"))]
    graph = CausalGraph(edges=edges)
    start = process_time()
    found = list(islice(minimal_separators(graph, "x", "y"), 20))
    assert process_time() - start < 1
    assert len(set(found)) == 20
    assert {len(each) for each in found} == {60}
