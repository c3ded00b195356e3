from itertools import pairwise
from time import perf_counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, check_adjustment
from causal_core.identification.adjustment import why_no_adjustment
from causal_core.identification.question import Question
from causal_core.problem import GraphError, Problem
from tests.identification.brute import graphs, minimal, separated, subsets

FORK = CausalGraph([("c", "x"), ("c", "y"), ("x", "y")])
CHAIN = CausalGraph([("c", "x"), ("c", "y"), ("x", "m"), ("m", "y"), ("m", "d"), ("y", "e")])
M_BIAS = CausalGraph(
    [("u", "x"), ("u", "b"), ("v", "b"), ("v", "y"), ("b", "x"), ("b", "y"), ("x", "y")], latent={"u", "v"}
)


def valid_by_definition(graph, treatments, outcomes, candidate, effect, selection):
    """The criterion spelled out: forbidden nodes from the listed causal paths, d-separation by networkx."""
    directed = graph.to_networkx()
    held = candidate | selection
    if effect == "direct":
        forbidden = set().union(*(nx.descendants(directed, y) for y in outcomes))
        cut = [(x, y) for x in treatments for y in outcomes if directed.has_edge(x, y)]
    else:
        causal = [
            path
            for x in treatments
            for y in outcomes
            for path in nx.all_simple_paths(directed, x, y)
            if not set(path[1:]) & treatments
        ]
        inner = {node for path in causal for node in path[1:]}
        forbidden = inner.union(*(nx.descendants(directed, node) for node in inner))
        cut = [next(pairwise(path)) for path in causal]
    directed.remove_edges_from(cut)
    return not held & forbidden and separated(directed, treatments, outcomes, held)


@settings(max_examples=150, deadline=None)
@given(
    graphs(selected=True),
    st.sampled_from(["total", "direct"]),
    st.sampled_from([(), ("a",)]),
    st.sampled_from([(), ("b",)]),
    st.booleans(),
)
def test_sets_are_those_of_the_definition(graph, effect, include, exclude, several):
    treatments = {"x", "b"} if several and "b" in graph.observed - graph.selected else {"x"}
    include = frozenset(include) & frozenset(graph.nodes)
    exclude = frozenset(exclude) & frozenset(graph.nodes)
    free = graph.observed - treatments - {"y"} - graph.selected
    valid = [
        candidate
        for candidate in subsets(free)
        if valid_by_definition(graph, treatments, {"y"}, candidate, effect, graph.selected)
    ]
    held = include - graph.selected
    expected = minimal([v for v in valid if held <= v and not v & exclude])
    found = adjustment_sets(graph, treatments, "y", effect, include, exclude)
    assert tuple(found) == expected
    assert found.complete
    for candidate in subsets(free):
        check = check_adjustment(graph, treatments, "y", candidate, effect)
        assert check.valid == (candidate in valid)
        assert check.reason.endswith(".")
    question = Question.ask(graph, treatments, "y", effect)
    assert (why_no_adjustment(question) == "") == bool(valid)


def test_no_set_and_the_empty_set_are_different_answers():
    assert tuple(adjustment_sets(CausalGraph([("x", "y")]), "x", "y")) == (frozenset(),)
    assert tuple(adjustment_sets(CausalGraph([("x", "y")], [("x", "y")]), "x", "y")) == ()


def test_sets_come_smallest_first_with_ties_in_name_order():
    graph = CausalGraph([("c", "b"), ("b", "x"), ("c", "d"), ("d", "y"), ("x", "y"), ("c", "a"), ("a", "y")])
    found = adjustment_sets(graph, "x", "y")
    assert tuple(found) == (frozenset("b"), frozenset("c"), frozenset("ad"))
    assert found.complete
    cut_short = adjustment_sets(graph, "x", "y", limit=1)
    assert len(cut_short) == 1
    assert not cut_short.complete


def test_selection_is_held_fixed_but_never_named():
    graph = CausalGraph([("s", "x"), ("s", "y"), ("x", "y"), ("x", "k"), ("y", "k")])
    assert tuple(adjustment_sets(graph, "x", "y", selection="s")) == (frozenset(),)
    assert tuple(adjustment_sets(graph, "x", "y", selection="s", include="s")) == (frozenset(),)
    assert tuple(adjustment_sets(graph, "x", "y", selection=["s", "k"])) == ()
    assert tuple(adjustment_sets(graph.replace(selected="k"), "x", "y")) == ()
    check = check_adjustment(graph, "x", "y", "s", selection="k")
    assert check.reason == (
        "k is caused by the outcome (y -> k): the rows are selected on k, which distorts the relation "
        "between x and y."
    )


def test_several_treatments_need_only_proper_paths():
    graph = CausalGraph([("a", "z"), ("z", "b"), ("a", "y"), ("b", "y"), ("z", "y")])
    assert tuple(adjustment_sets(graph, ["a", "b"], "y")) == ()
    graph = graph.replace(edges=[("a", "z"), ("z", "b"), ("a", "y"), ("b", "y"), ("u", "z"), ("u", "y")])
    assert tuple(adjustment_sets(graph, ["a", "b"], "y")) == (frozenset("u"),)


