"""The arrows along which levers reach an outcome."""

from causal_core.graph import CausalGraph
from causal_core.what_if.ways import back_door, ways


def test_ways_between_levers_are_told_from_those_to_the_outcome():
    graph = CausalGraph(
        edges=[
            ("income", "mail"),
            ("income", "spend"),
            ("mail", "spend"),
            ("age", "income"),
            ("spend", "later"),
        ]
    )
    assert ways(graph, ["income", "mail"], "spend") == {
        ("income", "mail"): "only",
        ("income", "spend"): "causal",
        ("mail", "spend"): "causal",
    }
    assert ways(graph, ["mail"], "spend") == {("mail", "spend"): "causal"}


def test_seeing_differs_from_setting_where_a_path_enters_the_node():
    graph = CausalGraph(
        edges=[("z", "x"), ("z", "y"), ("x", "y"), ("y", "w")], bidirected=[("w", "v")], nodes=["v"]
    )
    assert back_door(graph, "x", "y")
    assert not back_door(graph, "z", "y")
    assert back_door(graph, "v", "w")
    assert back_door(graph, "w", "x")
    assert not back_door(graph, "v", "x")
