from __future__ import annotations

import random
from itertools import combinations
from math import dist
from time import process_time

import pytest
from hypothesis import given

from causal_core import CausalGraph
from causal_core.graph.layout import layered, placed
from tests.graph.strategies import graphs, questions


@given(graphs(8))
def test_arrows_point_right_and_nodes_keep_apart(graph: CausalGraph) -> None:
    places = layered(graph)
    assert list(places) == list(graph.nodes)
    assert all(places[a][0] < places[b][0] for a, b in graph.edges)
    assert all(dist(places[a], places[b]) >= 1 for a, b in combinations(graph.nodes, 2))


@given(questions())
def test_a_question_sets_the_main_row(question: tuple[CausalGraph, str, str]) -> None:
    graph, x, y = question
    places = layered(graph, x, y)
    assert places[x][1] == places[y][1] == 0
    assert all(places[a][0] < places[b][0] for a, b in graph.edges)
    assert (places[x][0] < places[y][0]) == (y not in graph.ancestors(x))
    assert all(dist(places[a], places[b]) >= 1 for a, b in combinations(graph.nodes, 2))


def test_confounders_stand_above_and_mediators_between() -> None:
    graph = CausalGraph.from_text("dag { z -> t; c -> {t y}; t -> m -> y; y -> k }")
    assert layered(graph, "t", "y") == {
        "z": (0.0, 0.0),
        "t": (1.0, 0.0),
        "c": (0.0, -1.5),
        "y": (3.0, 0.0),
        "m": (2.0, 0.0),
        "k": (4.0, 1.0),
    }
    direct = graph.replace(edges=[*graph.edges, ("t", "y")])
    assert layered(direct, "t", "y")["m"] == (2.0, 0.5)


def test_nodes_without_edges_stand_below_the_rest() -> None:
    graph = CausalGraph(edges=[("x", "y")], nodes=["a", "b", "c"])
    places = layered(graph)
    assert [places[node] for node in "abc"] == [(0.0, 1.0), (1.0, 1.0), (0.0, 2.0)]
    assert layered(CausalGraph()) == {}


@pytest.mark.parametrize("share", [0.02, 0.2, 1.0])
def test_two_hundred_nodes_are_quick_and_repeatable(share: float) -> None:
    pick = random.Random(1)  # noqa: S311 - a drawing, not a secret
    names = [f"v{i:03}" for i in range(200)]
    graph = CausalGraph(edges=[pair for pair in combinations(names, 2) if pick.random() < share], nodes=names)
    start = process_time()
    places = layered(graph, "v050", "v150")
    assert process_time() - start < 5
    assert places == layered(graph, "v050", "v150")


def test_own_positions_are_kept_and_scaled_to_the_unit() -> None:
    graph = CausalGraph(edges=[("x", "y")], positions={"x": (0, 0), "y": (300, 0)})
    assert placed(graph) == {"x": (0.0, 0.0), "y": (1.0, 0.0)}
    assert placed(graph.with_positions({"x": (0, 0), "y": (0, 0)})) == layered(graph)
    assert placed(graph.with_positions({"x": (0, 0)})) == layered(graph)
