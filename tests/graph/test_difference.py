import pytest
from hypothesis import given, settings

from causal_core import CausalGraph
from causal_core.graph.difference import Change, apply, difference
from causal_core.problem import GraphError
from tests.graph.strategies import graphs

ONE = CausalGraph(
    [("a", "b"), ("b", "c"), ("c", "d"), ("a", "e")], bidirected=[("a", "d")], latent=["e"], nodes=["f"]
)
OTHER = CausalGraph(
    [("a", "b"), ("c", "b"), ("a", "d"), ("g", "a"), ("g", "c")],
    bidirected=[("c", "d")],
    selected=["d"],
    nodes=["e"],
)


def test_each_kind_of_change_with_its_words():
    found = difference(ONE, OTHER)
    assert found.changes == (
        Change("node", ("f",), ("node",), ()),
        Change("node", ("g",), (), ("node",)),
        Change("mark", ("d",), (), ("selected",)),
        Change("mark", ("e",), ("latent",), ()),
        Change("edge", ("a", "d"), ("<->",), ("->",)),
        Change("edge", ("a", "e"), ("->",), ()),
        Change("edge", ("g", "a"), (), ("->",)),
        Change("edge", ("b", "c"), ("->",), ("<-",)),
        Change("edge", ("c", "d"), ("->",), ("<->",)),
        Change("edge", ("g", "c"), (), ("->",)),
    )
    assert [change.kind for change in found.changes] == [
        "only here",
        "only there",
        "mark",
        "mark",
        "kind",
        "only here",
        "only there",
        "reversed",
        "kind",
        "only there",
    ]
    assert [change.words("yours", "theirs") for change in found.changes] == [
        "The node f is only in yours.",
        "The node g is only in theirs.",
        "d is observed in yours and selected in theirs.",
        "e is latent in yours and observed in theirs.",
        "a ↔ d in yours is a → d in theirs.",
        "a → e is only in yours.",
        "g → a is only in theirs.",
        "b → c in yours is the other way round, c → b, in theirs.",
        "c → d in yours is c ↔ d in theirs.",
        "g → c is only in theirs.",
    ]
    assert [change.step() for change in found.changes] == [
        "Remove f with its arrows",
        "Add g with its arrows",
        "Mark d as selected",
        "Mark e as observed",
        "Draw a → d",
        "Remove a → e",
        "Draw g → a",
        "Draw c → b",
        "Draw c ↔ d",
        "Draw g → c",
    ]
    assert found.words == (
        "The graphs differ: 1 edge only in the first, 2 edges only in the second, 1 arrow reversed, "
        "2 edges drawn as an arrow in one and two-headed in the other, 2 nodes in one graph alone, "
        "2 nodes marked differently."
    )


def test_a_turned_arrow_beside_a_hidden_cause_are_two_changes():
    one = CausalGraph([("a", "b")])
    other = CausalGraph([("b", "a")], [("a", "b")])
    assert difference(one, other).changes == (
        Change("edge", ("a", "b"), ("->",), ("<-",)),
        Change("edge", ("a", "b"), (), ("<->",)),
    )


def test_equal_graphs_differ_in_nothing():
    one = CausalGraph([("a", "b")], positions={"a": (0, 0)}, notes={"a": "why"})
    found = difference(one, CausalGraph([("a", "b")]))
    assert found.changes == ()
    assert found.words == "The two graphs are the same: nodes, arrows and marks."


def test_a_node_comes_with_its_marks_its_arrows_and_its_place():
    source = CausalGraph(
        [("u", "x"), ("u", "y"), ("u", "w"), ("x", "y")], latent=["u"], positions={"u": (3, 4)}
    )
    graph = CausalGraph([("x", "y")], positions={"x": (0, 0)}, notes={("x", "y"): "seen"})
    node = difference(graph, source).of("node")[0]
    changed = apply(graph, [node], source)
    assert node.nodes == ("u",)
    assert set(changed.edges) == {("u", "x"), ("u", "y"), ("x", "y")}
    assert changed.latent == {"u"}
    assert dict(changed.positions) == {"x": (0.0, 0.0), "u": (3.0, 4.0)}
    assert dict(changed.notes) == {("x", "y"): "seen"}
    assert apply(changed, [node.undone], graph) == graph


def test_one_arrow_alone_brings_its_node_with_its_marks_only():
    source = CausalGraph([("u", "x"), ("u", "y"), ("x", "y")], latent=["u"])
    arrow = Change("edge", ("u", "x"), (), ("->",))
    changed = apply(CausalGraph([("x", "y")]), [arrow], source)
    assert changed == CausalGraph([("u", "x"), ("x", "y")], latent=["u"])


def test_a_change_that_makes_a_cycle_is_refused():
    one = CausalGraph([("a", "b"), ("b", "c")])
    other = CausalGraph([("c", "a")], nodes=["b"])
    added = difference(one, other).of("edge", "only there")
    with pytest.raises(GraphError, match="a -> b -> c -> a"):
        apply(one, added, other)


def test_declaring_random_takes_away_what_points_there():
    one = CausalGraph([("c", "x"), ("x", "y"), ("c", "y")], [("x", "y")])
    other = one.without(edges=[("c", "x")], bidirected=[("x", "y")]).replace(randomised=["x"])
    mark = difference(one, other).of("mark")
    assert apply(one, mark, other) == other


@settings(max_examples=200, deadline=None)
@given(graphs(largest=6), graphs(largest=6))
def test_all_changes_lead_from_one_graph_to_the_other_and_back(one, other):
    found = difference(one, other)
    assert apply(one, found.changes, other).fingerprint == other.fingerprint
    back = [change.undone for change in found.changes]
    assert apply(other, back, one).fingerprint == one.fingerprint
    mirrored = difference(other, one)
    assert {_plain(c) for c in mirrored.changes} == {_plain(c) for c in back}
    assert (one.fingerprint == other.fingerprint) == (not found.changes)


def _plain(change):
    if change.subject != "edge":
        return change
    return tuple(frozenset(side) for side in change.edges)
