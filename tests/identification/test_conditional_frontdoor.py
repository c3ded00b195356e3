from causal_core.graph import CausalGraph
from causal_core.identification import explain
from causal_core.identification.conditional_frontdoor import check_frontdoor, conditional_frontdoor

HIDDEN = [("t", "y")]
DOOR = [("t", "m"), ("m", "y")]


def test_a_common_cause_of_treatment_and_mediator_is_held_fixed():
    graph = CausalGraph([*DOOR, ("c", "t"), ("c", "m"), ("c", "y")], HIDDEN)
    found = explain(graph, "t", "y")
    assert found.identifiable
    assert [(way.kind, way.variables, way.given) for way in found.strategies] == [
        ("frontdoor", ("m",), ("c",))
    ]
    assert "identifiable by the front door through m given c" in found.verdict


def test_the_plain_front_door_needs_no_covariates_and_wins():
    graph = CausalGraph([*DOOR, ("c", "t"), ("c", "y")], HIDDEN)
    assert explain(graph, "t", "y").strategies[0].given == ()
    assert check_frontdoor(graph, "t", "y", "m").covariates == frozenset()


def test_two_mediators_and_a_confounder_of_one_of_them():
    edges = [("t", "m1"), ("t", "m2"), ("m1", "y"), ("m2", "y"), ("c", "m2"), ("c", "y"), ("c", "t")]
    found = conditional_frontdoor(CausalGraph(edges, HIDDEN), "t", "y")
    assert (found.mediators, found.covariates) == (frozenset({"m1", "m2"}), frozenset("c"))


def test_what_stands_against_it_is_said():
    past = check_frontdoor(CausalGraph([*DOOR, ("t", "y")], HIDDEN), "t", "y", "m")
    assert (past.valid, past.reason) == (False, "m does not carry the whole effect: t -> y goes past it.")
    arc = check_frontdoor(CausalGraph(DOOR, [*HIDDEN, ("m", "y")]), "t", "y", "m")
    assert arc.reason == "The path m <-> y cannot be closed by observed nodes."
    late = CausalGraph([*DOOR, ("t", "l"), ("l", "y"), ("l", "m")], HIDDEN)
    assert "t -> l -> y goes past it" in check_frontdoor(late, "t", "y", "m").reason
    off = check_frontdoor(CausalGraph([*DOOR, ("k", "y")], HIDDEN), "t", "y", "k")
    assert "lies on no causal path" in off.reason
    chosen = check_frontdoor(CausalGraph([*DOOR, ("m", "s")], HIDDEN, selected="s"), "t", "y", "m")
    assert "selected on s" in chosen.reason
    assert conditional_frontdoor(CausalGraph([*DOOR, ("t", "y")], HIDDEN), "t", "y") is None
