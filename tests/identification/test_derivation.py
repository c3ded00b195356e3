import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from causal_core.graph import CausalGraph
from causal_core.identification import identify
from causal_core.identification.derivation import LAWS, Separation
from causal_core.identification.general import HedgeFound, general_expression
from causal_core.identification.projection import among_selected, latent_projection
from tests.identification.brute import graphs
from tests.identification.worlds import World

FORK = CausalGraph([("z", "x"), ("z", "y"), ("x", "y")])
FRONT = CausalGraph([("x", "m"), ("m", "y")], [("x", "y")])
NAPKIN = CausalGraph([("w", "r"), ("r", "x"), ("x", "y")], [("w", "x"), ("w", "y")])
VERMA = CausalGraph([("a", "b"), ("b", "c"), ("c", "d")], [("b", "d")])
FRONT_BESIDE = CausalGraph([("x", "z"), ("z", "y"), ("w", "x"), ("w", "z")], [("x", "w"), ("w", "y")])
SHPITSER_PEARL = CausalGraph(  # Shpitser & Pearl 2006 (ID), figure 1: P(y1, y2 | do(x)) is identifiable
    [("x", "y1"), ("w1", "x"), ("w2", "y2")], [("w1", "w2"), ("w1", "y1"), ("w2", "x")], nodes=["w1", "w2"]
)


def mutilated(graph, claim):
    """The graph of a claim as networkx knows it: a latent for each bidirected edge, arrows taken away."""
    directed = nx.DiGraph()
    directed.add_nodes_from(graph.nodes)
    directed.add_edges_from(graph.edges)
    for number, (a, b) in enumerate(graph.bidirected):
        directed.add_edges_from([((number, "hidden"), a), ((number, "hidden"), b)])
    gone = [(a, b) for a, b in directed.edges if b in claim.into or a in claim.out_of]
    directed.remove_edges_from(gone)
    return directed


def check(graph, found, world_seed=0, fixed=None):
    """Every separation a step claims holds by networkx; every equation holds in a random world."""
    world = World(graph, world_seed)
    observed = world.joint() if fixed is None else world.given(world.joint(), fixed)
    projected = latent_projection(among_selected(graph, graph.selected))
    for step in found.derivation:
        assert step.law in LAWS
        for claim in step.claims:
            assert claim.left
            assert claim.right
            directed = mutilated(projected, claim)
            assert nx.is_d_separator(directed, set(claim.left), set(claim.right), set(claim.given)), (
                claim.text
            )
            assert claim.holds(projected)
        for one in step.apart:
            assert not any(projected.siblings(node) & (other - one) for other in step.apart for node in one)
        assert (step.law in {"rule 1", "rule 2", "rule 3"}) == bool(step.claims)
        assert (step.law == "factorisation") == bool(step.apart)
        if fixed is None:
            left, right = world.value(step.left, observed), world.value(step.right, observed)
            np.testing.assert_allclose(
                *np.broadcast_arrays(left, right), err_msg=f"{step.rule}: {step.expression}"
            )
    return found


@pytest.mark.parametrize(
    ("graph", "x", "y"),
    [
        (FORK, "x", "y"),
        (FRONT, "x", "y"),
        (NAPKIN, "x", "y"),
        (VERMA, "a", "d"),
        (VERMA, "c", "d"),
        (VERMA, ["a", "c"], ["b", "d"]),
        (FRONT_BESIDE, "x", "y"),
        (SHPITSER_PEARL, "x", ["y1", "y2"]),
    ],
)
def test_known_derivations_hold_step_by_step(graph, x, y):
    found = check(graph, identify(graph, x, y))
    assert found.identifiable
    assert found.derivation[0].law == "question"
    last = [step for step in found.derivation if step.law not in {"remark"}][-1]
    assert last.right == found.expression


