from __future__ import annotations

from itertools import combinations
from time import monotonic

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.problem import GraphError
from tests.graph.strategies import questions


@given(questions(5), st.data())
def test_all_simple_paths_and_openness_is_connection(
    question: tuple[CausalGraph, str, str], data: st.DataObject
) -> None:
    graph, x, y = question
    rest = sorted(set(graph.nodes) - {x, y})
    condition = data.draw(st.sets(st.sampled_from(rest)) if rest else st.just(set()))
    skeleton = nx.MultiGraph()
    skeleton.add_nodes_from(graph.nodes)
    skeleton.add_edges_from([*graph.edges, *graph.bidirected])
    found = graph.paths(x, y, condition)
    assert sorted(path.nodes for path in found) == sorted(
        tuple(path) for path in nx.all_simple_paths(skeleton, x, y)
    )
    assert len({path.text for path in found}) == len(found)
    assert any(path.open for path in found) != graph.is_d_separated(x, y, condition)
    assert [len(path.nodes) for path in found] == sorted(len(path.nodes) for path in found)
    assert all(path.reason.startswith("Open: " if path.open else "Blocked: ") for path in found)


@pytest.fixture
def graph() -> CausalGraph:
    return CausalGraph(
        edges=[
            ("x", "y"),
            ("x", "m"),
            ("m", "y"),
            ("z", "x"),
            ("z", "y"),
            ("x", "c"),
            ("y", "c"),
            ("c", "d"),
        ],
        bidirected=[("x", "y")],
    )


def test_every_path_says_why(graph: CausalGraph) -> None:
    assert [(path.text, path.causal, path.open, path.reason) for path in graph.paths("x", "y")] == [
        ("x -> y", True, True, "Open: x causes y directly, with no node between that could block it."),
        ("x <-> y", False, True, "Open: x and y share a hidden cause, and no adjustment can block that."),
        ("x -> m -> y", True, True, "Open: m is a link of a chain and is not adjusted for."),
        ("x <- z -> y", False, True, "Open: z is a common cause (x <- z -> y) that is not adjusted for."),
        (
            "x -> c <- y",
            False,
            False,
            "Blocked: c is a collider (x -> c <- y), "
            "and neither it nor any of its descendants is adjusted for.",
        ),
    ]


def test_conditioning_turns_the_verdicts_round(graph: CausalGraph) -> None:
    reasons = {path.text: (path.open, path.reason) for path in graph.paths("x", "y", ["m", "z", "d"])}
    assert reasons["x -> m -> y"] == (
        False,
        "Blocked: m is a link of the chain x -> m -> y, and it is adjusted for.",
    )
    assert reasons["x <- z -> y"] == (
        False,
        "Blocked: z is the common cause in the fork x <- z -> y, and it is adjusted for.",
    )
    assert reasons["x -> c <- y"] == (
        True,
        "Open: c is a collider (x -> c <- y), opened because its descendant d is adjusted for: "
        "d is an effect of the collider c, so conditioning on d partly conditions on c.",
    )


def test_a_path_names_its_blockers_openers_and_edges(graph: CausalGraph) -> None:
    found = {path.text: path for path in graph.paths("x", "y", ["m", "d"])}
    assert (found["x -> m -> y"].blockers, found["x -> m -> y"].openers) == (("m",), ())
    assert (found["x -> c <- y"].blockers, found["x -> c <- y"].openers) == ((), ("c",))
    assert found["x -> c <- y"].edges == (("x", "c"), ("y", "c"))
    assert found["x <-> y"].edges == (frozenset("xy"),)
    back = graph.paths("y", "x")
    assert [path.text for path in back if path.backward] == ["y <- x", "y <- m <- x"]
    assert not any(path.backward or path.causal for path in back if path.text == "y <- z -> x")


def test_selection_latents_and_direction_are_put_in_words() -> None:
    graph = CausalGraph(edges=[("u", "x"), ("u", "y"), ("x", "s"), ("y", "s")], latent="u", selected="s")
    assert [path.reason for path in graph.paths("x", "y")] == [
        "Open: u is a common cause (x <- u -> y) that is latent and cannot be adjusted for.",
        "Open: s is a collider (x -> s <- y), "
        "opened because it is selected, that is, conditioned on by design.",
    ]
    direct = graph.paths("x", "u")[0].reason
    assert direct == "Open: u causes x directly, with no node between that could block it."


def test_sets_of_ends_give_proper_paths() -> None:
    graph = CausalGraph(edges=[("a", "b"), ("b", "y"), ("y", "z")])
    assert [path.text for path in graph.paths(["a", "b"], ["y", "z"])] == ["b -> y"]


def test_names_are_checked() -> None:
    with pytest.raises(GraphError, match="q is not a node"):
        CausalGraph(edges=[("x", "y")]).paths("x", "q")


def test_an_exponential_listing_gives_the_shortest_first_and_stops() -> None:
    names = [f"v{i:03}" for i in range(200)]
    graph = CausalGraph(edges=combinations(names, 2))
    start = monotonic()
    found = graph.paths("v000", "v199", limit=300)
    assert (len(found), found.complete) == (300, False)
    assert [len(path.nodes) for path in found] == [2] + 198 * [3] + 101 * [4]
    assert monotonic() - start < 3
    assert not graph.paths("v000", "v199", seconds=0.2).complete
    assert monotonic() - start < 6


def test_paths_of_a_disconnected_pair_end_at_once() -> None:
    names = [f"v{i:03}" for i in range(60)]
    graph = CausalGraph(edges=combinations(names, 2), nodes=["alone"])
    listing = graph.paths("v000", "alone", seconds=5)
    assert (len(listing), listing.complete) == (0, True)
