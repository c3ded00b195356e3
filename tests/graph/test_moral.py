from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.graph.moral import moral_graph
from causal_core.problem import GraphError
from tests.graph.strategies import graphs, questions


@given(graphs(6, latent=False, bidirected=False, selected=False))
def test_without_bidirected_edges_it_is_the_moral_graph_of_networkx(graph: CausalGraph) -> None:
    found = moral_graph(graph)
    every = {frozenset(pair) for pair in found.lines} | {frozenset((m.one, m.other)) for m in found.marriages}
    assert every == {frozenset(pair) for pair in nx.moral_graph(graph.to_networkx()).edges}
    assert found.nodes == graph.nodes
    for marriage in found.marriages:
        assert marriage.common
        assert set(marriage.through) == graph.children(marriage.one) & graph.children(marriage.other)


@given(questions(), st.data())
def test_separation_in_it_is_d_separation(
    question: tuple[CausalGraph, str, str], data: st.DataObject
) -> None:
    graph, x, y = question
    rest = sorted(set(graph.nodes) - {x, y})
    condition = data.draw(st.sets(st.sampled_from(rest)) if rest else st.just(set()))
    found = moral_graph(graph, [x, y, *condition])
    assert set(found.nodes) == graph.ancestors([x, y, *condition, *graph.selected])
    plain = nx.Graph(found.lines)
    plain.add_edges_from((marriage.one, marriage.other) for marriage in found.marriages)
    plain.add_nodes_from([x, y])
    plain.remove_nodes_from(condition | graph.selected)
    assert (not nx.has_path(plain, x, y)) == graph.is_d_separated(x, y, condition)


@given(graphs(6))
def test_every_marriage_runs_through_colliders(graph: CausalGraph) -> None:
    for marriage in moral_graph(graph).marriages:
        assert marriage.through
        if marriage.common:
            continue
        trail = [marriage.one, *marriage.through, marriage.other]
        for a, b in pairwise(marriage.through):
            assert b in graph.siblings(a)
        for end, inner in (trail[:2], trail[:-3:-1]):
            assert inner in graph.children(end) | graph.siblings(end)


def test_marriages_are_put_in_words() -> None:
    graph = CausalGraph(edges=[("a", "c"), ("b", "c"), ("c", "d"), ("e", "f")], bidirected=[("c", "f")])
    assert {(m.one, m.other): m.through for m in moral_graph(graph).marriages} == {
        ("a", "b"): ("c",),
        ("a", "e"): ("c", "f"),
        ("a", "f"): ("c",),
        ("c", "e"): ("f",),
        ("b", "e"): ("c", "f"),
        ("b", "f"): ("c",),
    }
    words = {(m.one, m.other): m.text for m in moral_graph(graph).marriages}
    assert words["a", "b"] == "a and b are joined because of a common effect: c."
    assert words["a", "e"] == (
        "a and e are joined through the colliders c and f, reached by a hidden common cause."
    )
    assert moral_graph(graph, "d").nodes == ("a", "c", "b", "d")
    assert [m.text for m in moral_graph(graph, ["a", "b"]).marriages] == []


def test_names_are_checked() -> None:
    with pytest.raises(GraphError, match="q is not a node"):
        moral_graph(CausalGraph(edges=[("x", "y")]), "q")
