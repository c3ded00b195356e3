import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import adjustment_sets, identify
from causal_core.identification.expression import free
from causal_core.identification.general import HedgeFound, general_expression
from causal_core.identification.projection import latent_projection
from causal_core.problem import GraphError
from tests.identification.brute import graphs
from tests.identification.worlds import World

FORK = CausalGraph([("z", "x"), ("z", "y"), ("x", "y")])
NAPKIN = CausalGraph([("w", "r"), ("r", "x"), ("x", "y")], [("w", "x"), ("w", "y")])
FRONT = CausalGraph([("x", "m"), ("m", "y")], [("x", "y")])
BOW = CausalGraph([("x", "y")], [("x", "y")])
INSTRUMENT = CausalGraph([("z", "x"), ("x", "y")], [("x", "y")])
BUTTERFLY = CausalGraph([("x", "y"), ("b", "x"), ("b", "y")], [("x", "b"), ("b", "y")])
VERMA = CausalGraph([("x", "b"), ("b", "c"), ("c", "y")], [("b", "y")])
M_GRAPH = CausalGraph([("x", "y")], [("x", "b"), ("b", "y")], nodes=["b"])
FRONT_BROKEN = FRONT.replace(bidirected=[("x", "y"), ("x", "m")])
FRONT_BESIDE = CausalGraph([("x", "z"), ("z", "y"), ("w", "x"), ("w", "z")], [("x", "w"), ("w", "y")])


@pytest.mark.parametrize(
    ("graph", "estimand"),
    [
        (FORK, r"\sum_{\text{z}} P(\text{y} \mid \text{x}, \text{z}) \, P(\text{z})"),
        (M_GRAPH, r"P(\text{y} \mid \text{x})"),
        (
            FRONT,
            r"\sum_{\text{m}} P(\text{m} \mid \text{x}) \, "
            r"\sum_{\text{x}'} P(\text{x}') \, P(\text{y} \mid \text{x}', \text{m})",
        ),
        (
            NAPKIN,
            r"\frac{\sum_{\text{w}} P(\text{w}) \, P(\text{x} \mid \text{w}, \text{r}) \, "
            r"P(\text{y} \mid \text{w}, \text{r}, \text{x})}"
            r"{\sum_{\text{w}} P(\text{w}) \, P(\text{x} \mid \text{w}, \text{r})}",
        ),
        (
            FRONT_BESIDE,
            r"\sum_{\text{w}, \text{z}} P(\text{z} \mid \text{w}, \text{x}) \, P(\text{w}) \, "
            r"\sum_{\text{x}'} P(\text{x}' \mid \text{w}) \, P(\text{y} \mid \text{w}, \text{x}', \text{z})",
        ),
        (CausalGraph([("y", "x")], [("x", "y")]), r"P(\text{y})"),
    ],
)
def test_known_formulas(graph, estimand):
    found = identify(graph, "x", "y")
    assert found.identifiable
    assert found.estimand == estimand
    assert found.hedge is None
    assert found.derivation[0].rule == "The question"


@pytest.mark.parametrize(
    ("graph", "nodes", "inner"),
    [
        (BOW, "xy", "y"),
        (INSTRUMENT, "xy", "y"),
        (BUTTERFLY, "xby", "by"),
        (FRONT_BROKEN, "xm", "m"),
    ],
)
def test_known_obstructions(graph, nodes, inner):
    found = identify(graph, "x", "y")
    assert (found.identifiable, found.estimand, found.expression) == (False, "", None)
    assert (found.hedge.nodes, found.hedge.inner) == (frozenset(nodes), frozenset(inner))


def test_an_obstruction_is_told_in_words():
    assert str(identify(BOW, "x", "y").hedge) == (
        "Hidden common causes tie x and y together (x <-> y), and y is still in that group once x is set. So "
        "what x does to y "
        "cannot be told apart from what the hidden causes do."
    )


def test_names_are_escaped_and_a_latent_is_a_hidden_cause():
    graph = CausalGraph([("u", "a_b"), ("u", "y"), ("a_b", "m$"), ("m$", "y")], latent="u")
    assert identify(graph, "a_b", "y").estimand == (
        r"\sum_{\text{m\$}} P(\text{m\$} \mid \text{a\_b}) \, "
        r"\sum_{\text{a\_b}'} P(\text{a\_b}') \, P(\text{y} \mid \text{a\_b}', \text{m\$})"
    )


