from __future__ import annotations

from itertools import combinations
from time import process_time

import pytest
from hypothesis import given

from causal_core import CausalGraph
from causal_core.charts.colours import ROLE_COLOURS
from causal_core.graph.roles import instruments_given, role_sentence, role_sentences, roles
from causal_core.problem import GraphError
from tests.graph.strategies import questions


@pytest.fixture
def graph() -> CausalGraph:
    return CausalGraph.from_text(
        """dag { age -> {treat re78}; z -> treat; treat -> {job re78 sick}; job -> re78; re78 -> sick;
        prior -> re78; sick -> visit; u [latent]; u -> {treat re78}; alone; w <-> treat; w -> re78 }"""
    )


def test_every_kind_of_node_has_its_role(graph: CausalGraph) -> None:
    assert roles(graph, "treat", "re78") == {
        "age": "confounder",
        "treat": "treatment",
        "re78": "outcome",
        "z": "instrument",
        "job": "mediator",
        "sick": "collider",
        "prior": "ancestor",
        "visit": "descendant",
        "u": "latent",
        "alone": "other",
        "w": "confounder",
    }


def test_every_role_comes_with_a_sentence(graph: CausalGraph) -> None:
    expected = {
        "treat": "treat is the treatment: the question is what changing it does to re78.",
        "age": "age is a confounder: it causes both treat and re78, "
        "so the two go together even without an effect.",
        "w": "w is a confounder: it causes re78 and shares a hidden cause with treat, "
        "so the two go together even without an effect.",
        "z": "z is an instrument: it moves treat and is tied to re78 only through treat.",
        "job": "job is a mediator: treat acts on re78 through it, "
        "so adjusting for it would hide part of the effect.",
        "u": "u is latent, so nothing can adjust for it: it causes both treat and re78.",
        "prior": "prior causes re78 but not treat; adjusting for it can sharpen the estimate.",
        "visit": "visit is an effect of treat and of re78: it comes after both.",
        "alone": "alone has no tie to treat or re78.",
    }
    assert {node: role_sentence(graph, node, "treat", "re78") for node in expected} == expected


def test_a_conditional_instrument_names_its_condition() -> None:
    graph = CausalGraph.from_text("dag { w -> {z y}; z -> t; t -> y; t <-> y }")
    assert roles(graph, "t", "y")["z"] == "instrument"
    assert role_sentence(graph, "z", "t", "y") == (
        "z is an instrument given w: it moves t and, once w is adjusted for, is tied to y only through t. "
        "With nothing adjusted for, a back-door path ties it to y as well."
    )
    assert instruments_given(graph, "t", "y") == {"z": frozenset("w")}
    plain = CausalGraph.from_text("dag { z -> t -> y; t <-> y }")
    assert instruments_given(plain, "t", "y") == {}


def test_the_middle_of_an_m_is_a_collider() -> None:
    graph = CausalGraph.from_text("dag { u1 [latent] u2 [latent] u1 -> {t m}; u2 -> {y m}; t -> y }")
    assert roles(graph, "t", "y")["m"] == "collider"
    shared = CausalGraph.from_text("dag { u -> {t y a b}; a -> m <- b; t -> y }")
    assert roles(shared, "t", "y")["m"] == "proxy"


def test_the_lesser_roles_and_their_sentences() -> None:
    graph = CausalGraph.from_text(
        """dag { u [latent]; s [selected]; h [latent]; u -> {t y p}; t -> y; y -> late; t -> after;
        h -> {t friend}; h -> y; y -> s; k [latent]; k -> y; far -> near }"""
    )
    assert {node: roles(graph, "t", "y")[node] for node in ("p", "late", "after", "s", "k", "near")} == {
        "p": "proxy",
        "late": "descendant",
        "after": "descendant",
        "s": "other",
        "k": "latent",
        "near": "other",
    }
    sentences = role_sentences(graph, "t", "y")
    assert list(sentences) == list(graph.nodes)
    assert sentences == {node: role_sentence(graph, node, "t", "y") for node in graph.nodes}
    assert {node: sentences[node] for node in ("p", "late", "after", "s", "u", "k", "near")} == {
        "p": "p is a proxy: it is an effect of u, which causes both t and y.",
        "late": "late is an effect of y: it comes after the outcome.",
        "after": "after is an effect of t: it comes after the treatment.",
        "s": "s is an effect of y: it comes after the outcome. "
        "The rows are selected on it, so it is always held fixed.",
        "u": "u is latent, so nothing can adjust for it: it causes both t and y.",
        "k": "k is latent, so nothing can adjust for it: it causes y but not t.",
        "near": "near has no tie to t or y.",
    }


@given(questions())
def test_the_lesser_roles_are_what_the_ancestors_say(question: tuple[CausalGraph, str, str]) -> None:
    graph, x, y = question
    for node, role in roles(graph, x, y).items():
        if role == "ancestor":
            assert node in graph.ancestors(y) - graph.descendants(x)
        if role == "descendant":
            assert node in graph.descendants([x, y]) - graph.ancestors([x, y]) or node in graph.ancestors(x)
        if role == "proxy":
            assert node not in graph.descendants([x, y]) | graph.ancestors([x, y])
            assert graph.ancestors(node) & graph.ancestors(x) & graph.ancestors(y)


@given(questions())
def test_mediators_and_confounders_are_what_the_ancestors_say(question: tuple[CausalGraph, str, str]) -> None:
    graph, x, y = question
    found = roles(graph, x, y)
    assert set(found) == set(graph.nodes)
    assert set(found.values()) <= set(ROLE_COLOURS)
    for node, role in found.items():
        if role == "mediator":
            assert node in graph.descendants(x) & graph.ancestors(y)
        if role in {"confounder", "instrument"}:
            assert node not in graph.descendants(x)
        assert role_sentence(graph, node, x, y).startswith(node)


def test_two_hundred_dense_nodes_are_quick() -> None:
    names = [f"v{i:03}" for i in range(200)]
    graph = CausalGraph(edges=combinations(names, 2))
    start = process_time()
    found = roles(graph, "v100", "v150")
    assert process_time() - start < 3
    assert (found["v000"], found["v120"], found["v180"]) == ("confounder", "mediator", "collider")


def test_names_are_checked(graph: CausalGraph) -> None:
    with pytest.raises(GraphError, match="q is not a node"):
        roles(graph, "treat", "q")
    with pytest.raises(GraphError, match="treat stands on both sides"):
        roles(graph, "treat", "treat")
