from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, check_adjustment
from causal_core.identification.pair import read_pair
from causal_core.identification.set_answer import set_answer
from causal_core.problem import GraphError
from tests.identification import brute


def test_the_verdict_names_the_nodes_that_block():
    graph = CausalGraph.from_text("x -> m -> y; x <- z -> y; x -> c <- y")
    found = read_pair(graph, "x", "y", ["z", "m"])
    assert (found.separated, found.title) == (True, "x and y are separated given m and z.")
    assert found.reason == (
        "Every path is blocked, by: c, a collider that is not adjusted for (1 path); m (1 path); z (1 path)."
    )
    assert found.remedy == ""
    assert read_pair(graph, "m", "z", "x").reason == (
        "Every path is blocked, by: x (3 paths); c, a collider that is not adjusted for (2 paths); "
        "y, a collider that is not adjusted for (1 path)."
    )


def test_the_verdict_counts_what_flows_and_says_what_would_stop_it():
    graph = CausalGraph.from_text("x -> m -> y; x <- z -> y; x -> c <- y; c -> d")
    found = read_pair(graph, "x", "y", "d")
    assert found.title == "x and y are connected given d."
    assert found.reason == (
        "3 of 3 paths are open: 1 from x to y along arrows, 2 not causal. "
        "Opened by conditioning: the collider c."
    )
    assert found.remedy == "Adjusting for m and z alone would separate them."
    assert read_pair(graph, "y", "x").reason == (
        "2 of 3 paths are open: 1 from x to y along arrows, 1 not causal."
    )


def test_what_can_never_be_separated_says_why():
    graph = CausalGraph(
        edges=[("x", "y"), ("u", "a"), ("u", "b")], bidirected=[("p", "q")], latent="u", nodes=["p", "q"]
    )
    assert read_pair(graph, "y", "x").remedy == "An arrow joins them, so no adjustment can separate them."
    assert read_pair(graph, "p", "q").remedy == (
        "A hidden common cause joins them, so no adjustment can separate them."
    )
    assert read_pair(graph, "a", "b").remedy == "No set of observed nodes separates them."
    collider = CausalGraph.from_text("x -> c <- y")
    assert read_pair(collider, "x", "y", "c").remedy == (
        "With nothing adjusted for they are separated: adjusting for c connects them."
    )
    assert read_pair(graph, "x", "a").reason == "No path runs between them."


def test_selected_nodes_are_named():
    graph = CausalGraph.from_text("dag { s [selected]; x -> s <- y }")
    found = read_pair(graph, "x", "y")
    assert found.title == "x and y are connected with nothing adjusted for among rows selected on s."


def test_a_list_cut_short_still_shows_an_open_path():
    names = [f"v{i:02}" for i in range(20)]
    graph = CausalGraph(edges=combinations(names, 2)).without(edges=[("v00", "v19")])
    held = names[1:18]
    found = read_pair(graph, "v00", "v19", held, limit=5)
    assert not found.separated
    assert (len(found.paths), found.paths.complete) == (6, False)
    assert [path.text for path in found.paths if path.open] == ["v00 -> v18 -> v19"]
    assert found.reason == "1 of 6 paths listed is open: 1 from v00 to v19 along arrows."
    closed = read_pair(graph, "v00", "v19", names[1:19], limit=5)
    assert closed.reason.startswith("Every path is blocked; the 5 listed by: v01 (1 path);")


@given(brute.graphs(latents=True), st.data())
def test_the_verdict_is_separation_and_agrees_with_its_paths(graph, data):
    rest = sorted(set(graph.nodes) - {"x", "y"})
    held = data.draw(st.sets(st.sampled_from(rest)))
    found = read_pair(graph, "x", "y", held)
    assert found.separated == brute.separated(graph.to_networkx(), "x", "y", held)
    assert found.separated == (not any(path.open for path in found.paths))
    short = read_pair(graph, "x", "y", held, limit=1)
    assert found.separated == short.separated == (not any(path.open for path in short.paths))


def test_the_three_answers_are_different():
    confounded = CausalGraph.from_text("c -> x; c -> y; x -> y; x -> m -> y; x -> k <- y")
    right = set_answer(confounded, "x", "y", "c")
    assert (right.kind, right.title, right.good) == ("right", "This set is right.", True)
    wrong = set_answer(confounded, "x", "y", ["c", "m"])
    assert (wrong.kind, wrong.title, wrong.culprits) == (
        "wrong",
        "Your set is wrong because of m.",
        ("m",),
    )
    bare = set_answer(confounded, "x", "y")
    assert (bare.kind, bare.title) == ("wrong", "The empty set does not suffice.")
    other = CausalGraph.from_text("c -> x; c -> y; x -> y; z -> y")
    assert set_answer(other, "x", "y", "z").title == "Your set is wrong because of what it leaves out."
    free = CausalGraph.from_text("x -> y; z -> y")
    assert (set_answer(free, "x", "y").kind, set_answer(free, "x", "y").title) == (
        "empty",
        "The empty set suffices.",
    )
    assert set_answer(free, "x", "y", "z").reason.endswith(" The empty set suffices as well.")
    hidden = CausalGraph(edges=[("x", "y")], bidirected=[("x", "y")])
    none = set_answer(hidden, "x", "y")
    assert (none.kind, none.title) == ("none", "No set exists.")
    assert none.reason.startswith("The path x <-> y stays open whatever is adjusted for")
    after = CausalGraph.from_text("dag { s [selected]; x -> y; y -> s }")
    assert set_answer(after, "x", "y").reason.startswith("s is caused by the outcome")


@given(brute.graphs(), st.data())
def test_the_answer_follows_the_sets(graph, data):
    held = data.draw(st.sets(st.sampled_from(sorted(graph.observed - {"x", "y"}) or ["x"]))) - {"x"}
    found = set_answer(graph, "x", "y", held)
    assert found.good == check_adjustment(graph, "x", "y", held).valid
    assert (found.kind == "none") == (not adjustment_sets(graph, "x", "y"))
    assert (found.kind == "empty") == (found.good and not held)


def test_names_are_checked():
    with pytest.raises(GraphError, match="q is not a node"):
        read_pair(CausalGraph.from_text("x -> y"), "x", "q")
