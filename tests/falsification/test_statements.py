from itertools import combinations

from hypothesis import given, settings

from causal_core import CausalGraph
from causal_core.falsification.statements import smallest_set, statements_after, statements_of
from tests.graph.strategies import graphs


def subsets(nodes):
    return (frozenset(some) for size in range(len(nodes) + 1) for some in combinations(nodes, size))


def brute(graph, columns):
    """Pair -> the size of its smallest separating set of columns, for pairs that have one."""
    present = sorted((graph.observed - graph.selected) & set(columns))
    found = {}
    for x, y in combinations(present, 2):
        others = [node for node in present if node not in {x, y}]
        sizes = [len(some) for some in subsets(others) if graph.is_d_separated(x, y, some)]
        if sizes:
            found[x, y] = min(sizes)
    return found


@settings(max_examples=60, deadline=None)
@given(graphs(6))
def test_every_separable_pair_of_columns_has_a_smallest_set(graph):
    columns = sorted(graph.nodes)[:-1]
    found = statements_of(graph, columns, limit=None)
    assert {(each.x, each.y): len(each.given) for each in found.chosen} == brute(graph, columns)
    assert all(graph.is_d_separated(each.x, each.y, each.given) for each in found.chosen)
    sizes = [len(each.given) for each in found.chosen]
    assert sizes == sorted(sizes)
    assert found.complete
    assert found.left_out == 0


@settings(max_examples=40, deadline=None)
@given(graphs(6))
def test_the_statements_of_a_changed_graph_hold_in_it(graph):
    present = sorted(graph.observed - graph.selected)
    before = statements_of(graph, present, limit=None).chosen
    for pair in graph.edges:
        smaller = graph.without(edges=[pair])
        assert all(
            smaller.is_d_separated(each.x, each.y, each.given)
            for each in statements_after(smaller, present, before)
        )
    assert statements_after(graph, present, before) == before


def test_latents_and_absent_columns_are_projected_out_and_said():
    graph = CausalGraph(
        edges=[("u", "a"), ("u", "b"), ("a", "m"), ("m", "c"), ("d", "a")], latent=["u"], nodes=list("abcdm")
    )
    found = statements_of(graph, ["a", "b", "c", "d"])
    assert [each.text for each in found.chosen] == [
        "b and d are independent.",
        "b and c are independent once a is known.",
        "c and d are independent once a is known.",
    ]
    assert found.untestable == (
        "3 implied independencies involve m, which is not a column of the table: not testable.",
        "2 implied independencies involve u, which is not observed: not testable.",
        "1 pair is independent only once m is known too: not testable.",
        "1 pair is independent only once u is known too: not testable.",
    )


def test_a_pair_that_needs_a_hidden_node_is_said():
    graph = CausalGraph(edges=[("u", "a"), ("u", "b")], latent=["u"])
    found = statements_of(graph, ["a", "b"])
    assert found.chosen == ()
    assert found.untestable == ("1 pair is independent only once u is known too: not testable.",)


def test_the_limit_keeps_the_smallest_sets_and_counts_the_others():
    graph = CausalGraph(edges=[(f"v{i}", f"v{i + 1}") for i in range(8)])
    found = statements_of(graph, graph.nodes, limit=5)
    assert (len(found.chosen), found.pairs, found.left_out) == (5, 28, 23)
    assert statements_of(graph, graph.nodes, seconds=0).complete is False


def test_selected_nodes_are_conditioned_on_and_never_named():
    graph = CausalGraph(edges=[("a", "b"), ("b", "c"), ("a", "s")], selected=["s"])
    assert [each.text for each in statements_of(graph, graph.nodes).chosen] == [
        "a and c are independent once b is known."
    ]
    assert smallest_set(graph, "a", "b", "abc") is None
