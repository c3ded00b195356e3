from __future__ import annotations

from time import process_time

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.problem import GraphError
from tests.graph.strategies import questions


@given(questions(), st.data())
def test_separation_agrees_with_networkx(question: tuple[CausalGraph, str, str], data: st.DataObject) -> None:
    graph, x, y = question
    rest = sorted(set(graph.nodes) - {x, y})
    condition = data.draw(st.sets(st.sampled_from(rest)) if rest else st.just(set()))
    expected = nx.is_d_separator(graph.to_networkx(), {x}, {y}, condition | graph.selected)
    assert graph.is_d_separated(x, y, condition) == expected
    assert graph.is_d_separated(y, x, condition) == expected


def test_a_bidirected_edge_connects_and_a_collider_blocks() -> None:
    graph = CausalGraph(edges=[("c", "d")], bidirected=[("x", "c"), ("c", "y")], nodes=["x", "c", "y"])
    assert graph.is_d_separated("x", "y")
    assert not graph.is_d_separated("x", "c")
    assert not graph.is_d_separated("x", "y", "c")
    assert not graph.is_d_separated("x", "y", ["d"])


def test_sets_are_separated_when_every_pair_is() -> None:
    graph = CausalGraph(edges=[("a", "m"), ("b", "m"), ("m", "y"), ("b", "z")])
    assert graph.is_d_separated(["a", "b"], "y", "m")
    assert not graph.is_d_separated(["a", "b"], ["y", "z"], "m")


def test_selected_nodes_are_conditioned_on() -> None:
    graph = CausalGraph(edges=[("x", "s"), ("y", "s")], selected="s")
    assert not graph.is_d_separated("x", "y")
    assert graph.replace(selected=()).is_d_separated("x", "y")


@pytest.mark.parametrize(
    ("x", "y", "condition", "message"),
    [
        ("x", "q", (), "q is not a node of the graph."),
        ("x", "x", (), "x stands on both sides of the question."),
        ("x", "y", "y", "y is both asked about and conditioned on."),
        ("x", "s", (), "s is a selected node"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    x: str, y: str, condition: str | tuple[str, ...], message: str
) -> None:
    graph = CausalGraph(edges=[("x", "y"), ("y", "s")], selected="s")
    with pytest.raises(GraphError, match=message):
        graph.is_d_separated(x, y, condition)


def test_two_hundred_dense_nodes_take_milliseconds() -> None:
    names = [f"v{i}" for i in range(200)]
    graph = CausalGraph(
        edges=[(names[i], names[j]) for i in range(200) for j in range(i + 1, 200) if i + j != 199]
    )
    assert not graph.is_d_separated("v0", "v199", names[100:150])
    start = process_time()
    for _ in range(10):
        graph.is_d_separated("v0", "v199", names[100:150])
    assert process_time() - start < 0.2
