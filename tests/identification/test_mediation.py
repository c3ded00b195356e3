import pytest

from causal_core.graph import CausalGraph
from causal_core.identification import check_mediation
from causal_core.problem import GraphError

PLAIN = CausalGraph([("x", "m"), ("m", "y"), ("x", "y")])


def test_without_confounders_nothing_is_adjusted_for():
    check = check_mediation(PLAIN, "x", "y", "m")
    assert (check.valid, check.covariates) == (True, frozenset())
    assert check.reason == (
        "No path of bias is open from x to m or y, nor, with x held fixed, from m to y; so what goes "
        "through m can be "
        "told from what does not."
    )


def test_confounders_of_each_arrow_are_adjusted_for():
    edges = [*PLAIN.edges, ("a", "x"), ("a", "m"), ("b", "m"), ("b", "y"), ("c", "y")]
    assert check_mediation(CausalGraph(edges), "x", "y", "m").covariates == frozenset("ab")


def test_a_confounder_the_treatment_causes_breaks_it():
    graph = CausalGraph([*PLAIN.edges, ("x", "l"), ("l", "m"), ("l", "y")])
    check = check_mediation(graph, "x", "y", "m")
    assert (check.valid, check.covariates) == (False, None)
    assert check.reason == (
        "The path m <- l -> y cannot be closed: l is itself an effect of x, so adjusting for it would "
        "take away part "
        "of the effect."
    )
    assert check_mediation(graph, "x", "y", ["l", "m"]).valid


def test_a_hidden_confounder_breaks_it():
    graph = CausalGraph([*PLAIN.edges, ("u", "m"), ("u", "y")], latent="u")
    assert check_mediation(graph, "x", "y", "m").reason == (
        "The path m <- u -> y cannot be closed, because u is not observed."
    )
    arc = CausalGraph(PLAIN.edges, [("x", "m")])
    assert (
        check_mediation(arc, "x", "y", "m").reason == "The path x <-> m cannot be closed by observed nodes."
    )


def test_a_node_off_the_causal_paths_is_no_mediator():
    graph = CausalGraph([*PLAIN.edges, ("k", "y")])
    assert check_mediation(graph, "x", "y", "k").reason == (
        "k lies on no causal path from x to y, so it mediates nothing."
    )


def test_rows_selected_on_an_effect_of_the_treatment():
    graph = CausalGraph([*PLAIN.edges, ("m", "s")], selected="s")
    assert check_mediation(graph, "x", "y", "m").reason == "The rows are selected on s, which x causes."


def test_a_mediator_is_neither_treatment_nor_outcome():
    with pytest.raises(GraphError, match="'y' is a mediator and treatment or outcome too"):
        check_mediation(PLAIN, "x", "y", "y")
