from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core import CausalGraph
from causal_core.graph.difference import apply, difference
from causal_core.identification import adjustment_sets, check_adjustment, identify
from causal_core.identification.disagreement import disagreement
from causal_core.identification.question import Question
from causal_core.identification.shared_set import shared_set
from causal_core.problem import GraphError
from tests.identification.brute import graphs, minimal, subsets
from tests.identification.test_adjustment import valid_by_definition

FORK = CausalGraph([("c", "x"), ("c", "y"), ("x", "y")])
M_BIAS = CausalGraph(
    [("u", "x"), ("u", "b"), ("v", "b"), ("v", "y"), ("x", "y")], latent={"u", "v"}, nodes=["b"]
)
BUTTERFLY = CausalGraph(
    [("u", "x"), ("u", "b"), ("v", "b"), ("v", "y"), ("b", "x"), ("b", "y"), ("x", "y")], latent={"u", "v"}
)


def pairs(selected=False):
    """Two random graphs of one question that share most of their nodes."""
    return st.tuples(graphs(largest=6, selected=selected), graphs(largest=6, selected=selected))


def valid(graph, candidate):
    return valid_by_definition(graph, {"x"}, {"y"}, candidate - graph.selected, "total", graph.selected)


@settings(max_examples=250, deadline=None)
@given(pairs(selected=True))
def test_the_shared_set_is_the_smallest_valid_in_both_by_the_definition(two):
    asked = tuple(Question.ask(graph, "x", "y") for graph in two)
    free = frozenset.intersection(*(graph.observed for graph in two)) - {"x", "y"}
    both = [z for z in subsets(free) if all(valid(graph, z) for graph in two)]
    found = shared_set(asked)
    assert found.complete
    assert found.nodes == (both[0] if both else None)
    if any(found.without):
        assert [bool(words) for words in found.without] == [not adjustment_sets(g, "x", "y") for g in two]


@settings(max_examples=150, deadline=None)
@given(pairs(selected=True))
def test_out_of_time_a_set_is_still_valid_in_both(two):
    found = shared_set([Question.ask(graph, "x", "y") for graph in two], seconds=-1)
    assert found.complete == any(found.without)
    if found.nodes is not None:
        assert all(valid(graph, found.nodes) for graph in two)


def test_a_set_both_accept_may_be_minimal_in_neither():
    one = CausalGraph([("a", "x"), ("a", "y"), ("x", "y"), ("b", "y")])
    other = CausalGraph([("b", "x"), ("b", "y"), ("x", "y"), ("a", "y")])
    found = disagreement(one, other, "x", "y")
    assert tuple(found.one.sets) == (frozenset("a"),)
    assert tuple(found.other.sets) == (frozenset("b"),)
    assert found.shared == frozenset("ab")
    assert found.shared_reason == (
        "{a, b} is valid in both graphs, and none is smaller. It holds more than the first graph needs, and "
        "that does no harm there. It holds more than the second graph needs, and that does no harm there."
    )


def test_graphs_whose_sets_exclude_each_other_share_none():
    one = CausalGraph([("b", "x"), ("b", "y"), ("x", "y")])
    other = M_BIAS
    found = disagreement(one, other, "x", "y")
    assert found.shared is None
    assert found.complete
    assert (
        "No set is valid in both graphs. Adjusting for {b} is wrong in the second graph"
        in found.shared_reason
    )
    assert found.shared_reason.endswith("Every other set is wrong in one of the two as well.")


@settings(max_examples=60, deadline=None)
@given(pairs())
def test_each_difference_is_judged_as_by_hand(two):
    one, other = two
    found = disagreement(one, other, "x", "y", seconds=60)
    assert found.complete
    assert {each.change for each in found.tried} == set(difference(one, other).changes)
    order = [each.matters for each in found.tried]
    assert order == sorted(order, reverse=True)
    for each in found.tried:
        for graph, source, change, trial in (
            (one, other, each.change, each.here),
            (other, one, each.change.undone, each.there),
        ):
            try:
                changed = apply(graph, [change], source)
            except GraphError:
                assert not trial.possible
                continue
            assert trial.matters == (by_hand(graph) != by_hand(changed))
            assert trial.reason
    assert found.differs == (by_hand(one) != by_hand(other))
    assert bool(found.points) == found.differs
    singles = any(each.here.matters for each in found.tried)
    assert bool(found.combination) == (found.differs and not singles)
    if found.combination:
        assert by_hand(apply(one, found.combination, other)) != by_hand(one)
        smaller = combinations(found.difference.changes, len(found.combination) - 1)
        assert all(same_or_impossible(one, some, other) for some in smaller)


def same_or_impossible(one, changes, other):
    try:
        return by_hand(apply(one, changes, other)) == by_hand(one)
    except GraphError:
        return True


def by_hand(graph):
    """Everything a decision is: a graph with a latent or selected question has none."""
    if {"x", "y"} - graph.observed:
        return None
    free = graph.observed - {"x", "y"}
    sets = minimal([z for z in subsets(free) if valid_by_definition(graph, {"x"}, {"y"}, z, "total", set())])
    zero = "y" not in graph.descendants("x")
    return identify(graph, "x", "y").identifiable, zero, sets


