import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import explain
from causal_core.identification.instrument_sets import companions, instruments_together
from causal_core.problem import GraphError

GRAPH = CausalGraph(
    [("z1", "t"), ("z2", "t"), ("z3", "t"), ("w", "z2"), ("w", "y"), ("t", "y")],
    [("t", "y")],
)


def test_those_that_share_a_conditioning_set_go_together():
    found = explain(GRAPH, "t", "y")
    assert companions(found.instrument, found.instruments).variables == ("z1", "z3")


def test_a_set_that_serves_all_is_found():
    found = instruments_together(GRAPH, "t", "y", ["z2", "z1"])
    assert (found.variables, found.given) == (("z2", "z1"), frozenset("w"))


def test_why_some_cannot_go_together():
    wrong = instruments_together(GRAPH, "t", "y", ["z1", "w"])
    assert wrong.variables == ()
    assert wrong.reason.startswith("w is no instrument")
    clash = CausalGraph([("z1", "t"), ("z2", "t"), ("z2", "z1"), ("z2", "y"), ("t", "y")], [("t", "y")])
    assert instruments_together(clash, "t", "y", ["z1"]).given == frozenset({"z2"})
    with pytest.raises(GraphError, match="q"):
        instruments_together(GRAPH, "t", "y", ["z1", "q"])
