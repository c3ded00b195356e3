import networkx as nx
from hypothesis import given, settings

from causal_core.graph import CausalGraph
from causal_core.identification import frontdoor_sets, identify
from causal_core.identification.frontdoor import frontdoor_reason
from causal_core.identification.general import HedgeFound, general_expression
from causal_core.identification.projection import latent_projection
from tests.identification.brute import graphs, minimal, separated, subsets

FRONT = CausalGraph([("x", "m"), ("m", "y")], [("x", "y")])


def by_definition(graph):
    """Pearl's three conditions for every set of observed nodes."""
    directed = graph.to_networkx()

    def back_door_closed(sources, targets, held):
        without = directed.copy()
        without.remove_edges_from([edge for edge in directed.edges if edge[0] in sources])
        return separated(without, sources, targets, held)

    def carries_everything(held):
        without = directed.copy()
        without.remove_nodes_from(held)
        return not nx.has_path(without, "x", "y")

    valid = [
        held
        for held in subsets(graph.observed - {"x", "y"})
        if carries_everything(held)
        and (not held or (back_door_closed({"x"}, held, set()) and back_door_closed(held, {"y"}, {"x"})))
    ]
    return minimal(valid)


@settings(max_examples=250, deadline=None)
@given(graphs(smallest=3, largest=7))
def test_sets_are_those_of_the_definition(graph):
    found = frontdoor_sets(graph, "x", "y")
    assert tuple(found) == by_definition(graph)
    assert found.complete
    if found:
        try:
            general_expression(latent_projection(graph), ["y"], ["x"])
        except HedgeFound as hedge:
            raise AssertionError("a front-door set identifies the effect") from hedge


def test_two_mediators_are_one_set():
    graph = CausalGraph([("x", "a"), ("x", "b"), ("a", "y"), ("b", "y")], [("x", "y")])
    assert tuple(frontdoor_sets(graph, "x", "y")) == (frozenset("ab"),)
    chain = CausalGraph([("x", "a"), ("a", "b"), ("b", "y")], [("x", "y")])
    assert tuple(frontdoor_sets(chain, "x", "y")) == (frozenset("a"), frozenset("b"))


def test_a_direct_arrow_leaves_no_set_and_no_arrow_at_all_needs_none():
    assert tuple(frontdoor_sets(FRONT.replace(edges=[*FRONT.edges, ("x", "y")]), "x", "y")) == ()
    assert tuple(frontdoor_sets(CausalGraph(nodes=["x", "y"]), "x", "y")) == (frozenset(),)


def test_a_latent_mediator_is_no_set():
    assert tuple(frontdoor_sets(FRONT.replace(latent="m"), "x", "y")) == ()


def test_among_selected_rows():
    before = CausalGraph([*FRONT.edges, ("s", "x")], FRONT.bidirected, selected="s")
    assert tuple(frontdoor_sets(before, "x", "y")) == (frozenset("m"),)
    assert identify(before, "x", "y").identifiable
    after = CausalGraph([*FRONT.edges, ("m", "s")], FRONT.bidirected, selected="s")
    assert tuple(frontdoor_sets(after, "x", "y")) == ()


def test_the_reason():
    assert frontdoor_reason(frozenset("x"), frozenset("y"), frozenset("m")) == (
        "All of the effect of x on y goes through m; nothing hidden acts on both x and m, and holding x "
        "fixed closes "
        "every path of bias from m to y."
    )
