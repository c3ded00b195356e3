import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import Instrument, identify, instruments
from causal_core.problem import Problem
from tests.identification.brute import graphs, minimal, separated, subsets

PLAIN = CausalGraph([("z", "x"), ("x", "y")], [("x", "y")])


def by_definition(graph, effect):
    """Every candidate and set tried on the definition, separations by networkx."""
    directed = graph.to_networkx()
    paths = list(nx.all_simple_paths(directed, "x", "y"))
    if effect == "total":
        causal = {node for path in paths for node in path[1:]}
        barred = causal.union(*(nx.descendants(directed, node) for node in causal)) | {"x", "y"}
        cut = [("x", path[1]) for path in paths]
    else:
        barred = nx.descendants(directed, "y") | {"x", "y"}
        cut = [("x", "y")] if directed.has_edge("x", "y") else []
    without = directed.copy()
    without.remove_edges_from(cut)
    if graph.selected & barred:
        return ()
    found = []
    for variable in sorted(graph.observed - barred - graph.selected):
        pool = graph.observed - barred - graph.selected - {variable}
        valid = [
            held
            for held in subsets(pool)
            if not separated(directed, {variable}, {"x"}, held | graph.selected)
            and separated(without, {variable}, {"y"}, held | graph.selected)
        ]
        found += [Instrument(variable, held) for held in minimal(valid)]
    return tuple(sorted(found, key=lambda i: (len(i.given), i.variable, sorted(i.given))))


@settings(max_examples=200, deadline=None)
@given(graphs(smallest=4, largest=7, selected=True), st.sampled_from(["total", "direct"]))
def test_instruments_are_those_of_the_definition(graph, effect):
    found = instruments(graph, "x", "y", effect)
    assert tuple(found) == by_definition(graph, effect)
    assert found.complete


def test_an_instrument_that_needs_a_set():
    graph = CausalGraph([("w", "z"), ("w", "y"), ("z", "x"), ("x", "y")], [("x", "y")])
    assert tuple(instruments(graph, "x", "y")) == (Instrument("z", frozenset("w")),)


def test_an_instrument_only_once_a_collider_is_held_fixed():
    graph = CausalGraph([("z", "b"), ("a", "b"), ("a", "x"), ("x", "y")], [("x", "y")])
    assert Instrument("z", frozenset("b")) in instruments(graph, "x", "y")


def test_latent_and_forbidden_nodes_are_no_instruments():
    assert tuple(instruments(PLAIN.replace(latent="z"), "x", "y")) == ()
    after = CausalGraph([("x", "m"), ("m", "y"), ("m", "z")], [("x", "y")])
    assert tuple(instruments(after, "x", "y")) == ()


def test_an_instrument_never_makes_an_effect_identifiable():
    assert tuple(instruments(PLAIN, "x", "y")) == (Instrument("z", frozenset()),)
    assert not identify(PLAIN, "x", "y").identifiable


def test_a_mediator_of_the_instrument_for_the_direct_effect():
    graph = CausalGraph([("z", "x"), ("x", "m"), ("m", "y"), ("x", "y")], [("x", "y")])
    assert tuple(instruments(graph, "x", "y")) == (Instrument("z", frozenset()),)
    assert tuple(instruments(graph, "x", "y", "direct")) == ()
    blocked = graph.replace(bidirected=[("x", "y")], edges=[*graph.edges, ("z", "y")])
    assert tuple(instruments(blocked, "x", "y")) == ()


def test_a_cut_short_listing_says_so():
    graph = CausalGraph([("z", "x"), ("v", "x"), ("x", "y")], [("x", "y")])
    found = instruments(graph, "x", "y", limit=1)
    assert tuple(found) == (Instrument("v", frozenset()),)
    assert not found.complete


def test_the_clock_is_read_also_while_no_variable_turns_out_an_instrument():
    causes = [f"c{i}" for i in range(9)]
    graph = CausalGraph([("x", "y"), *((c, end) for c in causes for end in "xy")])
    assert instruments(graph, "x", "y").complete
    assert not instruments(graph, "x", "y", seconds=0).complete


def test_several_treatments_are_refused():
    with pytest.raises(Problem, match="One instrument cannot tell the effects of x and z apart"):
        instruments(PLAIN, ["x", "z"], "y")
