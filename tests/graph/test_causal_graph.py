from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from itertools import pairwise

import pytest

from causal_core import CausalGraph
from causal_core.problem import GraphError


@pytest.fixture
def chain() -> CausalGraph:
    return CausalGraph(
        edges=[("x", "m"), ("m", "y")],
        bidirected=[("x", "y")],
        latent={"u"},
        nodes=["isolated"],
        selected=(),
        positions={},
    )


def test_nodes_come_in_a_stable_order(chain: CausalGraph) -> None:
    assert chain.nodes == ("isolated", "x", "m", "y", "u")
    assert chain.edges == (("x", "m"), ("m", "y"))
    assert chain.bidirected == (("x", "y"),)
    assert chain.latent == {"u"}
    assert chain.observed == {"isolated", "x", "m", "y"}
    assert chain.topological_order() == ("isolated", "x", "m", "y", "u")


def test_relatives_include_the_nodes_themselves_only_for_closures(chain: CausalGraph) -> None:
    assert chain.parents("m") == {"x"}
    assert chain.children("m") == {"y"}
    assert chain.siblings("x") == {"y"}
    assert chain.ancestors("y") == {"x", "m", "y"}
    assert chain.descendants(["m", "isolated"]) == {"m", "y", "isolated"}


def test_generators_and_sets_are_accepted_and_sets_are_sorted() -> None:
    graph = CausalGraph(
        edges={("b", "c"), ("a", "c")}, nodes=(name for name in "cz"), latent={"v", "u"}, selected={"c"}
    )
    assert graph.nodes == ("c", "z", "a", "b", "u", "v")
    assert graph.edges == (("a", "c"), ("b", "c"))
    assert graph.selected == {"c"}


def test_equality_ignores_order_and_minds_everything_else(chain: CausalGraph) -> None:
    same = CausalGraph([("m", "y"), ("x", "m")], [("y", "x")], ["u"], ["y", "isolated"])
    assert chain == same
    assert hash(chain) == hash(same)
    assert chain.fingerprint == same.fingerprint
    moved = chain.with_positions({"x": (0, 1)})
    assert moved != chain
    assert moved.fingerprint == chain.fingerprint
    assert moved.positions["x"] == (0.0, 1.0)
    assert chain.replace(latent=()) != chain
    assert chain.replace(latent=()).fingerprint != chain.fingerprint


def test_a_graph_is_frozen_and_survives_copy_and_pickle(chain: CausalGraph) -> None:
    graph = chain.with_positions({"m": (1.5, -2)})
    assert pickle.loads(pickle.dumps(graph)) == graph  # noqa: S301 - our own bytes
    assert copy.deepcopy(graph) == graph
    with pytest.raises(AttributeError):
        graph.nodes = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        graph.positions["m"] = (0.0, 0.0)  # type: ignore[index]


def test_without_takes_out_what_touches_the_node(chain: CausalGraph) -> None:
    assert chain.without("m") == CausalGraph(
        nodes=["isolated", "x", "y"], bidirected=[("x", "y")], latent="u"
    )
    assert chain.without(edges=[("x", "m")], bidirected=[("y", "x")]) == CausalGraph(
        edges=[("m", "y")], nodes=["isolated", "x"], latent="u"
    )


def test_notes_stay_on_what_is_still_there(chain: CausalGraph) -> None:
    notes = {"x": " given by lot ", ("m", "y"): "trial of 1998", frozenset("xy"): "season", "u": "  "}
    noted = chain.replace(notes=notes)
    assert noted.notes == {"x": "given by lot", ("m", "y"): "trial of 1998", frozenset("xy"): "season"}
    assert noted != chain
    assert noted.fingerprint == chain.fingerprint
    assert noted.without("m").notes == {"x": "given by lot", frozenset("xy"): "season"}
    assert noted.replace(edges=[("x", "m")]).notes == {"x": "given by lot", frozenset("xy"): "season"}
    assert pickle.loads(pickle.dumps(noted)) == noted  # noqa: S301 - our own bytes


