from __future__ import annotations

from itertools import combinations
from time import monotonic

from hypothesis import given

from causal_core import CausalGraph
from tests.graph.strategies import graphs


@given(graphs(5))
def test_every_minimal_set_of_every_separable_pair(graph: CausalGraph) -> None:
    usable = sorted(graph.observed - graph.selected)
    expected = set()
    for x, y in combinations(usable, 2):
        minimal: list[frozenset[str]] = []
        rest = [node for node in usable if node not in {x, y}]
        for size in range(len(rest) + 1):
            for chosen in combinations(rest, size):
                if graph.is_d_separated(x, y, chosen) and not any(each <= set(chosen) for each in minimal):
                    minimal.append(frozenset(chosen))
        expected |= {(frozenset({x, y}), each) for each in minimal}
    listing = graph.implied_independencies()
    assert {(frozenset({each.x, each.y}), each.given) for each in listing} == expected
    assert len(listing) == len(expected)
    assert listing.complete
    assert [len(each.given) for each in listing] == sorted(len(each.given) for each in listing)


def test_statements_come_in_words_smallest_first() -> None:
    graph = CausalGraph(edges=[("x", "m"), ("m", "y"), ("x", "n"), ("n", "y"), ("z", "y")])
    assert [each.text for each in graph.implied_independencies()] == [
        "m and z are independent.",
        "n and z are independent.",
        "x and z are independent.",
        "m and n are independent once x is known.",
        "x and y are independent once m and n are known.",
    ]


def test_a_listing_stops_at_its_limits_and_says_so() -> None:
    edges = [pair for i in range(40) for pair in (("x", f"a{i}"), (f"a{i}", f"b{i}"), (f"b{i}", "y"))]
    graph = CausalGraph(edges=edges)
    few = graph.implied_independencies(limit=3)
    assert (len(few), few.complete) == (3, False)
    start = monotonic()
    some = graph.implied_independencies(seconds=0.3)
    assert not some.complete
    assert some
    assert monotonic() - start < 20
    assert CausalGraph(edges=[("x", "y")]).implied_independencies(limit=1).complete