def test_the_front_door_as_the_textbook_has_it():
    steps = identify(FRONT, "x", "y").derivation
    assert [(step.law, step.before, step.after, step.condition) for step in steps[1:6]] == [
        (
            "factorisation",
            r"P(\text{y} \mid \mathrm{do}(\text{x}))",
            r"\sum_{\text{m}} P(\text{m} \mid \mathrm{do}(\text{x}, \text{y})) \, "
            r"P(\text{y} \mid \mathrm{do}(\text{m}, \text{x}))",
            "no hidden common cause joins two of the groups {m}; {y}",
        ),
        (
            "rule 3",
            r"P(\text{m} \mid \mathrm{do}(\text{x}, \text{y}))",
            r"P(\text{m} \mid \mathrm{do}(\text{x}))",
            "(m ⫫ y | x) in the graph without arrows into x and y",
        ),
        (
            "rule 2",
            r"P(\text{m} \mid \mathrm{do}(\text{x}))",
            r"P(\text{m} \mid \text{x})",
            "(m ⫫ x) in the graph without arrows out of x",
        ),
        (
            "chain rule",
            r"P(\text{x}, \text{y} \mid \mathrm{do}(\text{m}))",
            r"P(\text{x} \mid \mathrm{do}(\text{m})) \, P(\text{y} \mid \mathrm{do}(\text{m}), \text{x})",
            "",
        ),
        (
            "rule 3",
            r"P(\text{x} \mid \mathrm{do}(\text{m})) \, P(\text{y} \mid \mathrm{do}(\text{m}), \text{x})",
            r"P(\text{x}) \, P(\text{y} \mid \mathrm{do}(\text{m}), \text{x})",
            "(x ⫫ m) in the graph without arrows into m",
        ),
    ]


def test_a_step_is_shown_with_symbols_for_its_names():
    step = identify(FORK, "x", "y").derivation[-1]
    assert step.latex({"z": "Z_1"}) == (
        r"\sum_{Z_1} P(\text{y} \mid \mathrm{do}(\text{x}), Z_1) \, P(Z_1) = "
        r"\sum_{Z_1} P(\text{y} \mid \text{x}, Z_1) \, P(Z_1)"
    )


def test_a_claim_says_its_graph():
    assert Separation(frozenset("y"), frozenset("x")).text == "(y ⫫ x) in the graph"
    both = Separation(frozenset("y"), frozenset("xz"), frozenset("ab"), frozenset("a"), frozenset("xz"))
    assert (
        both.text == "(y ⫫ x, z | a, b) in the graph without arrows into a and without arrows out of x and z"
    )
    assert not Separation(frozenset("y"), frozenset("x")).holds(FORK)


@settings(max_examples=150, deadline=None)
@given(graphs(smallest=3, largest=6), st.integers(0, 10**6))
def test_every_step_holds_on_random_graphs(graph, seed):
    conditions = sorted(graph.observed - {"x", "y"})[: seed % 2]
    check(graph, identify(graph, "x", "y", given=conditions), seed)


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=4, largest=6), st.integers(0, 10**6))
def test_every_step_holds_for_several_treatments_and_outcomes(graph, seed):
    others = sorted(graph.observed - {"x", "y"})
    found = identify(graph, ["x", *others[:1]], ["y", *others[1:2]])
    check(graph, found, seed)


@settings(max_examples=100, deadline=None)
@given(graphs(smallest=3, largest=6), st.integers(0, 10**6))
def test_every_step_of_the_general_formula_holds_where_adjustment_would_do(graph, seed):
    try:
        _, steps = general_expression(latent_projection(graph), ["y"], ["x"])
    except HedgeFound as found:
        steps = found.steps

    class Found:
        derivation = steps

    check(graph, Found, seed)


@settings(max_examples=60, deadline=None)
@given(graphs(smallest=4, largest=6, selected=True))
def test_claims_hold_among_selected_rows(graph):
    fixed = dict.fromkeys(graph.selected, 1)
    found = identify(graph, "x", "y")
    projected = latent_projection(graph)
    if found.derivation[-1].law == "rule 2" and fixed:
        for step in found.derivation:
            for claim in step.claims:
                held = set(claim.given) | graph.selected
                assert nx.is_d_separator(mutilated(projected, claim), set(claim.left), set(claim.right), held)
    elif not fixed:
        check(graph, found)