def test_one_arrow_decides():
    found = disagreement(M_BIAS, BUTTERFLY, "x", "y")
    assert found.one.verdict.startswith("Nothing need be adjusted for")
    assert not found.other.sets
    assert found.points == (
        "The effect is identifiable by the first graph, but not by the second graph.",
        "Minimal adjustment sets: the empty set by the first graph, none by the second graph.",
        "Adjusting for nothing, right by the first graph, is wrong by the second graph. The path x <- b -> y "
        "is open. Adjusting for b would close it.",
    )
    told = {each.change.words("A", "B"): (each.here.matters, each.there.matters) for each in found.tried}
    assert told == {"b → x is only in B.": (True, False), "b → y is only in B.": (True, False)}


def test_what_makes_no_difference_says_why():
    one = CausalGraph([("c", "x"), ("c", "y"), ("x", "y")], nodes=["z", "w"])
    other = CausalGraph([("c", "x"), ("c", "y"), ("x", "y"), ("z", "x"), ("c", "w"), ("w", "y")])
    found = disagreement(one, other, "x", "y")
    assert {each.change.step(): (each.matters, each.here.reason) for each in found.tried} == {
        "Draw c → w": (False, "No path between x and y runs along it, so nothing changes."),
        "Draw w → y": (False, "No path between x and y runs along it, so nothing changes."),
        "Draw z → x": (False, "No path between x and y runs along it, so nothing changes."),
    }
    assert {each.change.step(): each.there.reason for each in found.tried}["Draw c → w"] == (
        "The minimal set stays {c}."
    )
    assert found.differs is False
    assert found.points == ()
    assert found.combination == ()


def test_a_reversed_arrow_that_makes_a_cycle_is_said():
    one = CausalGraph([("a", "b"), ("b", "c"), ("a", "c"), ("c", "x"), ("x", "y"), ("a", "y")])
    other = CausalGraph([("b", "a"), ("c", "b"), ("c", "a"), ("c", "x"), ("x", "y"), ("a", "y")])
    found = disagreement(one, other, "x", "y")
    here = {each.change.step(): each.here for each in found.tried}
    assert not here["Draw c → a"].possible
    assert here["Draw c → a"].reason.startswith("Not possible by itself: These arrows form a cycle:")
    assert here["Draw c → b"].matters is not None


def test_two_hidden_causes_need_both_to_go():
    one = CausalGraph([("x", "y"), ("u", "x"), ("u", "y"), ("v", "x"), ("v", "y")], latent=["u", "v"])
    other = CausalGraph([("x", "y")])
    found = disagreement(one, other, "x", "y")
    assert [each.here.matters for each in found.tried] == [False] * 6
    assert [change.step() for change in found.combination] == [
        "Remove u with its arrows",
        "Remove v with its arrows",
    ]
    assert found.combined.reason.startswith(
        "The effect of x on y is then identifiable: nothing need be adjusted"
    )
    assert {change.step() for change in found.decisive} == {
        "Remove u with its arrows",
        "Remove v with its arrows",
    }


def test_the_set_in_use_counts():
    one = CausalGraph([("c", "x"), ("c", "y"), ("x", "y"), ("d", "y")])
    other = one.replace(edges=[*one.edges[:3], ("y", "d")])
    found = disagreement(one, other, "x", "y", adjust_for=["c", "d"])
    assert [each.here.matters for each in found.tried] == [True]
    assert (
        "Adjusting for {c, d} is then wrong. d is caused by the outcome (y -> d)"
        in found.tried[0].here.reason
    )
    assert found.one_in_other.valid is False
    assert found.other_in_one.valid is True
    assert found.shared == frozenset("c")
    unset = disagreement(one, other, "x", "y")
    assert unset.differs is False


def test_a_graph_without_the_outcome_says_so():
    found = disagreement(FORK, CausalGraph([("c", "x")]), "x", "y")
    assert found.other.question is None
    assert found.other.verdict.startswith("y is not a node of the graph.")
    assert found.points == ("The question cannot be asked of the second graph.",)
    assert found.shared is None
    assert found.differs


def test_a_random_treatment_makes_arrows_into_it_indifferent():
    other = CausalGraph([("x", "y"), ("c", "y")])
    assert disagreement(FORK, other, "x", "y").differs
    told = disagreement(FORK, other, "x", "y", randomised=True)
    assert told.differs is False
    assert told.decisive == ()


def test_equal_graphs():
    found = disagreement(FORK, FORK, "x", "y")
    assert found.differs is False
    assert found.tried == ()
    assert found.shared == frozenset("c")
    assert found.shared_reason == "{c} is valid in both graphs, and none is smaller."


def test_without_time_it_says_that_not_everything_was_tried():
    found = disagreement(M_BIAS, BUTTERFLY, "x", "y", seconds=0)
    assert not found.complete
    assert {each.here.reason for each in found.tried} == {"Not tried: the time ran out."}


def test_an_unknown_set_in_use_is_an_error():
    with pytest.raises(GraphError, match="q is not a node"):
        disagreement(FORK, FORK, "x", "y", adjust_for=["q"])


@settings(max_examples=100, deadline=None)
@given(pairs())
def test_both_sets_are_judged_in_the_other_graph(two):
    one, other = two
    found = disagreement(one, other, "x", "y", seconds=60)
    for mine, graph, check in (
        (found.one.chosen, other, found.one_in_other),
        (found.other.chosen, one, found.other_in_one),
    ):
        if mine is None:
            assert check is None
        elif mine <= set(graph.nodes):
            assert check.valid == check_adjustment(graph, "x", "y", mine).valid
        else:
            assert not check.valid
            assert "not in the graph" in check.reason