def test_a_randomised_node_is_another_graph_and_stays_random_without_others() -> None:
    graph = CausalGraph(edges=[("x", "y"), ("z", "y")], randomised="x")
    assert graph.randomised == {"x"}
    assert graph.fingerprint != graph.replace(randomised=()).fingerprint
    assert graph != graph.replace(randomised=())
    assert graph.without("z").randomised == {"x"}
    assert graph.without("x").randomised == frozenset()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"edges": [("x", "m"), ("m", "y"), ("y", "x")]}, "a cycle: x -> m -> y -> x."),
        ({"edges": [("a", "x"), ("x", "y"), ("y", "x")]}, "a cycle: x -> y -> x."),
        ({"edges": [("x", "x")]}, "x -> x joins x with itself."),
        ({"nodes": ["x"], "bidirected": [("x", "x")]}, "x <-> x joins x with itself."),
        ({"edges": [("x", "y"), ("x", "y")]}, "The arrow x -> y is given twice."),
        ({"edges": [("x", "y")], "bidirected": [("x", "y"), ("y", "x")]}, "x <-> y is given twice."),
        ({"nodes": ["x", "x"]}, "The node x is given twice."),
        ({"latent": ["u", "u"]}, "The latent node u is given twice."),
        ({"nodes": [" "]}, "A node has an empty name."),
        ({"edges": [("x", "")]}, "A node has an empty name."),
        ({"nodes": [1]}, "A node's name must be text, not 1."),
        ({"edges": ["xy"]}, "An arrow joins two nodes, but 'xy' does not."),
        ({"edges": [("x", "y")], "bidirected": [("x", "z")]}, "In bidirected: z is not a node of the graph."),
        ({"nodes": ["smoke"], "selected": ["smok"]}, "Did you mean smoke?"),
        ({"nodes": ["x"], "positions": {"y": (0, 0)}}, "In positions: y is not a node of the graph."),
        ({"nodes": ["x"], "positions": {"x": (0, float("nan"))}}, "The position of x is not two finite"),
        ({"latent": ["u"], "selected": ["u"]}, "u is marked both latent and selected."),
        ({"latent": ["u"], "randomised": ["u"]}, "u is marked both latent and randomised."),
        ({"nodes": ["x"], "randomised": ["y"]}, "In randomised: y is not a node of the graph."),
        (
            {
                "edges": [("a", "x"), ("x", "y")],
                "bidirected": [("x", "b")],
                "nodes": ["b"],
                "randomised": "x",
            },
            "x is declared random, yet a -> x and x <-> b are drawn.",
        ),
        ({"nodes": ["x"], "notes": {"y": "why"}}, "In notes: y is not a node of the graph."),
        ({"edges": [("x", "y")], "notes": {("y", "x"): "why"}}, "In notes: y -> x is not in the graph."),
        ({"nodes": ["x"], "notes": {"x": 1}}, "The note on x is not text."),
    ],
)
def test_what_cannot_be_a_graph_is_refused_in_words(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(GraphError) as caught:
        CausalGraph(**arguments)  # type: ignore[arg-type]
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    names = [f"v{i}" for i in range(5000)]
    graph = CausalGraph(edges=list(pairwise(names)))
    assert len(graph.ancestors("v4999")) == 5000


def test_networkx_gets_a_fresh_latent_parent_for_each_bidirected_edge(chain: CausalGraph) -> None:
    directed = chain.to_networkx()
    assert set(directed.edges) == {
        ("x", "m"),
        ("m", "y"),
        ("hidden cause of x and y", "x"),
        ("hidden cause of x and y", "y"),
    }
    assert {node for node, latent in directed.nodes(data="latent") if latent} == {
        "u",
        "hidden cause of x and y",
    }
    directed.remove_node("x")
    assert "x" in chain.to_networkx()


def test_importing_the_graph_stays_light() -> None:
    code = (
        "import sys, causal_core; causal_core.CausalGraph(edges=[('x', 'y')]);"
        "heavy = {'pandas', 'scipy', 'sklearn', 'dowhy', 'networkx', 'numpy', 'streamlit'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("set()\n", "")
