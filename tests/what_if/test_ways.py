"""The arrows along which levers reach an outcome."""

from causal_core.graph import CausalGraph
from causal_core.what_if.ways import ways


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