@pytest.mark.parametrize(
    ("graph", "adjustment", "effect", "reason"),
    [
        (FORK, "c", "total", "Adjusting for c closes every path of bias between x and y, and every "
        "causal path is left open."),
        (FORK, (), "total", "The path x <- c -> y is open. Adjusting for c would close it."),
        (
            CHAIN,
            ["c", "m"],
            "total",
            "m lies on the causal path x -> m -> y: conditioning on m blocks part of the effect you "
            "asked for.",
        ),
        (
            CHAIN,
            ["c", "d"],
            "total",
            "d is caused by m (m -> d), which lies on the causal path x -> m -> y: "
            "conditioning on d takes away part of the effect you asked for.",
        ),
        (
            CHAIN,
            ["c", "e"],
            "total",
            "e is caused by the outcome (y -> e): conditioning on e distorts the relation between x and y.",
        ),
        (CHAIN, ["c", "m"], "direct", "Adjusting for c and m closes every path but the arrow asked for "
        "between x and y. "
         "The graph draws no arrow from x to y, so the effect is zero by the graph."),
        (CHAIN, "c", "direct", "The path x -> m -> y is open. Adjusting for m would close it."),
        (
            M_BIAS,
            "b",
            "total",
            "The path x <- u -> b <- v -> y is open: the set adjusts for b, and two arrows meet in the "
            "collider b, "
            "which opens it. Leaving out b would close it.",
        ),
        (M_BIAS, (), "total", "The path x <- b -> y is open. Adjusting for b would close it."),
        (
            M_BIAS,
            "u",
            "total",
            "u is not observed, so it cannot be adjusted for.",
        ),
        (
            CausalGraph([("x", "y")], [("x", "y")]),
            (),
            "total",
            "The path x <-> y is open. No observed node can close it; <-> stands for a hidden "
            "common cause.",
        ),
        (CausalGraph([("x", "y")]), "x", "total", "x is the treatment itself: it cannot be adjusted for."),
        (
            CausalGraph(nodes=["x", "y"]),
            (),
            "total",
            "Nothing need be adjusted for: no path of bias between x and y is open. The graph draws no "
            "causal path "
            "from x to y, so the effect is zero by the graph.",
        ),
    ],
)  # fmt: skip
def test_reasons(graph, adjustment, effect, reason):
    assert check_adjustment(graph, "x", "y", adjustment, effect).reason == reason


def test_a_wrong_set_names_the_nodes_at_fault():
    assert check_adjustment(CHAIN, "x", "y", ["c", "m", "e"]).culprits == ("e", "m")
    check = check_adjustment(M_BIAS, "x", "y", "b")
    assert (check.culprits, check.open_path, check.closing) == (("b",), ("x", "u", "b", "v", "y"), ())
    assert check_adjustment(FORK, "x", "y", ()).closing == ("c",)


def test_why_no_set_exists():
    assert why_no_adjustment(Question.ask(M_BIAS, "x", "y")) == (
        "No set exists, because closing one path opens another: with everything adjusted for that could "
        "close a "
        "path, x <- u -> b <- v -> y is open through the collider b, because u and v are not observed."
    )
    reverse = Question.ask(CausalGraph([("y", "x")]), "x", "y")
    assert why_no_adjustment(reverse) == "No set exists, because y is a cause of x, not its effect."
    latent = Question.ask(FORK.replace(latent="c"), "x", "y")
    assert why_no_adjustment(latent) == (
        "No set exists, because the path x <- c -> y stays open whatever is adjusted for, because c is "
        "not observed."
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("w", "y"), "w is not a node"),
        (("x", "x"), "'x' is both treatment and outcome"),
        (("c", "y"), "The treatment 'c' is not observed"),
        (("x", ()), "No outcome is named"),
        (("x", "y", "total", "w"), "w is not a node"),
    ],
)
def test_impossible_questions_name_the_node(arguments, words):
    with pytest.raises(GraphError, match=words):
        adjustment_sets(FORK.replace(latent="c"), *arguments)
    with pytest.raises(Problem, match="There is no effect 'net'"):
        adjustment_sets(FORK, "x", "y", "net")


def dense(size=200, degree=12, seed=1):
    """A random graph on `size` nodes with this mean degree; `x` a third down the order, `y` last."""
    random = np.random.default_rng(seed)
    names = [f"n{i}" for i in range(size)]
    names[size // 3], names[-1] = "x", "y"
    pairs = [(i, j) for i in range(size) for j in range(i + 1, size)]
    kept = random.choice(len(pairs), size * degree // 2, replace=False)
    edges = {(names[pairs[k][0]], names[pairs[k][1]]) for k in kept} | {("x", "y")}
    return CausalGraph(sorted(edges), nodes=names)


def test_verdict_and_one_minimal_set_are_instant_on_a_dense_graph():
    times = []
    for seed in range(3):
        graph = dense(seed=seed)
        start = perf_counter()
        found = adjustment_sets(graph, "x", "y", limit=1)
        verdict = check_adjustment(graph, "x", "y", found[0])
        times.append(perf_counter() - start)
        assert verdict.valid
    assert min(times) < 1