def test_the_derivation_names_its_rules():
    assert [step.rule for step in identify(FORK, "x", "y").derivation] == [
        "The question",
        "Average over z",
        "x is no cause of z",
        "Given z, no path of bias between x and y is open",
    ]
    assert identify(NAPKIN, "x", "y").derivation[-1].rule == (
        "The value is the same whichever value r is given in it"
    )


def test_conditional_effects():
    found = identify(FORK, "x", "y", given="z")
    assert found.estimand == r"P(\text{y} \mid \text{z}, \text{x})"
    # P(y | do(x)) is not identifiable here, but given the instrument-like z it is not either.
    assert not identify(INSTRUMENT, "x", "y", given="z").identifiable
    with pytest.raises(GraphError, match="'u' is not observed"):
        identify(FORK.replace(nodes=["u"], latent="u"), "x", "y", given="u")
    with pytest.raises(GraphError, match="'x' is conditioned on and is treatment"):
        identify(FORK, "x", "y", given="x")


def test_rows_selected_on_an_effect_of_the_treatment():
    graph = CausalGraph([("x", "y"), ("x", "s"), ("y", "s")], selected="s")
    found = identify(graph, "x", "y")
    assert not found.identifiable
    assert str(found.hedge) == (
        "The rows are selected on s, which x causes, and no set of observed nodes makes up for it."
    )


@settings(max_examples=200, deadline=None)
@given(graphs(smallest=3, largest=6), st.integers(0, 10**6))
def test_formulas_give_the_true_effect(graph, seed):
    """The formula on the exact observed distribution is the distribution after the intervention."""
    conditions = sorted(graph.observed - {"x", "y"})[: seed % 2]
    found = identify(graph, "x", "y", given=conditions)
    forms = [found.expression] if found.identifiable else []
    if not conditions:
        try:
            plain, _ = general_expression(latent_projection(graph), ["y"], ["x"])
        except HedgeFound:
            assert not found.identifiable
            assert tuple(adjustment_sets(graph, "x", "y")) == ()
        else:
            forms.append(plain)
    world = World(graph, seed)
    observed = world.joint()
    for value in (0, 1):
        after = world.joint(do={"x": value})
        truth = world.marginal(after, {"y", *conditions}) / world.marginal(after, set(conditions))
        for form in forms:
            assert free(form) <= graph.observed
            got = world.at(world.value(form, observed), {"x": value})
            np.testing.assert_allclose(*np.broadcast_arrays(truth, got))


@settings(max_examples=100, deadline=None)
@given(graphs(smallest=4, largest=6, selected=True), st.integers(0, 10**6))
def test_formulas_hold_among_selected_rows(graph, seed):
    if not graph.selected or graph.selected & graph.descendants("x"):
        return
    found = identify(graph, "x", "y")
    if not found.identifiable:
        return
    world = World(graph, seed)
    selected = dict.fromkeys(graph.selected, 1)
    observed = world.given(world.joint(), selected)
    for value in (0, 1):
        truth = world.marginal(world.given(world.joint(do={"x": value}), selected), {"y"})
        got = world.at(world.value(found.expression, observed), {"x": value})
        np.testing.assert_allclose(*np.broadcast_arrays(truth, got))


@settings(max_examples=150, deadline=None)
@given(graphs(smallest=3, largest=6, latents=False))
def test_effect_on_everything_else_is_identifiable_as_tian_and_pearl_say(graph):
    """Tian & Pearl 2002, theorem 3: iff no bidirected path joins the treatment to one of its children."""
    district, stack = {"x"}, ["x"]
    while stack:
        for near in graph.siblings(stack.pop()) - district:
            district.add(near)
            stack.append(near)
    everything = [node for node in graph.nodes if node != "x"]
    found = identify(graph, "x", everything)
    assert found.identifiable == (not district & graph.children("x"))


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_the_projection_keeps_the_separations_of_the_observed(graph):
    projected = latent_projection(graph)
    assert not projected.latent
    others = sorted(graph.observed - {"x", "y"})
    for given_nodes in ([], others[:1], others[1:], others):
        assert projected.is_d_separated("x", "y", given_nodes) == graph.is_d_separated("x", "y", given_nodes)
