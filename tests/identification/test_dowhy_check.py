"""What DoWhy 0.14 does on known graphs, and what is said about it; a failure may mean DoWhy has changed."""

import networkx as nx
import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import identify
from causal_core.identification.dowhy_check import compare_with_dowhy
from tests.identification.test_adjustment import dense

FORK = CausalGraph([("z", "x"), ("z", "y"), ("x", "y")])
BOW = CausalGraph([("x", "y")], [("x", "y")])


def test_agreement_on_a_fork():
    view = compare_with_dowhy(FORK, "x", "y")
    assert view.backdoor_sets == (frozenset("z"),)
    assert (view.instruments, view.frontdoor) == ((), None)
    assert view.agrees
    assert "E[y|z]" in view.estimand_text


def test_dowhy_lists_latents_as_instruments():
    graph = CausalGraph([("u", "x"), ("v", "x"), ("v", "y"), ("x", "y")], latent=["u", "v"])
    view = compare_with_dowhy(graph, "x", "y")
    assert view.instruments == ("u",)
    assert not view.agrees
    assert view.differences == ("DoWhy lists u as an instrument, but it is not observed.",)


def test_dowhy_finds_no_conditional_instrument():
    graph = CausalGraph([("w", "z"), ("w", "y"), ("z", "x"), ("x", "y")], [("x", "y")])
    view = compare_with_dowhy(graph, "x", "y")
    assert view.instruments == ()
    assert view.differences == ("DoWhy misses the instrument z given w: it looks for no conditional ones.",)


def test_dowhy_returns_a_larger_front_door_set_than_needed():
    graph = CausalGraph([("x", "a"), ("a", "b"), ("b", "y")], [("x", "y")])
    view = compare_with_dowhy(graph, "x", "y")
    assert view.frontdoor == frozenset("ab")
    assert view.differences == ("DoWhy's front-door set {a, b} is larger than needed: {a} is enough.",)


def test_dowhy_has_no_general_formula():
    napkin = CausalGraph([("w", "r"), ("r", "x"), ("x", "y")], [("w", "x"), ("w", "y")])
    view = compare_with_dowhy(napkin, "x", "y")
    assert (
        view.differences[-1]
        == "DoWhy gives no formula without an instrument, but the effect is identifiable."
    )


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")  # inside DoWhy
def test_dowhys_id_algorithm_takes_latents_for_observed():
    from dowhy.causal_identifier.id_identifier import identify_effect_id

    expression = identify_effect_id(nx.DiGraph([("u", "x"), ("u", "y"), ("x", "y")]), ["x"], ["y"])
    assert "P(y|u,x)" in str(expression)
    assert not identify(BOW, "x", "y").identifiable


def test_dowhy_says_nothing_when_the_effect_is_not_identified():
    view = compare_with_dowhy(BOW, "x", "y")
    assert (view.backdoor_sets, view.instruments, view.frontdoor) == ((), (), None)
    assert view.estimand_text.count("No such variable(s) found!") == 4
    assert view.agrees


def test_no_directed_path_is_a_zero_effect_for_both():
    view = compare_with_dowhy(CausalGraph([("y", "x")]), "x", "y")
    assert view.estimand_text.endswith("Causal effect is zero.")
    assert view.agrees


def test_dowhy_accepts_a_cycle_that_we_refuse():
    from dowhy.causal_identifier.auto_identifier import EstimandType, identify_effect_auto

    cycle = nx.DiGraph([("x", "y"), ("y", "x")])
    estimand = identify_effect_auto(cycle, ["x"], ["y"], ["x", "y"], EstimandType.NONPARAMETRIC_ATE)
    assert estimand.estimands["backdoor"] is None
    with pytest.raises(ValueError, match="x"):
        CausalGraph([("x", "y"), ("y", "x")])


def test_a_named_dot_graph_reaches_dowhy_although_its_reader_rejects_it():
    from dowhy.graph import build_graph_from_str

    text = "digraph named { z -> x; z -> y; x -> y }"
    with pytest.raises(ValueError, match=r"^$"):
        build_graph_from_str(text)
    assert compare_with_dowhy(CausalGraph.from_text(text), "x", "y").agrees


def test_any_name_can_be_asked_about():
    graph = CausalGraph([("c, d", "x a"), ("c, d", "y|b"), ("x a", "y|b")])
    view = compare_with_dowhy(graph, "x a", "y|b")
    assert view.backdoor_sets == (frozenset(["c, d"]),)
    assert "E[y|b|c, d]" in view.estimand_text


def test_a_search_without_end_is_left_out_and_said():
    view = compare_with_dowhy(dense(60, 8).replace(bidirected=[("x", "y")]), "x", "y")
    assert view.estimand_text == ""
    assert view.skipped == (
        "DoWhy's search for adjustment sets was left out: it would try too many sets on this graph.",
        "DoWhy's search for front-door sets was left out: it would try too many sets on this graph.",
    )
